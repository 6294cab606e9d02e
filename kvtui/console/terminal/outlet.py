"""Writes to the terminal from a thread of its own, so that a slow terminal holds up nothing else.

What was ordered, such as a mode, is sent in its order. Of the screen only the newest state is sent: what
differs is asked for when the terminal can receive it.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Iterator
from math import inf
from time import monotonic

from kvtui.console.terminal.flow import EVERY, Flow

PIECE = 512
"""Bytes of one write: few, so that the end is not held up long by a terminal that hardly reads."""
WATCHED = 1.0
"""Seconds after a key for which frames come as fast as they can."""
UNWATCHED = 0.25
"""Seconds between two frames that nobody asked for, such as a count that grows."""
SYNC_FROM = 256
"""Frames of so many bytes or more begin and end with the marks of a synchronized update."""


class Outlet(threading.Thread):
    """The way to the terminal behind `fd`.

    `changes` answers what differs on the screen, `gone` is called once when the terminal is gone. `pause`
    is the least time in seconds between two frames for somebody who does something.
    """

    def __init__(
        self,
        fd: int,
        changes: Callable[[], str],
        gone: Callable[[], None],
        *,
        encoding: str = "utf-8",
        pause: float = 1 / 60,
    ) -> None:
        super().__init__(daemon=True, name="terminal-output")
        self._fd, self._changes, self._gone = fd, changes, gone
        self._encoding, self._pause = encoding, pause
        self._wake = threading.Condition()
        self._orders: list[str] = []
        self._wanted = self._echoes = self._stopping = self._held = self._broken = False
        self._last, self._touched = -inf, monotonic()
        self.flow = Flow()
        self.synchronized = False
        """The terminal can draw a frame at once."""

    def order(self, data: str) -> None:
        """Sends `data` as it is, before the next frame."""
        with self._wake:
            self._orders.append(data)
            self._wake.notify_all()

    def changed(self, *, echo: bool = False) -> None:
        """The screen should be another. The echo of a typed character is not held up by `pause`."""
        with self._wake:
            self._wanted = True
            self._echoes = self._echoes or echo
            self._wake.notify_all()

    @property
    def drew(self) -> bool:
        """Whether a frame was sent."""
        return self._last > -inf

    def touched(self) -> None:
        """A key was pressed or the like: what it changes is waited for."""
        self._touched = monotonic()

    def answered(self) -> None:
        """The terminal answered `Flow`'s question."""
        with self._wake:
            self.flow.answered()
            self._wake.notify_all()

    def settle(self, seconds: float) -> None:
        """Sends no more frames, and waits once for the answers that are due, so that no shell gets them."""
        with self._wake:
            if not self._held:
                self._held = True
                near = self.flow.round_trip * 4 + 0.1 if self.flow.round_trip else seconds
                self._wake.wait_for(lambda: self._broken or not self.flow.waiting, min(near, seconds))

    def abandon(self) -> None:
        """The terminal is gone: nothing is sent or waited for any more."""
        with self._wake:
            self._broken = True
            self._wake.notify_all()

    def stop(self, seconds: float) -> bool:
        """Ends the thread when all orders are sent; False if the terminal does not take them in time."""
        with self._wake:
            self._held = self._stopping = True
            self._wake.notify_all()
        self.join(seconds)
        ended = not self.is_alive()
        self._broken = True
        return ended

    def run(self) -> None:
        """Sends until it is stopped."""
        while (data := self._next()) is not None:
            try:
                self._send(data)
            except OSError:
                if not self._broken:
                    self.abandon()
                    self._gone()

    def _next(self) -> bytes | None:
        """Waits for something to send; None: the end."""
        with self._wake:
            while True:
                if self._orders:
                    data = "".join(self._orders)
                    self._orders.clear()
                    break
                if self._stopping:
                    return None
                left = self._wait()
                if self._wanted and not self._held and left <= 0:
                    self._wanted = self._echoes = False
                    if data := self._frame():
                        break
                    continue
                self._wake.wait(left if self._wanted and not self._held else None)
            return data.encode(self._encoding, "replace")

    def _wait(self) -> float:
        now = monotonic()
        pause = self._pause if now - self._touched < WATCHED else UNWATCHED
        return max(self.flow.wait(), 0 if self._echoes else self._last + pause - now)

    def _frame(self) -> str:
        data = self._changes()
        if not data:
            return ""
        self._last = monotonic()
        asking = "".join(self._asking(data))
        if self.synchronized and len(data) >= SYNC_FROM:
            return f"\x1b[?2026h{asking}\x1b[?2026l"
        return asking

    def _asking(self, data: str) -> Iterator[str]:
        """A frame with questions in it, each between two sequences."""
        while data:
            end = data.find("\x1b[", EVERY)
            piece, data = (data[:end], data[end:]) if end > 0 else (data, "")
            self.flow.sent(len(piece.encode(self._encoding, "replace")))
            yield piece
            yield self.flow.question()

    def _send(self, data: bytes) -> None:
        """In pieces, each when the terminal can receive it; gives up once the outlet was stopped in vain."""
        while data and not self._broken:
            if select.select([], [self._fd], [], 0.2)[1] and not self._broken:
                data = data[os.write(self._fd, data[:PIECE]) :]
