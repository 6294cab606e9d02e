"""Pane 4: one lookup as Airflow would do it."""

from kvtui.console.actions import TITLES
from kvtui.console.panes.lookup import view as lookup
from kvtui.console.panes.pane import Pane
from kvtui.console.state import State


class LookupPane(Pane):
    """The key, the steps, the result."""

    pane_id = "lookup"
    placeholder = "a key, as a DAG names it"

    def __init__(self) -> None:
        super().__init__()
        self._told = ("", "")

    def show(self, state: State) -> None:
        """The trace. Another key's is read from its beginning."""
        told = (state.lookup.kind, state.lookup.key)
        if told != self._told:
            self._told = told
            self.lines.from_top()
        self.lines.show_rows(lambda width: lookup.rows(state, width))
        number = TITLES[self.pane_id].split()[0]
        who = state.lookup.runs_as
        self.label(title=f"{number} {lookup.call(state.lookup)}", right=f"as {who}" if who else "")
