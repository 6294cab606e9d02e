"""The dialog of what the vault is compared with: a vault, the path of a list of names, or the DAGs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from kvtui.azure.model import FoundVault
from kvtui.console.comparing import texts
from kvtui.console.dialogs.keys import show_keys
from kvtui.console.text import Row, fit, row, shown
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput
from kvtui.console.words import problem_rows
from kvtui.core.problems import Problem

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys


OF_PROJECT = (".", "./", "dags/")
"""Paths by which a user may name the project's DAGs."""


@dataclass(frozen=True, slots=True)
class CompareWith:
    """A row: what was chosen, as if typed."""

    text: str


class CompareDialog(ModalScreen[str | None]):
    """Returns the name of a vault, a path, or the project's directory; None for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Cancel")]

    def __init__(self, current: str, directory: str) -> None:
        """`current`: the chosen vault; `directory`: of the project, empty if there is none."""
        super().__init__()
        self._current, self._directory = current, directory
        self._typed = ""
        self._found: list[FoundVault] = []
        self._listing = True
        self._problem: Problem | None = None

    def compose(self) -> Iterable[Widget]:
        """The field above the list."""
        with Vertical(classes="dialog", id="change") as box:
            box.border_title = shown(texts.with_title(self._current), 76)
            yield Static(shown(texts.WITH), classes="field-label")
            yield LineInput(placeholder=texts.WITH_HINT)
            yield LineList(pointer=True)

    def on_mount(self) -> None:
        """The focus is in the field."""
        self._draw()
        self.query_one(LineInput).focus()

    def add(self, found: Iterable[FoundVault]) -> None:
        """Adds vaults, without the current one."""
        added = [vault for vault in found if vault.name != self._current]
        self._found = sorted([*self._found, *added], key=lambda vault: vault.name)
        self._draw()

    def finish(self, problem: Problem | None = None) -> None:
        """Ends the listing, with the problem that stopped it, if any."""
        self._listing, self._problem = False, problem
        self._draw()

    def _draw(self) -> None:
        for lines in self.query(LineList):  # none yet where a vault is found before the dialog is composed
            lines.show_rows(self._rows)
            show_keys(self)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Shows the keys of the field, or of the list."""
        show_keys(self)

    def keys_now(self) -> Keys:
        """Enter in the field chooses the first row, if there is one."""
        row = self.query_one(LineList).selected
        if not isinstance(self.focused, LineInput):
            return (texts.COMPARE, texts.CANCEL) if row else (texts.CANCEL,)
        return (*([texts.COMPARE_FIRST] if row else []), texts.SELECT_ANOTHER, texts.CANCEL)

    def _rows(self, width: int) -> list[Row]:
        typed = self._typed.strip()
        matching = [vault for vault in self._found if typed.lower() in vault.name]
        longest = max((len(vault.name) for vault in matching), default=0)
        out = []
        for vault in matching:
            where = f"{vault.subscription} / {vault.group}"
            key = CompareWith(vault.name)
            room = max(10, width - longest - 4)
            out.append(
                row(
                    ("  ", "todo"),
                    (fit(vault.name, longest + 2), "strong"),
                    (fit(where, room), "dim"),
                    key=key,
                )
            )
        if self._directory and ("dags".startswith(typed.lower()) or typed in OF_PROJECT):
            words = fit(texts.own_dags(self._directory), max(10, width - 2))
            out.append(row(("  ", "todo"), (words, "plain"), key=CompareWith(self._directory)))
        if typed and all(vault.name != typed for vault in matching):
            words = fit(texts.as_typed(typed), max(10, width - 2))
            out.append(row(("  ", "todo"), (words, "plain"), key=CompareWith(typed)))
        if self._problem is not None:
            out += problem_rows(self._problem, width)
        elif self._listing:
            out.append(row((texts.LISTING, "dim")))
        return out

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filters the vaults by the typed text."""
        event.stop()
        self._typed = event.value
        self.query_one(LineList).from_top()
        self._draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field chooses the first row."""
        event.stop()
        key = next((row.key for row in self._rows(80) if isinstance(row.key, CompareWith)), None)
        if key is not None:
            self.dismiss(key.text)
        else:
            self.app.bell()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a row."""
        event.stop()
        if isinstance(event.key, CompareWith):
            self.dismiss(event.key.text)
