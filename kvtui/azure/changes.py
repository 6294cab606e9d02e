"""The changes in Azure that kvtui makes when it was started with --allow-changes, one method each.

Each sends its requests as the signed-in user, and returns when the service has accepted them. `waiting` waits
until a change is visible everywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from kvtui.azure.arm import AUTHORIZATION, KEY_VAULT, MANAGED_IDENTITY, resource_manager
from kvtui.azure.entries import application, principal
from kvtui.azure.errors import common_problem, error_response
from kvtui.azure.graph import Graph
from kvtui.azure.http import Answer
from kvtui.azure.limits import Limits
from kvtui.azure.model import (
    AppCredential,
    DirectoryEntry,
    EntryKind,
    FederatedCredential,
    NewSecret,
    VaultAccess,
)
from kvtui.azure.roles import SECRETS_USER
from kvtui.azure.scoped_credential import ScopedCredential
from kvtui.azure.service import Service
from kvtui.azure.waiting import until
from kvtui.core.ids import GUID, RESOURCE
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized
from kvtui.core.secret_text import SecretText

_TOO_NEW = {"NoBackingApplicationObject", "Request_ResourceNotFound"}
"""Graph's errors for a new app, until all its directories have it."""
_OR = "or have someone with that role do it."
_NEW_APPS = f"Ask for the Entra role Application Developer, {_OR}"
_APPS = (
    "Ask an owner of the app, or someone with the Entra role Cloud Application Administrator: they can do "
    "it, or make you an owner."
)
_ROLES = f"Ask for the role Key Vault Data Access Administrator on the vault, {_OR}"
_POLICIES = f"Ask for the role Key Vault Contributor on the vault, {_OR}"
_IDENTITIES = f"Ask for the role Managed Identity Contributor on it, {_OR}"


