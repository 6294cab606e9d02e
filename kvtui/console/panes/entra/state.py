"""What the directory found, and the details of one entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from kvtui.console.phase import Phase

if TYPE_CHECKING:
    from kvtui.azure.model import DirectoryEntry, EntryKind, FederatedCredential, HostView, VaultAccess
    from kvtui.core.problems import Problem
    from kvtui.outputs.helm.service_accounts import ServiceAccount


@dataclass(frozen=True, slots=True)
class EntryRow:
    """The row of an entry."""

    kind: EntryKind
    object_id: str


class EntraRow(Enum):
    """The pane's other rows."""

    MORE = auto()
    """Asks for the next page."""
    USE = auto()
    """In the details: makes the entry the deployment identity."""


@dataclass(frozen=True, slots=True)
class EntraState:
    """What the directory found."""

    phase: Phase = Phase.IDLE
    text: str = ""
    entries: tuple[DirectoryEntry, ...] = ()
    known: dict[tuple[EntryKind, str], DirectoryEntry] = field(default_factory=dict)
    """All entries that this sign-in was shown, by kind and object id."""
    more: bool = False
    """Another page can be asked for."""
    total: int | None = None
    """How many apps the service counted."""
    by_expiry: bool = False
    """Shown by their next expiry; else as found."""
    problem: Problem | None = None
    opened: DirectoryEntry | None = None
    owners: tuple[str, ...] | None = None
    federated: tuple[FederatedCredential, ...] | None = None
    access: VaultAccess | None = None
    host_view: HostView | None = None
    accounts: tuple[ServiceAccount, ...] = ()
    """The agents' service accounts, as the project's values name them."""
    detail_problem: Problem | None = None
    access_problem: Problem | None = None
