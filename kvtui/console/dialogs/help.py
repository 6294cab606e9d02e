"""The help: all keys, grouped by where they work. `/` searches them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from kvtui.console.actions import IN_LISTS, LIST_KEYS, PANES, TITLES, Action, PaneId, for_pane
from kvtui.console.dialogs.keys import show_keys
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys

TITLE = "Keys"
INTRODUCTION = (
    "kvtui sets up Azure Key Vault as Airflow's secrets backend. Before you deploy, it shows what "
    "Variable.get will return. There are two identities: the signed-in user (you), and the deployment "
    "identity that Airflow signs in as. kvtui changes Azure only if you started it with --allow-changes, "
    "and asks before each change; otherwise it shows the az commands. Press : to find any command by name, "
    "/ to search these keys."
)
TYPING = (
    "While you type into a field, all letters are text. Esc leaves the field, Alt+1 to Alt+7 change the "
    "pane. In the dialogs of vaults, profiles and sign-in, letters filter the list: move with the arrow keys."
)
LAST_MESSAGE, EVERYWHERE = "The last message", "Everywhere"
KEYS = (("/", "search"), ("j k", "scroll"), ("Esc", "close"))
SEARCH_KEYS = (("Enter", "go to the keys"), ("Esc", "end the search"))
FOUND_KEYS = (("/", "search"), ("Esc", "end the search"))
PLACEHOLDER = "a key, or a word of its description"
NOTHING = "No key or topic matches “{}”. Esc shows all."


class Help(ModalScreen[None]):
    """The list of keys. Esc ends the search; without one, it closes the help."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("slash", "search", "Search"),
        ("escape", "close", "Close"),
        Binding("q,question_mark,f1", "dismiss", "Close", show=False),
    ]

    def __init__(self, pane: PaneId, message: str = "") -> None:
        """`message`: the last message in full, if its line shows only a part of it."""
        super().__init__()
        self._pane = pane
        self._message = message
        self._wanted = ""
        """The text that is searched for, in lower case."""

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = TITLE
            yield LineList(id="keys", cursor=False)

    def on_mount(self) -> None:
        """Draws the keys; those of the active pane come first."""
        self._draw()
        self.query_one(LineList).focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Shows the keys of the search, or of the list."""
        show_keys(self)

    def keys_now(self) -> Keys:
        """In the search, in its result, or in the list."""
        if not self.query(LineInput):
            return KEYS
        return SEARCH_KEYS if isinstance(self.focused, LineInput) else FOUND_KEYS

    def _draw(self) -> None:
        self.query_one(LineList).show_rows(self._rows)

    async def action_search(self) -> None:
        """Opens the field for the search. The box keeps its size."""
        box = self.query_one(".dialog")
        if not box.query(LineInput):
            box.styles.min_height = box.outer_size.height
            await box.mount(LineInput(placeholder=PLACEHOLDER, id="search"), before=0)
        box.query_one(LineInput).focus()

    async def action_close(self) -> None:
        """Ends the search; without one, closes the help."""
        if self.query(LineInput):
            await self.query(LineInput).remove()
            self._search("")
            self.query_one(LineList).focus()
        else:
            self.dismiss()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Searches after each keystroke."""
        event.stop()
        self._search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter moves the focus to the list."""
        event.stop()
        self.query_one(LineList).focus()

    def _search(self, text: str) -> None:
        self._wanted = text.strip().casefold()
        self.query_one(LineList).from_top()
        self._draw()

    def _rows(self, width: int) -> list[Row]:
        out: list[Row] = []
        if self._message and not self._wanted:
            out = [row((LAST_MESSAGE, "head")), *wrapped(self._message, width, indent=2)]
            out.append(row(("", "plain")))
        if self._wanted in INTRODUCTION.casefold() and len(self._wanted) != 1:
            out += [*wrapped(INTRODUCTION, width, "plain"), row(("", "plain"))]
        order = [self._pane, *(pane for pane in PANES if pane != self._pane)]
        for title, actions in [
            *((TITLES[pane], for_pane(pane)) for pane in order[:1]),
            (EVERYWHERE, for_pane(None)),
            (IN_LISTS, LIST_KEYS),
            *((TITLES[pane], for_pane(pane)) for pane in order[1:]),
        ]:
            if found := [action for action in actions if self._matches(title, action)]:
                out += _group(title, found, width)
        if self._wanted:
            return out or wrapped(NOTHING.format(self._wanted), width, "dim")
        return out + wrapped(TYPING, width, "dim")

    def _matches(self, title: str, action: Action) -> bool:
        """Whether an action is shown: one letter searches keys only."""
        if len(self._wanted) == 1:
            return self._wanted in action.shows.casefold().split()
        return self._wanted in f"{title} {action.shows} {action.words}".casefold()


def _group(title: str, actions: Sequence[Action], width: int) -> list[Row]:
    out = [row((title, "head"))]
    for action in actions:
        first, *rest = wrapped(action.words, max(20, width - 13), "plain")
        out.append(Row(((fit(f"  {action.shows}", 13), "name"), *first.parts)))
        out += [Row(((" " * 13, "plain"), *more.parts)) for more in rest]
    out.append(row(("", "plain")))
    return out
