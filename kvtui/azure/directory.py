"""Apps, service principals and managed identities, found by name or id, as the directory sends them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from kvtui.azure.access import ResourceManager
from kvtui.azure.graph import Graph
from kvtui.azure.graph_entries import APP_FIELDS, PRINCIPAL_FIELDS, application, federated, principal
from kvtui.azure.guard import Guard
from kvtui.azure.limits import Limits
from kvtui.azure.model import DirectoryEntry, EntryKind, FederatedCredential, Group
from kvtui.azure.searching import Batch, DirectorySearch, Entries
from kvtui.core.ids import GUID

_PAGE = 25


class GraphDirectory:
    """Implements `ports.Directory`."""

    def __init__(self, guard: Guard, limits: Limits) -> None:
        self._graph = Graph(guard, limits)
        self._resources = ResourceManager(guard, limits)
        self._limits = limits
        self._tenant = guard.identity.tenant_id

    def search(self, text: str) -> DirectorySearch:
        """A search by name, client id or object id. Sends nothing yet.

        By name, the service principals of this tenant's own apps are left out, but for disabled ones: in
        a large tenant their pages are not those of the apps that they belong to.
        """
        foreign = f"appOwnerOrganizationId ne {self._tenant}" if GUID.fullmatch(self._tenant) else None
        return self._searching(text, ["accountEnabled eq false", foreign])

    async def find(self, text: str) -> AsyncIterator[Entries]:
        """Entries by name, client id or object id, in batches as they arrive, the best of a batch first."""
        search = self._searching(text, [None])
        for _ in range(self._limits.found_pages):
            async for entries in search.page():
                yield entries
            if not search.more:
                return

    async def service_principal(self, client_id: str) -> DirectoryEntry | None:
        """The service principal by its client id: roles are given to its object id."""
        if not GUID.fullmatch(client_id):
            return None
        builder = self._graph.client.service_principals_with_app_id(client_id)
        found = await self._graph.get(builder.to_get_request_information(), absent=True)
        return principal(found) if found else None

    async def federated(self, entry: DirectoryEntry) -> tuple[FederatedCredential, ...]:
        """The federated credentials of an app registration or a user-assigned identity; else none."""
        if entry.kind is EntryKind.MANAGED_IDENTITY:
            return await self._resources.federated(entry.resource_id)
        if entry.kind is not EntryKind.APPLICATION:
            return ()
        builder = self._graph.client.applications.by_application_id(entry.object_id)
        return tuple([federated(item) async for item in self._all(builder.federated_identity_credentials)])

    async def owners(self, entry: DirectoryEntry) -> tuple[str, ...]:
        """Who owns an app registration or a service principal, by name."""
        client = self._graph.client
        builder = (
            client.applications.by_application_id(entry.object_id)
            if entry.kind is EntryKind.APPLICATION
            else client.service_principals.by_service_principal_id(entry.object_id)
        )
        names = [
            str(item.get("userPrincipalName") or item.get("displayName") or item.get("id") or "")[:120]
            async for item in self._all(builder.owners)
        ]
        return tuple(sorted(names, key=str.casefold))

    async def groups(self, principal_id: str) -> tuple[Group, ...]:
        """The groups that a service principal is in, directly or through others."""
        if not GUID.fullmatch(principal_id):
            return ()
        builder = self._graph.client.service_principals.by_service_principal_id(principal_id)
        return tuple(
            [
                Group(str(item.get("id") or "").lower(), str(item.get("displayName") or "")[:120])
                async for item in self._all(builder.transitive_member_of)
                if str(item.get("@odata.type") or "").endswith("group")
            ]
        )

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""
        await self._graph.close()
        await self._resources.close()

    async def _all(self, builder: Any) -> AsyncIterator[dict[str, Any]]:
        async for page in self._graph.pages(builder, builder.to_get_request_information(), None):
            for item in page.items:
                yield item

    def _searching(self, text: str, principals: list[str | None]) -> DirectorySearch:
        """A search; by name, of the service principals those that pass one of these filters (None: all)."""
        text = " ".join(text.split())
        sources = self._by_id(text) if GUID.fullmatch(text) else self._by_name(text, principals)
        return DirectorySearch(text, sources)

    def _by_name(self, text: str, principals: list[str | None]) -> list[AsyncIterator[Batch]]:
        """The apps, the managed identities, and the service principals that pass each of these filters."""
        client = self._graph.client
        filters = ["servicePrincipalType eq 'ManagedIdentity'", *principals]
        return [
            self._matching(client.applications, application, text, APP_FIELDS, counted=True),
            *(
                self._matching(client.service_principals, principal, text, PRINCIPAL_FIELDS, only)
                for only in filters
            ),
        ]

    async def _matching(
        self,
        builder: Any,
        entry: Callable[[dict[str, Any]], DirectoryEntry],
        text: str,
        fields: list[str],
        only: str | None = None,
        *,
        counted: bool = False,
    ) -> AsyncIterator[Batch]:
        wanted: dict[str, Any] = {"select": fields, "top": _PAGE, "filter": only, "count": True}
        # Graph orders a search by relevance; only an empty one is asked for by name.
        wanted |= {"search": quoted(text)} if text else {"orderby": ["displayName"]}
        first = builder.to_get_request_information(_configuration(builder, wanted))
        async for page in self._graph.pages(builder, first, _configuration(builder, {})):
            entries = tuple(entry(item) for item in page.items)
            yield Batch(entries, page.more, page.total if counted else None)

    def _by_id(self, guid: str) -> list[AsyncIterator[Batch]]:
        client = self._graph.client
        return [
            self._one(client.applications_with_app_id(guid), application),
            self._one(client.applications.by_application_id(guid), application),
            self._one(client.service_principals_with_app_id(guid), principal),
            self._one(client.service_principals.by_service_principal_id(guid), principal),
        ]

    async def _one(
        self, builder: Any, entry: Callable[[dict[str, Any]], DirectoryEntry]
    ) -> AsyncIterator[Batch]:
        found = await self._graph.get(builder.to_get_request_information(), absent=True)
        yield Batch((entry(found),) if found else ())


def quoted(text: str) -> str:
    r"""A `$search` clause for `displayName`: the quotes belong to it, `\` and `"` within are escaped."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"displayName:{inner}"'


def _configuration(builder: Any, query: dict[str, Any]) -> Any:
    """A request's query and the header without which Graph refuses `$search`, on each page anew."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration

    name = f"{type(builder).__name__}GetQueryParameters"
    parameters = getattr(type(builder), name)(**query) if query else None
    configuration: RequestConfiguration[Any] = RequestConfiguration(query_parameters=parameters)
    configuration.headers.add("ConsistencyLevel", "eventual")
    return configuration
