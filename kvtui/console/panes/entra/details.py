"""Pane 2: the details of one app or identity, and its access to the vault."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kvtui.app.checks.network import IN_THE_DEMO
from kvtui.app.expiry import SHORT_ID
from kvtui.azure.model import EntryKind, Permission
from kvtui.console.panes.entra import texts
from kvtui.console.panes.entra.state import EntraRow
from kvtui.console.text import Row, fit, row, wrapped
from kvtui.console.words import expiry, problem_rows
from kvtui.settings.model import AuthMode, Target

if TYPE_CHECKING:
    from kvtui.azure.model import AppCredential, DirectoryEntry
    from kvtui.console.state import State
    from kvtui.console.text import Role

LABEL = 15
RIGHTS: dict[Permission, Role] = {Permission.YES: "good", Permission.NO: "bad", Permission.UNKNOWN: "warn"}


def details(state: State, width: int, at: datetime) -> list[Row]:
    """The opened entry: access to the vault and credentials first, the network of the vault last."""
    entry = state.entra.opened
    if entry is None:
        return []
    out = [row((entry.display_name, "head"), (f"  {texts.KIND_IN_FULL[entry.kind]}", "dim"))]
    if not entry.enabled:
        out += wrapped(texts.DISABLED, width, "bad")
    out += _access(state, width)
    out += _credentials(entry, width, at)
    out += _federated(state, width)
    out += _who(state, entry, width)
    out += _network(state, width)
    out.append(row(("", "plain")))
    out.append(row((texts.USE_KEY, "todo"), (texts.USE, "plain"), (texts.BACK, "dim"), key=EntraRow.USE))
    access = state.entra.access
    granted = access is not None and access.can_get is access.can_list is Permission.YES
    keys = " ".join(filter(None, (texts.KEYS[entry.kind], "" if granted else texts.GRANTS)))
    return out + (wrapped(keys, width, "dim") if keys else [])


def _label(words: str) -> tuple[str, Role]:
    return fit(words, LABEL), "dim"


def _labelled(label: str, words: str, width: int, role: Role = "plain") -> list[Row]:
    """A label, and its text wrapped in the column beside it."""
    first, *rest = wrapped(words, width, role, indent=LABEL)
    return [Row((_label(label), *first.parts[1:])), *rest]


def _who(state: State, entry: DirectoryEntry, width: int) -> list[Row]:
    out = [*_id(texts.CLIENT_ID, entry.client_id, width), *_id(texts.OBJECT_ID, entry.object_id, width)]
    if entry.kind is EntryKind.APPLICATION and entry.principal_id:
        out += _id(texts.PRINCIPAL_ID, entry.principal_id, width)
    elif entry.kind is EntryKind.APPLICATION:
        out += _labelled(texts.PRINCIPAL_ID, texts.NO_PRINCIPAL, width, "warn")
    tenant = entry.home_tenant or state.own_tenant
    out += _id(texts.TENANT, tenant, width) if tenant else []
    if state.own_tenant not in ("", tenant):
        out += wrapped(texts.OTHER_TENANT, width, "warn", indent=LABEL)
    if audience := entry.sign_in_audience:
        out += _labelled(texts.ACCOUNT_TYPES, texts.AUDIENCES.get(audience, audience), width)
    owners = state.entra.owners
    if owners is not None:
        shown = ", ".join(owners) or texts.NOBODY
    else:
        shown = texts.ASKING if state.entra.detail_problem is None else texts.NOT_KNOWN
    out += _labelled(texts.OWNERS, shown, width)
    if entry.created is not None:
        out += _labelled(texts.CREATED, f"{entry.created:%Y-%m-%d}", width)
    return out


def _id(label: str, value: str, width: int) -> list[Row]:
    """An ID in full, because people copy it: on a row of its own where it does not fit beside the label."""
    if width >= LABEL + len(value):
        return [row(_label(label), (value, "plain"))]
    return [row((label, "dim")), row((f"  {value}", "plain"))]


def _credentials(entry: DirectoryEntry, width: int, at: datetime) -> list[Row]:
    if not entry.credentials and entry.kind is EntryKind.APPLICATION:
        return _labelled(texts.CREDENTIALS, texts.NO_CREDENTIAL, width, "warn")
    never = datetime.max.replace(tzinfo=UTC)
    ends = {id(each): each.expires or never for each in entry.credentials}
    out: list[Row] = []
    for credential in sorted(entry.credentials, key=lambda each: (ends[id(each)] <= at, ends[id(each)])):
        out += _credential(credential, width, at)
    return out


def _credential(credential: AppCredential, width: int, at: datetime) -> list[Row]:
    words, role = expiry(credential.expires, at)
    label = _label(texts.CREDENTIAL_KINDS.get(credential.kind, credential.kind))
    name = texts.credential(credential.name)
    starts = f"{credential.starts:%Y-%m-%d}" if credential.starts else ""
    ends = f"{credential.expires:%Y-%m-%d}" if credential.expires else ""
    about = texts.credential_details(credential.hint, credential.key_id[:SHORT_ID], starts, ends)
    if LABEL + len(words) + 2 + len(name) <= width:
        head = row(label, (f"{name}, " if words else name, "plain"), (words, role))
    else:
        head, about = row(label, (words, role)), f"{name}, {about}"
    return [head, *wrapped(about, width, "dim", indent=LABEL)]


def _federated(state: State, width: int) -> list[Row]:
    entra = state.entra
    if entra.federated is None:
        words = texts.ASKING if entra.detail_problem is None else texts.NOT_KNOWN
        out = [row(_label(texts.FEDERATED), (words, "dim"))]
        return out + (problem_rows(entra.detail_problem, width) if entra.detail_problem else [])
    out = [] if entra.federated else [row(_label(texts.FEDERATED), (texts.NO_FEDERATED, "dim"))]
    for credential in entra.federated:
        out += _labelled(texts.FEDERATED, texts.credential(credential.name), width)
        for part in texts.federated_parts(
            credential.subject, credential.issuer, ", ".join(credential.audiences)
        ):
            out += wrapped(part, width, "dim", indent=LABEL)
    issuer = state.settings.issuer
    trusted = {one.subject for one in entra.federated if issuer in ("", one.issuer)}
    for account in entra.accounts if _agents_matter(state) else ():
        known = account.subject in trusted
        label = texts.HELM_CHART if account is entra.accounts[0] else ""
        words = texts.service_account(account, trusted=known)
        out += _labelled(label, words, width, "good" if known else "warn")
    return out


def _agents_matter(state: State) -> bool:
    """Whether the agents' service accounts sign in as this identity."""
    settings = state.settings
    return settings.target is Target.REMOTE_EXECUTION or settings.auth_mode is AuthMode.WORKLOAD_IDENTITY


