"""Pane 7: what the DAGs use, and whether it would resolve."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from kvtui.console.panes.audit import view as audit
from kvtui.console.panes.pane import Pane
from kvtui.console.state import State
from kvtui.console.widgets.lines import LineList


class AuditPane(Pane):
    """Keys by verdict; the places of the opened one below."""

    pane_id = "audit"
    placeholder = "part of a key, a secret's name or a file"

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[object, ...] = ()
        self._filter = ""

    def compose(self) -> Iterable[Widget]:
        """The keys above, the details below."""
        yield LineList()
        details = LineList(id="places", cursor=False)
        details.display = False
        yield details

    @property
    def lines(self) -> LineList:
        """The keys."""
        return self.query(LineList).first()

    def show(self, state: State) -> None:
        """The audit as it stands. A thousand rows are not made again while nothing of it has changed."""
        names = (state.sign_in, len(state.secrets.names))
        drawn = (state.audit, state.settings, state.versions, state.project, *names)
        if len(drawn) == len(self._drawn) and all(
            one is other for one, other in zip(drawn, self._drawn, strict=True)
        ):
            return
        self._drawn = drawn
        if state.audit.filter != self._filter:
            self._filter = state.audit.filter
            if self._filter:
                self.lines.from_top()
            else:
                self.lines.select(self.lines.selected)
        self.lines.show_rows(lambda width: audit.rows(state, width))
        self.label(right=audit.status(state))
        details = self.query_one("#places", LineList)
        details.display = bool(state.audit.opened)
        details.show_rows(lambda width: audit.details(state, width))

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """The details below are those of the row under the cursor."""
        event.stop()
        if event.lines is self.lines:
            self.post_message(self.Asked(self.pane_id, "moved", event.key))
