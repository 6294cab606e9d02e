"""The one place where the console's state is held, and how it changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kvtui.console.state import State

STREAM_EVERY = 0.1
"""Seconds between two drawings while something streams in."""


class Store:
    """Holds the frozen state. Subscribers are called once per turn of the event loop, however much changed.

    `soon` calls a function in the next turn, `after` in so many seconds.
    """

    def __init__(
        self,
        state: State,
        soon: Callable[[Callable[[], None]], None],
        after: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self._state = state
        self._soon, self._after = soon, after
        self._subscribers: list[Callable[[], None]] = []
        self._due = False
        self._published_at = 0.0
        self._changed = asyncio.Event()

    @property
    def state(self) -> State:
        """The present state."""
        return self._state

    def subscribe(self, subscriber: Callable[[], None]) -> None:
        """Has `subscriber` called after every change."""
        self._subscribers.append(subscriber)

    def change(self, *, every: float = 0.0, **parts: Any) -> None:
        """Replaces the named parts of the state; see `touch` for `every`."""
        self._state = replace(self._state, **parts)
        self.touch(every=every)

    def touch(self, *, every: float = 0.0) -> None:
        """Calls the subscribers soon, but not more often than `every` seconds."""
        self._changed.set()
        if self._due:
            return
        self._due = True
        wait = self._published_at + every - time.monotonic()
        if wait > 0:
            self._after(wait, self._publish)
        else:
            self._soon(self._publish)

    def _publish(self) -> None:
        self._due = False
        self._published_at = time.monotonic()
        for subscriber in self._subscribers:
            subscriber()

    async def until(self, holds: Callable[[State], object]) -> None:
        """Waits until the state is as `holds` wants it."""
        while not holds(self._state):
            self._changed.clear()
            await self._changed.wait()
