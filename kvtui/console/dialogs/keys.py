"""The keys of a dialog, as its border and the footer print them: both come from the dialog's `keys_now`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual.message import Message
from textual.screen import Screen

from kvtui.console.text import shown

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys

LONGEST = 200
"""Characters of the border's line."""
ROOM = 72
"""Cells of that line at 80 columns."""
FILTER = ("Type", "to filter")
"""The entry of a list that typed letters filter."""
CLEARS_FILTER = ("Esc", "clear the filter")


@runtime_checkable
class HasKeys(Protocol):
    """A dialog."""

    def keys_now(self) -> Keys:
        """Each key that has an effect now, and the effect, which depends on the focus and the cursor."""


class KeysChanged(Message):
    """Other keys work in a dialog now."""


def show_keys(dialog: Screen[Any], words: str = "") -> None:
    """Prints the dialog's keys in its border, or `words` until the next change, and renews the footer."""
    assert isinstance(dialog, HasKeys)  # noqa: S101 - the caller is one of the dialogs
    for box in dialog.query(".dialog"):
        box.border_subtitle = shown(words or in_border(dialog.keys_now()), LONGEST)
        dialog.post_message(KeysChanged())


def in_border(keys: Keys) -> str:
    """The keys on one line, closer together where they would not fit on a terminal of 80 columns."""
    each = [f"{key} {words}" for key, words in keys]
    wide = "   ".join(each)
    return wide if len(wide) <= ROOM else "  ".join(each)
