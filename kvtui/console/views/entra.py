"""Pane 2: apps, service principals and managed identities, and the details of one."""

from __future__ import annotations

from datetime import datetime

from kvtui.azure.model import DirectoryEntry, EntryKind, Verdict
from kvtui.console.state import EntraState, Phase, State
from kvtui.console.text import Role, Row, fit, row, wrapped
from kvtui.console.views.words import date, expiry, problem_rows

KINDS = {
    EntryKind.APPLICATION: "app",
    EntryKind.SERVICE_PRINCIPAL: "principal",
    EntryKind.MANAGED_IDENTITY: "identity",
}


def rows(state: State, width: int, at: datetime) -> list[Row]:
    """The entries found, or why there are none."""
    entra = state.entra
    if entra.opened is not None:
        return details(state, width, at)
    out: list[Row] = []
    if entra.problem is not None and not entra.entries:
        return [*problem_rows(entra.problem, width), row(("", "plain")), *_by_hand(width)]
    if not entra.entries:
        return wrapped(_empty(state), width, "dim")
    kind_width, state_width = 10, 17 if width > 50 else 13
    name_width = max(12, width - kind_width - state_width - 3)
    for entry in entra.entries:
        chosen = entry.client_id == state.settings.client_id and bool(entry.client_id)
        words, role = credential_state(entry, at)
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
    return out


def credential_state(entry: DirectoryEntry, at: datetime) -> tuple[str, Role]:
    """In a word or two, whether the entry can sign in: its longest-lived credential counts."""
    if not entry.enabled:
        return "disabled", "bad"
    if entry.kind is EntryKind.MANAGED_IDENTITY:
        return "no secret", "good"
    if entry.kind is EntryKind.SERVICE_PRINCIPAL and not entry.credentials:
        return "see its app", "dim"
    dates = [c.expires for c in entry.credentials if c.expires is not None]
    if not entry.credentials:
        return "no credential", "warn"
    if not dates:
        return "credential ok", "good"
    words, role = expiry(max(dates), at)
    return words, role


def _empty(state: State) -> str:
    if state.entra.phase is Phase.BUSY:
        return "Asking Microsoft Graph… Esc stops."
    if state.entra.phase is Phase.STOPPED:
        return "Stopped. / searches again."
    if state.sign_in.phase is not Phase.DONE:
        return "Sign in first: then / searches apps and managed identities by name, client id or object id."
    if state.entra.text:
        return f"Nothing in this tenant matches “{state.entra.text}”. Try another word, or a client id."
    return "Press / and type the app's name, its client id or its object id."


def _by_hand(width: int) -> list[Row]:
    return wrapped(
        "You can go on without the directory: type the client id in pane 1.",
        width,
        "todo",
        indent=2,
        first="→",
    )


def details(state: State, width: int, at: datetime) -> list[Row]:
    """Everything known about the opened entry, in reading order."""
    entra = state.entra
    entry = entra.opened
    if entry is None:
        return []
    out = [
        row((entry.display_name, "head"), (f"  {KINDS[entry.kind]}", "dim")),
        *_id("client id", entry.client_id, width),
        *_id("object id", entry.object_id, width),
    ]
    for credential in entry.credentials:
        words, role = expiry(credential.expires, at)
        hint = f"  {credential.hint}…" if credential.hint else ""
        out.append(
            row(
                (fit(credential.kind, 13), "dim"),
                (f"{credential.name or 'unnamed'}{hint}  ", "plain"),
                (words, role),
                (f"  {date(credential.expires)}", "dim"),
            )
        )
    if not entry.credentials and entry.kind is EntryKind.APPLICATION:
        out += wrapped("No secret and no certificate.", width, "warn")
    out += _federated(entra, width)
    out += _access(state, width)
    out.append(row(("", "plain")))
    out.append(
        row(
            ("⏎ ", "todo"), ("make it the deployment identity", "plain"), ("   Esc back", "dim"), key="choose"
        )
    )
    return out


def _id(label: str, value: str, width: int) -> list[Row]:
    """An id in full: people copy it."""
    if width >= 13 + len(value):
        return [row((fit(label, 13), "dim"), (value, "plain"))]
    return [row((label, "dim")), row((f"  {value}", "plain"))]


def _federated(entra: EntraState, width: int) -> list[Row]:
    if entra.federated is None:
        return [
            row(
                (fit("federated", 13), "dim"),
                ("asking…" if entra.detail_problem is None else "not known", "dim"),
            )
        ]
    if not entra.federated:
        return [row((fit("federated", 13), "dim"), ("none", "dim"))]
    out = []
    for credential in entra.federated:
        out.append(row((fit("federated", 13), "dim"), (credential.name, "plain")))
        out += wrapped(f"{credential.subject}  from {credential.issuer}", width, "dim", indent=13)
    return out


def _access(state: State, width: int) -> list[Row]:
    entra, vault = state.entra, state.settings.vault
    label = fit("on the vault", 13)
    if vault is None:
        return [row((label, "dim"), ("no vault chosen yet", "dim"))]
    if entra.detail_problem is not None:
        return [
            row((label, "dim"), ("cannot be read as you", "warn")),
            *problem_rows(entra.detail_problem, width),
        ]
    if entra.access is None:
        return [row((label, "dim"), ("asking Resource Manager…", "dim"))]
    access = entra.access
    roles: dict[Verdict, Role] = {Verdict.YES: "good", Verdict.NO: "bad", Verdict.UNKNOWN: "warn"}
    out = [
        row(
            (label, "dim"),
            (f"get {access.can_get.value}", roles[access.can_get]),
            (f"   list {access.can_list.value}", roles[access.can_list]),
            (f"   {access.model}" if access.model else "", "dim"),
        ),
        *wrapped(access.reason, width, "plain", indent=13),
    ]
    if access.more_than_needed:
        out += wrapped(access.more_than_needed, width, "warn", indent=13)
    if access.remedy:
        out += wrapped(access.remedy, width, "todo", indent=2, first="→")
    return out
