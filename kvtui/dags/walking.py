"""Which files of a project are read: the DAGs and what belongs to them. No link leads out of it."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import path_shown
from kvtui.dags.reader.constructs import ENDINGS
from kvtui.project.files import project_around
from kvtui.project.git import repository_root

if TYPE_CHECKING:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

FOLDERS = ("dags", "plugins", "include")
"""What is read of an Astro project, and beside each further folder named `dags`."""
_TESTS = ("tests", "test")
DATA = (".yaml", ".yml", ".json", ".toml")
"""Endings of files that a DAG factory may read."""
_SKIPPED = ("__pycache__", "node_modules", "venv", "site-packages")
_ENVIRONMENT = ("pyvenv.cfg", "conda-meta", "bin/activate")
"""What a virtual environment has."""
IGNORE_FILE = ".airflowignore"
NAME_A_DAG = "Name a DAG file or a project's directory."
MOST_FILES = 100_000


@dataclass(slots=True)
class Walk:
    """What was found, by paths relative to `root`, with `/`."""

    root: Path
    """The project's directory, from which imports are followed."""
    base: Path
    """What the paths in the report are relative to."""
    folders: frozenset[Path] = frozenset()
    """Folders that are read besides, as real paths."""
    python: list[str] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Python files outside the folders of DAGs; read if a DAG imports them."""
    data: list[str] = field(default_factory=list)
    """Files outside those folders that a DAG factory may read."""
    ignored: list[str] = field(default_factory=list)
    """Python files that an `.airflowignore` takes out; read if a DAG imports them."""
    notes: list[str] = field(default_factory=list)
    """What was passed over, one sentence each."""

    def add(self, other: Walk) -> None:
        """Takes what another path of the same project holds; what is read for either is read."""
        self.python = list(dict.fromkeys([*self.python, *other.python]))
        self.templates = list(dict.fromkeys([*self.templates, *other.templates]))
        read = {*self.python, *self.templates}
        self.beside = [name for name in dict.fromkeys([*self.beside, *other.beside]) if name not in read]
        self.data = [name for name in dict.fromkeys([*self.data, *other.data]) if name not in read]
        self.ignored = [name for name in dict.fromkeys([*self.ignored, *other.ignored]) if name not in read]
        self.notes += other.notes

    def count(self) -> int:
        """How many files were found."""
        return len(self.python) + len(self.templates) + len(self.beside) + len(self.data)


def by_project(paths: Iterable[Path]) -> dict[Path, list[Path]]:
    """The paths that are read together: by the directory from which their imports are followed.

    Raises `ProblemError` (usage) if one is not there.
    """
    real = [(path, resolved(path)) for path in paths]
    roots = [(path, _project_of(each if each.is_dir() else each.parent)) for path, each in real]
    found: dict[Path, list[Path]] = {}
    for path, root in roots:
        around = [each for _, each in roots if root.is_relative_to(each)]
        found.setdefault(min(around), []).append(path)
    return found


def walk(
    path: Path,
    *,
    glob: bool,
    folders: frozenset[Path] = frozenset(),
    root: Path | None = None,
    given: Collection[Path] = (),
) -> Walk:
    """The files that an audit of `path` reads: a file, an Astro project, or any directory.

    `glob`: how `.airflowignore` is read, as globs (Airflow 3) or as regular expressions (Airflow 2).
    `folders`: real paths of further folders that are read as `dags` is. `root`: see `by_project`.
    `given`: real paths of all that is audited.
    Raises `ProblemError` (usage) if `path` is not there.
    """
    real = resolved(path)
    if real.is_file():
        found = Walk(root or _project_of(real.parent), real.parent)
        name = real.relative_to(found.root).as_posix()
        (found.python if real.suffix == ".py" else found.templates).append(name)
        return found
    found = Walk(root or _project_of(real), real, folders)
    whole = not (real / "dags").is_dir()
    _descend(found, real, [], glob=glob, reads=whole, dags=whole)
    if real != found.root and real.name == "dags":
        beside = [real.parent / name for name in FOLDERS[1:]]
        left = [each.name for each in beside if each.is_dir() and each not in given]
        if left:
            found.notes.append(
                f"Beside {real.name}, {' and '.join(left)} are read only where DAGs import them."
            )
    return found


def resolved(path: Path) -> Path:
    """The absolute path of what an audit reads. Raises `ProblemError` (usage) if it is not there."""
    try:
        return path.expanduser().resolve(strict=True)
    except (OSError, RuntimeError):
        what = f"{path_shown(path)} is not there."
        raise ProblemError(Problem(what, NAME_A_DAG, ProblemKind.USAGE)) from None


def _project_of(directory: Path) -> Path:
    """The project around a directory: one with an Astro project's files, or what `dags` lies in."""
    around = project_around(directory)
    if around is not None:
        return around
    for candidate in (directory, *directory.parents[:3]):
        if candidate.name in FOLDERS:
            return candidate.parent
    return directory


_Rule = tuple[Path, Callable[[str], bool]]
"""A folder with an `.airflowignore`, whether it takes out a path in it, a folder's with `/` at its end."""


