"""Before kvtui ends: asks, and says which client secret is in no file and would be lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.provisioning.state import MadeSecret
from kvtui.console.provisioning.view import losing
from kvtui.console.text import Row, row, wrapped
from kvtui.console.widgets.lines import LineList


class Choice(Enum):
    """The two rows that can be chosen."""

    STAY = auto()
    QUIT = auto()


class LeaveDialog(ModalScreen[bool]):
    """Returns whether to quit all the same; Esc is no."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(False)", "Stay")]

    def __init__(self, unwritten: Sequence[MadeSecret]) -> None:
        super().__init__()
        self._unwritten = tuple(unwritten)
        self._replaced = bool(unwritten) and all(made.replaced for made in self._unwritten)

    def compose(self) -> Iterable[Widget]:
        """What would be lost, and the choice."""
        with Vertical(classes="dialog", id="leave") as box:
            box.border_title = (
                "Quit and leave a replaced client secret?"
                if self._replaced
                else "Quit and lose a client secret?"
                if self._unwritten
                else "Quit kvtui?"
            )
            box.border_subtitle = "Esc cancel   Enter select"
            yield LineList(id="leave-lines")

    def on_mount(self) -> None:
        """The cursor is on the choice that loses nothing."""
        lines = self.query_one("#leave-lines", LineList)
        lines.show_rows(self._rows)
        lines.focus()

    def _rows(self, width: int) -> list[Row]:
        out: list[Row] = []
        for made in self._unwritten:
            what, command = losing(made)
            lost = "" if made.replaced else " Nobody can read its value again after kvtui ends."
            out += wrapped(f"{what}.{lost}", width, "warn")
            out += [
                *wrapped("To remove it afterwards:", width, "dim"),
                *wrapped(command, width, "name", indent=2),
            ]
            out.append(row(("", "plain")))
        stay = "Stay: o in pane 2 removes it" if self._replaced else "Stay: w writes it to the files"
        leave = "Quit" if self._replaced or not self._unwritten else "Quit without it"
        for words, choice in ((stay if self._unwritten else "Stay", Choice.STAY), (leave, Choice.QUIT)):
            out.append(row(("⏎ ", "todo"), (words, "strong"), key=choice))
        return out

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on one of the two."""
        event.stop()
        self.dismiss(event.key is Choice.QUIT)
