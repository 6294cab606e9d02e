"""Contoso's directory in Graph's shapes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kvtui.emulator import company
from kvtui.emulator.clouds import GRAPH_APP_ID
from kvtui.emulator.company import made_id
from kvtui.emulator.directory import Directory
from kvtui.emulator.principals import GROUPS, ClientSecret, Federation, Group, Principal

_VAULT_APP_ID = "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"
_MICROSOFT_TENANT_ID = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"


def stamp(time: datetime) -> str:
    """`2026-01-31T12:00:00Z`"""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def applications(directory: Directory) -> list[dict[str, Any]]:
    """Every app registration, in the order of ids, Graph's default order."""
    apps = [application(one) for one in directory.principals if one.kind == "app"]
    return sorted(apps, key=lambda one: str(one["id"]))


def service_principals(directory: Directory) -> list[dict[str, Any]]:
    """Every service principal: of the apps, of the managed identities, and two of Microsoft's own."""
    made = [service_principal(one) for one in directory.principals if one.kind != "user" and one.object_id]
    made += [
        _first_party(directory, "Azure Key Vault", _VAULT_APP_ID),
        _first_party(directory, "Microsoft Graph", GRAPH_APP_ID),
    ]
    return sorted(made, key=lambda one: str(one["id"]))


def federation(one: Federation) -> dict[str, Any]:
    """One federated credential."""
    return {
        "id": made_id("federation", one.name),
        "name": one.name,
        "issuer": one.issuer,
        "subject": one.subject,
        "description": None,
        "audiences": [one.audience],
    }


def organization() -> dict[str, Any]:
    """The tenant itself."""
    return {
        "id": company.TENANT_ID,
        "displayName": "Contoso",
        "countryLetterCode": "HR",
        "createdDateTime": "2015-04-01T08:00:00Z",
        "tenantType": "AAD",
        "verifiedDomains": [
            {"name": name, "isDefault": name == "contoso.com", "isInitial": name == company.DOMAIN}
            for name in company.DOMAINS
        ],
    }


def group(one: Group) -> dict[str, Any]:
    """One group, as a member's list of groups shows it."""
    return {"@odata.type": "#microsoft.graph.group", "id": one.object_id, "displayName": one.name}


def directory_objects(directory: Directory, ids: set[str]) -> list[dict[str, Any]]:
    """Users, service principals, app registrations and groups with these object ids, with their types."""
    people = [owner(one) for one in directory.principals if one.object_id in ids]
    apps = [one for one in directory.principals if one.application_object_id in ids]
    typed = [{"@odata.type": "#microsoft.graph.application", **application(one)} for one in apps]
    return [*people, *typed, *(group(one) for one in GROUPS if one.object_id in ids)]


def owner(principal: Principal) -> dict[str, Any]:
    """One owner of an app or a service principal."""
    if principal.kind == "user":
        return {"@odata.type": "#microsoft.graph.user", **user(principal)}
    return {"@odata.type": "#microsoft.graph.servicePrincipal", **service_principal(principal)}


def user(principal: Principal) -> dict[str, Any]:
    """One user."""
    return {
        "id": principal.object_id,
        "displayName": principal.display_name,
        "userPrincipalName": principal.name,
        "mail": principal.name,
        "givenName": principal.display_name.split(" ")[0],
        "surname": principal.display_name.split(" ")[-1],
    }


def password(one: ClientSecret, text: str | None = None) -> dict[str, Any]:
    """One client secret; its text is shown only once, when it was just made."""
    return {
        "customKeyIdentifier": None,
        "displayName": one.name,
        "endDateTime": stamp(one.ends),
        "hint": one.hint,
        "keyId": one.key_id,
        "secretText": text,
        "startDateTime": stamp(one.began or one.ends - timedelta(days=365)),
    }


def _key(name: str, shown: str, begins: datetime, ends: datetime) -> dict[str, Any]:
    return {
        "customKeyIdentifier": made_id("thumbprint", name).replace("-", "").upper(),
        "displayName": shown,
        "endDateTime": stamp(ends),
        "key": None,
        "keyId": made_id("key", name),
        "startDateTime": stamp(begins),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def application(principal: Principal) -> dict[str, Any]:
    """One app registration."""
    return {
        "id": principal.application_object_id,
        "appId": principal.client_id,
        "displayName": principal.display_name,
        "description": principal.description or None,
        "createdDateTime": stamp(principal.created),
        "deletedDateTime": None,
        "identifierUris": [],
        "isFallbackPublicClient": principal.public_client,
        "notes": None,
        "publisherDomain": company.DOMAIN,
        "signInAudience": principal.audience,
        "tags": [],
        "keyCredentials": [
            _key(one.name, one.name, one.ends - timedelta(days=365), one.ends)
            for one in principal.certificates
        ],
        "passwordCredentials": [password(one) for one in principal.secrets],
        "web": {"homePageUrl": None, "redirectUris": []},
    }


def service_principal(principal: Principal) -> dict[str, Any]:
    """The service principal of an app or a managed identity."""
    managed = principal.kind == "managed-identity"
    names = [f"isExplicit={principal.user_assigned}", principal.resource_id] if managed else []
    return {
        "id": principal.object_id,
        "accountEnabled": principal.enabled,
        "alternativeNames": names,
        "appDisplayName": None if managed else principal.display_name,
        "appId": principal.client_id,
        "appOwnerOrganizationId": None if managed else company.TENANT_ID,
        "appRoleAssignmentRequired": False,
        "createdDateTime": stamp(principal.created),
        "deletedDateTime": None,
        "description": principal.description or None,
        "displayName": principal.display_name,
        "notes": None,
        "servicePrincipalNames": [principal.client_id],
        "servicePrincipalType": "ManagedIdentity" if managed else "Application",
        "signInAudience": None if managed else principal.audience,
        "tags": [] if managed else ["WindowsAzureActiveDirectoryIntegratedApp"],
        # The platform renews that of a managed identity, so an early end is normal.
        "keyCredentials": [_platform_key(principal)] if managed else [],
        "passwordCredentials": [],
    }


def _platform_key(one: Principal) -> dict[str, Any]:
    begins, ends = one.created + timedelta(days=90), one.created + timedelta(days=180)
    return _key(one.name, f"CN={one.client_id}", begins, ends)


def _first_party(directory: Directory, name: str, app_id: str) -> dict[str, Any]:
    stand_in = Principal(
        "app",
        name,
        made_id("sp", name),
        client_id=app_id,
        display_name=name,
        audience="AzureADMultipleOrgs",
        created=directory.now - timedelta(days=3600),
    )
    return {**service_principal(stand_in), "appOwnerOrganizationId": _MICROSOFT_TENANT_ID, "tags": []}
