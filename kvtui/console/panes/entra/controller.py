"""Finding the app, and what is known about it."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.azure.entries import in_order, mistaken_id
from kvtui.azure.model import DirectoryEntry, EntryKind, Group, VaultAccess
from kvtui.azure.ports import Search
from kvtui.console.flows.base import DRAW_EVERY, Flow
from kvtui.console.state import Phase
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError

if TYPE_CHECKING:
    from kvtui.outputs.helm.service_accounts import ServiceAccount
    from kvtui.project.files import Project
    from kvtui.settings.model import Settings

STOPPED = Problem("The details were not all asked for: they were stopped.", "d asks again.", Exit.UNRESOLVED)
TYPING_PAUSE = 0.25
"""Seconds without a keystroke before the directory is asked."""


class Finding(Flow):
    """Pane 2."""

    _search: Search | None = None
    """The search whose entries are shown, as far as its pages were asked for."""
    _openings = 0
    """How often details were opened: only the last time says how it ended."""
    _found: dict[tuple[EntryKind, str], DirectoryEntry]

    def find(self, text: str, *, at_once: bool = False) -> None:
        """Searches the directory; a newer text cancels the older search."""
        held = self.state.entra
        if at_once and held.text == text and held.phase is Phase.DONE:
            return
        if self.azure.signed_in is None:
            self.change(entra=replace(held, text=text))
            return
        entries = in_order(self._loaded(text).values(), text, self._own_tenant())
        self.change(
            entra=replace(held, text=text, phase=Phase.BUSY, entries=entries, problem=None, more=False)
        )
        self.work(partial(self._find, text, 0.0 if at_once else TYPING_PAUSE), "directory")

    async def _find(self, text: str, pause: float) -> None:
        self._search, self._found = None, self._loaded(text)
        try:
            await asyncio.sleep(pause)
            directory = await self.azure.directory(self.state.settings)
        except ProblemError as error:
            self._show_found(text, Phase.FAILED, error.problem)
        except asyncio.CancelledError:
            self._show_found(text, Phase.STOPPED)
            raise
        else:
            self._search = directory.search(text)
            await self._page(text)

    def find_more(self) -> None:
        """The next page of the search that is shown."""
        held = self.state.entra
        if not held.more or self._search is None:
            self.say("All that was found is shown.")
            return
        self.change(entra=replace(held, phase=Phase.BUSY))
        self.work(partial(self._page, held.text), "directory")

    async def _page(self, text: str) -> None:
        search = self._search
        if search is None:
            return
        try:
            async for entries in search.page():
                self._found.update({(entry.kind, entry.object_id): entry for entry in entries})
                self.state.entra.known.update(self._found)
                self._show_found(text, Phase.BUSY)
        except ProblemError as error:
            self._show_found(text, Phase.FAILED, error.problem)
        except asyncio.CancelledError:
            self._show_found(text, Phase.STOPPED)
            raise
        else:
            self._show_found(text, Phase.DONE)

    def _loaded(self, text: str) -> dict[tuple[EntryKind, str], DirectoryEntry]:
        """The known entries with this text anywhere in their names, or with this id; all of a search's."""
        wanted = " ".join(text.split()).casefold()
        if not wanted:
            return {}
        return {
            key: entry
            for key, entry in self.state.entra.known.items()
            if wanted in entry.display_name.casefold() or wanted in (entry.client_id, entry.object_id)
        }

    def _show_found(self, text: str, phase: Phase, problem: Problem | None = None) -> None:
        held, search = self.state.entra, self._search
        if held.text != text:
            return
        self.state = replace(
            self.state,
            entra=replace(
                held,
                phase=phase,
                entries=in_order(self._found.values(), text, self._own_tenant()),
                more=search is not None and search.more and phase is Phase.DONE,
                total=search.total if search else None,
                problem=problem,
            ),
        )
        self.draw_soon(every=DRAW_EVERY)

    def _own_tenant(self) -> str:
        identity = self.state.sign_in.identity
        return identity.tenant_id if identity else ""

    def entry(self, key: str) -> DirectoryEntry | None:
        """The entry of a row."""
        kind, _, object_id = key.partition(":")
        return next(
            (e for e in self.state.entra.entries if (e.kind.value, e.object_id) == (kind, object_id)), None
        )

    def open_entry(self, entry: DirectoryEntry) -> None:
        """Shows an entry's details; what it may do on the vault is asked for."""
        self.change(
            entra=replace(
                self.state.entra,
                opened=entry,
                federated=None,
                owners=None,
                access=None,
                host_view=None,
                detail_problem=None,
                access_problem=None,
            )
        )
        self._openings += 1
        self.work(partial(self._all_details, entry, self._openings), "entra-detail")

    async def _all_details(self, entry: DirectoryEntry, opening: int) -> None:
        """The details; those that were stopped say so, unless they are being asked for anew."""
        try:
            await self._details(entry)
        except asyncio.CancelledError:
            held = self.state.entra
            if opening == self._openings and held.opened is not None:
                detail = held.detail_problem or (STOPPED if held.federated is None else None)
                access = held.access_problem or (STOPPED if held.access is None else None)
                self.change(entra=replace(held, detail_problem=detail, access_problem=access))
            raise

    async def _details(self, entry: DirectoryEntry) -> None:
        settings = self.state.settings
        self.put_entry(entry, accounts=await self.agent_accounts())
        try:
            directory = await self.azure.directory(settings)
            entry = await self._with_principal(entry)
            self.put_entry(entry, owners=await directory.owners(entry))
            self.put_entry(entry, federated=await directory.federated(entry))
        except ProblemError as error:
            self.put_entry(entry, detail_problem=error.problem)
        if settings.vault is None:
            return
        from kvtui.azure.network import seen_from_here

        try:
            self.put_entry(entry, access=await self.access_of(entry))
        except ProblemError as error:
            self.put_entry(entry, access_problem=error.problem)
        self.put_entry(entry, host_view=await seen_from_here(settings.vault.host))

    async def _with_principal(self, entry: DirectoryEntry) -> DirectoryEntry:
        """An app with its service principal, which a list need not know. Raises `ProblemError`."""
        if entry.kind is not EntryKind.APPLICATION or entry.principal_id:
            return entry
        directory = await self.azure.directory(self.state.settings)
        found = await directory.service_principal(entry.client_id)
        if found is None:
            return entry
        known = replace(entry, principal_id=found.object_id, enabled=found.enabled)
        self.put_entry(entry, opened=known)
        return known

    async def access_of(self, entry: DirectoryEntry) -> VaultAccess:
        """What the entry may do on the chosen vault. Raises `ProblemError`."""
        return await self.access_of_id(await self.principal_of(entry))

    async def access_of_id(self, principal: str) -> VaultAccess:
        """The same for an object id that roles are assigned to. Raises `ProblemError`."""
        settings = self.state.settings
        if settings.vault is None:
            raise RuntimeError("access was asked for before a vault was chosen")
        directory = await self.azure.directory(settings)
        groups: tuple[Group, ...] | None = None
        with contextlib.suppress(ProblemError):  # without them the verdict says what it cannot tell
            groups = await directory.groups(principal)
        access = await self.azure.access(settings)
        return await access.on_vault(settings.vault.name, principal, groups)

    async def mistaken_id(self, client_id: str) -> str:
        """Whose object id was given in place of a client id, one sentence; empty if none, or not known."""
        if self.azure.signed_in is None or not client_id:
            return ""
        try:
            directory = await self.azure.directory(self.state.settings)
            found = [entry async for batch in directory.find(client_id) for entry in batch]
        except ProblemError:
            return ""
        return mistaken_id(found, client_id)

    async def principal_of(self, entry: DirectoryEntry) -> str:
        """The object id that roles are assigned to: an app's is its service principal's."""
        if entry.kind is not EntryKind.APPLICATION:
            return entry.object_id
        return (await self._with_principal(entry)).principal_id

    async def agent_accounts(self) -> tuple[ServiceAccount, ...]:
        """The service accounts of the chosen chart, as the project's values name them."""
        return await asyncio.to_thread(_accounts, self.state.project, self.state.settings)

    def put_entry(self, entry: DirectoryEntry, **parts: object) -> None:
        """What was found out about an entry, if it is still the one that is open."""
        if self.state.entra.opened == entry:
            self.change(entra=replace(self.state.entra, **parts))  # type: ignore[arg-type]


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
