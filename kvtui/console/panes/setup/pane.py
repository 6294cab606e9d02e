"""Pane 1: the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from kvtui.console.actions import ActionId, PaneId
from kvtui.console.panes.pane import Pane
from kvtui.console.panes.setup import view
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.state import State


class SetupPane(Pane):
    """Vault, tenant, target, auth mode, names, versions."""

    pane_id = PaneId.SETUP

    def show(self, state: State) -> None:
        """The settings as rows."""
        self.lines.show_rows(lambda width: view.rows(state, width))

    @on(LineList.Clicked)
    def _clicked(self, event: LineList.Clicked) -> None:
        """A click on one of several options chooses it."""
        event.stop()
        if option := view.option_at(event.key, event.part):
            self.request(ActionId.CHOOSE, option)
