"""Every key, grouped by where it works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.actions import PANES, TITLES, Action, PaneId, for_pane
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.widgets.lines import LineList

INTRODUCTION = (
    "kvtui sets up Azure Key Vault as Airflow's secrets backend, and shows what Variable.get will do "
    "before you deploy. It keeps two identities apart: the signed-in user (you), and the deployment "
    "identity that Airflow signs in as. kvtui changes Azure only if you started it with --allow-changes, "
    "and asks before each change; otherwise it shows the az commands."
)


class Help(ModalScreen[None]):
    """The sheet of keys; Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark,f1", "dismiss", "Close")]

    def __init__(self, pane: PaneId, message: str = "") -> None:
        """`message`: the last message in full, where its line shows only a part of it."""
        super().__init__()
        self._pane = pane
        self._message = message

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Keys"
            box.border_subtitle = "Esc closes"
            yield LineList(id="keys", cursor=False)

    def on_mount(self) -> None:
        """Shows the keys, those of the pane in focus first."""
        lines = self.query_one(LineList)
        lines.show_rows(self._rows)
        lines.focus()

    def _rows(self, width: int) -> list[Row]:
        out: list[Row] = []
        if self._message:
            out = [row(("The last message", "head")), *wrapped(self._message, width, indent=2)]
            out.append(row(("", "plain")))
        out += [*wrapped(INTRODUCTION, width, "plain"), row(("", "plain"))]
        order = [self._pane, *(pane for pane in PANES if pane != self._pane)]
        for title, actions in [
            *((TITLES[pane], for_pane(pane)) for pane in order[:1]),
            ("Everywhere", for_pane(None)),
            *((TITLES[pane], for_pane(pane)) for pane in order[1:]),
        ]:
            if actions:
                out += _group(title, actions, width)
        out += wrapped(
            "While a line is typed, letters go into it: Esc leaves it, Alt+1 to Alt+7 change the pane.",
            width,
            "dim",
        )
        return out


def _group(title: str, actions: Sequence[Action], width: int) -> list[Row]:
    out = [row((title, "head"))]
    for action in actions:
        first, *rest = wrapped(action.words, max(20, width - 13), "plain")
        out.append(Row(((fit(f"  {action.shows}", 13), "name"), *first.parts)))
        out += [Row(((" " * 13, "plain"), *more.parts)) for more in rest]
    out.append(row(("", "plain")))
    return out
