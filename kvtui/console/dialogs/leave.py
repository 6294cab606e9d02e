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
from kvtui.console.provisioning.texts import REMOVE_SECRET
from kvtui.console.provisioning.view import losing
from kvtui.console.text import Row, row, wrapped
from kvtui.console.widgets.lines import LineList

QUIT_TITLE, STAY = "Quit kvtui?", "Stay"
LOSE_TITLE, REPLACED_TITLE = "Quit and lose a client secret?", "Quit and leave a replaced client secret?"
ENTER_WORD = "confirm"
KEYS = f"Esc cancel   Enter {ENTER_WORD}"
LOST = "Its value cannot be read again after kvtui ends."
REMOVE_LATER = "This command removes it:"
INDENT = "  "
STAY_AND_WRITE, STAY_AND_REMOVE = "Stay, and write it (w)", f"Stay, and remove it ({REMOVE_SECRET} in pane 2)"
QUIT_WITHOUT, QUIT = "Quit and lose it", "Quit"


class Choice(Enum):
    """The two rows that can be chosen."""

    STAY = auto()
    QUIT = auto()


class LeaveDialog(ModalScreen[bool]):
    """Returns True if the user quits anyway."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(False)", "Cancel")]
    enter_word: ClassVar[str] = ENTER_WORD

    def __init__(self, unwritten: Sequence[MadeSecret]) -> None:
        super().__init__()
        self._unwritten = tuple(unwritten)
        self._replaced = bool(unwritten) and all(made.replaced for made in self._unwritten)

    def compose(self) -> Iterable[Widget]:
        """What would be lost, and the two choices."""
        with Vertical(classes="dialog", id="leave") as box:
            box.border_title = (
                REPLACED_TITLE if self._replaced else LOSE_TITLE if self._unwritten else QUIT_TITLE
            )
            box.border_subtitle = KEYS
            yield LineList(id="leave-lines", pointer=True)

    def on_mount(self) -> None:
        """The cursor is on Stay, which loses nothing."""
        lines = self.query_one("#leave-lines", LineList)
        lines.show_rows(self._rows)
        lines.focus()

    def _rows(self, width: int) -> list[Row]:
        out: list[Row] = []
        for made in self._unwritten:
            what, command = losing(made)
            out += wrapped(what if made.replaced else f"{what} {LOST}", width, "warn")
            out += [*wrapped(REMOVE_LATER, width, "dim"), *wrapped(command, width, "name", indent=2)]
            out.append(row(("", "plain")))
        stay, leave = (STAY_AND_REMOVE, QUIT) if self._replaced else (STAY_AND_WRITE, QUIT_WITHOUT)
        if not self._unwritten:
            stay, leave = STAY, QUIT
        out.append(row((INDENT, "todo"), (stay, "strong"), key=Choice.STAY))
        out.append(row((INDENT, "todo"), (leave, "strong"), key=Choice.QUIT))
        return out

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on one of the choices."""
        event.stop()
        self.dismiss(event.key is Choice.QUIT)
