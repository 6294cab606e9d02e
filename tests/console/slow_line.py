"""A slow line between a program and its terminal: as SSH, it takes all at once and delivers it late."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

from tests.benchmarks.terminal import Terminal

_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;:<=>?$]*)?\Z")
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<=>][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*(?:\$p|u)|\x1b_[^\x1b]*\x1b\\")
_ANSWERS = {b"\x1b[5n": b"\x1b[0n", b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
_QUESTIONS = re.compile(b"|".join(re.escape(each) for each in _ANSWERS))


class SlowLine:
    """Starts `argv` behind a line of `rate` bytes a second and a round trip of `round_trip` seconds.

    What the program writes is taken at once and without end, as sshd and the network in between do.
    """

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        rate: float = 5_000,
        round_trip: float = 0.3,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> None:
        self._program = Terminal(
            argv,
            columns=columns,
            rows=rows,
            environment=environment,
            directory=directory,
            answers=False,
            variables={"COLORTERM": "", "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"},
        )
        self.rate, self._delay = rate, round_trip / 2
        self._behind = bytearray()
        self._taken = 0
        self._arriving: deque[tuple[float, bytes]] = deque()
        self._typed: deque[tuple[float, bytes]] = deque()
        self._rest, self._credit, self._last = b"", 0.0, time.perf_counter()
        self.delivered = 0
        """Bytes that have reached the terminal."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)

    def __enter__(self) -> SlowLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.end()

    @property
    def waiting(self) -> int:
        """Bytes that the program has written and the terminal has not got."""
        return len(self._behind) + sum(len(data) for _, data in self._arriving)

    def type(self, keys: bytes) -> None:
        """Keys, which arrive half a round trip later."""
        self._typed.append((time.perf_counter() + self._delay, keys))

    def text(self) -> str:
        """What the user sees."""
        return "\n".join(row.rstrip() for row in self._screen.display)

    def seconds_until(self, seen: Callable[[str], object], limit: float) -> float:
        """Seconds until `seen(self.text())`. TimeoutError after `limit`, with the screen."""
        began, looked = time.perf_counter(), -1
        while True:
            if self.delivered != looked:
                looked = self.delivered
                if seen(self.text()):
                    return time.perf_counter() - began
            if time.perf_counter() - began > limit:
                raise TimeoutError(f"not seen after {limit} s; {self.waiting} bytes wait\n{self.text()}")
            self._turn()

    def run(self, seconds: float) -> None:
        """Lets time go by."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self._turn()

    def _turn(self) -> None:
        self._program.read(0.005)
        for _, data in self._program.chunks[self._taken :]:
            self._behind += data
        self._taken = len(self._program.chunks)
        now = time.perf_counter()
        self._credit = min(self._credit + (now - self._last) * self.rate, self.rate / 20)
        self._last = now
        count = min(int(self._credit), len(self._behind))
        if count:
            self._credit -= count
            self._arriving.append((now + self._delay, bytes(self._behind[:count])))
            del self._behind[:count]
        while self._arriving and self._arriving[0][0] <= now:
            self._arrive(self._arriving.popleft()[1])
        while self._typed and self._typed[0][0] <= now:
            self._program.type(self._typed.popleft()[1])

    def _arrive(self, data: bytes) -> None:
        self.delivered += len(data)
        data = self._rest + data
        unfinished = _UNFINISHED.search(data)
        self._rest = unfinished.group() if unfinished else b""
        data = data.removesuffix(self._rest)
        for question in _QUESTIONS.findall(data):
            self.type(_ANSWERS[question])
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
