"""Where an action of one pane led to another, so that Esc leads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.console.actions import PaneId
    from kvtui.console.text import RowKey

LONGEST = 8
"""Jumps that are remembered."""


class Jumps:
    """The panes that led here by an action, such as `u`, each with its row; the newest last."""

    def __init__(self) -> None:
        self._from: list[tuple[PaneId, RowKey | None]] = []

    @property
    def back_to(self) -> PaneId | None:
        """The pane that Esc returns to."""
        return self._from[-1][0] if self._from else None

    def add(self, pane: PaneId, row: RowKey | None) -> None:
        """That row of that pane leads elsewhere."""
        self._from = [*self._from, (pane, row)][-LONGEST:]

    def take(self) -> tuple[PaneId, RowKey | None] | None:
        """The pane and the row to go back to, once; None if there are none."""
        return self._from.pop() if self._from else None

    def forget(self) -> None:
        """A pane was chosen in another way: nothing leads back from it."""
        self._from = []
