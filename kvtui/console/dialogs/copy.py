"""The dialog of what can be copied of a key or secret: name, key, Python call, command; no value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.dialogs.keys import show_keys
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys

TITLE = "Copy"
KEYS = (("Enter", "copy"), ("y", "copy"), ("Esc", "cancel"))
NOTE = (
    "The text is sent to your terminal's clipboard (OSC 52). No value is copied, and the az command does "
    "not print the value."
)
LABEL = 13
"""Cells of a label."""


@dataclass(frozen=True, slots=True)
class CopyForm:
    """One thing that can be copied; also its row's key."""

    label: str
    text: str


class CopyDialog(ModalScreen[CopyForm | None]):
    """Returns what to copy; None for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "choose", "Copy"),
        ("escape", "dismiss(None)", "Cancel"),
    ]

    def __init__(self, forms: Sequence[CopyForm]) -> None:
        super().__init__()
        self._forms = tuple(forms)

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog", id="copy") as box:
            box.border_title = TITLE
            yield LineList()

    def on_mount(self) -> None:
        """The cursor is on the first form: `y` twice copies it."""
        lines = self.query_one(LineList)
        lines.show_rows(self._rows)
        lines.focus()
        show_keys(self)

    def keys_now(self) -> Keys:
        """The same for each form."""
        return KEYS

    def _rows(self, width: int) -> list[Row]:
        out: list[Row] = []
        for form in self._forms:
            first, *rest = wrapped(form.text, width, "name", indent=LABEL)
            out += [Row(((fit(form.label, LABEL), "dim"), *first.parts[1:]), form), *rest]
        return [*out, row(("", "plain")), *wrapped(NOTE, width, "dim")]

    def action_choose(self) -> None:
        """Copies the form under the cursor."""
        self.query_one(LineList).action_choose()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter or `y` on a form."""
        event.stop()
        if isinstance(event.key, CopyForm):
            self.dismiss(event.key)
