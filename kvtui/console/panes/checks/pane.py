"""Pane 6: the checklist, and what to do about the selected line."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from kvtui.console.panes.checks import view as checks
from kvtui.console.panes.pane import Pane
from kvtui.console.state import State
from kvtui.console.widgets.lines import LineList


class ChecklistPane(Pane):
    """Each line ok, warn or fail, with one thing to do."""

    pane_id = "checks"
    _state: State | None = None

    def compose(self) -> Iterable[Widget]:
        """The lines above, the selected one in full below."""
        yield LineList()
        yield LineList(id="about", cursor=False)

    @property
    def lines(self) -> LineList:
        """The checks."""
        return self.query(LineList).first()

    def show(self, state: State) -> None:
        """The checks as they stand."""
        self._state = state
        self.lines.show_rows(lambda width: checks.rows(state, width))
        self.label(right=checks.tally(state.checks) if state.checks else "")
        self._about()

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Another line is selected."""
        event.stop()
        self._about()

    def _about(self) -> None:
        state = self._state
        if state is not None:
            name = self.lines.selected
            self.query_one("#about", LineList).show_rows(lambda width: checks.about(state, name, width))
