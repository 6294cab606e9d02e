"""Pane 2: the list of apps, service principals and managed identities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len

from kvtui.console.panes.entra import texts
from kvtui.console.panes.entra.state import EntraRow, EntryRow
from kvtui.console.phase import Phase
from kvtui.console.provisioning import view as provisioning
from kvtui.console.text import fit, row, wrapped
from kvtui.console.words import problem_rows

if TYPE_CHECKING:
    from kvtui.azure.model import DirectoryEntry
    from kvtui.console.panes.entra.state import EntraState
    from kvtui.console.state import State
    from kvtui.console.text import Part, Role, Row

MARK = 2
"""Cells of the mark on the chosen entry."""
EXPIRY = 17
"""Cells of the last column: `expired 401 d ago`, `service principal`."""
LEAST_NAME = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of the columns, with a gap at the right of all but the last; 0: the column is left out."""

    name: int
    kind: int
    secrets: int
    expiry: int


def rows(state: State, width: int, at: datetime) -> list[Row]:
    """The entries found or the details of one, below a change in Azure that has ended."""
    entra = state.entra
    changing = [] if state.provisioning.busy else provisioning.rows(state, width, at)
    if entra.opened is not None:
        from kvtui.console.panes.entra.details import details

        return [*changing, *details(state, width, at)]
    return [*changing, *_list(state, width, at)]


def running(state: State, width: int, at: datetime) -> list[Row]:
    """The change in Azure that runs; it stays visible wherever the list is scrolled to."""
    return provisioning.rows(state, width, at) if state.provisioning.busy else []


def status(entra: EntraState) -> str:
    """The words in the border: how many entries are loaded, and whether there are more."""
    found = texts.found(len(entra.entries)) if entra.entries else ""
    rest = ""
    if entra.phase is Phase.BUSY:
        rest = texts.SEARCHING
    elif found and entra.phase in (Phase.FAILED, Phase.STOPPED):
        rest = texts.INCOMPLETE
    elif entra.more:
        rest = texts.MORE_EXIST
    return ", ".join(filter(None, (found, rest)))


def row_of(entry: DirectoryEntry) -> EntryRow:
    """The key of an entry's row."""
    return EntryRow(entry.kind, entry.object_id)


def _list(state: State, width: int, at: datetime) -> list[Row]:
    entra = state.entra
    if entra.problem is not None and not entra.entries:
        by_hand = wrapped(texts.BY_HAND, width, "todo", indent=2, first="→")
        return [*problem_rows(entra.problem, width), row(("", "plain")), *by_hand]
    if not entra.entries:
        return wrapped(_empty(state), width, "dim")
    widths = columns(entra.entries, width)
    expiry = texts.SORTED if entra.by_expiry else texts.EXPIRY
    if not widths.kind:
        expiry = f"{texts.KIND} / {expiry}"
    out = [
        row(*((text, "dim") for text in _cells(widths, "", texts.NAME, texts.KIND, texts.SECRETS, expiry)))
    ]
    chosen = state.settings.client_id
    for entry in _sorted(entra, at):
        out.append(_entry(entry, widths, at, chosen=bool(chosen) and entry.client_id == chosen))
    if entra.phase is Phase.BUSY:
        out.append(row((texts.SEARCHING_ROW, "dim")))
    elif entra.problem is not None:
        out += problem_rows(entra.problem, width)
    elif entra.more:
        from kvtui.azure.model import EntryKind

        apps = sum(each.kind is EntryKind.APPLICATION for each in entra.entries)
        more = fit(texts.more(apps, entra.total), width)
        out.append(row((more, "todo"), key=EntraRow.MORE))
    return out


def columns(entries: Sequence[DirectoryEntry], width: int) -> Columns:
    """The number of secrets, then the kind, are left out where the names need their cells."""
    kind = max(map(len, texts.KINDS.values())) + 1
    secrets = len(texts.SECRETS) + 1
    longest = max(cell_len(each.display_name) for each in entries) + 1
    room = width - MARK - EXPIRY
    for taken in (Columns(0, kind, secrets, EXPIRY), Columns(0, kind, 0, EXPIRY)):
        if longest <= room - taken.kind - taken.secrets:
            return replace(taken, name=room - taken.kind - taken.secrets)
    return Columns(max(LEAST_NAME, room), 0, 0, EXPIRY)


def _cells(widths: Columns, mark: str, *cells: str) -> list[str]:
    sizes = (widths.name, widths.kind, widths.secrets)
    shown = (fit(text, size - 1) + " " if size else "" for text, size in zip(cells, sizes, strict=False))
    return [fit(mark, MARK), *shown, fit(cells[-1], widths.expiry)]


def _entry(entry: DirectoryEntry, widths: Columns, at: datetime, *, chosen: bool) -> Row:
    from kvtui.azure.model import EntryKind

    words, role = credential_state(entry, at, with_kind=not widths.kind)
    number = str(len(entry.credentials) or "") if entry.kind is EntryKind.APPLICATION else ""
    cells = _cells(widths, "● " if chosen else "", entry.display_name, texts.KINDS[entry.kind], number, words)
    roles: tuple[Role, ...] = ("strong", "strong" if chosen else "plain", "dim", "dim", role)
    parts: list[Part] = list(zip(cells, roles, strict=True))
    return row(*parts, key=row_of(entry))


def _sorted(entra: EntraState, at: datetime) -> Sequence[DirectoryEntry]:
    """In the order of the search; or by the next expiry, followed by the entries without one."""
    if not entra.by_expiry:
        return entra.entries
    from kvtui.azure.entries import next_expiry

    never = datetime.max.replace(tzinfo=UTC)

    def comes(entry: DirectoryEntry) -> datetime:
        ends = next_expiry(entry, at)
        return ends if ends and ends > at and entry.enabled else never

    return sorted(entra.entries, key=comes)


def credential_state(entry: DirectoryEntry, at: datetime, *, with_kind: bool) -> tuple[str, Role]:
    """Whether the entry can sign in; `with_kind`: an entry other than an app shows its kind instead."""
    from kvtui.azure.entries import next_state
    from kvtui.azure.model import EntryKind

    words, role = next_state(entry, at)
    without_secret = entry.kind is not EntryKind.APPLICATION and not entry.credentials and entry.enabled
    return (texts.KINDS[entry.kind], role) if with_kind and without_secret else (words, role)


def _empty(state: State) -> str:
    if state.entra.phase is Phase.BUSY:
        return texts.ASKING_GRAPH
    if state.entra.phase is Phase.STOPPED:
        return texts.STOPPED
    if not state.signed_in:
        return texts.SIGN_IN_FIRST
    return texts.no_match(state.entra.text) if state.entra.text else texts.NOTHING_TYPED
