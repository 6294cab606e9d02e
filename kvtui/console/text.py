"""The one way from a string to what Textual draws: made inert first, never parsed as markup."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len, chop_cells, set_cell_size
from textual.content import Content

from kvtui.console.remedies import words
from kvtui.core.sanitize import sanitized

Role = Literal["plain", "dim", "strong", "good", "warn", "bad", "name", "todo", "added", "removed", "head"]
"""What a piece of text is; the styles decide how that looks."""

LONGEST = 30_000
"""Characters of one line of a revealed text: a value of Key Vault's largest size fits."""
Part = tuple[str, Role]
RowKey = Hashable
"""What a row is chosen by: each pane has small dataclasses or enums of its own for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: its parts from left to right, and the key it is chosen by.

    A row without a key is text to read: the cursor passes over it.
    """

    parts: tuple[Part, ...]
    key: RowKey | None = None


def shown(text: object, limit: int = 300) -> Content:
    """Any text as Textual content: sanitized, on one line, cut to `limit` characters, without markup."""
    return Content(sanitized(text, limit))


def fit(text: object, width: int) -> str:
    """`text` made inert and padded or cut to exactly `width` cells; a cut is marked by an ellipsis."""
    plain = sanitized(text, max(width * 2, 8))
    if cell_len(plain) <= width:
        return set_cell_size(plain, width)
    return set_cell_size(plain, width - 1) + "…" if width > 1 else set_cell_size(plain, width)


def row(*parts: Part, key: RowKey | None = None) -> Row:
    """A row of `(text, role)` parts."""
    return Row(parts, key)


def wrapped(text: str, width: int, role: Role = "plain", *, indent: int = 0, first: str = "") -> list[Row]:
    """`text` in the console's words, broken into rows of at most `width` cells.

    `first` stands in the first row's indent.
    """
    room = max(12, width - indent)
    lines = textwrap.wrap(sanitized(words(text), 4000), room, break_on_hyphens=False) or [""]
    lead = " " * indent
    return [
        Row(((set_cell_size(first, indent) if not n and first else lead, role), (line, role)))
        for n, line in enumerate(lines)
    ]


def whole(text: str, width: int, *, indent: int = 2) -> list[Row]:
    """A revealed text character by character, every line of it broken where the width ends."""
    room = max(12, width - indent)
    return [
        Row(((" " * indent, "dim"), (piece, "name")))
        for line in text.split("\n")
        for piece in chop_cells(sanitized(line, LONGEST), room) or [""]
    ]
