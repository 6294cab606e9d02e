"""Apps, service principals and their credentials, from Graph's JSON, cut; the doors make them inert."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kvtui.azure.model import AppCredential, DirectoryEntry, EntryKind, FederatedCredential

APP_FIELDS = [
    "id",
    "appId",
    "displayName",
    "passwordCredentials",
    "keyCredentials",
    "signInAudience",
    "createdDateTime",
]
PRINCIPAL_FIELDS = [
    "id",
    "appId",
    "displayName",
    "servicePrincipalType",
    "accountEnabled",
    "alternativeNames",
    "appOwnerOrganizationId",
    "signInAudience",
    "createdDateTime",
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
    """A field as it is, cut; the doors make it inert when they draw it."""
    value = item.get(name)
    return value[:500] if isinstance(value, str) else ""


def _when(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
