"""What an identity may do with a vault, as Resource Manager tells it: role assignments or access policies.

It reads and never writes. What it may not see it calls unknown. API versions: subscriptions 2022-12-01,
Key Vault 2023-07-01, authorization 2022-04-01.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from kvtui.azure import verdicts
from kvtui.azure.answers import Answer, AnswerError
from kvtui.azure.guard import Guard
from kvtui.azure.limits import Limits
from kvtui.azure.model import FederatedCredential, VaultAccess
from kvtui.azure.pipeline import ask, only, retry, transport
from kvtui.azure.problems import details, failing, not_an_answer, redirected, unreachable
from kvtui.azure.refusals import role_command
from kvtui.azure.roles import BUILT_IN, Role, custom_role
from kvtui.exits import Exit
from kvtui.inert import inert
from kvtui.problems import Problem, ProblemError

if TYPE_CHECKING:
    from azure.core import AsyncPipelineClient

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_RESOURCE = re.compile(r"/subscriptions/[\w./()-]{1,600}")
_PAGES = 200
_AT_ONCE = 4


class ResourceManager:
    """Implements `ports.Access`."""

    def __init__(self, guard: Guard, limits: Limits) -> None:
        self._guard = guard
        self._limits = limits
        self._origin = f"https://{guard.cloud.arm}"
        self._opened: AsyncPipelineClient[Any, Any] | None = None

    async def on_vault(self, vault_name: str, object_id: str) -> VaultAccess:
        """What the service principal `object_id` may do. Unknown, with a reason, where it may not be seen."""
        if not _GUID.fullmatch(object_id):
            return verdicts.unknown("The object id of the identity is not known.")
        try:
            vault, seen = await self._find(vault_name)
            if vault is None:
                return verdicts.unknown(
                    f"{self._guard.identity} sees no vault {inert(vault_name, 60)} in {seen} subscriptions; "
                    "the role Reader on the vault would show it."
                )
            properties = vault.get("properties") or {}
            public = verdicts.public_network(properties)
            if properties.get("enableRbacAuthorization") is True:
                return await self._by_roles(str(vault["id"]), object_id, public)
            return verdicts.by_policies(vault_name, properties, object_id, public)
        except ProblemError as error:
            if error.problem.exit is not Exit.DENIED:
                raise
            return verdicts.unknown(error.problem.what)
        except (KeyError, TypeError, AttributeError):
            raise ProblemError(self._unusable("it is not Resource Manager's form")) from None

    async def federated(self, resource_id: str) -> tuple[FederatedCredential, ...]:
        """The federated credentials of a user-assigned identity, by its resource id."""
        if not _RESOURCE.fullmatch(resource_id):
            return ()
        path = f"{resource_id}/federatedIdentityCredentials?api-version=2023-01-31"
        return tuple(
            [
                FederatedCredential(
                    inert(item.get("name"), 120),
                    inert(item["properties"].get("issuer"), 300),
                    inert(item["properties"].get("subject"), 300),
                    tuple(inert(audience, 200) for audience in item["properties"].get("audiences") or ()),
                )
                async for item in self._items(path)
            ]
        )

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""
        client, self._opened = self._opened, None
        if client is not None:
            await client.close()

    async def _find(self, vault_name: str) -> tuple[dict[str, Any] | None, int]:
        """The vault's resource, and in how many subscriptions it was looked for."""
        subscriptions = [
            str(item["subscriptionId"]) async for item in self._items("/subscriptions?api-version=2022-12-01")
        ]
        turn = asyncio.Semaphore(_AT_ONCE)

        async def look(subscription: str) -> dict[str, Any] | None:
            if not _GUID.fullmatch(subscription):
                return None
            path = f"/subscriptions/{subscription}/providers/Microsoft.KeyVault/vaults?api-version=2023-07-01"
            async with turn:
                async for item in self._items(path):
                    if str(item.get("name", "")).lower() == vault_name.lower():
                        return item
            return None

        found = await asyncio.gather(*map(look, subscriptions), return_exceptions=True)
        vault = next((item for item in found if isinstance(item, dict)), None)
        failure = next((item for item in found if isinstance(item, BaseException)), None)
        if vault is None and failure is not None:
            raise failure
        return vault, len(subscriptions)

    async def _by_roles(self, vault_id: str, object_id: str, public: bool | None) -> VaultAccess:
        if not _RESOURCE.fullmatch(vault_id):
            raise ProblemError(self._unusable("the vault's id is malformed"))
        wanted = quote(f"atScope() and assignedTo('{object_id}')")
        listing = f"{vault_id}/providers/Microsoft.Authorization/roleAssignments"
        path = f"{listing}?api-version=2022-04-01&$filter={wanted}"
        roles: list[Role] = []
        conditional: list[Role] = []
        async for item in self._items(path):
            properties = item["properties"]
            if not verdicts.covers(str(properties["scope"]), vault_id):
                continue
            role = await self._role(str(properties["roleDefinitionId"]))
            (conditional if properties.get("condition") else roles).append(role)
        return verdicts.by_roles(roles, conditional, role_command(object_id, vault_id), public)

    async def _role(self, definition_id: str) -> Role:
        known = BUILT_IN.get(definition_id.rpartition("/")[2].lower())
        if known:
            return known
        if not _RESOURCE.fullmatch(definition_id) and not definition_id.startswith(
            "/providers/Microsoft.Auth"
        ):
            raise ProblemError(self._unusable("a role's id is malformed"))
        return custom_role(self._json(await self._get(f"{definition_id}?api-version=2022-04-01")))

    async def _items(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Every item of a paged answer; a link to the next page is followed on our own origin only."""
        seen: set[str] = set()
        while path:
            if path in seen or len(seen) >= _PAGES:
                raise ProblemError(self._unusable("its pages do not end"))
            seen.add(path)
            answer = self._json(await self._get(path))
            for item in answer.get("value") or ():
                yield item
            link = urlsplit(str(answer.get("nextLink") or ""))
            if link.hostname and (link.scheme, link.hostname) != ("https", self._guard.cloud.arm):
                raise ProblemError(self._unusable("its next page points elsewhere"))
            path = f"{link.path}?{link.query}" if link.path else ""

    def _client(self) -> AsyncPipelineClient[Any, Any]:
        if self._opened is None:
            from azure.core import AsyncPipelineClient
            from azure.core.pipeline.policies import AsyncBearerTokenCredentialPolicy, RequestIdPolicy

            scope = f"{self._origin}/.default"
            policies: list[Any] = [
                RequestIdPolicy(),
                retry(self._limits),
                AsyncBearerTokenCredentialPolicy(self._guard, scope),
            ]
            self._opened = AsyncPipelineClient(
                self._origin,
                policies=policies,
                transport=transport(self._limits, only(self._guard.cloud.arm)),
            )
        return self._opened

    async def _get(self, path: str) -> Answer:
        """One answer with status 200. Raises ProblemError."""
        url, who = self._origin + path, str(self._guard.identity)
        try:
            answer = await ask(self._client(), url, self._limits)
        except Exception as error:
            raise ProblemError(unreachable(error, url, who)) from None
        if answer.status == 200:
            return answer
        if 300 <= answer.status < 400:
            raise ProblemError(redirected(answer, url, who))
        if answer.status == 429 or answer.status >= 500:
            raise ProblemError(failing(answer, url, who))
        raise ProblemError(_refused(answer, who))

    def _json(self, answer: Answer) -> dict[str, Any]:
        try:
            return answer.json()
        except AnswerError as error:
            raise ProblemError(not_an_answer(error, self._origin, str(self._guard.identity))) from None

    def _unusable(self, why: str) -> Problem:
        return not_an_answer(AnswerError(why), self._origin, str(self._guard.identity))


def _refused(answer: Answer, who: str) -> Problem:
    denied = answer.status in (401, 403, 404)
    return Problem(
        f"{who} may not read this in Resource Manager."
        if denied
        else "Resource Manager refused the request.",
        "Have the role Reader granted on the vault.",
        Exit.DENIED if denied else Exit.UNREACHABLE,
        identity=who,
        code=inert(answer.error().get("code", ""), 60),
        status=answer.status,
        detail=details(answer),
    )
