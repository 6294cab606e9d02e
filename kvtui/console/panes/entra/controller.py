"""Pane 2: searches the directory, opens the details of an entry, chooses the deployment identity."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.app.session import Session
from kvtui.azure.entries import SOON_DAYS, rank_entries
from kvtui.azure.model import DirectoryEntry, EntryKind, Permission
from kvtui.console.actions import PaneId
from kvtui.console.events import EntriesFound, EventBus, SettingsChanged
from kvtui.console.panes.entra import texts
from kvtui.console.panes.entra.state import EntraRow
from kvtui.console.panes.entra.view import row_of
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.phase import Phase
from kvtui.console.provisioning.texts import NO_APP, not_finished
from kvtui.console.store import STREAM_EVERY, Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.console.words import now
from kvtui.core.ages import expiry, whole_days
from kvtui.core.problems import Problem, ProblemError

if TYPE_CHECKING:
    from kvtui.azure.directory import Search
    from kvtui.azure.model import AppCredential

TYPING_PAUSE = 0.25
"""Seconds after the last keystroke before the search starts."""


@dataclass(eq=False, repr=False)
class EntraController:
    """The actions of pane 2."""

    _store: Store
    _ui: Ui
    _session: Session
    _bus: EventBus
    _settings: SettingsController
    _search: Search | None = field(default=None, init=False)
    """The search whose entries are shown."""
    _found: dict[tuple[EntryKind, str], DirectoryEntry] = field(default_factory=dict, init=False)
    _openings: int = field(default=0, init=False)
    """How often details were opened: only the last opening reports its result."""

    # The search

    def search_again(self) -> None:
        """Repeats the search as the user that is signed in now."""
        self.find(self._store.state.entra.text, at_once=True)

    def find(self, text: str, *, at_once: bool = False) -> None:
        """Searches the directory for `text`; cancels the search that runs."""
        held = self._store.state.entra
        if at_once and held.text == text and held.phase is Phase.DONE:
            return
        if self._session.signed_in is None:
            self._store.change(entra=replace(held, text=text))
            return
        entries = rank_entries(self._loaded(text).values(), text, self._store.state.own_tenant)
        self._store.change(
            entra=replace(held, text=text, phase=Phase.BUSY, entries=entries, problem=None, more=False)
        )
        self._ui.run(partial(self._find, text, 0.0 if at_once else TYPING_PAUSE), "directory")

    async def _find(self, text: str, pause: float) -> None:
        self._search, self._found = None, self._loaded(text)
        try:
            await asyncio.sleep(pause)
            directory = await self._session.directory(self._store.state.settings)
        except ProblemError as error:
            self._show_found(text, Phase.FAILED, error.problem)
        except asyncio.CancelledError:
            self._show_found(text, Phase.STOPPED)
            raise
        else:
            self._search = directory.search(text)
            await self._page(text)

    def find_more(self) -> None:
        """Loads the next page."""
        held = self._store.state.entra
        if not held.more or self._search is None:
            self._ui.notify(texts.ALL_SHOWN)
            return
        self._store.change(entra=replace(held, phase=Phase.BUSY))
        self._ui.run(partial(self._page, held.text), "directory")

    async def _page(self, text: str) -> None:
        search = self._search
        if search is None:
            return
        try:
            async for entries in search.page():
                self._found.update({(entry.kind, entry.object_id): entry for entry in entries})
                self._store.state.entra.known.update(self._found)
                self._show_found(text, Phase.BUSY)
        except ProblemError as error:
            self._show_found(text, Phase.FAILED, error.problem)
        except asyncio.CancelledError:
            self._show_found(text, Phase.STOPPED)
            raise
        else:
            self._show_found(text, Phase.DONE)

    def _loaded(self, text: str) -> dict[tuple[EntryKind, str], DirectoryEntry]:
        """The loaded entries whose name contains `text`, or whose ID is `text`."""
        wanted = " ".join(text.split()).casefold()
        if not wanted:
            return {}
        return {
            key: entry
            for key, entry in self._store.state.entra.known.items()
            if wanted in entry.display_name.casefold() or wanted in (entry.client_id, entry.object_id)
        }

    def _show_found(self, text: str, phase: Phase, problem: Problem | None = None) -> None:
        held, search = self._store.state.entra, self._search
        if held.text != text:
            return
        found = replace(
            held,
            phase=phase,
            entries=rank_entries(self._found.values(), text, self._store.state.own_tenant),
            more=search is not None and search.more and phase is Phase.DONE,
            total=search.total if search else None,
            problem=problem,
        )
        self._store.change(entra=found, every=STREAM_EVERY)
        if phase is not Phase.BUSY:
            self._bus.publish(EntriesFound())

    def sort(self) -> None:
        """Switches the order: by the next expiry of a client secret, or as found."""
        held = self._store.state.entra
        self._store.change(entra=replace(held, by_expiry=not held.by_expiry))

    # One entry

    def entry_at(self, row: RowKey | None) -> DirectoryEntry | None:
        """The entry of `row`; of any other row, the opened entry.

        `row` comes first, because the list may still be on the screen when an entry is opened.
        """
        entra = self._store.state.entra
        return next((each for each in entra.entries if row_of(each) == row), entra.opened)

    async def choose(self, row: RowKey | None) -> None:
        """Enter: uses the entry as the deployment identity; loads the next page; or opens the search."""
        entry = self.entry_at(row)
        if row is EntraRow.MORE and self._store.state.entra.opened is None:
            self._ui.pane(PaneId.ENTRA).lines.action_move(-1)  # the new rows come below the last one
            self.find_more()
        elif entry is None:
            await self.open_search()
        else:
            self._use(entry)

    async def details(self, row: RowKey | None) -> None:
        """Opens the details of the entry under the cursor."""
        entry = self.entry_at(row)
        if entry is not None:
            self.open_entry(entry)
        elif row is EntraRow.MORE:
            self._ui.warn(NO_APP)
        else:
            await self.open_search()

    async def open_search(self) -> None:
        """Opens the search prompt; closes the details."""
        if self._store.state.entra.opened is not None:
            self.close_entry()
        await self._ui.pane(PaneId.ENTRA).open_prompt(self._store.state.entra.text)

    def _use(self, entry: DirectoryEntry) -> None:
        """Uses `entry` as the deployment identity; warns if its client secrets expire soon."""
        mode = self._store.state.settings.auth_mode
        running = self._store.state.provisioning.running
        if running and entry.client_id == self._store.state.settings.client_id:
            self._ui.notify(not_finished(running.words), during="change")  # it is chosen already
        self._settings.use_entry(entry)
        self.close_entry()
        if self._store.state.settings.auth_mode is not mode:
            return  # the message about the changed auth mode stays
        if self._store.state.newest_made(entry.client_id) is not None:
            return  # kvtui has a new one
        at = now()
        ends = sorted(c.expires for c in entry.credentials if c.expires and c.kind == "secret")
        coming = [each for each in ends if each > at]
        if ends and not coming:
            self._ui.warn(texts.all_expired(entry.display_name, len(ends)))
        elif coming and whole_days(coming[0], at) < SOON_DAYS:
            self._ui.warn(texts.expires_soon(entry.display_name, len(ends), expiry(coming[0], at)))

    def settings_changed(self, event: SettingsChanged) -> None:
        """Loads the open details again after the vault changed: the access differs."""
        opened = self._store.state.entra.opened
        if event.after.vault != event.before.vault and opened is not None:
            self.open_entry(opened)

    def close(self) -> bool:
        """Closes the details and stops their requests. Returns False if none are open."""
        if self._store.state.entra.opened is None:
            return False
        self._ui.stop("entra-detail")
        self.close_entry()
        return True

    def close_entry(self) -> None:
        """Closes the details."""
        self._store.change(entra=replace(self._store.state.entra, opened=None))

    def open_entry(self, entry: DirectoryEntry) -> None:
        """Shows the details of an entry and requests what is not loaded yet."""
        self._store.change(
            entra=replace(
                self._store.state.entra,
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
        self._ui.run(partial(self._all_details, entry, self._openings), "entra-detail")

    async def _all_details(self, entry: DirectoryEntry, opening: int) -> None:
        """Requests the details; reports those that were stopped, unless the entry was opened again."""
        try:
            await self._details(entry)
        except asyncio.CancelledError:
            held = self._store.state.entra
            if opening == self._openings and held.opened is not None:
                detail = held.detail_problem or (texts.DETAILS_STOPPED if held.federated is None else None)
                access = held.access_problem or (texts.DETAILS_STOPPED if held.access is None else None)
                self._store.change(entra=replace(held, detail_problem=detail, access_problem=access))
            raise

    async def _details(self, entry: DirectoryEntry) -> None:
        from kvtui.app.provisioning import agent_accounts, principal_of
        from kvtui.azure.network import resolve_from_host

        settings, project = self._store.state.settings, self._store.state.project
        self._put(entry, accounts=await asyncio.to_thread(agent_accounts, settings, project))
        try:
            directory = await self._session.directory(settings)
            entry = await self._with_principal(entry)
            self._put(entry, owners=await directory.owners(entry))
            federated = await directory.federated(entry)
            self._store.change(trusted={**self._store.state.trusted, entry.client_id: federated})
            self._put(entry, federated=federated)
        except ProblemError as error:
            self._put(entry, detail_problem=error.problem)
        if settings.vault is None:
            return
        try:
            entry = await self._with_principal(entry)
            access = await self._session.access_on_vault(settings, principal_of(entry))
            tried = frozenset({(entry.client_id, settings.vault)})
            denied = self._store.state.denied - tried
            self._store.change(denied=denied | tried if access.can_get is Permission.NO else denied)
            self._put(entry, access=access)
        except ProblemError as error:
            self._put(entry, access_problem=error.problem)
        self._put(entry, host_view=await resolve_from_host(settings.vault.host))

    async def _with_principal(self, entry: DirectoryEntry) -> DirectoryEntry:
        """`entry`, with its service principal if it is an app. Raises `ProblemError`."""
        from kvtui.app.provisioning import with_principal

        known = await with_principal(self._session, self._store.state.settings, entry)
        self._put(entry, opened=known)
        return known

    def _put(self, entry: DirectoryEntry, **parts: object) -> None:
        """Stores parts of the details, if the entry is still open."""
        entra = self._store.state.entra
        if entra.opened == entry:
            self._store.change(entra=replace(entra, **parts))  # type: ignore[arg-type]

    async def reread(self, client_id: str) -> DirectoryEntry | None:
        """Loads an entry again and opens it. Returns None if it is not found. Raises `ProblemError`."""
        found = await self._session.entries(self._store.state.settings, client_id)
        entry = next(iter(rank_entries(found, "")), None)
        if entry is None:
            return None
        for one in found:
            self._store.state.entra.known[one.kind, one.object_id] = one
        self._renew(entry)
        self.open_entry(entry)
        return entry

    def has_new_secret(self, entry: DirectoryEntry, new: AppCredential) -> None:
        """Shows an app with a client secret that was just added, which the directory may not show yet."""
        newer = replace(entry, credentials=(*entry.credentials, new))
        opened = self._store.state.entra.opened
        self._store.state.entra.known[newer.kind, newer.object_id] = newer
        self._renew(newer)
        if opened is not None and opened.client_id == newer.client_id:
            self.open_entry(newer)

    def _renew(self, entry: DirectoryEntry) -> None:
        """Puts an entry into the list: where its older state is, or first."""
        if (entry.kind, entry.object_id) in self._found:
            self._found[entry.kind, entry.object_id] = entry  # the next page shows this one too
        held = self._store.state.entra
        others = [one for one in held.entries if one.client_id != entry.client_id]
        known = len(others) < len(held.entries)
        entries = (
            tuple(entry if one.client_id == entry.client_id else one for one in held.entries)
            if known
            else (entry, *others)
        )
        self._store.change(entra=replace(held, entries=entries))
        self._bus.publish(EntriesFound())
