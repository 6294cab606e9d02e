"""A program on a terminal of its own: what it draws, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

# Private modes and queries that a terminal swallows and pyte would print.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<=>][0-9;]*[A-Za-z]|\x1b\[\?[0-9;]*(?:\$p|u)|\x1b_[^\x1b]*\x1b\\")
_TIOCGPTN = 0x80045430
"""Linux: asks for the number of a pseudo-terminal."""


class Terminal:
    """Starts `argv` on a fresh pseudo-terminal, as a shell would, and keeps every byte with its time.

    The screen is rebuilt with pyte only when somebody looks, so that looking does not slow what is timed.
    Leaving the `with` block ends the program.
    """

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        variables: Mapping[str, str] | None = None,
        answers: bool = True,
    ) -> None:
        """`variables` are set over those of a modern terminal; `answers`: it answers what programs ask it."""
        self.columns, self.rows = columns, rows
        self._answers = answers
        self._stalled = -1
        self.chunks: list[tuple[float, bytes]] = []
        """(seconds since the start, bytes) in order."""
        self._sized_at = 0
        self.exit_code: int | None = None
        self.patience = 5.0
        """Seconds that a program has to end when asked to."""
        words = [str(word) for word in argv]
        scrubbed = dict(os.environ if environment is None else environment)
        for name in [name for name in scrubbed if name.startswith("TEXTUAL") or name in {"COLUMNS", "LINES"}]:
            del scrubbed[name]
        scrubbed |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        scrubbed |= variables or {}
        self._began = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            self._become(words, scrubbed, directory)

    def _become(self, words: list[str], environment: dict[str, str], directory: Path | None) -> None:
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
            if directory is not None:
                os.chdir(directory)
            os.execvpe(words[0], words, environment)  # noqa: S606  (no shell is wanted)
        except OSError as error:
            os.write(2, f"{words[0]}: {error}\n".encode())
        finally:
            os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def type(self, keys: bytes) -> None:
        """Sends bytes as if typed."""
        if keys:
            os.write(self._fd, keys)

    def signal(self, number: signal.Signals) -> None:
        """Sends the program a signal."""
        os.kill(self._pid, number)

    def resize(self, columns: int, rows: int) -> None:
        """Gives the terminal another size. What was drawn before it is no longer looked at."""
        self.columns, self.rows = columns, rows
        self._sized_at = len(self.chunks)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float) -> bool:
        """Waits up to `seconds` for the next bytes and keeps them. False: none came, or the program ended."""
        if self.exit_code is not None or not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            data = b""  # Linux answers EIO once the last writer has gone
        if not data:
            self._reap(self.patience)
            return False
        self.chunks.append((time.perf_counter() - self._began, data))
        if self._answers:
            if b"\x1b[?2026$p" in data:
                self.type(b"\x1b[?2026;2$y")  # a modern terminal: it can draw a frame at once
            self.type(b"\x1b[0n" * data.count(b"\x1b[5n"))
        return True

    def used(self) -> dict[str, float]:
        """On Linux what the program has used so far: `cpu` in seconds and resident `memory` in MiB."""
        process = Path(f"/proc/{self._pid}")
        try:
            tasks = [(task / "schedstat").read_text() for task in (process / "task").iterdir()]
            pages = int((process / "statm").read_text().split()[1])
        except OSError:
            return {}
        cpu = sum(int(task.split()[0]) for task in tasks) / 1e9
        return {"cpu": cpu, "memory": pages * os.sysconf("SC_PAGESIZE") / 2**20}

    def wait_for(self, seen: Callable[[Terminal], bool], seconds: float) -> bool:
        """Reads until `seen(self)` or the program has ended; False if that took longer than `seconds`."""
        until = time.perf_counter() + seconds
        while not seen(self):
            left = until - time.perf_counter()
            if left <= 0 or self.exit_code is not None:
                return False
            self.read(min(left, 0.1))
        return True

    def screen(self, chunks: int | None = None) -> pyte.Screen:
        """The screen after the first `chunks` pieces of output (default: all)."""
        screen = pyte.Screen(self.columns, self.rows)
        stream = pyte.ByteStream(screen)
        for _, data in self.chunks[self._sized_at : chunks]:
            stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
        return screen

    def text(self) -> str:
        """The screen's rows, one line each."""
        return "\n".join(row.rstrip() for row in self.screen().display)

    def time_of(self, *needles: str) -> float | None:
        """Seconds from the start until all the texts were on the screen together; None if they never were."""
        screen = pyte.Screen(self.columns, self.rows)
        stream = pyte.ByteStream(screen)
        for moment, data in self.chunks:
            stream.feed(_UNKNOWN_TO_PYTE.sub(b"", data))
            drawn = "\n".join(screen.display)
            if all(needle in drawn for needle in needles):
                return moment
        return None

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._pid

    def drain(self) -> None:
        """Keeps what an ended program has left to be read."""
        while self._fd >= 0 and select.select([self._fd], [], [], 0)[0]:
            try:
                self.chunks.append((time.perf_counter() - self._began, os.read(self._fd, 1 << 16)))
            except OSError:
                return

    def stall(self) -> None:
        """From now on the terminal takes nothing, as after Ctrl+S or behind a dead line."""
        if self._stalled < 0:
            (number,) = struct.unpack("i", fcntl.ioctl(self._fd, _TIOCGPTN, b"\0" * 4))
            self._stalled = os.open(f"/dev/pts/{number}", os.O_RDWR | os.O_NOCTTY)
        termios.tcflow(self._stalled, termios.TCOOFF)

    def hang_up(self) -> None:
        """The terminal goes away."""
        os.close(self._fd)
        self._fd = -1

    def ended_after(self, seconds: float) -> float | None:
        """Seconds until the program has ended, while nobody reads; None: it lives on after `seconds`."""
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            done, status = os.waitpid(self._pid, os.WNOHANG)
            if done:
                self.exit_code = os.waitstatus_to_exitcode(status)
                return time.perf_counter() - began
            select.select([], [], [], 0.01)
        return None

    def end(self) -> None:
        """Ends the program, kindly at first, and gives the terminal back."""
        if self.exit_code is None:
            os.kill(self._pid, signal.SIGTERM)
            self._reap(self.patience)
        if self._stalled >= 0:
            os.close(self._stalled)
            self._stalled = -1
        if self._fd >= 0:
            self.hang_up()

    def _reap(self, seconds: float) -> None:
        until = time.perf_counter() + seconds
        while True:
            done, status = os.waitpid(self._pid, os.WNOHANG)
            if done:
                self.exit_code = os.waitstatus_to_exitcode(status)
                return
            if time.perf_counter() > until:
                os.kill(self._pid, signal.SIGKILL)
            # A program that is ending may still want to draw: an unread terminal would hold it up.
            if self._fd < 0:
                time.sleep(0.005)
            elif select.select([self._fd], [], [], 0.02)[0]:
                try:
                    os.read(self._fd, 1 << 16)
                except OSError:
                    time.sleep(0.005)