def _descend(found: Walk, folder: Path, rules: list[_Rule], *, glob: bool, reads: bool, dags: bool) -> None:
    """`reads`: the folder is one that is read, or lies in one; `dags`: in one of DAGs."""
    if dags and (folder / IGNORE_FILE).is_file():
        rules = [*rules, (folder, _patterns(folder, glob=glob))]
    entries = list(_entries(found, folder))
    has_dags = any(entry.name == "dags" and entry.is_dir(follow_symlinks=False) for entry in entries)
    if has_dags:
        entries.sort(key=lambda entry: FOLDERS.index(entry.name) if entry.name in FOLDERS else len(FOLDERS))
    for entry in entries:
        if entry.is_symlink() and not _stays_inside(Path(entry.path), found.root):
            found.notes.append(f"{_name(found, entry)} leads out of the project and was not followed.")
        elif entry.is_dir(follow_symlinks=False):
            path = Path(entry.path)
            if _passed_over(entry):
                if reads and entry.name == "venv" and not (path / "pyvenv.cfg").exists():
                    found.notes.append(f"{_name(found, entry)} was passed over, as a virtual environment.")
            elif reads or entry.name not in _TESTS:
                read = reads or path in found.folders or (has_dags and entry.name in FOLDERS)
                of_dags = dags or (read and entry.name == "dags")
                _descend(found, path, rules, glob=glob, reads=read, dags=of_dags)
        elif entry.is_symlink() and entry.is_dir():
            found.notes.append(f"{_name(found, entry)} is a link to a directory and was not followed.")
        elif entry.is_file() and found.count() < MOST_FILES:
            _take(found, entry, rules, reads=reads, dags=dags)


def _take(found: Walk, entry: os.DirEntry[str], rules: list[_Rule], *, reads: bool, dags: bool) -> None:
    name = entry.path[len(str(found.root)) + 1 :].replace(os.sep, "/")
    ending = posixpath.splitext(name)[1].lower()
    if ending == ".py":
        out = bool(rules) and _is_ignored(Path(entry.path), rules)
        (found.ignored if out else found.python if reads else found.beside).append(name)
    elif reads and ending in ENDINGS:
        found.templates.append(name)
    elif ending in DATA and not entry.name.startswith("airflow_settings"):
        found.data.append(name)
    elif dags and ending == ".zip":
        found.notes.append(f"{_name(found, entry)} is a packaged DAG and was not read.")


def _is_ignored(path: Path, rules: list[_Rule]) -> bool:
    """Whether a pattern takes out the file, or a folder that it lies in."""
    for folder, matches in rules:
        *folders, name = accumulate(path.relative_to(folder).parts, "{}/{}".format)
        if matches(name) or any(matches(f"{each}/") for each in folders):
            return True
    return False


def _entries(found: Walk, folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        found.notes.append(f"{_name(found, folder)} cannot be opened: {error.strerror}.")


def _passed_over(entry: os.DirEntry[str]) -> bool:
    """Directories that hold nobody's DAGs: hidden ones, caches, virtual environments."""
    if entry.name.startswith(".") or entry.name in _SKIPPED:
        return True
    return any((Path(entry.path) / name).exists() for name in _ENVIRONMENT)


def _stays_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def outside(names: Collection[str], root: Path) -> dict[str, str]:
    """Where the git repository around a project, but not the project, has modules of those names."""
    top, found, left = repository_root(root), dict[str, str](), MOST_FILES
    if top is None or top == root:
        return found
    for folder, folders, files in os.walk(top):
        here = Path(folder)
        folders[:] = [
            name
            for name in sorted(folders)
            if not (name.startswith(".") or name in _SKIPPED or here / name == root)
        ]
        modules: list[str] = []
        if "__init__.py" not in files:  # in a package it would have the package's name, too
            modules = [name for name in folders if name in names and any((here / name).glob("*.py"))]
            modules += [name[:-3] for name in files if name.endswith(".py") and name[:-3] in names]
        for name in modules:
            found.setdefault(name, (here / name).relative_to(top).as_posix())
        left -= len(files)
        if left < 0:
            break
    return found


def _name(found: Walk, entry: Path | os.DirEntry[str]) -> str:
    path = Path(entry)
    return path.relative_to(found.base).as_posix() if path.is_relative_to(found.base) else path.name


def _patterns(folder: Path, *, glob: bool) -> Callable[[str], bool]:
    """One `.airflowignore`; a pattern that is not valid is ignored, as in Airflow."""
    lines = (folder / IGNORE_FILE).read_text("utf-8", errors="replace").splitlines()
    if glob:
        from pathspec import GitIgnoreSpec

        globs: list[GitIgnoreSpecPattern] = []
        for line in lines:
            with suppress(ValueError):
                globs += GitIgnoreSpec.from_lines([line]).patterns
        return GitIgnoreSpec(globs).match_file
    patterns = []
    for line in lines:
        words = re.sub(r"\s*#.*", "", line).strip()
        with suppress(re.error):
            patterns += [re.compile(words)] if words else []
    return lambda name: any(pattern.search(name.rstrip("/")) for pattern in patterns)
