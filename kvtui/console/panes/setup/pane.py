"""Pane 1: the settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from kvtui.console.actions import ActionId, PaneId
from kvtui.console.panes.pane import Pane
from kvtui.console.panes.setup import view
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.state import State
    from kvtui.console.text import Row


class SetupPane(Pane):
    """The settings: vault, tenant, target, auth mode, names, versions."""

    pane_id = PaneId.SETUP

    def compose(self) -> Iterable[Widget]:
        """The list; without the focus it shows its first rows, with the auth mode."""
        yield LineList(follows_without_focus=False)

    def show(self, state: State) -> None:
        """Draws the settings; without the focus, where not all lines fit, only the chosen options."""
        self.lines.show_rows(lambda width: self._rows(state, width))

    def _rows(self, state: State, width: int) -> list[Row]:
        rows = view.rows(state, width)
        if state.active is self.pane_id or len(rows) <= self.lines.size.height:
            return rows
        return view.short_rows(state, width, self.lines.selected)

    @on(LineList.Clicked)
    def _clicked(self, event: LineList.Clicked) -> None:
        """A click on an option selects it."""
        event.stop()
        if option := view.option_at(event.key, event.part):
            self.request(ActionId.CHOOSE, option)
