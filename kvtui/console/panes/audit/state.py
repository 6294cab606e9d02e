"""The audit: its progress and its report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.console.phase import Phase

if TYPE_CHECKING:
    from datetime import datetime

    from kvtui.app.audit.judging import Audit
    from kvtui.console.text import RowKey
    from kvtui.core.problems import Problem
    from kvtui.dags.scanning import Scanned
    from kvtui.project.versions import VersionsInUse
    from kvtui.settings.model import Settings


@dataclass(frozen=True, slots=True)
class AuditState:
    """The audit: its progress and its report."""

    phase: Phase = Phase.IDLE
    done: int = 0
    total: int = 0
    """The number of files read, and of all files."""
    listing: bool = False
    """The files are read; kvtui waits for the vault's names."""
    filter: str = ""
    opened: RowKey | None = None
    """The row whose details are shown."""
    scanned: Scanned | None = None
    report: Audit | None = None
    names: int = 0
    """The number of names in the vault."""
    listed_as: str = ""
    at: datetime | None = None
    made_with: tuple[Settings, VersionsInUse] | None = None
    problem: Problem | None = None
