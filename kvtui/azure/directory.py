"""Microsoft Graph: apps, service principals and managed identities, found by name or id as they arrive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from kvtui.azure.access import Access
from kvtui.azure.entries import APP_FIELDS, PRINCIPAL_FIELDS, application, federated, principal, rank
from kvtui.azure.graph import Graph
from kvtui.azure.limits import Limits
from kvtui.azure.model import DirectoryEntry, EntryKind, FederatedCredential, Group
from kvtui.azure.scoped_credential import ScopedCredential
from kvtui.core.ids import GUID

_PAGE = 25
_EVENTUAL = {"ConsistencyLevel": "eventual"}
"""The header that Graph needs with `$search`, on each page."""
Entries = tuple[DirectoryEntry, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of one kind."""

    entries: Entries
    more: bool = False
    """There is another page of this kind."""
    total: int | None = None
    """How many of this kind there are, if the service counted them."""


class Search:
    """One search: a page of each kind at a time, in the order in which they arrive."""

    def __init__(self, text: str, sources: list[AsyncIterator[Batch]]) -> None:
        self._text = text
        self._sources = sources
        self._seen: set[tuple[EntryKind, str]] = set()
        self.total: int | None = None
        """How many apps the service counted; None until then."""

    @property
    def more(self) -> bool:
        """Whether there is another page."""
        return bool(self._sources)

    async def page(self) -> AsyncIterator[Entries]:
        """The next page of each kind as they arrive, the best of a batch first, no entry twice."""
        arrived: asyncio.Queue[tuple[AsyncIterator[Batch], Batch | Exception]] = asyncio.Queue()

        async def ask(source: AsyncIterator[Batch]) -> None:
            try:
                arrived.put_nowait((source, await anext(source, Batch(()))))
            except Exception as error:
                arrived.put_nowait((source, error))

        tasks = [asyncio.create_task(ask(source)) for source in self._sources]
        try:
            for _ in tasks:
                source, batch = await arrived.get()
                if isinstance(batch, Exception):
                    raise batch
                if not batch.more:
                    self._sources.remove(source)
                if batch.total is not None:
                    self.total = batch.total
                fresh = self._fresh(batch.entries)
                if fresh:
                    yield fresh
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _fresh(self, entries: Entries) -> Entries:
        fresh = [entry for entry in entries if (entry.kind, entry.object_id) not in self._seen]
        self._seen.update((entry.kind, entry.object_id) for entry in fresh)
        return tuple(sorted(fresh, key=lambda entry: rank(entry.display_name, self._text)))


class Directory:
    """Microsoft Graph, asked as the signed-in user. Every method raises `ProblemError` and nothing else."""

    def __init__(self, credential: ScopedCredential, limits: Limits) -> None:
        self._graph = Graph(credential, limits)
        self._access = Access(credential, limits)
        self._limits = limits
        self._tenant = credential.identity.tenant_id

    def search(self, text: str) -> Search:
        """A search by name, client ID or object id. Sends nothing yet.

        By name, the service principals of this tenant's own apps are left out, but for disabled ones: in a
        large tenant they come on other pages than their apps.
        """
        foreign = f"appOwnerOrganizationId ne {self._tenant}" if GUID.fullmatch(self._tenant) else None
        return self._searching(text, ["accountEnabled eq false", foreign])

    async def find(self, text: str) -> AsyncIterator[Entries]:
        """Entries by name, client ID or object id, in batches as they arrive, the best of a batch first."""
        search = self._searching(text, [None])
        for _ in range(self._limits.found_pages):
            async for entries in search.page():
                yield entries
            if not search.more:
                return

    async def service_principal(self, client_id: str) -> DirectoryEntry | None:
        """The service principal by its client ID: roles are given to its object id."""
        if not GUID.fullmatch(client_id):
            return None
        found = await self._find(self._graph.client.service_principals_with_app_id(client_id))
        return self._graph.service.read(principal, found) if found else None

    async def federated(self, entry: DirectoryEntry) -> tuple[FederatedCredential, ...]:
        """The federated credentials of an app registration or a user-assigned identity; else none."""
        if entry.kind is EntryKind.MANAGED_IDENTITY:
            return await self._access.federated(entry.resource_id)
        if entry.kind is not EntryKind.APPLICATION:
            return ()
        builder = self._graph.client.applications.by_application_id(entry.object_id)
        items = self._all(builder.federated_identity_credentials)
        return tuple([self._graph.service.read(federated, item) async for item in items])

    async def owners(self, entry: DirectoryEntry) -> tuple[str, ...]:
        """The names of the owners of an app registration or a service principal."""
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
        """Closes its connections. May be called twice."""
        await self._graph.close()
        await self._access.close()

    def _all(self, builder: Any) -> AsyncIterator[dict[str, Any]]:
        return self._graph.service.items(self._graph.address(builder))

    async def _find(self, builder: Any) -> dict[str, Any] | None:
        return await self._graph.service.find(self._graph.address(builder))

    def _searching(self, text: str, principals: list[str | None]) -> Search:
        """A search; by name, of the service principals those that pass one of these filters (None: all)."""
        text = " ".join(text.split())
        sources = self._by_id(text) if GUID.fullmatch(text) else self._by_name(text, principals)
        return Search(text, sources)

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
        # Graph orders a search by relevance; only an empty one is asked for by name.
        order: dict[str, Any] = {"search": quoted(text)} if text else {"orderby": ["displayName"]}
        url = self._graph.address(builder, select=fields, top=_PAGE, filter=only, count=True, **order)
        async for page in self._graph.service.pages(url, _EVENTUAL):
            items = (item for item in page.items if isinstance(item, dict))
            entries = tuple(self._graph.service.read(entry, item) for item in items)
            yield Batch(entries, bool(page.after), page.total if counted else None)

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
        found = await self._find(builder)
        yield Batch((self._graph.service.read(entry, found),) if found else ())


def quoted(text: str) -> str:
    r"""A `$search` clause for `displayName`: the quotes belong to it, `\` and `"` within are escaped."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"displayName:{inner}"'
