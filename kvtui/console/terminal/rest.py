"""When a screen has come to rest: one key often changes it two or three times, and the last is meant."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable

PATIENT = 0.4
"""Seconds after which a screen that does not come to rest is sent as it is."""


class Rest:
    """Calls back once nothing has changed for `quiet` seconds and the event loop has nothing to do."""

    def __init__(self, loop: AbstractEventLoop, quiet: float) -> None:
        self._loop, self._quiet = loop, quiet
        self._waiting = False
        self._first = self._last = 0.0

    def begin(self, done: Callable[[], object]) -> None:
        """Something changed. The very first time nothing is waited for."""
        now = self._loop.time()
        if not self._last:
            done()
        elif not self._waiting:
            self._waiting, self._first = True, now
            self._loop.call_later(self._quiet, self._look, done)
        self._last = now

    def _look(self, done: Callable[[], object]) -> None:
        now = self._loop.time()
        if now < self._first + PATIENT:
            if now < self._last + self._quiet:
                self._loop.call_at(self._last + self._quiet, self._look, done)
                return
            if getattr(self._loop, "_ready", ()):  # asyncio's own name for what it has to do at once
                self._loop.call_soon(self._look, done)
                return
        self._waiting = False
        done()
