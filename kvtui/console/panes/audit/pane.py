"""Pane 7: the variables and connections that the DAGs use, and whether the vault has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from kvtui.console.actions import PaneId
from kvtui.console.panes.audit import texts
from kvtui.console.panes.pane import Pane, hidden_list
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.state import State


class AuditPane(Pane):
    """The keys by outcome; the details of the opened one below."""

    pane_id = PaneId.AUDIT
    placeholder = texts.PLACEHOLDER
    _drawn: tuple[object, ...] = ()
    _filter = ""

    def compose(self) -> Iterable[Widget]:
        """The column headers, the keys, the details."""
        yield hidden_list("columns", "header")
        yield LineList()
        yield hidden_list("places")

    def show(self, state: State) -> None:
        """The audit. Makes the rows again only when their data has changed."""
        names = (state.sign_in, len(state.secrets.names))
        drawn = (state.audit, state.settings, state.versions, state.project, *names)
        if len(drawn) == len(self._drawn) and all(
            one is other for one, other in zip(drawn, self._drawn, strict=True)
        ):
            return
        self._drawn = drawn
        from kvtui.console.panes.audit import view

        if state.audit.filter != self._filter:
            self._filter = state.audit.filter
            if self._filter:
                self.lines.from_top()
            elif (selected := self.lines.selected) is not None:
                self.lines.select(selected)
        self.lines.show_rows(lambda width: view.rows(state, width))
        report, header = state.audit.report, self.query_one("#columns", LineList)
        header.display = report is not None
        header.show_rows(lambda width: view.header(state, width))
        self.label(right=view.status(state))
        details = self.query_one("#places", LineList)
        details.display = state.audit.opened is not None
        details.show_rows(lambda width: view.details(state, width))
