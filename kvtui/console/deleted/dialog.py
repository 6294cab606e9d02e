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
from kvtui.console.dialogs.filtering import FilteredList, no_match
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

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Close")]

    def __init__(self, vault: str, listed_as: str) -> None:
        super().__init__()
        self._vault, self._listed_as = vault, listed_as
        self._list = FilteredList(self._rows, id="deleted")
        self._found: list[DeletedSecret] = []
        self._phase = Phase.BUSY
        self._problem: Problem | None = None
        self._wait: Wait | None = None

    def compose(self) -> Iterable[Widget]:
        """A list in a box."""
        with Vertical(classes="dialog") as box:
            box.border_title = shown(texts.title(self._vault), 76)
            yield self._list

    def add(self, found: Iterable[DeletedSecret]) -> None:
        """Adds deleted secrets."""
        self._found = sorted([*self._found, *found], key=lambda secret: secret.name.lower())
        self._wait = None
        self._list.redraw()

    def wait(self, status: int, seconds: float) -> None:
        """The vault answered with `status` and is asked again after `seconds`."""
        self._wait = Wait(status, math.ceil(seconds))
        self._list.redraw()

    def finish(self, problem: Problem | None = None) -> None:
        """Ends the listing, with the problem that stopped it, if any."""
        self._phase, self._problem = Phase.FAILED if problem else Phase.DONE, problem
        self._list.redraw()

    def keys_now(self) -> Keys:
        """Those of the list."""
        return self._list.keys(texts.RECOVER, texts.CLOSE)

    def on_key(self, event: Key) -> None:
        """Typed letters filter the names."""
        self._list.takes(event)

    def _rows(self, width: int) -> list[Row]:
        typed = self._list.typed
        matching = [secret for secret in self._found if typed.matches(secret.name)]
        out = [*typed.rows()]
        if matching:
            out.append(_columns(texts.NAME, texts.DELETED, texts.PURGE, width, "dim"))
        for secret in matching:
            dates = day(secret.deleted), day(secret.purge)
            out.append(_columns(secret.name, *dates, width, "plain", secret.name))
        if typed.text and self._found and not matching:
            out += wrapped(no_match(texts.SECRET, typed.text), width, "dim")
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
