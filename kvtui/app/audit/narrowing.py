"""A report about some of the files only. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from kvtui.app.audit.judging import Audit
from kvtui.dags.reader import Use
from kvtui.dags.scanning import Scanned

_SETTINGS = re.compile(
    r"\.env|Dockerfile|airflow\.cfg|requirements\.txt|\.airflowignore|\.kvtui\.toml|pyproject\.toml"
)
"""Files that decide how every key is judged, by their names."""
_DECIDES = (".py", ".yaml", ".yml", ".json", ".toml")
"""Endings of files that may decide a key of another file."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed files mean for a report about them only."""

    deciding: tuple[str, ...]
    """Those that may decide keys of other files: the whole report counts."""
    unread: tuple[str, ...]
    """Those that the audit does not read."""


def meaning(files: Collection[str], gone: Collection[str], scanned: Scanned) -> Changed:
    """Sorts out changed files, by the paths that the report gives; `gone`: those that are not there now."""
    deciding, unread = [], []
    for file in sorted(files):
        if file in scanned.alone:
            continue
        is_setting = _SETTINGS.fullmatch(posixpath.basename(file))
        if is_setting or file in scanned.read or (file in gone and file.endswith(_DECIDES)):
            deciding.append(file)
        elif file not in gone:
            unread.append(file)
    return Changed(tuple(deciding), tuple(unread))


def only_in(report: Audit, files: Collection[str]) -> Audit:
    """The report on what those files use, by the paths that the report gives.

    A key is used by the file that asks for it and, where a call hands it on, by the file of the lookup. What
    is about the whole project (names that are not used, lookups an hour) is left out; files that were not
    read stay where nothing was found in the others.
    """
    judged = []
    for each in report.judged:
        places = tuple(place for place in each.asked.places if _is_in(place, files))
        if places:
            judged.append(replace(each, asked=replace(each.asked, places=places)))
    kept = {(each.asked.kind, each.asked.key) for each in judged}
    advice = []
    for said in report.advice:
        about = tuple(place for place in said.places if place.rpartition(":")[0] in files)
        if about:
            advice.append(replace(said, places=about))
    return Audit(
        tuple(judged),
        tuple(each for each in report.undecided if each.file in files),
        tuple(each for each in report.unreadable if each.file in files),
        tuple(each for each in report.collisions if any((each.kind, key) in kept for key in each.keys)),
        tuple(advice),
        unread=report.unread if report.found_nothing else (),
    )


def _is_in(place: Use, files: Collection[str]) -> bool:
    return place.file in files or place.through.rpartition(":")[0] in files
