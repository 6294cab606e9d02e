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
from kvtui.console.dialogs.filtering import TypedFilter
from kvtui.console.dialogs.keys import CLEARS_FILTER, FILTER, show_keys
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

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "close", "Close")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._filter = TypedFilter()

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = shown(self._title, 76)
            yield LineList(id="connection-types")

    def on_mount(self) -> None:
        """Draws the types."""
        self._draw()
        self.query_one(LineList).focus()

    def keys_now(self) -> Keys:
        """Esc first clears the filter."""
        return (ENTER, FILTER, CLEARS_FILTER if self._filter.text else BACK)

    def on_key(self, event: Key) -> None:
        """Typed letters filter the types."""
        if self._filter.takes(event):
            self._draw()

    def action_close(self) -> None:
        """Esc clears the filter; without one, it closes the dialog."""
        if self._filter.clear():
            self._draw()
        else:
            self.dismiss(None)

    def _draw(self) -> None:
        lines = self.query_one(LineList)
        lines.from_top()
        lines.show_rows(self._rows)
        show_keys(self)

    def _rows(self, width: int) -> list[Row]:
        longest = max(map(len, TYPES))
        typed = self._filter.text
        matching = [name for name in TYPES if self._filter.matches(name)]
        matching.sort(key=lambda name: name != typed)
        out = [*self._filter.rows()]
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
