"""Letters typed into a dialog that has no input filter its list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.events import Key

from kvtui.console.dialogs.keys import CLEARS_FILTER, FILTER, show_keys
from kvtui.console.text import Row, row
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys
    from kvtui.console.text import RowKey

LABEL = "Filter  "


def no_match(what: str, text: str) -> str:
    """When the filter hides all rows; `what` is what one of them is."""
    return f"No {what} matches “{text}”. Backspace deletes a letter."


class TypedFilter:
    """The typed text, in lower case."""

    def __init__(self) -> None:
        self.text = ""

    def takes(self, event: Key) -> bool:
        """Returns True for a key that changes the filter: a character of a name, Backspace, or Esc."""
        typed = event.character or ""
        if event.key == "backspace":
            self.text = self.text[:-1]
        elif event.key == "escape" and self.text:
            self.text = ""
        elif typed.isascii() and (typed.isalnum() or typed in ("-", "_", ".")):
            self.text += typed.lower()
        else:
            return False
        return True

    def matches(self, text: str) -> bool:
        """Whether a text contains the typed text."""
        return self.text in text.lower()

    def rows(self) -> list[Row]:
        """The typed text, as a row above the list."""
        return [row((LABEL, "dim"), (self.text, "name"))] if self.text else []


class FilteredList(LineList):
    """The list of a dialog that passes its keys on: letters filter the rows, Esc first clears the filter.

    `rows` makes the rows for a width, those that match `typed`. Without a filter the cursor starts on the
    first of `starts_on`.
    """

    def __init__(
        self,
        rows: Callable[[int], Sequence[Row]],
        starts_on: Callable[[RowKey], bool] | None = None,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.typed = TypedFilter()
        self._rows, self._unfiltered = rows, starts_on

    def on_mount(self) -> None:
        """Draws the first rows."""
        self._filtered()
        self.focus()

    def takes(self, event: Key) -> None:
        """Handles a key of the dialog if it changes the filter."""
        if self.typed.takes(event):
            event.stop()
            event.prevent_default()
            self._filtered()

    def clear(self) -> None:
        """Shows all rows."""
        self.typed.text = ""
        self._filtered()

    def _filtered(self) -> None:
        self.from_top(None if self.typed.text else self._unfiltered)
        self.redraw()

    def redraw(self) -> None:
        """Makes the rows again, and shows the keys of the dialog; does nothing before it is open."""
        if self.is_attached:
            self.show_rows(self._rows)
            show_keys(self.screen)

    def keys(self, enter: tuple[str, str], close: tuple[str, str]) -> Keys:
        """What works now: Enter where a row matches, letters where there is a row to filter, and Esc."""
        there = self.selected is not None
        filters = [FILTER] if there or self.typed.text else []
        return (*([enter] if there else []), *filters, CLEARS_FILTER if self.typed.text else close)
