"""Pane 6: the checklist, and what to do about the selected line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from kvtui.console.actions import PaneId
from kvtui.console.panes.checks import view
from kvtui.console.panes.pane import Pane
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.state import State


class ChecklistPane(Pane):
    """Each check with its outcome; the details of the selected one below."""

    pane_id = PaneId.CHECKS
    _state: State | None = None

    def compose(self) -> Iterable[Widget]:
        """The checks above, the details below."""
        yield LineList()
        yield LineList(id="about", cursor=False)

    def show(self, state: State) -> None:
        """The checks, and the details of the selected one."""
        self._state = state
        self.lines.show_rows(lambda width: view.rows(state, width))
        self.label(right=view.tally(state.checks) if state.checks else "")
        self._show_selected()

    @on(LineList.Moved)
    def _show_selected(self) -> None:
        state, selected = self._state, self.lines.selected
        if state is not None:
            self.query_one("#about", LineList).show_rows(lambda width: view.about(state, selected, width))
