"""Ends the console after defects and signals, and reads the terminal; never prints a secret.

Textual's own crash printer shows local variables. `_handle_exception` is a private name of Textual: its
version is therefore pinned exactly, and tests cover each path.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable

from textual.app import App
from textual.message import Message

from kvtui.app.exits import Exit
from kvtui.console.bursts import Reads, let_alt_digits_through
from kvtui.console.terminal.driver import HARD_END, TerminalDriver, end_in

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
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
        """TERM, HUP, INT and QUIT end the app by its own exit, so that the terminal is given back."""
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self._end, 128 + number)
        loop.set_exception_handler(self._lost_task)

    def _end(self, code: int) -> None:
        end_in(HARD_END, code)
        self.exit(return_code=code)

    def _lost_task(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Handles the error of a task that was not awaited like any other defect."""
        error = context.get("exception")
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self._handle_exception(error)


class BurstDriver(TerminalDriver):
    """The terminal's driver, where a key says what it came with."""

    def run_input_thread(self) -> None:
        """Reads keys until the app ends."""
        self._reads = Reads()
        let_alt_digits_through()
        super().run_input_thread()

    def received(self, messages: Iterable[Message]) -> None:
        """What one read brought."""
        super().received(self._reads.marked(messages, drawn=self.drew))
