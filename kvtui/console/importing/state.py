"""What the dialog of an import shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from kvtui.migration.plan import WRITABLE, Entry, Status

if TYPE_CHECKING:
    from kvtui.app.importing.results import Imported
    from kvtui.console.panes.secrets.state import Wait
    from kvtui.core.problems import Problem


class Stage(Enum):
    """How far an import has come."""

    NAMING = auto()
    """The user names a source."""
    READING = auto()
    PREVIEW = auto()
    COMPARING = auto()
    WRITING = auto()
    STOPPED = auto()
    """The user stopped it while it stored."""
    DONE = auto()


BUSY = (Stage.READING, Stage.COMPARING, Stage.WRITING)
"""Work that Esc stops."""
ENDED = (Stage.STOPPED, Stage.DONE)


@dataclass(frozen=True, slots=True)
class ImportView:
    """One import on the screen."""

    vault: str
    user: str
    allow_changes: bool
    stage: Stage = Stage.NAMING
    source: str = ""
    """The path, or the name of the other vault."""
    command: str = ""
    """The headless command that stores the same."""
    notes: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    chosen: frozenset[int] = frozenset()
    """The numbers of the entries that will be stored."""
    results: Mapping[int, Imported] = field(default_factory=dict)
    """By the number of the entry."""
    progress: int = 0
    total: int = 0
    wait: Wait | None = None
    """The vault asked for it while values are stored."""
    problem: Problem | None = None

    @property
    def replaced(self) -> int:
        """How many of the chosen entries have a secret already."""
        return sum(self.entries[number].status is not Status.NEW for number in self.chosen)


def may_be_chosen(entry: Entry) -> bool:
    """Whether the entry can be stored, under another key if need be."""
    return entry.status in WRITABLE or bool(entry.rename)


def first_choice(entries: tuple[Entry, ...]) -> frozenset[int]:
    """The new ones: nothing is overwritten unless it is chosen."""
    return frozenset(number for number, entry in enumerate(entries) if entry.status is Status.NEW)
