"""Pane 4: one lookup as Airflow would do it."""

from kvtui.console.actions import TITLES
from kvtui.console.panes.pane import Pane
from kvtui.console.state import State
from kvtui.console.text import shown
from kvtui.console.views import lookup


class LookupPane(Pane):
    """The key, the steps, the result."""

    pane_id = "lookup"
    placeholder = "a key, as a DAG names it"

    def show(self, state: State) -> None:
        """The trace."""
        self.lines.show_rows(lambda width: lookup.rows(state, width))
        self.border_title = f"{TITLES[self.pane_id].split()[0]} {lookup.call(state.lookup)}"
        who = state.lookup.runs_as
        self.border_subtitle = shown(f"as {who}", 60).markup if who else ""