def _access(state: State, width: int) -> list[Row]:
    entra, label = state.entra, texts.VAULT_ACCESS
    if state.settings.vault is None:
        return _labelled(label, texts.NO_VAULT, width, "dim")
    if entra.access_problem is not None:
        return [*_labelled(label, texts.NOT_KNOWN, width, "warn"), *problem_rows(entra.access_problem, width)]
    access = entra.access
    if access is None:
        return _labelled(label, texts.ASKING_MANAGER, width, "dim")
    too_much = access.more_than_needed if access.can_get is Permission.YES else ""
    out = _labelled(label, texts.access(access), width, "warn" if too_much else RIGHTS[access.can_get])
    if Permission.UNKNOWN in (access.can_get, access.can_list):
        out += wrapped(texts.rights(access), width, "plain", indent=LABEL)
    out += wrapped(access.reason, width, "plain", indent=LABEL)
    if too_much:
        out += wrapped(texts.too_much(too_much), width, "warn", indent=LABEL)
    for todo in filter(None, (access.remedy, *access.to_find_out)):
        out += wrapped(todo, width, "todo", indent=2, first="→")
    if state.sign_in.identity is not None:
        out += wrapped(texts.read_as(state.sign_in.identity), width, "dim", indent=LABEL)
    return out


def _network(state: State, width: int) -> list[Row]:
    """From where the vault can be reached."""
    entra, access = state.entra, state.entra.access
    if access is None or state.settings.vault is None or entra.access_problem is not None:
        return []
    seen = entra.host_view.words if entra.host_view is not None else ""
    if state.demo and entra.host_view is not None and entra.host_view.proxy:
        seen = IN_THE_DEMO
    network = " ".join(part for part in (access.network, seen) if part)
    out = _labelled(texts.NETWORK, network, width, "dim") if network else []
    if hint := access.hint_from(entra.host_view):
        out += wrapped(hint, width, "warn", indent=LABEL)
    return out
