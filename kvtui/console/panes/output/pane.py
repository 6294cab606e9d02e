"""Pane 5: the files and the next steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.console.actions import PaneId
from kvtui.console.panes.output import view
from kvtui.console.panes.pane import Pane

if TYPE_CHECKING:
    from kvtui.console.state import State


class OutputPane(Pane):
    """The changes to each file, as a diff."""

    pane_id = PaneId.OUTPUT

    def show(self, state: State) -> None:
        """The selected tab."""
        names, place = view.tabs(state.output), view.chosen(state.output)
        self.lines.turn(names[place] if place else None)
        self.lines.show_rows(lambda width: view.rows(state, width))
