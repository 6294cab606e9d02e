"""Textual's driver for terminals that are slow, far away, or gone.

Writing holds up nothing (`outlet.py`), only what differs is written (`updates.py`), a key that arrives in
pieces is one key, bytes that are not text end nothing, and the end of input ends the app.
"""

from __future__ import annotations

import os
import re
import selectors
import signal
import sys
import threading
from codecs import getincrementaldecoder
from collections.abc import Iterable
from time import monotonic
from types import SimpleNamespace

from rich.color import ColorSystem
from textual import _ansi_sequences
from textual._compositor import CompositorUpdate
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from kvtui.console.terminal.cells import Abilities
from kvtui.console.terminal.flow import ANSWER, ANSWER_KEY
from kvtui.console.terminal.outlet import Outlet
from kvtui.console.terminal.rest import Rest
from kvtui.console.terminal.surroundings import Surroundings
from kvtui.console.terminal.updates import Display

GONE = 128 + signal.SIGHUP
"""The exit code after the terminal has gone."""
DRAINING = 1.0
"""Seconds that the terminal has at the end to take what gives it back."""
HARD_END = 4.0
"""Seconds after which a process that should have ended is ended."""
SWITCH = 0.001
"""Seconds that the panes are drawn on while the thread that writes to the terminal waits for its turn."""
UNFINISHED = 1.0
"""Seconds that the rest of a key has to arrive in, once it has begun as only such a key begins."""
_BEGUN = re.compile(r"\x1b[\[O][0-9;:<?]*\Z")
_AS_WE_LEFT_IT = "\x1b(B\x0f\x1b[m\x1b[r\x1b[?7l\x1b[?25l\x1b[2J"
"""The usual characters, the whole screen, no wrapping, no cursor; and blank."""
_COLORS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}


class TerminalDriver(LinuxDriver):
    """Draws by `show`; everything else is the driver of Textual."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
        around: Surroundings | None = None,
    ) -> None:
        self._around = around or Surroundings()
        super().__init__(app, debug=debug, mouse=mouse and not self._around.in_screen, size=size)
        file = sys.__stderr__
        self._encoding = file.encoding if file is not None and self._around.utf8 else "ascii"
        can = Abilities(
            _COLORS.get(app.console.color_system or "", ColorSystem.TRUECOLOR),
            self._encoding,
            self._around.ascii_marks,
            self._around.erases,
            self._around.background,
        )
        self._display = Display(can)
        self._outlet: Outlet | None = None
        self._rest = Rest(self._loop, 0.02 if self._around.over_ssh else 0.005)
        answer = (SimpleNamespace(value=ANSWER_KEY),)  # all that the parser wants of Textual's own `Keys`
        _ansi_sequences.ANSI_SEQUENCES_KEYS[ANSWER] = answer  # type: ignore[index]

    # Output

    def show(self, update: CompositorUpdate, size: tuple[int, int], cursor: tuple[int, int]) -> None:
        """The screen should be so; it is sent when the terminal can receive it."""
        if self._display.show(update, size, cursor) and self._outlet is not None:
            self._outlet.touched()
        self._rest.begin(self._changed)

    def _changed(self) -> None:
        if self._outlet is not None:
            self._outlet.changed()

    def echo(self) -> None:
        """What was shown last is what the user types: it is sent at once, without waiting for a rest."""
        if self._outlet is not None:
            self._outlet.changed(echo=True)

    def redraw(self) -> None:
        """The terminal may show anything, in any character set: all is sent again."""
        self.write(_AS_WE_LEFT_IT)
        self._display.forget()
        self._changed()

    def write(self, data: str) -> None:
        """Sends modes and the like, in order."""
        if self._outlet is not None:
            self._outlet.order(data)

    def start_application_mode(self) -> None:
        """Takes the terminal; what it shows is not known."""
        sys.setswitchinterval(SWITCH)
        self._display.forget()
        self._outlet = Outlet(
            sys.__stderr__.fileno() if sys.__stderr__ is not None else 2,
            self._display.changes,
            self._gone,
            encoding=self._encoding,
            pause=0.05 if self._around.over_ssh else 1 / 60,
        )
        self._outlet.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def disable_input(self) -> None:
        """Stops reading keys, once the terminal has answered what it was asked."""
        if self._outlet is not None and not self.exit_event.is_set():
            self._outlet.settle(DRAINING)
        super().disable_input()

    def close(self) -> None:
        """Gives the terminal back; one that takes nothing any more does not keep the process."""
        super().close()
        if self._outlet is not None and not self._outlet.stop(DRAINING):
            end_in(HARD_END, self._app.return_code or 0)

    # Input

    @property
    def drew(self) -> bool:
        """Whether the terminal was sent what it should show."""
        return self._outlet is not None and self._outlet.drew

    def run_input_thread(self) -> None:
        """Reads keys until the app ends or the terminal is gone."""
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        parser, tail, last = XTermParser(self._debug), "", 0.0
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if waiting.select(0.05 if tail else 0.1):
                    data = self._read()
                    if not data:
                        self._gone()
                        return
                    text = decode(data)
                    tail, last = (tail + text)[-32:], monotonic()
                    self.received(parser.feed(text) if text else ())
                elif monotonic() - last >= (UNFINISHED if _BEGUN.search(tail) else self._escape_delay):
                    tail = ""
                    self.received(parser.tick())

    def _read(self) -> bytes:
        """What was typed; nothing once the terminal has gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    @property
    def _escape_delay(self) -> float:
        """The further away the terminal, the longer the parts of a key may be apart."""
        far = self._outlet.flow.round_trip * 1.5 if self._outlet is not None else 0.0
        return max(self._around.escape_delay, min(far, 0.5))

    def received(self, messages: Iterable[Message]) -> None:
        """What one read brought."""
        for message in messages:
            outlet = self._outlet
            if isinstance(message, Key) and message.key == ANSWER_KEY:
                if outlet is not None:
                    outlet.answered()
                continue
            if outlet is not None:
                outlet.touched()
                outlet.synchronized |= isinstance(message, TerminalSupportsSynchronizedOutput)
            self.process_message(message)

    def _gone(self) -> None:
        """The terminal is gone, and so is its user. Called from any thread."""
        end_in(HARD_END, GONE)
        if self._outlet is not None:
            self._outlet.abandon()
        self._loop.call_soon_threadsafe(self._app.exit, None, GONE)


def end_in(seconds: float, code: int) -> None:
    """Ends the process with `code` after `seconds`, whatever still holds it up then."""
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()
