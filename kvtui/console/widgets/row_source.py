"""Where a list gets its rows from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kvtui.console.text import Row, RowKey


class RowSource(Protocol):
    """Rows by number. `row` is called only for visible rows."""

    def __len__(self) -> int:
        """The number of rows."""

    def key(self, index: int) -> RowKey | None:
        """The key of a row; None if it cannot be selected."""

    def row(self, index: int, width: int) -> Row:
        """The row for a width of `width` cells."""

    def index_of(self, key: RowKey) -> int | None:
        """The number of the row with that key; None if there is none."""


class StaticRows:
    """Rows that were built for one width."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> RowKey | None:
        """The row's own key."""
        return self._rows[index].key

    def row(self, index: int, width: int) -> Row:
        """The row as it was built."""
        return self._rows[index]

    def index_of(self, key: RowKey) -> int | None:
        """The first row with that key."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), None)
