"""The failures of an audit that a team knows and accepts: a file of them, beside the code."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kvtui.app.audit.judging import Audit
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import path_shown
from kvtui.dags.reader import Use
from kvtui.outputs.model import FileKind, PlannedFile
from kvtui.outputs.writer import write
from kvtui.project.files import read_file

_VERSION = 1
_NEW_FILE = "Name a new file, or delete this one first."


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known failures."""

    keys: frozenset[tuple[str, str]] = frozenset()
    """Kind and key."""
    files: frozenset[str] = frozenset()
    """Python files that cannot be read, from the repository's root."""

    def __len__(self) -> int:
        return len(self.keys) + len(self.files)


@dataclass(frozen=True, slots=True)
class Compared:
    """A report in which what the baseline knows is marked, and what the baseline lists in vain."""

    report: Audit
    known: int = 0
    """Failures that the baseline lists."""
    gone: tuple[str, ...] = ()
    """Its entries that do not fail any more: `variable old_key`, `dags/old.py`."""


def read_baseline(path: Path) -> Baseline:
    """The file at `path`. Raises `ProblemError` (usage) if it is not there or not a baseline."""
    state = read_file(path, follow=True)
    if state.text is None:
        raise _rejected(path, "is not there", Remedy(Do.WRITE_BASELINE, f"Write it {HOW}."))
    found = _parsed(state.text)
    if found is None:
        raise _rejected(path, "is not a baseline of kvtui", "Name a file that kvtui wrote, or a new one.")
    return found


def _parsed(text: str) -> Baseline | None:
    """The baseline that is the content of a file; None if it is something else."""
    try:
        content = json.loads(text)
        if content["version"] != _VERSION:
            raise ValueError
        keys = frozenset((each["kind"], each["key"]) for each in content["keys"])
        files = frozenset(content["files"])
        if not all(isinstance(word, str) for each in (*keys, files) for word in each):
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return Baseline(keys, files)


def baseline_of(report: Audit, path_of: Callable[[str], str]) -> Baseline:
    """Everything that fails. `path_of` gives a file of the report as seen from the repository's root."""
    return Baseline(
        frozenset((each.asked.kind, each.asked.key) for each in report.judged if each.fails),
        frozenset(path_of(each.file) for each in report.unreadable if each.fails),
    )


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Writes the file, whole or not at all; replaces only a baseline or an empty file.

    Raises `ProblemError` (not-written).
    """
    state = read_file(path.absolute())
    if state.text is not None and state.text.strip() and _parsed(state.text) is None:
        what = f"{path_shown(path)} exists and is not a baseline of kvtui: it was not overwritten."
        raise ProblemError(Problem(what, _NEW_FILE, ProblemKind.NOT_WRITTEN))
    write(PlannedFile(state, baseline_text(baseline), FileKind.BASELINE))


def baseline_text(baseline: Baseline) -> str:
    """The file's text: sorted, a line for each entry, so that a diff shows what was added."""
    keys = [json.dumps({"kind": kind, "key": key}) for kind, key in sorted(baseline.keys)]
    files = [json.dumps(name) for name in sorted(baseline.files)]
    return f'{{\n  "version": {_VERSION},\n  "keys": {_lines(keys)},\n  "files": {_lines(files)}\n}}\n'


def _lines(entries: list[str]) -> str:
    return "[\n" + ",\n".join(f"    {each}" for each in entries) + "\n  ]" if entries else "[]"


def compared(report: Audit, baseline: Baseline, path_of: Callable[[str], str]) -> Compared:
    """The report with its known failures marked: nothing fails by them."""
    now = baseline_of(report, path_of)
    judged = tuple(
        replace(each, asked=replace(each.asked, places=tuple(map(_known, each.asked.places))))
        if each.fails and (each.asked.kind, each.asked.key) in baseline.keys
        else each
        for each in report.judged
    )
    unreadable = tuple(
        replace(each, known=each.fails and path_of(each.file) in baseline.files) for each in report.unreadable
    )
    gone = [f"{kind} {key}" for kind, key in sorted(baseline.keys - now.keys)]
    gone += sorted(baseline.files - now.files)
    known = len(baseline.keys & now.keys) + len(baseline.files & now.files)
    return Compared(replace(report, judged=judged, unreadable=unreadable), known, tuple(gone))


def _known(place: Use) -> Use:
    return place if place.default_given or place.aside else place._replace(aside="known")


def _rejected(path: Path, how: str, remedy: str) -> ProblemError:
    return ProblemError(Problem(f"The baseline {path_shown(path)} {how}.", remedy, ProblemKind.USAGE))
