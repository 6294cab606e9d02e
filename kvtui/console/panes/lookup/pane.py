"""Pane 4: one lookup as Airflow would do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.airflow.platforms import CALLS
from kvtui.console.actions import PANES, PaneId
from kvtui.console.panes.lookup import view
from kvtui.console.panes.pane import Pane

if TYPE_CHECKING:
    from kvtui.console.state import State


class LookupPane(Pane):
    """The key, the steps, the result."""

    pane_id = PaneId.LOOKUP
    placeholder = "a key, as a DAG names it"
    _shown = ("", "")
    """Kind and key of the lookup that was shown last."""

    def show(self, state: State) -> None:
        """The trace. Another key's is read from its beginning."""
        lookup = (state.lookup.kind, state.lookup.key)
        if lookup != self._shown:
            self._shown = lookup
            self.lines.from_top()
        self.lines.show_rows(lambda width: view.rows(state, width))
        number = PANES.index(self.pane_id) + 1
        who = state.lookup.runs_as
        self.label(title=f"{number} {CALLS[state.lookup.kind]}", right=f"as {who}" if who else "")
