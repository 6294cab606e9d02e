"""Pane 2: apps and identities in Entra."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from kvtui.console.actions import PaneId
from kvtui.console.panes.entra import texts, view
from kvtui.console.panes.pane import Pane, hidden_list
from kvtui.console.phase import Phase
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import now

if TYPE_CHECKING:
    from kvtui.console.panes.entra.state import EntryRow
    from kvtui.console.state import State
    from kvtui.console.text import RowKey


class EntraPane(Pane):
    """Apps, service principals and managed identities."""

    pane_id = PaneId.ENTRA
    placeholder = texts.PLACEHOLDER
    _searched = ""
    _back_to: RowKey | None = None
    """The entry under the cursor when the search was cleared, until it is shown again."""
    _opened: EntryRow | None = None
    """The entry whose details were shown last."""

    def compose(self) -> Iterable[Widget]:
        """The change that runs, the entries."""
        yield hidden_list("running", "header")
        yield LineList()

    def show(self, state: State) -> None:
        """Draws the entries found, or the details of one."""
        opened = view.row_of(state.entra.opened) if state.entra.opened else None
        self.lines.turn(opened, self._opened)
        self._opened = opened
        if state.entra.text != self._searched:
            self._searched = state.entra.text
            self._back_to = None if self._searched else self.lines.selected
            self.lines.from_top()
        running = self.query_one("#running", LineList)
        running.display = state.provisioning.busy
        running.show_rows(lambda width: view.running(state, width, now()))
        self.lines.show_rows(lambda width: view.rows(state, width, now()))
        if self._back_to is not None and self.lines.source.index_of(self._back_to) is not None:
            self.lines.select(self._back_to)
            self._back_to = None
        elif state.entra.phase is not Phase.BUSY:
            self._back_to = None
        self.label(right=view.status(state.entra))
