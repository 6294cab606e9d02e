"""Pane 2: everything that is known about one app or identity, and what it may do on the vault."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kvtui.azure.model import EntryKind, Permission
from kvtui.console.panes.entra.state import EntraRow
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.words import date, expiry, problem_rows
from kvtui.settings.model import AuthMode, Target

if TYPE_CHECKING:
    from kvtui.azure.model import AppCredential, DirectoryEntry
    from kvtui.console.state import State
    from kvtui.console.text import Part, Role

LABEL = 14
SHORT_ID = 8
"""Characters of a key id that tell an app's secrets apart."""
WIDE = 64
"""Columns from which the result and the two rights are on one line."""
KIND_WORDS = {
    EntryKind.APPLICATION: "app registration",
    EntryKind.SERVICE_PRINCIPAL: "service principal",
    EntryKind.MANAGED_IDENTITY: "managed identity",
}
AUDIENCES = {
    "AzureADMyOrg": "this tenant alone may sign in",
    "AzureADMultipleOrgs": "every tenant may sign in",
    "AzureADandPersonalMicrosoftAccount": "every tenant and personal accounts may sign in",
    "PersonalMicrosoftAccount": "personal accounts may sign in",
}
OUTCOMES: dict[Permission, Role] = {Permission.YES: "good", Permission.NO: "bad", Permission.UNKNOWN: "warn"}


def details(state: State, width: int, at: datetime) -> list[Row]:
    """The opened entry, in reading order: what it may do first, then who it is and how it signs in."""
    entry = state.entra.opened
    if entry is None:
        return []
    out = [row((entry.display_name, "head"), (f"  {KIND_WORDS[entry.kind]}", "dim"))]
    if not entry.enabled:
        out += wrapped("It is disabled: nobody can sign in as it.", width, "bad")
    out += _access(state, width)
    out += _credentials(entry, width, at)
    out += _network(state, width)
    out += _federated(state, width)
    out += _who(state, entry, width)
    out.append(row(("", "plain")))
    out.append(
        row(
            ("⏎ ", "todo"),
            ("make it the deployment identity", "plain"),
            ("   Esc back", "dim"),
            key=EntraRow.USE,
        )
    )
    keys = {
        EntryKind.APPLICATION: "x adds or rotates its client secret, o removes an old one, f lets service "
        "accounts be it, a lets it read the vault.",
        EntryKind.MANAGED_IDENTITY: "f lets service accounts be it, a lets it read the vault.",
        EntryKind.SERVICE_PRINCIPAL: "a lets it read the vault.",
    }
    return out + wrapped(keys[entry.kind], width, "dim")


def _label(words: str) -> tuple[str, Role]:
    return fit(words, LABEL), "dim"


def _labelled(label: str, words: str, width: int, role: Role = "plain") -> list[Row]:
    """A label, and words that go on below one another."""
    first, *rest = wrapped(words, width, role, indent=LABEL)
    return [Row((_label(label), *first.parts[1:])), *rest]


def _who(state: State, entry: DirectoryEntry, width: int) -> list[Row]:
    out = [*_id("client id", entry.client_id, width), *_id("object id", entry.object_id, width)]
    if entry.kind is EntryKind.APPLICATION:
        if entry.principal_id:
            out += _id("principal id", entry.principal_id, width)
        else:
            out += [row(_label("principal"), ("none in this tenant that was found", "warn"))]
    tenant = entry.home_tenant or state.own_tenant
    if state.own_tenant not in ("", tenant):
        words = "of another one: its app and the app's secrets are there, and so is who renews them"
        out += _labelled("tenant", words, width, "warn")
    out += _id("tenant", tenant, width) if tenant else []
    if entry.sign_in_audience:
        words = AUDIENCES.get(entry.sign_in_audience, entry.sign_in_audience)
        out += _labelled("audience", words, width)
    owners = state.entra.owners
    shown = "asking…" if owners is None else ", ".join(owners) or "nobody"
    if owners is None and state.entra.detail_problem is not None:
        shown = "not known"
    out += _labelled("owners", shown, width)
    if entry.created is not None:
        out.append(row(_label("since"), (f"{entry.created:%Y-%m-%d}", "plain")))
    return out


def _id(label: str, value: str, width: int) -> list[Row]:
    """An id in full: people copy it."""
    if width >= LABEL + len(value):
        return [row(_label(label), (value, "plain"))]
    return [row((label, "dim")), row((f"  {value}", "plain"))]


def _credentials(entry: DirectoryEntry, width: int, at: datetime) -> list[Row]:
    if not entry.credentials:
        if entry.kind is EntryKind.APPLICATION:
            return [row(_label("credentials"), ("no secret and no certificate", "warn"))]
        return []
    out: list[Row] = []
    never = datetime.max.replace(tzinfo=UTC)
    ends = {id(each): each.expires or never for each in entry.credentials}
    for credential in sorted(entry.credentials, key=lambda each: (ends[id(each)] <= at, ends[id(each)])):
        out += _credential(credential, width, at)
    return out


