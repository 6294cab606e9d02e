"""What the project's code uses, judged by the vault's names."""

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
    """What the project's code uses, judged by the vault's names."""

    phase: Phase = Phase.IDLE
    done: int = 0
    total: int = 0
    """Files read, and files in all."""
    listing: bool = False
    """The files are read; the vault's names are not all there yet."""
    filter: str = ""
    opened: RowKey | None = None
    """The row whose details are shown."""
    scanned: Scanned | None = None
    report: Audit | None = None
    names: int = 0
    """By how many names it was judged."""
    listed_as: str = ""
    at: datetime | None = None
    judged_with: tuple[Settings, VersionsInUse] | None = None
    problem: Problem | None = None
