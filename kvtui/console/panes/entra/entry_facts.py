"""What is asked about one entry of the directory: its principal, and what it may do on the vault."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kvtui.app.session import AzureSide
from kvtui.azure.entries import mistaken_id
from kvtui.azure.model import DirectoryEntry, EntryKind, Group, VaultAccess
from kvtui.console.store import Store
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.outputs.helm.service_accounts import ServiceAccount
    from kvtui.project.model import Project
    from kvtui.settings.model import Settings


@dataclass(eq=False, repr=False)
class EntryFacts:
    """Asks the directory and Resource Manager, as the signed-in user. Methods raise `ProblemError`."""

    _store: Store
    _session: AzureSide

    def put(self, entry: DirectoryEntry, **parts: object) -> None:
        """Shows what was found out about an entry, if it is still the one that is open."""
        entra = self._store.state.entra
        if entra.opened == entry:
            self._store.change(entra=replace(entra, **parts))  # type: ignore[arg-type]

    async def with_principal(self, entry: DirectoryEntry) -> DirectoryEntry:
        """An app with its service principal, which a list need not know."""
        if entry.kind is not EntryKind.APPLICATION or entry.principal_id:
            return entry
        directory = await self._session.directory(self._store.state.settings)
        found = await directory.service_principal(entry.client_id)
        if found is None:
            return entry
        known = replace(entry, principal_id=found.object_id, enabled=found.enabled)
        self.put(entry, opened=known)
        return known

    async def principal_of(self, entry: DirectoryEntry) -> str:
        """The object id that roles are assigned to: an app's is its service principal's."""
        if entry.kind is not EntryKind.APPLICATION:
            return entry.object_id
        return (await self.with_principal(entry)).principal_id

    async def access_of(self, entry: DirectoryEntry) -> VaultAccess:
        """What the entry may do on the chosen vault."""
        return await self.access_of_id(await self.principal_of(entry))

    async def access_of_id(self, principal: str) -> VaultAccess:
        """The same for an object id that roles are assigned to."""
        settings = self._store.state.settings
        if settings.vault is None:
            raise RuntimeError("access was asked for before a vault was chosen")
        directory = await self._session.directory(settings)
        groups: tuple[Group, ...] | None = None
        with contextlib.suppress(ProblemError):  # without them the result says what it cannot tell
            groups = await directory.groups(principal)
        access = await self._session.access(settings)
        return await access.on_vault(settings.vault.name, principal, groups)

    async def mistaken_id(self, client_id: str) -> str:
        """Whose object id was given in place of a client id, one sentence; empty if none, or not known."""
        if self._session.signed_in is None or not client_id:
            return ""
        try:
            directory = await self._session.directory(self._store.state.settings)
            found = [entry async for batch in directory.find(client_id) for entry in batch]
        except ProblemError:
            return ""
        return mistaken_id(found, client_id)

    async def agent_accounts(self) -> tuple[ServiceAccount, ...]:
        """The service accounts of the chosen chart, as the project's values name them."""
        return await asyncio.to_thread(_accounts, self._store.state.project, self._store.state.settings)


def _accounts(project: Project | None, settings: Settings) -> tuple[ServiceAccount, ...]:
    from kvtui.outputs.helm.service_accounts import accounts
    from kvtui.outputs.next_steps import release_of
    from kvtui.project.versions import known_airflow

    if project is None or not project.values.text:
        return ()
    chosen = replace(settings, airflow_version=known_airflow(settings, project))
    found = accounts(chosen, project.values.text, release_of(settings))
    once = {each.name: each for each in reversed(found) if each.namespace}
    return tuple(reversed(once.values()))
