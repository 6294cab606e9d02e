"""Entries of the directory: read from Graph's JSON, in order, and whether one can sign in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from kvtui.azure.model import AppCredential, DirectoryEntry, EntryKind, FederatedCredential
from kvtui.core.ages import expiry, whole_days
from kvtui.core.sanitize import sanitized

Urgency = Literal["good", "warn", "bad", "dim"]
SOON_DAYS = 30
_BOTH = ("id", "appId", "displayName", "signInAudience", "createdDateTime")
APP_FIELDS = [*_BOTH, "passwordCredentials", "keyCredentials"]
PRINCIPAL_FIELDS = [
    *_BOTH,
    *("servicePrincipalType", "accountEnabled", "alternativeNames", "appOwnerOrganizationId"),
]


def application(item: dict[str, Any]) -> DirectoryEntry:
    """An app registration."""
    return DirectoryEntry(
        EntryKind.APPLICATION,
        _text(item, "displayName"),
        _text(item, "appId"),
        _text(item, "id"),
        credentials=(*_credentials(item, "secret"), *_credentials(item, "certificate")),
        sign_in_audience=_text(item, "signInAudience"),
        created=_when(item.get("createdDateTime")),
    )


def principal(item: dict[str, Any]) -> DirectoryEntry:
    """A service principal, a managed identity's included."""
    managed = item.get("servicePrincipalType") == "ManagedIdentity"
    names = [str(name) for name in item.get("alternativeNames") or ()]
    return DirectoryEntry(
        EntryKind.MANAGED_IDENTITY if managed else EntryKind.SERVICE_PRINCIPAL,
        _text(item, "displayName"),
        _text(item, "appId"),
        _text(item, "id"),
        enabled=item.get("accountEnabled") is not False,
        sign_in_audience=_text(item, "signInAudience"),
        created=_when(item.get("createdDateTime")),
        principal_id=_text(item, "id"),
        home_tenant=_text(item, "appOwnerOrganizationId"),
        resource_id=next((name for name in names if managed and name.startswith("/subscriptions/")), ""),
    )


def _credentials(item: dict[str, Any], kind: str) -> list[AppCredential]:
    listed = item.get("passwordCredentials" if kind == "secret" else "keyCredentials") or ()
    return [
        AppCredential(
            kind,
            _text(entry, "hint"),
            _when(entry.get("endDateTime")),
            _text(entry, "displayName"),
            _when(entry.get("startDateTime")),
            _text(entry, "keyId"),
        )
        for entry in listed
        if isinstance(entry, dict)
    ]


def federated(item: dict[str, Any]) -> FederatedCredential:
    """A federated credential of an app."""
    audiences = tuple(str(audience)[:200] for audience in item.get("audiences") or ())
    return FederatedCredential(_text(item, "name"), _text(item, "issuer"), _text(item, "subject"), audiences)


def _text(item: dict[str, Any], name: str) -> str:
    """A field as it is, cut; the front ends sanitize it when they show it."""
    value = item.get(name)
    return value[:500] if isinstance(value, str) else ""


def _when(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def rank(name: str, text: str) -> tuple[int, str]:
    """The order of results: the exact name, names that begin with it, names with that word, the rest."""
    low, wanted = name.casefold(), text.casefold()
    if not wanted or low == wanted:
        return 0, low
    if low.startswith(wanted):
        return 1, low
    words = re.split(r"[\W_]+", low)
    return (2 if any(word.startswith(wanted) for word in words) else 3), low


def rank_entries(
    found: Iterable[DirectoryEntry], text: str, own_tenant: str = ""
) -> tuple[DirectoryEntry, ...]:
    """Each app or identity once, the likeliest first, always in the same order.

    An app and its service principal are one entry: the app's, which has the credentials, with the principal's
    id, which roles are assigned to, and whether it can sign in. A service principal whose app is of
    `own_tenant` waits for it.
    """
    entries = list(found)
    principals = {e.client_id: e for e in entries if e.kind is EntryKind.SERVICE_PRINCIPAL}
    apps = {e.client_id for e in entries if e.kind is EntryKind.APPLICATION}
    once = [
        _with_principal(e, principals.get(e.client_id)) if e.kind is EntryKind.APPLICATION else e
        for e in entries
        if e.kind is not EntryKind.SERVICE_PRINCIPAL
        or (e.client_id not in apps and not (own_tenant and e.home_tenant == own_tenant))
    ]
    wanted = " ".join(text.split())
    return tuple(sorted(once, key=lambda e: (*rank(e.display_name, wanted), e.client_id, e.object_id)))


def _with_principal(app: DirectoryEntry, principal: DirectoryEntry | None) -> DirectoryEntry:
    if principal is None:
        return app
    return replace(app, principal_id=principal.object_id, enabled=app.enabled and principal.enabled)


def mistaken_id(entries: Iterable[DirectoryEntry], client_id: str) -> str:
    """Whose object id was given instead of a client ID, one sentence; empty if it is in no entry."""
    found, given = list(entries), client_id.lower()
    if not given or any(entry.client_id.lower() == given for entry in found):
        return ""
    for entry in found:
        if given in (entry.object_id.lower(), entry.principal_id.lower()):
            name = sanitized(entry.display_name, 80)
            return f"{given} is the object ID of {name}; its client ID is {entry.client_id}."
    return ""


def next_expiry(entry: DirectoryEntry, at: datetime) -> datetime | None:
    """When its next credential expires, of those that have not; the last one that did; None: never."""
    dates = sorted(each.expires for each in entry.credentials if each.expires is not None)
    coming = [date for date in dates if date > at]
    if coming or not dates:
        return coming[0] if coming else None
    return None if len(dates) < len(entry.credentials) else dates[-1]


def entry_state(entry: DirectoryEntry, at: datetime) -> tuple[str, Urgency]:
    """Whether the entry can sign in, as in `2 secrets, the first expires in 5 d`."""
    words, urgency = next_state(entry, at)
    number = len(entry.credentials)
    if number < 2 or not entry.enabled or next_expiry(entry, at) is None:
        return words, urgency
    what = "secrets" if all(each.kind == "secret" for each in entry.credentials) else "credentials"
    return f"{number} {what}, {'the last' if urgency == 'bad' else 'the first'} {words}", urgency


def next_state(entry: DirectoryEntry, at: datetime) -> tuple[str, Urgency]:
    """The state of the credential that expires next; of an expired one only if all have expired."""
    if not entry.enabled:
        return "disabled", "bad"
    if entry.kind is EntryKind.MANAGED_IDENTITY:
        return "needs no secret", "good"
    if entry.kind is EntryKind.SERVICE_PRINCIPAL and not entry.credentials:
        return "not known", "dim"
    if not entry.credentials:
        return "no secret", "warn"
    ends = next_expiry(entry, at)
    if ends is None:
        return "does not expire", "good"
    urgency: Urgency = "warn" if whole_days(ends, at) < SOON_DAYS else "good"
    return expiry(ends, at, short=True), "bad" if ends <= at else urgency
