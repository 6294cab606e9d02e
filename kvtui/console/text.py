"""From a string to what Textual draws: always sanitized, never parsed as markup."""

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
"""The meaning of a piece of text; `styles/` has its colour."""

LONGEST = 30_000
"""The length to which a line of a revealed text is cut; the largest value in Key Vault is shorter."""
Part = tuple[str, Role]
RowKey = Hashable
"""Identifies a row. Each pane has its own small dataclasses or enums for its rows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: its parts from left to right, and its key.

    A row without a key is only text: the cursor skips it.
    """

    parts: tuple[Part, ...]
    key: RowKey | None = None


def shown(text: object, limit: int = 300) -> Content:
    """Any text as Textual content: sanitized, on one line, cut to `limit` characters, without markup."""
    return Content(sanitized(text, limit))


def fit(text: object, width: int) -> str:
    """`text` sanitized, and padded or cut to exactly `width` cells; an ellipsis marks a cut."""
    plain = sanitized(text, max(width * 2, 8))
    if cell_len(plain) <= width:
        return set_cell_size(plain, width)
    return set_cell_size(plain, width - 1) + "…" if width > 1 else set_cell_size(plain, width)


def row(*parts: Part, key: RowKey | None = None) -> Row:
    """A row of `(text, role)` parts."""
    return Row(parts, key)


def wrapped(text: str, width: int, role: Role = "plain", *, indent: int = 0, first: str = "") -> list[Row]:
    """`text`, with remedies in the console's words, in rows of at most `width` cells.

    `first` is a sign in the indent of the first row.
    """
    room = max(12, width - indent)
    lines = textwrap.wrap(sanitized(words(text), 4000), room, break_on_hyphens=False) or [""]
    lead = " " * indent
    return [
        Row(((set_cell_size(first, indent) if not n and first else lead, role), (line, role)))
        for n, line in enumerate(lines)
    ]


def whole(text: str, width: int, *, indent: int = 2) -> list[Row]:
    """A revealed text in full, with each line broken at the width."""
    room = max(12, width - indent)
    return [
        Row(((" " * indent, "dim"), (piece, "name")))
        for line in text.split("\n")
        for piece in chop_cells(sanitized(line, LONGEST), room) or [""]
    ]
