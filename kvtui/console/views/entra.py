"""Pane 2: apps, service principals and managed identities, found by name or id."""

from __future__ import annotations

from datetime import datetime

from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.console.state import Phase, State
from kvtui.console.text import Role, Row, fit, row, wrapped
from kvtui.console.views import set_up
from kvtui.console.views.entra_detail import details
from kvtui.console.views.words import count, days_left, expiry, problem_rows

KINDS = {
    EntryKind.APPLICATION: "app",
    EntryKind.SERVICE_PRINCIPAL: "principal",
    EntryKind.MANAGED_IDENTITY: "identity",
}
MORE = "more"
"""The key of the row that asks for the next page."""
ROOM = 58
"""Columns from which the state of a credential is said in full."""


def rows(state: State, width: int, at: datetime) -> list[Row]:
    """The entries found, or why there are none."""
    entra = state.entra
    changing = set_up.rows(state, width, at)
    if entra.opened is not None:
        return [*changing, *details(state, width, at)]
    return [*changing, *_list(state, width, at)]


def _list(state: State, width: int, at: datetime) -> list[Row]:
    entra = state.entra
    out: list[Row] = []
    if entra.problem is not None and not entra.entries:
        return [*problem_rows(entra.problem, width), row(("", "plain")), *_by_hand(width)]
    if not entra.entries:
        return wrapped(_empty(state), width, "dim")
    roomy = width >= ROOM
    kind_width, state_width = 10, 20 if roomy else 13
    name_width = max(12, width - kind_width - state_width - 3)
    for entry in entra.entries:
        chosen = entry.client_id == state.settings.client_id and bool(entry.client_id)
        words, role = credential_state(entry, at, full=roomy)
        out.append(
            row(
                ("● " if chosen else "  ", "strong"),
                (fit(entry.display_name, name_width), "strong" if chosen else "plain"),
                (" " + fit(KINDS[entry.kind], kind_width), "dim"),
                (fit(words, state_width), role),
                key=f"{entry.kind.value}:{entry.object_id}",
            )
        )
    if entra.phase is Phase.BUSY:
        out.append(row(("  searching… Esc stops", "dim")))
    elif entra.problem is not None:
        out += problem_rows(entra.problem, width)
    elif entra.more:
        out.append(_more(state, width))
    return out


def _more(state: State, width: int) -> Row:
    total = state.entra.total
    matching = f"{count(total, 'app')} match. " if total else ""
    words = f"  {matching}⏎ here shows more; more of the name is quicker."
    return row((fit(words, width), "todo"), key=MORE)


def credential_state(entry: DirectoryEntry, at: datetime, *, full: bool) -> tuple[str, Role]:
    """In a word or two, whether the entry can sign in: its longest-lived credential counts."""
    if not entry.enabled:
        return "disabled", "bad"
    if entry.kind is EntryKind.MANAGED_IDENTITY:
        return "needs no secret" if full else "needs none", "good"
    if entry.kind is EntryKind.SERVICE_PRINCIPAL and not entry.credentials:
        return "its app is elsewhere" if full else "see its app", "dim"
    dates = [c.expires for c in entry.credentials if c.expires is not None]
    if not entry.credentials:
        return "no secret", "warn"
    if not dates:
        return "credential ok", "good"
    ends = max(dates)
    short, role = expiry(ends, at)
    if not full:
        return short, role
    left = days_left(ends, at)
    if role == "good":
        return f"ok until {ends:%Y-%m-%d}", role
    if role == "warn":
        return f"expires in {count(left, 'day')}" if left else "expires today", role
    return f"expired {count(-left, 'day')} ago" if left < -1 else "expired", role


def _empty(state: State) -> str:
    if state.entra.phase is Phase.BUSY:
        return "Asking Microsoft Graph… Esc stops."
    if state.entra.phase is Phase.STOPPED:
        return "Stopped. / searches again."
    if state.sign_in.phase is not Phase.DONE:
        return "Sign in first: then / searches apps and managed identities by name, client id or object id."
    if state.entra.text:
        return (
            f"Nothing in this tenant matches “{state.entra.text}”. Try the beginning of another word, or a "
            "client id. n registers a new app."
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
