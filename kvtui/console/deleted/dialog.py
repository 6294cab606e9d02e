"""The dialog of the deleted secrets, filled while they are listed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.deleted import texts
from kvtui.console.dialogs.filtering import TypedFilter, no_match
from kvtui.console.dialogs.keys import CLEARS_FILTER, FILTER, show_keys
from kvtui.console.panes.secrets.state import Wait
from kvtui.console.phase import Phase
from kvtui.console.text import Row, fit, row, shown, wrapped
from kvtui.console.type_ahead import TakesLetters
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import problem_rows
from kvtui.core.problems import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from kvtui.azure.model import DeletedSecret
    from kvtui.console.status.texts import Keys
    from kvtui.console.text import Role

DATE, GAP = 10, 2


class DeletedDialog(TakesLetters, ModalScreen[str | None]):
    """Returns the name of the secret to recover; None for Esc. Typed letters filter the names."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "close", "Close")]

    def __init__(self, vault: str, listed_as: str) -> None:
        super().__init__()
        self._vault, self._listed_as = vault, listed_as
        self._filter = TypedFilter()
        self._found: list[DeletedSecret] = []
        self._phase = Phase.BUSY
        self._problem: Problem | None = None
        self._wait: Wait | None = None

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = shown(texts.title(self._vault), 76)
            yield LineList(id="deleted")

    def on_mount(self) -> None:
        """Draws the first rows."""
        self._draw()
        self.query_one(LineList).focus()

    def add(self, found: Iterable[DeletedSecret]) -> None:
        """Adds deleted secrets."""
        self._found = sorted([*self._found, *found], key=lambda secret: secret.name.lower())
        self._wait = None
        self._draw()

    def wait(self, status: int, seconds: float) -> None:
        """The vault answered with `status` and is asked again after `seconds`."""
        self._wait = Wait(status, math.ceil(seconds))
        self._draw()

    def finish(self, problem: Problem | None = None) -> None:
        """Ends the listing, with the problem that stopped it, if any."""
        self._phase, self._problem = Phase.FAILED if problem else Phase.DONE, problem
        self._draw()

    def _draw(self) -> None:
        if self.is_attached:
            self.query_one(LineList).show_rows(self._rows)
            show_keys(self)

    def keys_now(self) -> Keys:
        """Enter only where a secret is listed that matches the filter."""
        enter = [texts.RECOVER] if self.query_one(LineList).selected else []
        types = [FILTER] if self._found else []
        return (*enter, *types, CLEARS_FILTER if self._filter.text else texts.CLOSE)

    def on_key(self, event: Key) -> None:
        """Typed letters filter the names."""
        if self._filter.takes(event):
            self.query_one(LineList).from_top()
            self._draw()

    def action_close(self) -> None:
        """Esc clears the filter; without one, it closes the dialog."""
        if self._filter.clear():
            self._draw()
        else:
            self.dismiss(None)

    def _rows(self, width: int) -> list[Row]:
        matching = [secret for secret in self._found if self._filter.matches(secret.name)]
        out = [*self._filter.rows()]
        if matching:
            out.append(_columns(texts.NAME, texts.DELETED, texts.PURGE, width, "dim"))
        for secret in matching:
            dates = day(secret.deleted), day(secret.purge)
            out.append(_columns(secret.name, *dates, width, "plain", secret.name))
        if self._filter.text and self._found and not matching:
            out += wrapped(no_match(texts.SECRET, self._filter.text), width, "dim")
        if self._problem is not None:
            return out + problem_rows(self._problem, width)
        if self._wait is not None:
            return [*out, row((texts.waiting(self._wait.status, self._wait.seconds), "warn"))]
        if self._phase is Phase.BUSY:
            return [*out, row((texts.listing(len(self._found), self._listed_as), "dim"))]
        if not self._found:
            return wrapped(texts.none(self._vault), width, "dim")
        return [*out, row((texts.listed(len(self._found), self._listed_as), "dim"))]

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a secret."""
        event.stop()
        self.dismiss(str(event.key))


def day(when: datetime | None) -> str:
    """`2026-11-24`, or a dash."""
    return f"{when:%Y-%m-%d}" if when else texts.NO_DATE


def _columns(name: str, deleted: str, purge: str, width: int, role: Role, key: str | None = None) -> Row:
    room = max(10, width - 2 * (DATE + GAP))
    parts = [(fit(name, room), role), (" " * GAP + fit(deleted, DATE), "dim"), (" " * GAP + purge, "dim")]
    return row(*parts, key=key)
