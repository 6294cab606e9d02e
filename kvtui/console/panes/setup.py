"""Pane 1: the settings."""

from kvtui.console.panes.pane import Pane
from kvtui.console.state import State
from kvtui.console.views import setup


class SetupPane(Pane):
    """Vault, tenant, target, auth mode, names, versions."""

    pane_id = "setup"

    def show(self, state: State) -> None:
        """The settings as rows."""
        self.lines.show_rows(lambda width: setup.rows(state, width))
