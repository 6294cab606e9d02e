"""Pane 3: the vault's names, and the details of one secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.widget import Widget

from kvtui.console.actions import PaneId
from kvtui.console.panes.pane import Pane, hidden_list
from kvtui.console.panes.secrets import texts, view
from kvtui.console.panes.secrets.names import Names
from kvtui.console.panes.secrets.rows import SecretRow, SecretRows
from kvtui.console.text import wrapped
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import now

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.console.state import State
    from kvtui.settings.model import Settings


class SecretsPane(Pane):
    """The names by kind, as a table; the details of the opened secret below."""

    pane_id = PaneId.SECRETS
    placeholder = texts.PLACEHOLDER

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[Sequence[SecretName], Settings, Names] | None = None
        self._drawn: object = None
        self._filter = ""

    def compose(self) -> Iterable[Widget]:
        """The column headers, the names, the details."""
        yield hidden_list("columns", "header")
        yield LineList()
        yield hidden_list("cut-off")
        yield hidden_list("details")

    def show(self, state: State) -> None:
        """The names, or a message."""
        held, provider = state.secrets, state.versions.provider
        header = self.query_one("#columns", LineList)
        matching, similar = 0, False
        if held.filter != self._filter:
            self._filter = held.filter
            if held.filter:
                self.lines.from_top(lambda key: isinstance(key, SecretRow))  # a secret, not its group
            elif (selected := self.lines.selected) is not None:
                self.lines.select(selected)  # where it is among all names
        if held.names:
            shown = (held.filter, held.folded, held.sort)
            key = (len(held.names), *shown, state.settings, provider, id(held.names))
            rows = self.lines.source
            if key != self._drawn or not isinstance(rows, SecretRows):
                self._drawn = key
                rows = SecretRows(
                    self._read(held.names, state.settings),
                    sort=held.sort,
                    filter=held.filter,
                    folded=held.folded,
                    settings=state.settings,
                    provider=provider,
                    at=now(),
                )
                self.lines.show(rows)
            header.show_rows(lambda width: [rows.header(width)])
            matching, similar = rows.matching, rows.similar
        if not held.names or (held.filter and not matching):
            self._drawn = None
            self.lines.show_rows(lambda width: view.message(state, width))
        header.display = bool(held.names and (matching or not held.filter))
        self.label(right=view.status(state, matching, similar=similar))
        why = view.cut_off(state)
        cut_off = self.query_one("#cut-off", LineList)
        cut_off.display = bool(why)
        cut_off.show_rows(lambda width: wrapped(why, width, "warn", indent=2, first="!") if why else [])
        details = self.query_one("#details", LineList)
        details.display = held.opened is not None and self.lines.selected == SecretRow(held.opened.name.name)
        details.show_rows(lambda width: view.details(state, width, provider, now()))

    @on(LineList.Moved)
    def _hide_details(self, event: LineList.Moved) -> None:
        """Hides the details of the secret that is no longer selected."""
        if event.lines is self.lines:
            self.query_one("#details", LineList).display = False

    def _read(self, names: Sequence[SecretName], settings: Settings) -> Names:
        """The names in order; made again only for another listing or other settings."""
        if self._names is None or self._names[0] is not names or self._names[1] != settings:
            self._names = (names, settings, Names(settings))
        read = self._names[2]
        read.take(names)
        return read
