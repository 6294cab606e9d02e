"""Pane 3: the vault's names, and the details of one secret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.widget import Widget

from kvtui.azure.model import SecretName
from kvtui.console.panes.pane import Pane
from kvtui.console.panes.secrets import view as secrets
from kvtui.console.state import State
from kvtui.console.text import wrapped
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import now
from kvtui.settings.model import Settings


class SecretsPane(Pane):
    """Names by prefix; the details of the opened one below."""

    pane_id = "secrets"
    placeholder = "part of a name or of a key"

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[secrets.Entry] = []
        self._read: tuple[Sequence[SecretName], int, Settings] | None = None
        self._drawn: object = None
        self._filter = ""

    def compose(self) -> Iterable[Widget]:
        """The names above, the details below."""
        yield LineList()
        cut_off = LineList(id="cut-off", cursor=False)
        cut_off.display = False
        yield cut_off
        details = LineList(id="details", cursor=False)
        details.display = False
        yield details

    @property
    def lines(self) -> LineList:
        """The names."""
        return self.query(LineList).first()

    def show(self, state: State) -> None:
        """The names, or what stands in their place."""
        held, provider = state.secrets, state.versions.provider
        matching = 0
        if held.filter != self._filter:
            self._filter = held.filter
            if held.filter:
                self.lines.from_top(begins=secrets.ONE)  # a secret, not its group
            else:
                self.lines.select(self.lines.selected)  # where it is among all names
        if held.names:
            key = (len(held.names), held.filter, held.folded, state.settings, provider, id(held.names))
            rows = self.lines.source
            if key != self._drawn or not isinstance(rows, secrets.SecretRows):
                self._drawn = key
                rows = secrets.SecretRows(
                    self._sorted(held.names, state.settings),
                    filter=held.filter,
                    folded=held.folded,
                    settings=state.settings,
                    provider=provider,
                    at=now(),
                )
                self.lines.show(rows)
            matching = rows.matching
        if not held.names or (held.filter and not matching):
            self._drawn = None
            self.lines.show_rows(lambda width: secrets.message(state, width))
        self.label(right=secrets.status(state, matching))
        why = secrets.cut_off(state)
        cut_off = self.query_one("#cut-off", LineList)
        cut_off.display = bool(why)
        cut_off.show_rows(lambda width: wrapped(why, width, "warn", indent=2, first="!") if why else [])
        details = self.query_one("#details", LineList)
        details.display = held.opened is not None and self.lines.selected == secrets.key_of(held.opened.name)
        details.show_rows(lambda width: secrets.details(state, width, provider))

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """The details below are another secret's: they go at once."""
        event.stop()
        if event.lines is self.lines:
            self.query_one("#details", LineList).display = False
            self.post_message(self.Asked(self.pane_id, "moved", event.key))

    def _sorted(self, names: Sequence[SecretName], settings: Settings) -> list[secrets.Entry]:
        """The entries in order, read again only when there are more names or other prefixes."""
        same = self._read
        if same is None or same[0] is not names or same[1] != len(names) or same[2] != settings:
            self._read = (names, len(names), settings)
            self._entries = secrets.read(names, settings)
        return self._entries
