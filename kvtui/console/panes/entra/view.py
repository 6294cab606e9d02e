"""Pane 2: apps, service principals and managed identities, found by name or id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kvtui.console.panes.entra.state import EntraRow, EntryRow
from kvtui.console.phase import Phase
from kvtui.console.provisioning import view as provisioning
from kvtui.console.text import fit, row, wrapped
from kvtui.console.words import problem_rows
from kvtui.core.words import count

if TYPE_CHECKING:
    from kvtui.azure.model import DirectoryEntry
    from kvtui.console.panes.entra.state import EntraState
    from kvtui.console.state import State
    from kvtui.console.text import Role, Row

KINDS = {"application": "app", "service-principal": "principal", "managed-identity": "identity"}
"""By `EntryKind`."""
SHORTER = {"needs no secret": "identity", "secret is on its app": "principal"}
"""In a narrow pane the kind, where it is not an app, is the state."""
STATE = 19
"""Columns of the state in a narrow pane."""
WIDE = 58
"""Columns from which the state of a credential is said in full."""


def rows(state: State, width: int, at: datetime) -> list[Row]:
    """The entries found, or why there are none."""
    entra = state.entra
    changing = provisioning.rows(state, width, at)
    if entra.opened is not None:
        from kvtui.console.panes.entra.details import details

        return [*changing, *details(state, width, at)]
    return [*changing, *_list(state, width, at)]


def row_of(entry: DirectoryEntry) -> EntryRow:
    """The key of an entry's row."""
    return EntryRow(entry.kind, entry.object_id)


def _list(state: State, width: int, at: datetime) -> list[Row]:
    entra = state.entra
    out: list[Row] = []
    if entra.problem is not None and not entra.entries:
        return [*problem_rows(entra.problem, width), row(("", "plain")), *_by_hand(width)]
    if not entra.entries:
        return wrapped(_empty(state), width, "dim")
    roomy = width >= WIDE
    kind_width, state_width = (10, 32) if roomy else (0, STATE)
    name_width = max(12, width - kind_width - state_width - 3)
    soonest = "Client secrets (soonest first)" if roomy else "Next expiry first"
    sort = soonest if entra.by_expiry else "Client secrets"
    kind = " " + fit("Kind" if roomy else "", kind_width)
    out.append(row((f"  {fit('Name', name_width)}{kind}{fit(sort, state_width)}", "dim")))
    for entry in _sorted(entra, at):
        chosen = entry.client_id == state.settings.client_id and bool(entry.client_id)
        words, role = credential_state(entry, at, full=roomy)
        out.append(
            row(
                ("● " if chosen else "  ", "strong"),
                (fit(entry.display_name, name_width), "strong" if chosen else "plain"),
                (" " + fit(KINDS[entry.kind], kind_width), "dim"),
                (fit(words, state_width), role),
                key=row_of(entry),
            )
        )
    if entra.phase is Phase.BUSY:
        out.append(row(("  searching… Esc stops", "dim")))
    elif entra.problem is not None:
        out += problem_rows(entra.problem, width)
    elif entra.more:
        out.append(_more(state, width))
    return out


def _sorted(entra: EntraState, at: datetime) -> Sequence[DirectoryEntry]:
    """As the search found them; or those whose credential expires next first, then all without such a one."""
    if not entra.by_expiry:
        return entra.entries
    from kvtui.azure.entries import next_expiry

    never = datetime.max.replace(tzinfo=UTC)

    def comes(entry: DirectoryEntry) -> datetime:
        ends = next_expiry(entry, at)
        return ends if ends and ends > at and entry.enabled else never

    return sorted(entra.entries, key=comes)


def _more(state: State, width: int) -> Row:
    total = state.entra.total
    matching = f"{count(total, 'app')} match. " if total else ""
    words = f"  {matching}⏎ here shows more; more of the name is quicker."
    return row((fit(words, width), "todo"), key=EntraRow.MORE)


def credential_state(entry: DirectoryEntry, at: datetime, *, full: bool) -> tuple[str, Role]:
    """In a few words, or in fewer, whether the entry can sign in."""
    from kvtui.azure.entries import entry_state

    words, role = entry_state(entry, at)
    if full:
        return words, role
    words = words.partition(", ")[2] or words  # how many there are is said where there is room
    words = words.replace("next expires in", "next expiry")
    return SHORTER.get(words, words), role


def _empty(state: State) -> str:
    if state.entra.phase is Phase.BUSY:
        return "Asking Microsoft Graph… Esc stops."
    if state.entra.phase is Phase.STOPPED:
        return "Stopped. / searches again."
    if state.sign_in.phase is not Phase.DONE:
        return "Sign in first: then / searches apps and managed identities by name, client id or object id."
    if state.entra.text:
        return (
            f"No name has a word beginning with “{state.entra.text}”, no loaded name contains it, and no "
            "client id or object id equals it. Try the beginning of another word. n registers a new app."
        )
    return "Press / and type the app's name, its client id or its object id. n registers a new app."


def _by_hand(width: int) -> list[Row]:
    return wrapped(
        "You can go on without the directory: type the client id in pane 1.",
        width,
        "todo",
        indent=2,
        first="→",
    )
