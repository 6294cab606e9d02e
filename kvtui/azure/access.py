"""What an identity may do with a vault, as Resource Manager reports it: role assignments or access policies.

It reads and never writes. What cannot be read is unknown.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from kvtui.azure import vault_access
from kvtui.azure.arm import (
    AUTHORIZATION,
    KEY_VAULT,
    MANAGED_IDENTITY,
    SUBSCRIPTIONS,
    resource_manager,
)
from kvtui.azure.limits import Limits
from kvtui.azure.model import FederatedCredential, FoundVault, Group, VaultAccess
from kvtui.azure.roles import BUILT_IN, Denial, Role, custom_role, denial
from kvtui.azure.scoped_credential import ScopedCredential
from kvtui.core.ids import GUID, RESOURCE
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized

_AUTHORIZATION = "providers/Microsoft.Authorization"
_AT_ONCE = 4


class Access:
    """Resource Manager, asked as the signed-in user. Every method raises `ProblemError` and nothing else."""

    def __init__(self, credential: ScopedCredential, limits: Limits) -> None:
        self._arm = resource_manager(credential, limits)

    async def on_vault(
        self, vault_name: str, object_id: str, groups: Sequence[Group] | None = None
    ) -> VaultAccess:
        """What the service principal `object_id` may do.

        Unknown, with a reason, where that cannot be read. `groups` are those it is in, directly or through
        others; None: they could not be read.
        """
        if not GUID.fullmatch(object_id):
            return vault_access.unknown(
                "It has no service principal in this tenant, so nothing can be granted to it."
            )
        try:
            vault, seen = await self._find(vault_name)
            if vault is None:
                return vault_access.unknown(
                    f"{self._arm.who} cannot find the vault {sanitized(vault_name, 60)} in {seen} "
                    "subscriptions. It needs the role Reader on the vault.",
                    vault_name,
                    object_id,
                )
            return await self._judge(vault, vault_name, object_id, groups)
        except ProblemError as error:
            if error.problem.kind is not ProblemKind.DENIED:
                raise
            return vault_access.unknown(error.problem.what, vault_name, object_id)
        except (KeyError, TypeError, AttributeError):
            raise ProblemError(self._arm.unusable("it is not Resource Manager's form")) from None

    async def vaults(self) -> AsyncIterator[tuple[FoundVault, ...]]:
        """The vaults of every subscription that the signed-in user sees, as they arrive."""
        async for subscription, items in self._by_subscription(await self._subscriptions()):
            if isinstance(items, Exception):
                raise items
            found = [self._arm.read(partial(_found, subscription), item) for item in items]
            if found:
                yield tuple(sorted(found, key=lambda vault: vault.name))

    async def federated(self, resource_id: str) -> tuple[FederatedCredential, ...]:
        """The federated credentials of a user-assigned identity, by its resource id."""
        if not RESOURCE.fullmatch(resource_id):
            return ()
        path = f"{resource_id}/federatedIdentityCredentials?api-version={MANAGED_IDENTITY}"
        return tuple([self._arm.read(_federated, item) async for item in self._arm.items(path)])

    async def close(self) -> None:
        """Closes its connections. May be called twice."""
        await self._arm.close()

    async def _subscriptions(self) -> list[tuple[str, str]]:
        """Id and name of each subscription that the signed-in user sees."""
        items = self._arm.items(f"/subscriptions?api-version={SUBSCRIPTIONS}")
        found = [self._arm.read(_subscription, item) async for item in items]
        return [each for each in found if GUID.fullmatch(each[0])]

    async def _by_subscription(
        self, subscriptions: list[tuple[str, str]]
    ) -> AsyncIterator[tuple[str, list[dict[str, Any]] | Exception]]:
        """Each subscription's name with its vaults or its failure, as they arrive, a few at a time."""
        turn = asyncio.Semaphore(_AT_ONCE)

        async def look(identifier: str, name: str) -> tuple[str, list[dict[str, Any]] | Exception]:
            vaults = f"/subscriptions/{identifier}/providers/Microsoft.KeyVault/vaults"
            path = f"{vaults}?api-version={KEY_VAULT}"
            async with turn:
                try:
                    return name, [item async for item in self._arm.items(path)]
                except ProblemError as error:
                    return name, error

        tasks = [asyncio.ensure_future(look(*subscription)) for subscription in subscriptions]
        try:
            for done in asyncio.as_completed(tasks):
                yield await done
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _find(self, vault_name: str) -> tuple[dict[str, Any] | None, int]:
        """The vault's resource, and how many subscriptions were searched."""
        subscriptions = await self._subscriptions()
        failure: Exception | None = None
        async for _, items in self._by_subscription(subscriptions):
            if isinstance(items, Exception):
                failure = items
                continue
            for item in items:
                if str(item.get("name", "")).lower() == vault_name.lower():
                    return item, len(subscriptions)
        if failure is not None:
            raise failure
        return None, len(subscriptions)

    async def _judge(
        self, vault: dict[str, Any], name: str, object_id: str, groups: Sequence[Group] | None
    ) -> VaultAccess:
        vault_id, properties = str(vault["id"]), vault.get("properties") or {}
        if not RESOURCE.fullmatch(vault_id):
            raise ProblemError(self._arm.unusable("the vault's id is malformed"))
        about = vault_access.FoundVaultConfig(name, vault_id, properties)
        if properties.get("enableRbacAuthorization") is not True:
            return vault_access.by_policies(about, object_id, groups)
        granted = await self._granted(vault_id, object_id, groups or ())
        return vault_access.by_roles(
            about, object_id, granted, await self._denials(vault_id, object_id, groups or ())
        )

    async def _granted(
        self, vault_id: str, object_id: str, groups: Sequence[Group]
    ) -> list[vault_access.Granted]:
        """The roles for the whole vault that the identity or one of its groups has."""
        wanted = quote(f"atScope() and assignedTo('{object_id}')")
        path = f"{vault_id}/{_AUTHORIZATION}/roleAssignments?api-version={AUTHORIZATION}&$filter={wanted}"
        names = {
            group.object_id.lower(): group.name and f"the group {sanitized(group.name, 60)}"
            for group in groups
        }
        found: list[vault_access.Granted] = []
        async for item in self._arm.items(path):
            properties = item["properties"]
            scope, holder = str(properties["scope"]), str(properties["principalId"]).lower()
            if vault_access.covers(scope, vault_id):
                role = await self._role(str(properties["roleDefinitionId"]))
                via = "" if holder == object_id.lower() else names.get(holder, "a group")
                found.append(
                    vault_access.Granted(role, scope, via, conditional=bool(properties.get("condition")))
                )
        return found

    async def _denials(self, vault_id: str, object_id: str, groups: Sequence[Group]) -> list[Denial] | None:
        """The deny assignments that affect the identity; None if they cannot be read."""
        at_scope = quote("atScope()")
        path = f"{vault_id}/{_AUTHORIZATION}/denyAssignments?api-version={AUTHORIZATION}&$filter={at_scope}"
        whose = {object_id.lower(), *(group.object_id.lower() for group in groups)}
        try:
            items = [item async for item in self._arm.items(path)]
        except ProblemError as error:
            if error.problem.kind is not ProblemKind.DENIED:
                raise
            return None
        made = (denial(item, whose, vault_id) for item in items)
        return [one for one in made if one is not None and vault_access.covers(one.scope, vault_id)]

    async def _role(self, definition_id: str) -> Role:
        known = BUILT_IN.get(definition_id.rpartition("/")[2].lower())
        if known:
            return known
        if not RESOURCE.fullmatch(definition_id) and not definition_id.startswith(
            "/providers/Microsoft.Auth"
        ):
            raise ProblemError(self._arm.unusable("a role's id is malformed"))
        return custom_role(await self._arm.get(f"{definition_id}?api-version={AUTHORIZATION}"))


def _subscription(item: dict[str, Any]) -> tuple[str, str]:
    return str(item["subscriptionId"]), sanitized(item.get("displayName"), 80)


def _federated(item: dict[str, Any]) -> FederatedCredential:
    properties = item["properties"]
    return FederatedCredential(
        sanitized(item.get("name"), 120),
        sanitized(properties.get("issuer"), 300),
        sanitized(properties.get("subject"), 300),
        tuple(sanitized(audience, 200) for audience in properties.get("audiences") or ()),
    )


def _found(subscription: str, item: dict[str, Any]) -> FoundVault:
    properties = item.get("properties") or {}
    group = re.search(r"/resourceGroups/([^/]+)/", str(item.get("id", "")), re.IGNORECASE)
    return FoundVault(
        sanitized(item.get("name"), 60),
        sanitized(item.get("location"), 40),
        sanitized(group[1] if group else "", 90),
        subscription,
        "rbac" if properties.get("enableRbacAuthorization") is True else "access-policies",
    )
