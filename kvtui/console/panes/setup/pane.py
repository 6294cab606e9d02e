"""Pane 1: the settings."""

from __future__ import annotations

from kvtui.console.panes.pane import Pane
from kvtui.console.state import State
from kvtui.console.views import setup
from kvtui.console.widgets.lines import LineList


class SetupPane(Pane):
    """Vault, tenant, target, auth mode, names, versions."""

    pane_id = "setup"

    def show(self, state: State) -> None:
        """The settings as rows."""
        self.lines.show_rows(lambda width: setup.rows(state, width))

    def on_line_list_clicked(self, event: LineList.Clicked) -> None:
        """A click on one of several options chooses it."""
        event.stop()
        if option := setup.option_at(event.key, event.part):
            self.post_message(self.Asked(self.pane_id, "choose", option))
