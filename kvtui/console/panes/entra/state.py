"""Pane 2: the entries found, and the details of one."""

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
    """The other rows that can be selected."""

    MORE = auto()
    """Loads the next page."""
    USE = auto()
    """In the details: uses the entry as the deployment identity."""


@dataclass(frozen=True, slots=True)
class EntraState:
    """The search, and the details of the opened entry."""

    phase: Phase = Phase.IDLE
    text: str = ""
    entries: tuple[DirectoryEntry, ...] = ()
    known: dict[tuple[EntryKind, str], DirectoryEntry] = field(default_factory=dict)
    """All entries loaded since the sign-in, by kind and object ID."""
    more: bool = False
    """There is another page."""
    total: int | None = None
    """The number of matching apps, if the service counted them."""
    by_expiry: bool = False
    """Sorted by the next expiry; else in the order of the search."""
    problem: Problem | None = None
    opened: DirectoryEntry | None = None
    owners: tuple[str, ...] | None = None
    federated: tuple[FederatedCredential, ...] | None = None
    access: VaultAccess | None = None
    host_view: HostView | None = None
    accounts: tuple[ServiceAccount, ...] = ()
    """The agents' service accounts, from the project's Helm values."""
    detail_problem: Problem | None = None
    access_problem: Problem | None = None
