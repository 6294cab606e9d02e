"""Reads a project's files and collects what they use. Takes seconds: never on an event loop."""

from __future__ import annotations

import gc
import io
import os
import posixpath
import re
import sys
import time
import tokenize
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, groupby, islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.words import count
from kvtui.dags.reader import Findings, Hint, Project, Undecided, Unreadable, Use, looks, scan_template
from kvtui.dags.reader.constructs import NOTHING_MORE, Vocabulary
from kvtui.dags.reader.files import Files, meant
from kvtui.dags.reader.imports import Overview
from kvtui.dags.reader.modules import TESTS
from kvtui.dags.walking import DATA, NAME_A_DAG, Walk, outside, resolved, walk

LARGEST = 2 * 1024 * 1024
"""Bytes of one file that are read."""
_USES_AIRFLOW = re.compile(rb"^[ \t]*(?:from|import)[ \t]+airflow\b", re.MULTILINE)
_LOADS_DATA = (b"yaml", b"json.load", b"toml", b"dagfactory", b"gusty", b"OmegaConf")
"""Words of a file that may read the data of a DAG factory."""
_CONFIGURATION = re.compile(
    r"\.env|Dockerfile|airflow\.cfg|(?:values|docker-compose|compose)[\w.-]*\.ya?ml", re.ASCII
)
"""Files of a project that may set Airflow's options."""
Progress = Callable[[int, int], bool]
"""Files read and files in all, in; whether to go on, out."""


class StoppedError(Exception):
    """The progress said that nobody wants the result any more."""


@dataclass(frozen=True, slots=True)
class AskedKey:
    """One variable or connection with every place that asks for it."""

    kind: str
    key: str
    places: tuple[Use, ...]

    @property
    def default_given(self) -> bool:
        """Whether every place names a default, so that nothing fails without a value."""
        return all(place.default_given for place in self.places)

    @property
    def is_needed(self) -> bool:
        """Whether some place of a deployment's code needs a value."""
        return not all(place.default_given or place.aside for place in self.places)


