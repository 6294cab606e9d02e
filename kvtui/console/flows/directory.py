"""Finding the app, and making it the deployment identity."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.console.flows.base import DRAW_EVERY, Flow
from kvtui.console.state import Phase
from kvtui.problems import Problem, ProblemError

TYPING_PAUSE = 0.25
"""Seconds without a keystroke before the directory is asked."""


class Finding(Flow):
    """Pane 2."""

    def find(self, text: str, *, at_once: bool = False) -> None:
        """Searches the directory; a newer text cancels the older search."""
        held = self.state.entra
        if at_once and held.text == text and held.phase is Phase.DONE:
            return
        if self.azure.signed_in is None:
            self.change(entra=replace(held, text=text))
            return
        self.change(entra=replace(held, text=text, phase=Phase.BUSY, problem=None))
        self.work(partial(self._find, text, 0.0 if at_once else TYPING_PAUSE), "directory")

    async def _find(self, text: str, pause: float) -> None:
        found: dict[tuple[str, str], DirectoryEntry] = {}

        def show(phase: Phase, problem: Problem | None = None) -> None:
            held = self.state.entra
            if held.text == text:
                entries = _in_order(found, text)
                self.state = replace(
                    self.state, entra=replace(held, phase=phase, entries=entries, problem=problem)
                )
                self.draw_soon(every=DRAW_EVERY)

        try:
            await asyncio.sleep(pause)
            directory = await self.azure.directory(self.state.settings)
            async for entries in directory.find(text):
                found.update({(entry.kind, entry.object_id): entry for entry in entries})
                show(Phase.BUSY)
        except ProblemError as error:
            show(Phase.FAILED, error.problem)
        except asyncio.CancelledError:
            show(Phase.STOPPED)
            raise
        else:
            show(Phase.DONE)

    def entry(self, key: str) -> DirectoryEntry | None:
        """The entry of a row."""
        kind, _, object_id = key.partition(":")
        return next(
            (e for e in self.state.entra.entries if (e.kind.value, e.object_id) == (kind, object_id)), None
        )

    def open_entry(self, entry: DirectoryEntry) -> None:
        """Shows an entry's details; what it may do on the vault is asked for."""
        self.change(
            entra=replace(self.state.entra, opened=entry, federated=None, access=None, detail_problem=None)
        )
        self.work(partial(self._details, entry), "entra-detail")

    async def _details(self, entry: DirectoryEntry) -> None:
        settings = self.state.settings
        try:
            directory = await self.azure.directory(settings)
            federated = await directory.federated(entry)
            self._put(entry, federated=federated)
            if settings.vault is not None:
                access = await self.azure.access(settings)
                principal = await self._principal(entry)
                self._put(entry, access=await access.on_vault(settings.vault.name, principal))
        except ProblemError as error:
            self._put(entry, detail_problem=error.problem)

    async def _principal(self, entry: DirectoryEntry) -> str:
        """The object id that roles are assigned to: an app's is that of its service principal."""
        if entry.kind is not EntryKind.APPLICATION:
            return entry.object_id
        directory = await self.azure.directory(self.state.settings)
        async for entries in directory.find(entry.client_id):
            for other in entries:
                if other.kind is not EntryKind.APPLICATION and other.client_id == entry.client_id:
                    return other.object_id
        return entry.object_id

    def _put(self, entry: DirectoryEntry, **parts: object) -> None:
        if self.state.entra.opened == entry:
            self.change(entra=replace(self.state.entra, **parts))  # type: ignore[arg-type]


def _in_order(found: dict[tuple[str, str], DirectoryEntry], text: str) -> tuple[DirectoryEntry, ...]:
    """Each entry once, the likeliest first, always in the same order.

    An app and its service principal are one line: the app's, which knows the credentials.
    """
    apps = {e.client_id for e in found.values() if e.kind is EntryKind.APPLICATION}
    wanted = text.strip().lower()

    def place(entry: DirectoryEntry) -> tuple[bool, bool, str]:
        name = entry.display_name.lower()
        return bool(wanted) and name != wanted, bool(wanted) and not name.startswith(wanted), name

    once = [e for e in found.values() if e.kind is not EntryKind.SERVICE_PRINCIPAL or e.client_id not in apps]
    return tuple(sorted(once, key=place))
