"""The one place where the console's state is held, and how it changes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kvtui.console.state import State

STREAM_EVERY = 0.1
"""Seconds between two drawings while something streams in."""


class Store:
    """Holds the frozen state. Subscribers are called once per turn of the event loop, however much changed.

    `schedule` calls a function after so many seconds; 0: in the next turn.
    """

    def __init__(self, state: State, schedule: Callable[[float, Callable[[], None]], object]) -> None:
        self._state = state
        self._schedule = schedule
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
        self._schedule(max(0.0, self._published_at + every - time.monotonic()), self._publish)

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
