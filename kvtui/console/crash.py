"""The one way down: crashes, signals and what the terminal sends, without a word of any secret.

Textual's own crash printer shows local variables. `_handle_exception` is a private name of Textual:
that is why its version is pinned exactly, and why a test goes down each path.
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


def defect_words(error: BaseException) -> str:
    """What is printed for a defect: an id to quote and the exception's class; no message, no locals."""
    where = _place(error)
    return (
        f"kvtui met a defect in itself and stopped. Report {os.urandom(4).hex()}: "
        f"{type(error).__name__}{where}. No file is half-written."
    )


def _place(error: BaseException) -> str:
    """File and line of the last frame within kvtui: names of our own code, never data."""
    found, frame = "", error.__traceback__
    while frame is not None:
        name = frame.tb_frame.f_globals.get("__name__", "")
        if str(name).startswith("kvtui"):
            found = f" at {name}:{frame.tb_lineno}"
        frame = frame.tb_next
    return found


class CrashFunnel(App[None]):
    """An app that goes down by our words, and by signals as by its own quit key."""

    def _handle_exception(self, error: Exception) -> None:
        self._return_code = Exit.DEFECT
        if self._exception is None:  # one report is enough
            self._exception = error
            self._exception_event.set()
            self.panic(defect_words(error))

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
        """A task that nobody awaited failed: it ends the app by the funnel instead of printing itself."""
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
        super().received(self._reads.marked(messages))
