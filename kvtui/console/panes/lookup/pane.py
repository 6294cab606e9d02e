"""Pane 4: one lookup as Airflow would do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.console.actions import PaneId
from kvtui.console.panes.lookup import texts, view
from kvtui.console.panes.pane import Pane

if TYPE_CHECKING:
    from kvtui.console.state import State


class LookupPane(Pane):
    """The key, the steps, the result."""

    pane_id = PaneId.LOOKUP
    placeholder = texts.PLACEHOLDER
    _shown = ("", "")
    """The kind and key of the last lookup that was shown."""

    def show(self, state: State) -> None:
        """The trace, from its beginning if the key is another one."""
        lookup = (state.lookup.kind, state.lookup.key)
        if lookup != self._shown:
            self._shown = lookup
            self.lines.from_top()
        self.lines.show_rows(lambda width: view.rows(state, width))
        self.label(right=texts.asked_as(state.lookup.runs_as))
