"""Reads a project's files and collects what they use. Takes seconds: never on an event loop."""

from __future__ import annotations

import io
import posixpath
import time
import tokenize
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.dags.reader import Findings, Sources, Undecided, Unreadable, scan_python, scan_template, sources
from kvtui.dags.resolving import AskedKey, Place
from kvtui.dags.walking import Walk, walk

LARGEST = 2 * 1024 * 1024
"""Bytes of one file that are read."""
_DEPLOYED = ("/usr/local/airflow/", "/opt/airflow/")
"""Where the project stands in an image of Astro's, and of Airflow's."""
Progress = Callable[[int, int], bool]
"""Files read and files in all, in; whether to go on, out."""


class StoppedError(Exception):
    """The progress said that nobody wants the result any more."""


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


def scan_project(path: Path, *, glob: bool = True, progress: Progress = lambda done, total: True) -> Scanned:
    """Reads the project, or the one file, at `path`.

    `glob`: see `walk`. Raises `ProblemError` (usage) if it is not there or there is nothing to audit,
    `StoppedError` when `progress` says to stop.
    """
    began = time.perf_counter()
    found = walk(path, glob=glob)
    scan = _Scan(found, progress)
    scan.read()
    left_out = f"{scan.left_out} {'file' if scan.left_out == 1 else 'files'}"
    if not (scan.python or scan.places or scan.undecided):
        what = "is" if path.expanduser().is_file() else "holds"
        what = f"{path} {what} no Python file and no template that asks for anything"
        what += f"; .airflowignore takes out {left_out}" if scan.left_out else ""
        raise ProblemError(
            Problem(f"{what}.", "Name a DAG file or a project's directory.", ProblemKind.USAGE)
        )
    if scan.left_out:
        found.notes.append(f"{left_out} {'is' if scan.left_out == 1 else 'are'} taken out by .airflowignore.")
    keys = tuple(
        AskedKey(kind, key, tuple(sorted(places, key=lambda place: (place.file, place.line))))
        for (kind, key), places in sorted(scan.places.items())
    )
    return Scanned(
        path,
        scan.done,
        time.perf_counter() - began,
        keys,
        tuple(sorted(scan.undecided, key=lambda each: (each.file, each.line))),
        tuple(scan.unreadable),
        tuple(found.notes),
    )


@dataclass(slots=True)
class _Scan:
    """One run over the files."""

    found: Walk
    progress: Progress
    places: dict[tuple[str, str], dict[Place, None]] = field(default_factory=dict)
    undecided: dict[Undecided, None] = field(default_factory=dict)
    unreadable: dict[Unreadable, None] = field(default_factory=dict)
    done: int = 0
    python: int = 0
    """Python files among them."""
    left_out: int = 0
    _texts: dict[str, str | None] = field(default_factory=dict)
    _errors: dict[str, str] = field(default_factory=dict)
    """Why files could not be read."""
    _named: dict[str, None] = field(default_factory=dict)
    """Template files that the code names."""

    def read(self) -> None:
        """Python first, because it names the templates."""
        project = sources(self._text_of_python)
        total = len(self.found.python) + len(self.found.templates)
        for name in self.found.python:
            self._python(name, project)
            self._advance(total)
        imported = [name for name in self.found.ignored if project.has_read(name)]
        for name in imported:
            self._python(name, project)
            self._advance(total + len(imported))
        self.left_out = len(self.found.ignored) - len(imported)
        templates = list(dict.fromkeys((*self.found.templates, *self._named)))
        for name in templates:
            text = self._text(name, python=False)
            self._collect(name, self._unread(name, python=False) if text is None else scan_template(text))
            self._advance(self.done + len(templates))

    def _advance(self, total: int) -> None:
        self.done += 1
        if not self.progress(self.done, max(total, self.done)):
            raise StoppedError

    def _python(self, name: str, project: Sources) -> None:
        self.python += 1
        text = self._text_of_python(name)
        findings = self._unread(name, python=True) if text is None else scan_python(name, text, project)
        self._collect(name, findings)
        for template in findings.templates:
            self._name_template(template, name, findings.search_path)

    def _unread(self, name: str, *, python: bool) -> Findings:
        why = self._errors.get(name, "it cannot be read")
        return Findings(unreadable=(Unreadable(1, why, python=python),))

    def _collect(self, name: str, findings: Findings) -> None:
        for use in findings.uses:
            place = Place(self._shown(use.file or name), use.line, use.how, use.default_given, use.key_error)
            self.places.setdefault((use.kind, use.key), {})[place] = None
        for each in findings.undecided:
            self.undecided[replace(each, file=self._shown(each.file or name))] = None
        for found in findings.unreadable:
            self.unreadable[replace(found, file=self._shown(found.file or name))] = None

    def _shown(self, name: str) -> str:
        """A path as the report gives it: relative to what is audited."""
        base = self.found.base.relative_to(self.found.root).as_posix()
        return name if base == "." else posixpath.relpath(name, base)

    # Files

    def _text_of_python(self, name: str) -> str | None:
        return self._text(name, python=True)

    def _text(self, name: str, *, python: bool) -> str | None:
        """A file's text; None if there is none, or it cannot be read: then `_errors` says why."""
        if name not in self._texts:
            self._texts[name] = self._load(name, python=python)
        return self._texts[name]

    def _load(self, name: str, *, python: bool) -> str | None:
        path = self.found.root / name
        try:
            if not path.is_file() or not path.resolve().is_relative_to(self.found.root):
                return None
            if path.stat().st_size <= LARGEST:
                data = path.read_bytes()
                encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0] if python else "utf-8-sig"
                return data.decode(encoding)
            self._errors[name] = "it is larger than 2 MB and was not read"
        except (SyntaxError, UnicodeError, LookupError):
            self._errors[name] = "it is not text in the encoding that it should have"
        except (OSError, ValueError) as error:
            self._errors[name] = f"it cannot be opened: {getattr(error, 'strerror', None) or 'no valid path'}"
        return None

    def _name_template(self, name: str, code: str, search: Iterable[str]) -> None:
        """Finds a template file that the code names: beside it, above it, below dags and include."""
        folders = [posixpath.dirname(code), "", "dags", "include", "plugins"]
        folders += [each.strip().rstrip("/") for each in search]
        for prefix in _DEPLOYED:
            name = name.removeprefix(prefix)
            folders = [folder.removeprefix(prefix) for folder in folders]
        for folder in folders:
            path = posixpath.normpath(posixpath.join(folder, name))
            if path.startswith(("/", "..")) or path in self._named:
                continue
            if (self.found.root / path).is_file():
                self._named[path] = None
                return
