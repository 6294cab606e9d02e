"""What an audit came to: the one object that every format is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kvtui.app.audit.judging import Audit
from kvtui.app.configuration import Configuration
from kvtui.dags.reader import Use
from kvtui.dags.scanning import Scanned


@dataclass(frozen=True, slots=True)
class BaselineUse:
    """How the report compares with the file of known failures."""

    file: str
    known: int = 0
    """Failures that it lists."""
    gone: tuple[str, ...] = ()
    """Its entries that do not fail any more."""


@dataclass(frozen=True, slots=True)
class AuditResult:
    """One audit: what was read, how it was judged and by what."""

    scanned: Scanned
    report: Audit
    configuration: Configuration
    names: int = 0
    """With how many names it was compared."""
    asked_as: str = ""
    names_from: str = ""
    """The file that has the names; empty: the vault was asked."""
    vault: str = ""
    """The vault's URL; empty: not known."""
    offline: bool = False
    """It was compared with nothing."""
    path: Callable[[str], str] = str
    """A file of the report, from the repository's root."""
    baseline: BaselineUse | None = None

    def lookup_of(self, place: Use) -> tuple[str, int] | None:
        """File, from the repository's root, and line of the lookup; None if it is at the place itself."""
        file, _, line = place.through.rpartition(":")
        return (self.path(file), int(line)) if file else None

    def through(self, place: Use) -> str:
        """The same as words after a place; empty likewise."""
        lookup = self.lookup_of(place)
        return f", through {lookup[0]}:{lookup[1]}" if lookup else ""

    @property
    def ignored(self) -> int:
        """How many places are ignored by a comment or the configuration."""
        places = (place for each in self.report.judged for place in each.asked.places)
        return sum(place.aside == "ignored" for place in places) + sum(
            bool(each.ignored) for each in self.report.undecided
        )