@dataclass(slots=True)
class Scanned:
    """Everything that a project's files say, each key once."""

    path: Path
    files: int = 0
    seconds: float = 0.0
    keys: tuple[AskedKey, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    notes: tuple[str, ...] = ()
    """What was passed over, one sentence each."""
    hints: tuple[Hint, ...] = ()
    unread: tuple[str, ...] = ()
    """Python files that import Airflow, and that were not read."""
    read: frozenset[str] = frozenset()
    """Files that were read, or that the code may load."""
    alone: frozenset[str] = frozenset()
    """Those of them that decide no key of another file: Python files that nobody imports, and templates."""

    def findings(self) -> Findings:
        """What is at some place of a file."""
        uses = tuple(place for asked in self.keys for place in asked.places)
        return Findings(uses, self.undecided, self.unreadable, self.hints)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Syntax trees and uses are many objects and no garbage: to look for some takes a third of the time."""
    thresholds = gc.get_threshold()
    gc.set_threshold(500_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


@_rare_collections()
def scan_project(
    path: Path,
    *more: Path,
    root: Path | None = None,
    glob: bool = True,
    progress: Progress = lambda done, total: True,
    vocabulary: Vocabulary = NOTHING_MORE,
    folders: frozenset[Path] = frozenset(),
) -> Scanned:
    """Reads the project, or the one file, at `path`, and with it more paths of the same project.

    `root`, `glob`, `folders`: see `walk`; `vocabulary`: the project's own names. Raises `ProblemError`
    (usage) if one is not there or there is nothing to audit, `StoppedError` when `progress` says to stop.
    """
    began = time.perf_counter()
    paths = (path, *more)
    every = {resolved(each) for each in paths}
    walks = [walk(each, glob=glob, folders=folders, root=root, given=every) for each in paths]
    empty = [each for each, walked in zip(paths, walks, strict=True) if not walked.python]
    found, *others = walks
    for other in others:
        found.add(other)
    scan = _Scan(found, progress, vocabulary)
    scan.read()
    read = scan.opened.union(found.python, found.templates, found.data)
    uses, undecided = _every(scan.findings, "uses"), _every(scan.findings, "undecided")
    if empty and not (uses or undecided):
        is_file = empty[0].expanduser().is_file()
        what, no = ("file", "is neither a") if is_file else ("directory", "contains no")
        what = f"The {what} {empty[0]} {no} Python file{' nor a' if is_file else ', and no'} "
        what += "template that uses a variable or a connection"
        what += f"; .airflowignore takes out {count(scan.left_out, 'file')}" if scan.left_out else ""
        raise ProblemError(Problem(f"{what}.", NAME_A_DAG, ProblemKind.USAGE))
    if scan.left_out:
        found.notes.append(f"{count(scan.left_out, 'file is', 'files are')} taken out by .airflowignore.")
    if scan.unread:
        it, was = ("it", "was") if len(scan.unread) == 1 else ("them", "were")
        some = ", ".join(scan.unread[:3]) + (f" and {len(scan.unread) - 3} more" * (len(scan.unread) > 3))
        what = count(
            len(scan.unread), "Python file outside the DAGs imports", "Python files outside the DAGs import"
        )
        found.notes.append(f"{what} Airflow and {was} not read; no import is known to mean {it}: {some}.")
    return Scanned(
        path,
        scan.done,
        time.perf_counter() - began,
        asked_keys(uses),
        tuple(sorted(undecided, key=attrgetter("file", "line"))),
        tuple(_every(scan.findings, "unreadable")),
        tuple(found.notes),
        tuple(_every(scan.findings, "hints")),
        tuple(scan.unread),
        frozenset(map(scan.shown, read)),
        frozenset(map(scan.shown, filter(scan.is_alone, read))),
    )


def _every(found: Iterable[Findings], what: str) -> dict[Any, None]:
    """All uses, or whatever is named, each once."""
    return dict.fromkeys(chain.from_iterable(map(attrgetter(what), found)))


def asked_keys(uses: Iterable[Use]) -> tuple[AskedKey, ...]:
    """The uses by key, in order."""
    ordered = sorted(uses, key=attrgetter("kind", "key", "file", "line"))
    grouped = groupby(ordered, key=attrgetter("kind", "key"))
    return tuple(AskedKey(kind, key, tuple(places)) for (kind, key), places in grouped)


class _Scan:
    """One run over the files."""

    def __init__(self, found: Walk, progress: Progress, vocabulary: Vocabulary) -> None:
        self.found = found
        self.progress = progress
        self._files = Files(self._names_in, self._data)
        self.overview = Overview(self._files.has, vocabulary, found.root.name)
        self.findings: list[Findings] = []
        self.unread: list[str] = []
        self.done = 0
        self.left_out = 0
        self.opened: set[str] = set()
        """Every file that was read as code, template or data."""
        self._errors: dict[str, str] = {}
        """Why files could not be read."""
        self._folders: dict[str, frozenset[str]] = {}
        """The names of the files in folders that were looked into."""
        self._walked = frozenset(
            (*found.python, *found.ignored, *found.beside, *found.templates, *found.data)
        )
        self._kept: dict[str, bytes] = {}
        """What was looked over and may be read: at most so many bytes more."""
        self._room = 8 * 1024 * 1024
        self._dags: set[str] = set()
        """Files in which Airflow looks for DAGs: they hold the words `dag` and `airflow`."""
        self._loads_data = False
        self._root = str(found.root)
        self._base = found.base.relative_to(found.root).as_posix()
        """What the report's paths are relative to, as seen from the project."""

    def read(self) -> None:
        """Python first, because it names the templates."""
        found = self.found
        total = len(found.python) + len(found.templates)
        for name in (*found.python, *found.ignored):
            self._look_over(name, is_beside=False)
        for name in found.beside:
            self._look_over(name, is_beside=True)
        self.overview.follow()
        self._dags.difference_update(found.ignored)
        names = filter(_CONFIGURATION.fullmatch, sorted(self._names_in("")))
        settings = {name: self._load(name, python=False) or "" for name in names}
        self._errors.clear()
        sets = looks.environment("\n".join(settings.get(name, "") for name in ("Dockerfile", ".env")))
        project = Project(
            lambda name: self._load(name, python=True), self._files, self.overview, self._dags, sets
        )
        for name in sorted(found.python, key=self._order):
            project.read(name)
            self._advance(total)
        self.left_out = sum(not project.has_read(name) for name in found.ignored)
        self.unread = [self.shown(name) for name in self.unread if not project.has_read(name)]
        self.done += sum(map(project.has_read, (*found.ignored, *found.beside)))
        findings = project.findings()
        self._collect("", findings)
        for name, place in outside(project.not_found() - sys.stdlib_module_names, found.root).items():
            found.notes.append(
                f"The code imports {name}, which the repository has in {place}, outside the project: "
                "it was not read. Audit the repository's directory to follow it."
            )
        for name, error in self._errors.items():
            self._collect(name, Findings(unreadable=(Unreadable(1, error, python=True),)))
        self._errors.clear()
        named = dict.fromkeys(self._named(findings))
        for name in dict.fromkeys((*found.templates, *named)):
            self._template(name, is_named=name in named)
            self._advance(total + len(named))
        for name, text in settings.items():
            self._collect(name, Findings(tuple(looks.in_configuration(text))))
        for name in found.data if self._loads_data else ():
            self._collect(name, Findings(tuple(looks.in_data(self._load(name, python=False) or ""))))

    def _order(self, name: str) -> tuple[bool, bool]:
        """Tests last: what another file imports is not one of them."""
        return TESTS.search(name) is not None, not self.overview.may_ask(name)

    def _advance(self, total: int) -> None:
        self.done += 1
        if not self.progress(self.done, max(total, self.done)):
            raise StoppedError

    def _look_over(self, name: str, *, is_beside: bool) -> None:
        """What a file imports, before any is read as code: those that nobody imports are not kept."""
        try:
            data = self._bytes(name)
        except OSError:
            return
        if len(data) <= min(LARGEST, self._room):
            self._kept[name] = data
            self._room -= len(data)
        self.overview.add(name, data)
        if is_beside:
            if b"airflow" in data and _USES_AIRFLOW.search(data):
                self.unread.append(name)
            return
        self._loads_data = self._loads_data or any(map(data.__contains__, _LOADS_DATA))
        lower = data.lower()
        if b"dag" in lower and b"airflow" in lower:
            self._dags.add(name)

    def _template(self, name: str, *, is_named: bool) -> None:
        text = self._load(name, python=False)
        if text is None:
            if not name.endswith(DATA) or is_named:
                why = self._errors.get(name, "it cannot be read")
                self._collect(name, Findings(unreadable=(Unreadable(1, why),)))
            return
        found = scan_template(text)
        if self._loads_data and name.endswith(DATA):
            found = replace(found, uses=(*found.uses, *looks.in_data(text)))
        self._collect(name, found)

    def _collect(self, name: str, findings: Findings) -> None:
        """Takes what the file `name` says, or all the code."""
        moves = name or self._base != "."
        found = findings.moved(lambda file: self.shown(file or name)) if moves else findings
        self.findings.append(found)
        for file, steps in found.partial:
            what = f"too complex to be read to its end (after {steps:,} steps)"
            self.found.notes.append(f"{file}: {what}: other keys may be missing here.")

    def shown(self, name: str) -> str:
        """A path as the report gives it: relative to what is audited."""
        return name if self._base == "." else posixpath.relpath(name, self._base)

    def is_alone(self, name: str) -> bool:
        """Whether a file that was read decides no key of another: see `Scanned.alone`."""
        if name.endswith(".py"):
            return not self.overview.may_be_imported(name)
        return not name.endswith(DATA) and not _CONFIGURATION.fullmatch(name)

    # Files

    def _names_in(self, folder: str) -> frozenset[str]:
        if folder not in self._folders:
            self._folders[folder] = frozenset()
            with suppress(OSError, ValueError):
                self._folders[folder] = frozenset(each.name for each in (self.found.root / folder).iterdir())
        return self._folders[folder]

    def _bytes(self, name: str) -> bytes:
        """A file's content, of a large one a little more than `LARGEST`. Raises OSError."""
        with io.FileIO(f"{self._root}/{name}") as file:
            if os.fstat(file.fileno()).st_size <= LARGEST:
                return file.readall()
            return file.read(LARGEST + 1) or b""

    def _load(self, name: str, *, python: bool) -> str | None:
        """A file's text; None if there is none, or it cannot be read: then `_errors` says why."""
        self.opened.add(name)
        try:
            if name not in self._walked:
                path = self.found.root / name
                if not (path.resolve().is_relative_to(self.found.root) and path.is_file()):
                    return None
            data = self._kept.pop(name, None) or self._bytes(name)
            if len(data) <= LARGEST:
                is_told = python and b"coding" in data[:500]
                encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0] if is_told else "utf-8"
                return data.decode(encoding).removeprefix("\ufeff")
            self._errors[name] = "it is larger than 2 MB and was not read"
        except (SyntaxError, UnicodeError, LookupError):
            self._errors[name] = "it is not text in the encoding that it should have"
        except (OSError, ValueError) as error:
            self._errors[name] = f"it cannot be opened: {getattr(error, 'strerror', None) or 'no valid path'}"
        return None

    def _data(self, name: str) -> str | None:
        """What a file of data holds, that the code loads."""
        text = self._load(name, python=False)
        self._errors.pop(name, None)
        return text

    def _named(self, findings: Findings) -> Iterator[str]:
        """The template files that the code names: beside it, above it, below dags and include."""
        search: dict[str, list[str]] = {}
        for folder, code in findings.search_path:
            search.setdefault(code, []).append(folder.strip().rstrip("/"))
        for written, code in findings.templates:
            paths = meant(written, code, *search.get(code, ()))
            there = (path for path in paths if self._files.has(path) and (self.found.root / path).is_file())
            yield from islice(there, 1)