def _credential(credential: AppCredential, width: int, at: datetime) -> list[Row]:
    words, role = expiry(credential.expires, at)
    hint = f"  begins with {credential.hint}" if credential.hint else ""
    head = row(
        _label(credential.kind), (f"{credential.name or 'unnamed'}  ", "plain"), (words, role), (hint, "dim")
    )
    days = f"{credential.starts:%Y-%m-%d} to " if credential.starts else "until "
    key = f"key id {credential.key_id[:SHORT_ID]}  " if credential.key_id else ""
    return [head, row((" " * LABEL, "dim"), (f"{key}{days}{date(credential.expires)}", "dim"))]


def _federated(state: State, width: int) -> list[Row]:
    entra = state.entra
    if entra.federated is None:
        words = "asking…" if entra.detail_problem is None else "not known"
        out = [row(_label("federated"), (words, "dim"))]
        return out + (problem_rows(entra.detail_problem, width) if entra.detail_problem else [])
    out = (
        []
        if entra.federated
        else [row(_label("federated"), ("nobody is trusted in place of a secret", "dim"))]
    )
    for credential in entra.federated:
        out.append(row(_label("federated"), (credential.name, "plain")))
        out += wrapped(credential.subject, width, "plain", indent=LABEL)
        audience = ", ".join(credential.audiences)
        out += wrapped(f"issued by {credential.issuer} for {audience}", width, "dim", indent=LABEL)
    trusted = {credential.subject for credential in entra.federated}
    for account in entra.accounts if _agents_matter(state) else ():
        known = account.subject in trusted
        words = "is trusted" if known else "has no federated credential here"
        shown = f"{account.component}: {account.namespace}/{account.name} {words}"
        label = "chart" if account is entra.accounts[0] else ""
        out += _labelled(label, shown, width, "good" if known else "warn")
    return out


def _agents_matter(state: State) -> bool:
    """Whether the agents' service accounts are to be this identity."""
    settings = state.settings
    return settings.target is Target.REMOTE_EXECUTION or settings.auth_mode is AuthMode.WORKLOAD_IDENTITY


def _access(state: State, width: int) -> list[Row]:
    entra, vault = state.entra, state.settings.vault
    label = _label("on the vault")
    if vault is None:
        return [row(label, ("no vault chosen yet", "dim"))]
    if entra.access_problem is not None:
        return [row(label, ("cannot tell", "warn")), *problem_rows(entra.access_problem, width)]
    if entra.access is None:
        return [row(label, ("asking Resource Manager… Esc stops", "dim"))]
    access = entra.access
    model = {"rbac": "roles", "access-policies": "access policies"}.get(access.model, "")
    role: Role = (
        "warn" if access.more_than_needed and access.can_get is Permission.YES else OUTCOMES[access.can_get]
    )
    rights: list[Part] = [
        (f"get {access.can_get.value}", OUTCOMES[access.can_get]),
        (f"   list {access.can_list.value}", OUTCOMES[access.can_list]),
    ]
    said: Part = (access.summary, role)
    none = Permission.NO is access.can_get is access.can_list
    by: Part = ((f"; this vault uses {model}" if none else f"   by {model}") if model else "", "dim")
    if none and width < LABEL + len(said[0] + by[0]):
        out = [row(label, said), *wrapped(f"This vault uses {model}.", width, "dim", indent=LABEL)]
    elif none:
        out = [row(label, said, by)]
    elif width >= WIDE:
        out = [row(label, said, ("   ", "dim"), *rights, by)]
    else:
        out = [row(label, said, by), row((" " * LABEL, "dim"), *rights)]
    out += wrapped(access.reason, width, "plain", indent=LABEL)
    if access.more_than_needed and access.can_get is Permission.YES:
        words = f"More than Airflow needs: {access.more_than_needed}. Key Vault Secrets User is enough."
        out += wrapped(words, width, "warn", indent=LABEL)
    if access.remedy:
        out += wrapped(access.remedy, width, "todo", indent=2, first="→")
    for command in access.to_find_out:
        out += wrapped(command, width, "todo", indent=2, first="→")
    return out


def _network(state: State, width: int) -> list[Row]:
    """From where the vault can be reached, and who was asked."""
    entra, access = state.entra, state.entra.access
    if access is None or state.settings.vault is None or entra.access_problem is not None:
        return []
    out: list[Row] = []
    seen = entra.host_view.words if entra.host_view is not None else ""
    network = " ".join(part for part in (access.network, seen) if part)
    if network:
        out += _labelled("network", network, width, "dim")
    hint = access.hint_from(entra.host_view)
    if hint:
        out += wrapped(hint, width, "warn", indent=LABEL)
    if state.sign_in.identity is not None:
        out += wrapped(f"Asked as you, {state.sign_in.identity}.", width, "dim", indent=LABEL)
    return out
