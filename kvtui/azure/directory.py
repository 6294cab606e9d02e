"""Apps, service principals and managed identities, found by name or id, as the directory sends them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from kvtui.azure.access import ResourceManager
from kvtui.azure.graph import Graph
from kvtui.azure.guard import Guard
from kvtui.azure.limits import Limits
from kvtui.azure.model import AppCredential, DirectoryEntry, EntryKind, FederatedCredential

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_APP = [
    "id",
    "appId",
    "displayName",
    "passwordCredentials",
    "keyCredentials",
    "signInAudience",
    "createdDateTime",
]
_PRINCIPAL = ["id", "appId", "displayName", "servicePrincipalType", "accountEnabled", "alternativeNames"]
_PAGE = 25

Entries = tuple[DirectoryEntry, ...]


class GraphDirectory:
    """Implements `ports.Directory`."""

    def __init__(self, guard: Guard, limits: Limits) -> None:
        self._graph = Graph(guard, limits)
        self._resources = ResourceManager(guard, limits)

    async def find(self, text: str) -> AsyncIterator[Entries]:
        """Entries by name, client id or object id, in batches as they arrive, the best of a batch first."""
        text = " ".join(text.split())
        sources = self._by_id(text) if _GUID.fullmatch(text) else self._by_name(text)
        seen: set[tuple[EntryKind, str]] = set()
        async for batch in _as_they_arrive(sources):
            fresh = [entry for entry in batch if (entry.kind, entry.object_id) not in seen]
            seen.update((entry.kind, entry.object_id) for entry in fresh)
            if fresh:
                yield tuple(sorted(fresh, key=lambda entry: rank(entry.display_name, text)))

    async def service_principal(self, client_id: str) -> DirectoryEntry | None:
        """The service principal by its client id: roles are given to its object id."""
        if not _GUID.fullmatch(client_id):
            return None
        builder = self._graph.client.service_principals_with_app_id(client_id)
        found = await self._graph.get(builder.to_get_request_information(), absent=True)
        return _principal(found) if found else None

    async def federated(self, entry: DirectoryEntry) -> tuple[FederatedCredential, ...]:
        """The federated credentials of an app registration or a user-assigned identity; else none."""
        if entry.kind is EntryKind.MANAGED_IDENTITY:
            return await self._resources.federated(entry.resource_id)
        if entry.kind is not EntryKind.APPLICATION:
            return ()
        builder = self._graph.client.applications.by_application_id(entry.object_id)
        credentials = builder.federated_identity_credentials
        found: list[FederatedCredential] = []
        async for items in self._graph.pages(credentials, credentials.to_get_request_information(), None):
            found += [_federated(item) for item in items]
        return tuple(found)

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""
        await self._graph.close()
        await self._resources.close()

    def _by_name(self, text: str) -> list[AsyncIterator[Entries]]:
        client = self._graph.client
        managed = "servicePrincipalType eq 'ManagedIdentity'"
        return [
            self._search(client.applications, _application, text, _APP),
            self._search(client.service_principals, _principal, text, _PRINCIPAL, managed),
            self._search(client.service_principals, _principal, text, _PRINCIPAL),
        ]

    async def _search(
        self,
        builder: Any,
        entry: Callable[[dict[str, Any]], DirectoryEntry],
        text: str,
        fields: list[str],
        only: str | None = None,
    ) -> AsyncIterator[Entries]:
        wanted: dict[str, Any] = {"select": fields, "top": _PAGE, "filter": only, "count": True}
        # Graph orders a search by relevance; only an empty one is asked for by name.
        wanted |= {"search": quoted(text)} if text else {"orderby": ["displayName"]}
        request = builder.to_get_request_information(_configuration(builder, wanted))
        async for items in self._graph.pages(builder, request, _configuration(builder, {})):
            yield tuple(entry(item) for item in items if isinstance(item, dict))

    def _by_id(self, guid: str) -> list[AsyncIterator[Entries]]:
        client = self._graph.client
        return [
            self._one(client.applications_with_app_id(guid), _application),
            self._one(client.applications.by_application_id(guid), _application),
            self._one(client.service_principals_with_app_id(guid), _principal),
            self._one(client.service_principals.by_service_principal_id(guid), _principal),
        ]

    async def _one(
        self, builder: Any, entry: Callable[[dict[str, Any]], DirectoryEntry]
    ) -> AsyncIterator[Entries]:
        found = await self._graph.get(builder.to_get_request_information(), absent=True)
        if found:
            yield (entry(found),)


def quoted(text: str) -> str:
    r"""A `$search` clause for `displayName`: the quotes belong to it, `\` and `"` within are escaped."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"displayName:{inner}"'


def rank(name: str, text: str) -> tuple[int, str]:
    """The order of hits: the very name, names that begin so, names with such a word, the rest."""
    low, wanted = name.casefold(), text.casefold()
    if not wanted or low == wanted:
        return 0, low
    if low.startswith(wanted):
        return 1, low
    words = re.split(r"[\W_]+", low)
    return (2 if any(word.startswith(wanted) for word in words) else 3), low


def _configuration(builder: Any, query: dict[str, Any]) -> Any:
    """A request's query and the header without which Graph refuses `$search`, on each page anew."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration

    name = f"{type(builder).__name__}GetQueryParameters"
    parameters = getattr(type(builder), name)(**query) if query else None
    configuration: RequestConfiguration[Any] = RequestConfiguration(query_parameters=parameters)
    configuration.headers.add("ConsistencyLevel", "eventual")
    return configuration


async def _as_they_arrive(sources: list[AsyncIterator[Entries]]) -> AsyncIterator[Entries]:
    """The batches of all sources in the order of arrival. The first failure ends all."""
    arrived: asyncio.Queue[Entries | Exception | None] = asyncio.Queue()

    async def drain(source: AsyncIterator[Entries]) -> None:
        try:
            async for batch in source:
                arrived.put_nowait(batch)
            arrived.put_nowait(None)
        except Exception as error:
            arrived.put_nowait(error)

    tasks = [asyncio.create_task(drain(source)) for source in sources]
    try:
        running = len(tasks)
        while running:
            match await arrived.get():
                case None:
                    running -= 1
                case Exception() as error:
                    raise error
                case batch:
                    yield batch
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _application(item: dict[str, Any]) -> DirectoryEntry:
    return DirectoryEntry(
        EntryKind.APPLICATION,
        _text(item, "displayName"),
        _text(item, "appId"),
        _text(item, "id"),
        credentials=(*_credentials(item, "secret"), *_credentials(item, "certificate")),
        sign_in_audience=_text(item, "signInAudience"),
        created=_when(item.get("createdDateTime")),
    )


def _principal(item: dict[str, Any]) -> DirectoryEntry:
    managed = item.get("servicePrincipalType") == "ManagedIdentity"
    names = [str(name) for name in item.get("alternativeNames") or ()]
    return DirectoryEntry(
        EntryKind.MANAGED_IDENTITY if managed else EntryKind.SERVICE_PRINCIPAL,
        _text(item, "displayName"),
        _text(item, "appId"),
        _text(item, "id"),
        enabled=item.get("accountEnabled") is not False,
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
        )
        for entry in listed
        if isinstance(entry, dict)
    ]


def _federated(item: dict[str, Any]) -> FederatedCredential:
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
