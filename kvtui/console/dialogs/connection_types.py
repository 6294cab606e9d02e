"""The dialog that chooses the type of a new connection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.airflow.connection_types import TYPES, type_of
from kvtui.console.dialogs.filtering import FilteredList
from kvtui.console.text import Row, fit, row, shown
from kvtui.console.type_ahead import TakesLetters
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys

ENTER, BACK = ("Enter", "use this type"), ("Esc", "back")
OTHER = "another type, with all fields"
"""Behind a typed type that kvtui does not know."""


class ConnectionTypesDialog(TakesLetters, ModalScreen[str | None]):
    """Returns the chosen type; None for Esc. Typed letters filter, and may be another type."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Close")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._list = FilteredList(self._rows, id="connection-types")

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = shown(self._title, 76)
            yield self._list

    def keys_now(self) -> Keys:
        """Those of the list."""
        return self._list.keys(ENTER, BACK)

    def on_key(self, event: Key) -> None:
        """Typed letters filter the types."""
        self._list.takes(event)

    def _rows(self, width: int) -> list[Row]:
        longest = max(map(len, TYPES))
        typed = self._list.typed.text
        matching = [name for name in TYPES if self._list.typed.matches(name)]
        matching.sort(key=lambda name: name != typed)
        out = [*self._list.typed.rows()]
        for name in matching:
            known = type_of(name)
            labels = ", ".join(known.label(each) for each in known.fields)
            out.append(
                row((fit(name, longest), "strong"), (fit(f"  {labels}", width - longest), "dim"), key=name)
            )
        if typed and typed not in TYPES:
            out.append(row((typed, "strong"), (f"  {OTHER}", "dim"), key=typed))
        return out

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a type."""
        event.stop()
        self.dismiss(str(event.key))
