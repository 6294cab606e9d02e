"""Another kind of sign-in, at any time; and what was tried, and what each kind said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.state import State
from kvtui.console.views import sign_in
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import now
from kvtui.settings.model import SignInKind


class SignInDialog(ModalScreen[SignInKind | None]):
    """Returns the chosen kind; None for Esc, which leaves everything as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Close")]

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Sign in"
            box.border_subtitle = "⏎ signs in by this kind   Esc closes"
            yield LineList(id="kinds")

    def on_mount(self) -> None:
        """The cursor is on the kind that is chosen now: Enter signs in again."""
        lines = self.query_one(LineList)
        lines.show_rows(lambda width: sign_in.rows(self._state, width, now()))
        lines.select(self._state.settings.sign_in.value)
        lines.focus()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter."""
        event.stop()
        self.dismiss(SignInKind(event.key))
