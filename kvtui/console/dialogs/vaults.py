"""The vaults that the sign-in sees, while they arrive. A typed name always works as well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.azure.model import FoundVault
from kvtui.console.dialogs.filtering import TypedFilter
from kvtui.console.phase import Phase
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.type_ahead import TakesLetters
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import problem_rows
from kvtui.core.problems import Problem
from kvtui.core.words import count

MODELS = {"rbac": "by roles", "access-policies": "by policies"}


class VaultsDialog(TakesLetters, ModalScreen[str | None]):
    """Returns the name of the chosen vault; None for Esc, which also ends the search.

    It starts on the vault that is chosen now; letters that are typed filter the names.
    """

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "close", "Close")]

    def __init__(self, listed_as: str, current: str = "") -> None:
        super().__init__()
        self._current = current
        self._filter = TypedFilter()
        self._listed_as = listed_as
        self._found: list[FoundVault] = []
        self._phase = Phase.BUSY
        self._problem: Problem | None = None

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Vaults"
            box.border_subtitle = "Enter use this vault   type to filter   Esc cancel"
            yield LineList(id="vaults")

    def on_mount(self) -> None:
        """Something stands there from the first moment on; the cursor waits for the current vault."""
        self.query_one(LineList).from_top(lambda key: key == self._current)
        self._draw()
        self.query_one(LineList).focus()

    def add(self, found: Iterable[FoundVault]) -> None:
        """More vaults arrived."""
        self._found = sorted([*self._found, *found], key=lambda vault: vault.name)
        self._draw()

    def finish(self, problem: Problem | None = None) -> None:
        """All that can be seen has arrived, or why not."""
        self._phase, self._problem = Phase.FAILED if problem else Phase.DONE, problem
        self._draw()

    def _draw(self) -> None:
        if self.is_attached:
            self.query_one(LineList).show_rows(self._rows)

    def on_key(self, event: Key) -> None:
        """What is typed filters the names."""
        if self._filter.takes(event):
            self._filtered()

    def action_close(self) -> None:
        """Esc: the filter first, then the dialog."""
        if self._filter.clear():
            self._filtered()
        else:
            self.dismiss(None)

    def _filtered(self) -> None:
        self.query_one(LineList).from_top(None if self._filter.text else lambda key: key == self._current)
        self._draw()

    def _rows(self, width: int) -> list[Row]:
        matching = [vault for vault in self._found if self._filter.matches(vault.name)]
        longest = max((len(vault.name) for vault in matching), default=0)
        out = [*self._filter.rows(), *(self._row(vault, width, longest) for vault in matching)]
        seen = count(len(self._found), "vault")
        if self._problem is not None:
            return out + problem_rows(self._problem, width)
        if self._phase is Phase.BUSY:
            return [*out, row((f"{seen} so far, asked as you, {self._listed_as}…", "dim"))]
        if not self._found:
            words = f"You, {self._listed_as}, see no vault. Type its name in pane 1 instead."
            return wrapped(words, width, "dim")
        return [*out, row((f"{seen}, asked as you, {self._listed_as}", "dim"))]

    def _row(self, vault: FoundVault, width: int, longest: int) -> Row:
        model = MODELS[vault.model]
        room = max(10, width - longest - len(model) - 4)
        current = vault.name == self._current
        where = f"{vault.subscription} / {vault.group}, {vault.location}"
        return row(
            ("● " if current else "  ", "strong"),
            (fit(vault.name, longest) + " ", "strong"),
            (fit(where, room), "dim"),
            (f" {model}", "plain"),
            key=vault.name,
        )

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a vault."""
        event.stop()
        self.dismiss(str(event.key))
