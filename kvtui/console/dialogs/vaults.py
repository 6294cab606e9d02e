"""The dialog of the vaults that the signed-in user can see, filled while they are listed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.azure.model import FoundVault
from kvtui.console.dialogs.filtering import FilteredList, no_match
from kvtui.console.phase import Phase
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.type_ahead import TakesLetters
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import problem_rows
from kvtui.core.problems import Problem
from kvtui.core.words import count

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys
    from kvtui.console.text import Role

TITLE = "Vaults"
ENTER, CANCEL = ("Enter", "use this vault"), ("Esc", "cancel")
VAULT = "vault"
MODELS = {"rbac": "Azure RBAC", "access-policies": "access policies"}
NAME, PLACE, MODEL = "Name", "Subscription / resource group, region", "Permissions"
"""The headers of the columns."""


def listing(number: int, user: str) -> str:
    """While the vaults are listed."""
    return f"{count(number, 'vault')} so far, listed as {user}…"


def listed(number: int, user: str) -> str:
    """When all are listed."""
    return f"{count(number, 'vault')}, listed as {user}"


def no_vaults(user: str) -> str:
    """When there are none."""
    return f"{user} can see no vaults. Type the name of the vault in pane 1 instead."


class VaultsDialog(TakesLetters, ModalScreen[str | None]):
    """Returns the name of the chosen vault; None for Esc. Typed letters filter the names."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Close")]

    def __init__(self, listed_as: str, current: str = "") -> None:
        super().__init__()
        self._current = current
        self._list = FilteredList(self._rows, lambda key: key == current, id="vaults")
        self._listed_as = listed_as
        self._found: list[FoundVault] = []
        self._phase = Phase.BUSY
        self._problem: Problem | None = None

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = TITLE
            yield self._list

    def add(self, found: Iterable[FoundVault]) -> None:
        """Adds vaults."""
        self._found = sorted([*self._found, *found], key=lambda vault: vault.name)
        self._list.redraw()

    def finish(self, problem: Problem | None = None) -> None:
        """Ends the listing, with the problem that stopped it, if any."""
        self._phase, self._problem = Phase.FAILED if problem else Phase.DONE, problem
        self._list.redraw()

    def keys_now(self) -> Keys:
        """Those of the list."""
        return self._list.keys(ENTER, CANCEL)

    def on_key(self, event: Key) -> None:
        """Typed letters filter the names."""
        self._list.takes(event)

    def _rows(self, width: int) -> list[Row]:
        typed = self._list.typed
        matching = [vault for vault in self._found if typed.matches(vault.name)]
        longest = max((len(vault.name) for vault in matching), default=0)
        out = [*typed.rows()]
        if matching:
            out.append(_columns("  ", NAME, PLACE, MODEL, width, longest, ("dim", "dim", "dim")))
        for vault in matching:
            where = f"{vault.subscription} / {vault.group}, {vault.location}"
            mark = "● " if vault.name == self._current else "  "
            roles: tuple[Role, Role, Role] = ("strong", "dim", "plain")
            model = MODELS[vault.model]
            out.append(_columns(mark, vault.name, where, model, width, longest, roles, vault.name))
        if typed.text and self._found and not matching:
            out += wrapped(no_match(VAULT, typed.text), width, "dim")
        if self._problem is not None:
            return out + problem_rows(self._problem, width)
        if self._phase is Phase.BUSY:
            return [*out, row((listing(len(self._found), self._listed_as), "dim"))]
        if not self._found:
            return wrapped(no_vaults(self._listed_as), width, "dim")
        return [*out, row((listed(len(self._found), self._listed_as), "dim"))]

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a vault."""
        event.stop()
        self.dismiss(str(event.key))


def _columns(
    mark: str,
    name: str,
    place: str,
    model: str,
    width: int,
    longest: int,
    roles: tuple[Role, Role, Role],
    key: str | None = None,
) -> Row:
    widest = max(len(each) for each in MODELS.values())
    room = max(10, width - longest - widest - len(mark) - 2)
    return row(
        (mark, "strong"),
        (fit(name, longest) + " ", roles[0]),
        (fit(place, room) + " ", roles[1]),
        (fit(model, widest), roles[2]),
        key=key,
    )
