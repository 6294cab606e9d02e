"""Ends the console after defects and signals, and reads the terminal; never prints a secret.

Textual's own crash printer shows local variables. `_handle_exception` is a private name of Textual: its
version is therefore pinned exactly, and tests cover each path.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
from codecs import getincrementaldecoder

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from kvtui.app.exits import Exit
from kvtui.console.bursts import Reads, let_alt_digits_through

SIGNALS = tuple(
    number for name in ("SIGTERM", "SIGHUP", "SIGQUIT") if (number := getattr(signal, name, None)) is not None
)
STOPPED = "kvtui stopped. All files on disk are complete."


def defect(error: BaseException) -> str:
    """The message for a defect: an ID to quote and the class of the exception; no message, no locals."""
    return f"kvtui has a defect. Report {os.urandom(4).hex()}: {type(error).__name__}{_place(error)}."


def _place(error: BaseException) -> str:
    """Module and line of the last frame in kvtui: names of code, never data."""
    found, frame = "", error.__traceback__
    while frame is not None:
        name = frame.tb_frame.f_globals.get("__name__", "")
        if str(name).startswith("kvtui"):
            found = f" at {name}:{frame.tb_lineno}"
        frame = frame.tb_next
    return found


class CrashFunnel(App[None]):
    """An app that reports defects without data, and quits cleanly after signals."""

    def _handle_exception(self, error: Exception) -> None:
        self._return_code = Exit.DEFECT
        if self._exception is None:  # only the first one is reported
            self._exception = error
            self._exception_event.set()
            self.panic(f"{defect(error)} {STOPPED}")

    def listen_to_signals(self) -> None:
        """Makes TERM, HUP and QUIT quit the app, so that the terminal is restored."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._end, 128 + number)
        loop.set_exception_handler(self._lost_task)

    def _end(self, code: int) -> None:
        self.exit(return_code=code)

    def _lost_task(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Handles the error of a task that was not awaited like any other defect."""
        error = context.get("exception")
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self._handle_exception(error)


class TolerantDriver(LinuxDriver):
    """Textual's driver, which also accepts bytes that are not UTF-8 and marks keys that arrive together."""

    def run_input_thread(self) -> None:
        """Reads keys until the app ends."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser, reads = XTermParser(self._debug), Reads()
        let_alt_digits_through()
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                for _key, _events in waiting.select(0.1):
                    data = os.read(self.fileno, 4096)
                    if not data:
                        return
                    for event in reads.marked(parser.feed(decode(data))):
                        self.process_message(event)
                for event in reads.marked(parser.tick()):
                    self.process_message(event)
