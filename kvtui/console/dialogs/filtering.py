"""Letters typed into a dialog that has no input filter its list."""

from __future__ import annotations

from textual.events import Key

from kvtui.console.text import Row, row

FILTER = "Filter  "


def no_match(what: str, text: str) -> str:
    """When the filter hides all rows; `what` is what one of them is."""
    return f"No {what} matches “{text}”. Backspace deletes a letter."


class TypedFilter:
    """The typed text, in lower case. The dialog passes its keys on and asks what matches."""

    def __init__(self) -> None:
        self.text = ""

    def takes(self, event: Key) -> bool:
        """Handles a key. Returns True if it changed the filter: a character of a name, or Backspace."""
        typed = event.character or ""
        if event.key == "backspace":
            self.text = self.text[:-1]
        elif typed.isascii() and (typed.isalnum() or typed in ("-", "_", ".")):
            self.text += typed.lower()
        else:
            return False
        event.stop()
        event.prevent_default()
        return True

    def clear(self) -> bool:
        """Removes the filter. Returns False if there was none."""
        had, self.text = bool(self.text), ""
        return had

    def matches(self, text: str) -> bool:
        """Whether a text contains the typed text."""
        return self.text in text.lower()

    def rows(self) -> list[Row]:
        """The typed text, as a row above the list."""
        return [row((FILTER, "dim"), (self.text, "name"))] if self.text else []
