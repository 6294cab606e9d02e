"""What an audit came to: the one object that every format is made of."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kvtui.app.configuration import Configuration
from kvtui.dags.resolving import Audit
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
    paths: Mapping[str, str] = field(default_factory=dict)
    """The report's files as seen from the repository's root; one that is not there has the report's own."""
    baseline: BaselineUse | None = None

    @property
    def ignored(self) -> int:
        """How many places are ignored by a comment or the configuration."""
        places = (place for each in self.report.judged for place in each.asked.places)
        return sum(place.aside == "ignored" for place in places) + sum(
            bool(each.ignored) for each in self.report.undecided
        )

    def path(self, file: str) -> str:
        """A file of the report, from the repository's root."""
        return self.paths.get(file, file)


def paths_from_root(report: Audit, base: Path, root: Path) -> dict[str, str]:
    """The report's files, which are relative to `base`, as seen from `root`; both are real paths.

    A file outside the root has its absolute path.
    """
    files = {place.file for each in report.judged for place in each.asked.places}
    files |= {each.file for each in report.undecided} | {each.file for each in report.unreadable}
    found = {}
    for file in files:
        real = posixpath.normpath(posixpath.join(base.as_posix(), file))
        inside = Path(real).is_relative_to(root)
        found[file] = Path(real).relative_to(root).as_posix() if inside else real
    return found
