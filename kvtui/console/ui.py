"""What controllers may do to the screen and the terminal, and nothing more."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import ModalScreen
from textual.worker import Worker, WorkerState

from kvtui.console.crash import defect
from kvtui.console.remedies import words
from kvtui.console.state import Notification
from kvtui.console.status.bottom import fits

if TYPE_CHECKING:
    from kvtui.console.actions import PaneId
    from kvtui.console.panes.pane import Pane
    from kvtui.console.screen import MainScreen
    from kvtui.console.store import Store
    from kvtui.core.problems import Problem

Result = TypeVar("Result")
IF_NOTHING = "Nothing there? Your terminal blocks OSC 52."
SENT = f"Copied: {{}}. {IF_NOTHING}"


class Ui:
    """Notifications, dialogs, work in the background, the panes' prompts and editors."""

    least_shown = 1.0
    """Seconds that a notification stays in any case: keys that were on their way do not answer it."""

    def __init__(self, screen: MainScreen, store: Store) -> None:
        self._screen, self._store = screen, store
        self.last_notification: Notification | None = None
        """Also when it is gone from the screen."""

    # Notifications

    def notify(self, text: str, *, severity: str = "information", during: str = "") -> None:
        """Shows a message above the footer until the next key; with `during`, until that work has ended."""
        self._show(text, severity, during)

    def warn(self, text: str) -> None:
        """Shows a warning."""
        self._show(text, "warning")

    def notify_problem(self, problem: Problem, *, severity: str = "error") -> None:
        """Shows a problem; its remedy stays visible where not all of it fits."""
        self._show(problem.sentence(), severity, remedy=problem.remedy)

    def _show(self, text: str, severity: str, during: str = "", remedy: str | None = None) -> None:
        text = words(text)
        remedy = text.rpartition(". ")[2] if remedy is None else words(remedy)
        self.last_notification = Notification(text, severity, during, time.monotonic(), remedy)
        self._store.change(notification=self.last_notification)

    def clear_notification(self) -> None:
        """Takes the notification away."""
        if self._store.state.notification is not None:
            self._store.change(notification=None)

    def key_pressed(self) -> None:
        """Clears a notification that could be read by now, and is about no work."""
        shown = self._store.state.notification
        if shown is not None and not shown.during and time.monotonic() - shown.at >= self.least_shown:
            self.clear_notification()

    def in_full(self) -> str:
        """The last notification, if not all of it fits on its line; else empty."""
        last = self.last_notification
        return last.words if last and not fits(last, self._screen.size.width or 80) else ""

    def copy(self, text: str, what: str) -> None:
        """Sends a text that is not secret to the terminal's clipboard, which does not answer."""
        if text:
            self._screen.app.copy_to_clipboard(text)
            self._show(SENT.format(what), "information", remedy=IF_NOTHING)
        else:
            self.warn("There is nothing to copy here.")

    # Work in the background

    def run(self, work: Callable[[], Coroutine[None, None, None]], group: str) -> None:
        """Runs `work`; a newer one of the same group cancels the older."""
        _: Worker[None] = self._screen.run_worker(work, group=group, exclusive=True, exit_on_error=False)

    def stop(self, *groups: str) -> bool:
        """Cancels what runs in these groups; True when something did."""
        running = self._running(*groups)
        for worker in running:
            worker.cancel()
        return bool(running)

    def later(self, call: Callable[..., object], *args: object) -> None:
        """Calls a function once what is on its way to the screen has arrived."""
        self._screen.call_later(call, *args)

    def next(self, call: Callable[[], object]) -> None:
        """Calls a function as the very next thing; it survives the work that asks for it."""
        self._screen.call_next(call)

    def _running(self, *groups: str) -> list[Worker[Any]]:
        states = (WorkerState.PENDING, WorkerState.RUNNING)
        return [each for each in self._screen.workers if each.group in groups and each.state in states]

    def work_changed(self, event: Worker.StateChanged) -> None:
        """Work never fails silently: what no controller expected is a defect, and is shown."""
        shown = self._store.state.notification
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self._show(defect(event.worker.error), "error")
        elif shown is not None and shown.during and not self._running(shown.during):
            self.clear_notification()

    # Dialogs and panes

    async def ask(self, dialog: ModalScreen[Result]) -> Result | None:
        """Opens a dialog and waits for its answer; only in background work."""
        return await self._screen.app.push_screen_wait(dialog)

    def open(
        self, dialog: ModalScreen[Result], answered: Callable[[Result | None], None] | None = None
    ) -> Any:
        """Opens a dialog; its answer goes to `answered`. The result can be awaited: the dialog is there."""
        return self._screen.app.push_screen(dialog, answered)

    def enter(self, pane: PaneId) -> None:
        """Goes to a pane."""
        self._screen.enter(pane)

    def go_to(self, pane: PaneId) -> None:
        """Goes to a pane by an action of another one; Esc leads back."""
        self._screen.go_to(pane)

    def pane(self, name: PaneId) -> Pane:
        """One of the panes: its prompt, its editor, its cursor."""
        return self._screen.pane(name)

    def leave(self) -> bool:
        """Ends the zoom, or goes back to the pane that led here; False if there is neither."""
        return self._screen.leave()

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Gives the terminal to a program: nothing is drawn, and Ctrl+C is not for kvtui."""
        with _sigint_ignored(), self._screen.app.batch_update(), self._screen.app.suspend():
            yield


@contextmanager
def _sigint_ignored() -> Iterator[None]:
    """Ctrl+C goes to every program of the terminal: it is meant for the one that runs.

    A handler that does nothing, and not SIG_IGN, which the program would inherit.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
