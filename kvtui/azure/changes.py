"""What kvtui changes in Azure when it was started with --allow-changes, one method a change.

Each sends its requests as the sign-in, and returns when the service has taken them; whether what was
changed already holds everywhere is another question (`waiting`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

from kvtui.azure.answers import Answer, AnswerError
from kvtui.azure.api_versions import AUTHORIZATION, KEY_VAULT, MANAGED_IDENTITY
from kvtui.azure.arm import Arm
from kvtui.azure.graph import Graph
from kvtui.azure.graph_entries import application, principal
from kvtui.azure.guard import Guard
from kvtui.azure.limits import Limits
from kvtui.azure.model import (
    AppCredential,
    DirectoryEntry,
    EntryKind,
    FederatedCredential,
    NewSecret,
    VaultAccess,
)
from kvtui.azure.problems import details, not_an_answer
from kvtui.azure.roles import SECRETS_USER
from kvtui.azure.waiting import until
from kvtui.core.exits import Exit
from kvtui.core.ids import GUID, RESOURCE
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.sanitize import inert
from kvtui.core.secret_text import SecretText

T = TypeVar("T")
_TOO_NEW = {"NoBackingApplicationObject", "Request_ResourceNotFound"}
"""What Graph says of an app that it made a moment ago, until its directories agree."""
_APPS = (
    "Have the Entra role Application Developer granted, or the Graph permission "
    "Application.ReadWrite.OwnedBy; or give the commands to someone who may."
)
_ROLES = (
    "Have the role Key Vault Data Access Administrator granted on the vault; or give the command to someone "
    "who may."
)
_POLICIES = (
    "Have the role Key Vault Contributor granted on the vault; or give the command to someone who may."
)
_IDENTITIES = (
    "Have the role Managed Identity Contributor granted on it; or give the commands to someone who may."
)


class AzureChanges:
    """Implements `ports.Changes`."""

    def __init__(self, guard: Guard, limits: Limits) -> None:
        self._who = str(guard.identity)
        self._origin = f"https://{guard.cloud.graph}"
        self._new: set[str] = set()
        """The object ids of the apps that were registered here: Graph may not find them at once."""
        self._graph = Graph(guard, limits)
        self._arm = Arm(guard, limits)
        self._limits = limits

    async def register(self, name: str) -> DirectoryEntry:
        """A new app registration for this tenant alone."""
        content = {"displayName": name, "signInAudience": "AzureADMyOrg"}
        answer = await self._graph.post(self._graph.client.applications, content)
        app = self._read(application, self._taken(answer, 201, "register apps", _APPS))
        self._new.add(app.object_id)
        return app

    async def make_principal(self, app: DirectoryEntry) -> str:
        """The service principal of an app, made once the directory knows the app; its object id."""
        answer = await self._post(self._graph.client.service_principals, {"appId": app.client_id}, app)
        return self._read(principal, self._taken(answer, 201, "create service principals", _APPS)).object_id

    async def add_secret(self, app: DirectoryEntry, name: str, ends: datetime) -> NewSecret:
        """One more client secret; its text comes back this once."""
        content = {"passwordCredential": {"displayName": name, "endDateTime": f"{ends:%Y-%m-%dT%H:%M:%SZ}"}}
        builder = self._graph.client.applications.by_application_id(app.object_id).add_password
        answer = await self._post(builder, content, app)
        return self._read(_new_secret, self._taken(answer, 200, "add client secrets to this app", _APPS))

    async def remove_secret(self, app: DirectoryEntry, key_id: str) -> None:
        """One client secret less: whoever uses it can no longer sign in."""
        builder = self._graph.client.applications.by_application_id(app.object_id).remove_password
        answer = await self._post(builder, {"keyId": key_id}, app)
        if answer.status != 204:
            self._taken(answer, 204, "remove client secrets of this app", _APPS)

    async def federate(self, entry: DirectoryEntry, credential: FederatedCredential) -> None:
        """One more federated credential, of an app or of a user-assigned identity."""
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
            answer = await self._arm.put(path, {"properties": content})
            self._taken(answer, 201, "change this identity", _IDENTITIES)
            return
        builder = self._graph.client.applications.by_application_id(entry.object_id)
        named = {"name": credential.name, **content}
        answer = await self._post(builder.federated_identity_credentials, named, entry)
        self._taken(answer, 201, "add federated credentials to this app", _APPS)

    async def grant(self, access: VaultAccess, principal_id: str, tenant_id: str) -> None:
        """Reading the secrets: the role Key Vault Secrets User, or an access policy with get and list."""
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
        answer = await self._arm.put(path, {"properties": {"accessPolicies": [policy]}})
        self._taken(answer, 200, "change the vault's access policies", _POLICIES)

    async def _assign(self, vault_id: str, principal_id: str) -> None:
        subscription = "/".join(vault_id.split("/")[:3])
        definition = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{SECRETS_USER}"
        assignments = f"{vault_id}/providers/Microsoft.Authorization/roleAssignments"
        path = f"{assignments}/{uuid4()}?api-version={AUTHORIZATION}"
        properties = {
            "roleDefinitionId": definition,
            "principalId": principal_id,
            # named, so that a principal which is too new to be found is taken all the same
            "principalType": "ServicePrincipal",
        }
        answer = await self._arm.put(path, {"properties": properties})
        if answer.status == 409 and answer.error().get("code") == "RoleAssignmentExists":
            return
        self._taken(answer, 201, "grant roles on the vault", _ROLES)

    async def _post(self, builder: Any, content: dict[str, Any], app: DirectoryEntry) -> Answer:
        """A change of an app; one that was registered here is waited for until the directory knows it."""
        answers: list[Answer] = []

        async def known() -> bool:
            answers.append(await self._graph.post(builder, content))
            refused = answers[-1].status in (400, 404)
            too_new = refused and str(answers[-1].error().get("code", "")) in _TOO_NEW
            return not (too_new and app.object_id in self._new)

        await until(known, "know the new app", self._limits)
        return answers[-1]

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""
        await self._graph.close()
        await self._arm.close()

    def _taken(self, answer: Answer, wanted: int, doing: str, remedy: str) -> dict[str, Any]:
        """The body of an answer with the wanted status; 200 is as good as 201. Raises ProblemError."""
        if answer.status == wanted or {answer.status, wanted} == {200, 201}:
            try:
                return answer.json()
            except AnswerError as unread:
                raise ProblemError(not_an_answer(unread, self._origin, self._who)) from None
        denied = answer.status in (401, 403)
        error = answer.error()
        raise ProblemError(
            Problem(
                f"{self._who} may not {doing}." if denied else f"Azure refused to {doing}.",
                remedy if denied else inert(error.get("message", ""), 300) or "Read the details.",
                Exit.DENIED if denied else Exit.UNRESOLVED,
                identity=self._who,
                code=inert(error.get("code", ""), 60),
                status=answer.status,
                detail=details(answer),
            )
        )

    def _read(self, reader: Callable[[dict[str, Any]], T], body: dict[str, Any]) -> T:
        try:
            return reader(body)
        except (KeyError, TypeError, ValueError):
            why = AnswerError("it is not Graph's form")
            raise ProblemError(not_an_answer(why, self._origin, self._who)) from None


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
