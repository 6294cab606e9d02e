"""One search of the directory: a page of each kind at a time, in the order in which they arrive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from kvtui.azure.entries import rank
from kvtui.azure.model import DirectoryEntry, EntryKind

Entries = tuple[DirectoryEntry, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of one kind."""

    entries: Entries
    more: bool = False
    """Another page of this kind can be asked for."""
    total: int | None = None
    """How many of this kind there are, where the service counted them."""


class DirectorySearch:
    """Implements `ports.Search`."""

    def __init__(self, text: str, sources: list[AsyncIterator[Batch]]) -> None:
        self._text = text
        self._sources = sources
        self._seen: set[tuple[EntryKind, str]] = set()
        self.total: int | None = None
        """How many apps the service counted; None until it has."""

    @property
    def more(self) -> bool:
        """Whether another page can be asked for."""
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