def merged(scans: Sequence[tuple[str, Scanned]], scanned: Scanned) -> Scanned:
    """`scanned`, empty, with what several scans found, each with the path from its base to theirs.

    What two of them found at the same place counts once.
    """
    found = [each.findings().moved(partial(_moved, below)) for below, each in scans]
    uses: dict[tuple[str, str, str, int, str], Use] = {}
    undecided: dict[tuple[str, int, str], Undecided] = {}
    for each in found:
        for use in each.uses:
            uses.setdefault((use.kind, use.key, use.file, use.line, use.how), use)
        for site in each.undecided:
            undecided.setdefault((site.file, site.line, site.expression), site)
    return replace(
        scanned,
        files=sum(each.files for _, each in scans),
        seconds=sum(each.seconds for _, each in scans),
        keys=asked_keys(uses.values()),
        undecided=tuple(sorted(undecided.values(), key=attrgetter("file", "line"))),
        unreadable=tuple(_every(found, "unreadable")),
        notes=tuple(dict.fromkeys(note for _, each in scans for note in each.notes)),
        hints=tuple(_every(found, "hints")),
        unread=tuple(dict.fromkeys(_moved(below, name) for below, each in scans for name in each.unread)),
        read=frozenset(_moved(below, name) for below, each in scans for name in each.read),
        alone=frozenset(_moved(below, name) for below, each in scans for name in each.alone),
    )


def _moved(below: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(below, name)) if name else ""