class Changes:
    """The changes, made as the signed-in user. Every method raises `ProblemError` and nothing else."""

    def __init__(self, credential: ScopedCredential, limits: Limits) -> None:
        self._new: set[str] = set()
        """The object ids of the apps that were registered here: Graph may not find them immediately."""
        self._graph = Graph(credential, limits)
        self._arm = resource_manager(credential, limits)
        self._limits = limits

    async def register(self, name: str) -> DirectoryEntry:
        """Registers a single-tenant app."""
        content = {"displayName": name, "signInAudience": "AzureADMyOrg"}
        url = self._graph.address(self._graph.client.applications)
        answer = await self._graph.service.change("POST", url, content)
        app = self._graph.service.read(application, self._accepted(answer, "register apps", _NEW_APPS))
        self._new.add(app.object_id)
        return app

    async def make_principal(self, app: DirectoryEntry) -> str:
        """Creates the service principal of an app once the directory knows the app; returns its object id."""
        answer = await self._post(self._graph.client.service_principals, {"appId": app.client_id}, app)
        made = self._accepted(answer, "create service principals", _NEW_APPS)
        return self._graph.service.read(principal, made).object_id

    async def add_secret(self, app: DirectoryEntry, name: str, ends: datetime) -> NewSecret:
        """Adds a client secret; only this call returns its text."""
        content = {"passwordCredential": {"displayName": name, "endDateTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}"}}
        builder = self._graph.client.applications.by_application_id(app.object_id).add_password
        answer = await self._post(builder, content, app)
        made = self._accepted(answer, "add client secrets to this app")
        return self._graph.service.read(_new_secret, made)

    async def remove_secret(self, app: DirectoryEntry, key_id: str) -> None:
        """Removes a client secret: sign-ins with it then fail."""
        builder = self._graph.client.applications.by_application_id(app.object_id).remove_password
        answer = await self._post(builder, {"keyId": key_id}, app)
        if answer.status != 204:
            self._accepted(answer, "remove client secrets of this app")

    async def federate(self, entry: DirectoryEntry, credential: FederatedCredential) -> None:
        """Adds a federated credential to an app or a user-assigned identity."""
        content: dict[str, Any] = {
            "issuer": credential.issuer,
            "subject": credential.subject,
            "audiences": list(credential.audiences),
        }
        if entry.kind is EntryKind.MANAGED_IDENTITY:
            if not RESOURCE.fullmatch(entry.resource_id):
                raise ProblemError(self._arm.unusable("the identity's resource id is malformed"))
            name = quote(credential.name, safe="")
            path = f"{entry.resource_id}/federatedIdentityCredentials/{name}?api-version={MANAGED_IDENTITY}"
            answer = await self._arm.change("PUT", path, {"properties": content})
            _check(answer, self._arm, "change this identity", _IDENTITIES)
            return
        builder = self._graph.client.applications.by_application_id(entry.object_id)
        named = {"name": credential.name, **content}
        answer = await self._post(builder.federated_identity_credentials, named, entry)
        self._accepted(answer, "add federated credentials to this app")

    async def grant(self, access: VaultAccess, principal_id: str, tenant_id: str) -> None:
        """Grants reading: the role Key Vault Secrets User, or an access policy with get and list."""
        if not RESOURCE.fullmatch(access.vault_id) or not GUID.fullmatch(principal_id):
            raise ProblemError(self._arm.unusable("the vault's or the principal's id is malformed"))
        if access.model == "rbac":
            await self._assign(access.vault_id, principal_id)
            return
        policy = {
            "tenantId": tenant_id,
            "objectId": principal_id,
            "permissions": {"secrets": ["get", "list"]},
        }
        path = f"{access.vault_id}/accessPolicies/add?api-version={KEY_VAULT}"
        answer = await self._arm.change("PUT", path, {"properties": {"accessPolicies": [policy]}})
        _check(answer, self._arm, "change the vault's access policies", _POLICIES)

    async def _assign(self, vault_id: str, principal_id: str) -> None:
        subscription = "/".join(vault_id.split("/")[:3])
        definition = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{SECRETS_USER}"
        assignments = f"{vault_id}/providers/Microsoft.Authorization/roleAssignments"
        path = f"{assignments}/{uuid4()}?api-version={AUTHORIZATION}"
        properties = {
            "roleDefinitionId": definition,
            "principalId": principal_id,
            # named, so that Azure accepts a principal that is too new to be found
            "principalType": "ServicePrincipal",
        }
        answer = await self._arm.change("PUT", path, {"properties": properties})
        if answer.status == 409 and answer.error().get("code") == "RoleAssignmentExists":
            return
        _check(answer, self._arm, "grant roles on the vault", _ROLES)

    async def _post(self, builder: Any, content: dict[str, Any], app: DirectoryEntry) -> Answer:
        """A change of an app. If the app was registered here, waits until the directory knows it."""
        answers: list[Answer] = []
        url = self._graph.address(builder)

        async def known() -> bool:
            answers.append(await self._graph.service.change("POST", url, content))
            rejected = answers[-1].status in (400, 404)
            too_new = rejected and str(answers[-1].error().get("code", "")) in _TOO_NEW
            return not (too_new and app.object_id in self._new)

        await until(known, "know the new app", self._limits)
        return answers[-1]

    async def close(self) -> None:
        """Closes its connections. May be called twice."""
        await self._graph.close()
        await self._arm.close()

    def _accepted(self, answer: Answer, doing: str, remedy: str = _APPS) -> dict[str, Any]:
        _check(answer, self._graph.service, doing, remedy)
        return self._graph.service.json(answer)


def _check(answer: Answer, service: Service, doing: str, remedy: str) -> None:
    """Raises ProblemError unless the service accepted the change; `doing` completes "may not …"."""
    if answer.status in (200, 201):
        return
    denied = answer.status in (401, 403)
    raise ProblemError(
        common_problem(answer, service.origin, service.who)
        or error_response(
            answer,
            f"{service.who} may not {doing}." if denied else f"Azure rejected the request to {doing}.",
            remedy if denied else sanitized(answer.error().get("message", ""), 300) or "Read the details.",
            ProblemKind.DENIED if denied else ProblemKind.UNRESOLVED,
            service.who,
        )
    )


def _new_secret(body: dict[str, Any]) -> NewSecret:
    text = body["secretText"]
    if not isinstance(text, str) or not text:
        raise TypeError("no secret")
    return NewSecret(
        SecretText(text),
        AppCredential(
            "secret",
            str(body.get("hint") or "")[:10],
            datetime.fromisoformat(str(body["endDateTime"])),
            str(body.get("displayName") or "")[:120],
            datetime.now(UTC),
            str(body["keyId"]),
        ),
    )
