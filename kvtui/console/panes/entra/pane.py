"""Pane 2: the directory."""

from kvtui.console.panes.entra import view as entra
from kvtui.console.panes.pane import Pane
from kvtui.console.state import Phase, State
from kvtui.console.words import count, now


class EntraPane(Pane):
    """Apps, service principals and managed identities."""

    pane_id = "entra"
    placeholder = "name, client id or object id"
    _asked = ""
    _back_to = ""
    """The key of the entry under the cursor when the search was cleared, until it is shown again."""
    _opened = ""
    """The key of the entry whose details were shown last."""

    def show(self, state: State) -> None:
        """The entries found, or the details of one."""
        opened = state.entra.opened
        self.lines.turn(entra.key_of(opened) if opened else "", self._opened)
        self._opened = entra.key_of(opened) if opened else ""
        if state.entra.text != self._asked:
            self._asked = state.entra.text
            self._back_to = "" if self._asked else self.lines.selected
            self.lines.from_top()
        self.lines.show_rows(lambda width: entra.rows(state, width, now()))
        if self._back_to and self.lines.source.index_of(self._back_to) is not None:
            self.lines.select(self._back_to)
            self._back_to = ""
        elif state.entra.phase is not Phase.BUSY:
            self._back_to = ""
        found = count(len(state.entra.entries), "entry", "entries") if state.entra.entries else ""
        busy = "searching" if state.entra.phase is Phase.BUSY else ""
        self.label(right=", ".join(words for words in (found, busy) if words))
