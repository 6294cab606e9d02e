"""What `--audit` is given beside the vault: paths, names from a file, the files to report, a baseline."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kvtui.app.audit import audited, ignores_by_glob
from kvtui.app.audit.baseline import baseline_of, compared, read_baseline, write_baseline
from kvtui.app.audit.judging import Audit
from kvtui.app.audit.listed_names import ListedNames, read_names
from kvtui.app.audit.narrowing import meaning, only_in
from kvtui.app.audit.reading import read_uses
from kvtui.app.configuration import configuration
from kvtui.azure.model import SecretName
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import path_shown, sanitized
from kvtui.core.words import count
from kvtui.dags.audit_config import config_around
from kvtui.dags.scanning import Scanned
from kvtui.dags.walking import resolved
from kvtui.headless.audit_formats.result import BaselineUse
from kvtui.headless.request import Request
from kvtui.headless.text import say
from kvtui.project.files import project_around
from kvtui.project.git import changed_files, repository_root
from kvtui.project.versions import versions_in_use
from kvtui.settings.model import From, Settings, VaultAddress

_MOST = 3
"""Files that a note names."""
_NO_VAULT = VaultAddress("no-vault")
"""The vault in the kwargs where none is asked: the backend needs one, and names do not depend on it."""


@dataclass(frozen=True, slots=True)
class Paths:
    """What is audited."""

    given: tuple[tuple[Path, str], ...]
    """Each path, with the way from the base to what its own report is relative to."""
    base: Path
    """What the report's paths are relative to: a real directory."""
    root: Path
    """The top of the repository; outside of one the working directory, or what is audited."""

    def from_root(self, file: str) -> str:
        """A file of the report as seen from the top; one that is not below it has its absolute path."""
        real = Path(posixpath.normpath(posixpath.join(self.base.as_posix(), file)))
        return real.relative_to(self.root).as_posix() if real.is_relative_to(self.root) else real.as_posix()

    def reported(self, file: Path) -> str:
        """A file, a real path, as the report names it."""
        return posixpath.relpath(file.as_posix(), self.base.as_posix())


def paths_of(given: tuple[Path, ...], *, one_project: bool) -> Paths:
    """The paths of `--audit`. Raises `ProblemError` (usage) if one is not there.

    `one_project`: no project was named, so that the paths must agree on theirs.
    """
    bases = []
    projects: dict[Path, Path] = {}
    for path in given:
        real = resolved(path)
        bases.append(real if real.is_dir() else real.parent)
        around = project_around(real)
        if around is not None:
            projects.setdefault(around, path)
    if one_project and len(projects) > 1:
        first, second = list(projects.values())[:2]
        what = f"{path_shown(first)} and {path_shown(second)} belong to different projects."
        remedy = (
            "Audit each project in a run of its own, or name the one whose files count with --project DIR."
        )
        raise ProblemError(Problem(what, remedy, ProblemKind.USAGE))
    base, here = Path(os.path.commonpath(bases)), Path.cwd().resolve()
    ways = [posixpath.relpath(each.as_posix(), base.as_posix()) for each in bases]
    return Paths(
        tuple(zip(given, ways, strict=True)),
        base,
        repository_root(base) or (here if base.is_relative_to(here) else base),
    )


def means_sample(request: Request, paths: tuple[Path, ...]) -> bool:
    """Whether the demo's own project is meant: by `.`, where nobody's project and no DAGs are."""
    if not request.sample or paths != (Path(),):
        return False
    here = Path().resolve()
    projects = [folder.parent for above in ("", "*/", "*/*/") for folder in here.glob(f"{above}dags")]
    ours = here.is_relative_to(request.project.directory)
    return not (ours or any(map(_may_be_a_project, projects)))


def _may_be_a_project(directory: Path) -> bool:
    """Whether a directory with `dags` in it is neither a Python package nor full of tests."""
    return directory.name not in ("test", "tests") and not (directory / "__init__.py").exists()


def names_given(request: Request) -> ListedNames | None:
    """The names of `--names`; None if it was not given. Raises `ProblemError` (usage).

    Prints a note if they are those of another vault than the settings name.
    """
    named, chosen = request.text("names"), request.settings.vault
    if not named:
        return None
    names = read_names(named)
    if chosen is not None and names.vault and names.vault.rstrip("/").lower() != chosen.url.rstrip("/"):
        file, vault = path_shown(named), sanitized(names.vault, 100)
        say(
            f"note: {file} lists the names of {vault}, and the settings name {chosen.url}: "
            "the audit compares with the list. Make the list from the vault that Airflow uses."
        )
    return names


def used_in(request: Request, path: Path, names: Iterable[SecretName]) -> Audit:
    """What the code in `path` uses, judged by the vault's names with the settings; prints notes about it.

    Raises `ProblemError` (usage) if there is nothing to read.
    """
    paths = paths_of((path,), one_project=not request.text("project"))
    versions = versions_in_use(request.settings, request.project)
    settings = without_vault(request.settings)
    found = configuration(From.SETTINGS, settings, request.project, versions)
    glob = ignores_by_glob(settings, request.project, versions)
    config = config_around(paths.base)
    scanned = read_uses(paths.given, paths.base, config, glob=glob, progress=lambda *_: True)
    for note in scanned.notes:
        say(f"note: {note}")
    return audited(scanned, names, found, versions)


def without_vault(settings: Settings) -> Settings:
    """The settings with a vault that is never asked, if they have none."""
    return settings if settings.vault is not None else replace(settings, vault=_NO_VAULT)


def files_reported(request: Request, paths: Paths) -> frozenset[str] | None:
    """The files of `--files`, or those that changed since a commit, as the report names them; None: all.

    Raises `ProblemError` (usage) for a file that is not there, and if git cannot say what changed.
    """
    if "files" in request.options:
        return frozenset(paths.reported(resolved(Path(name))) for name in request.words("files"))
    if "changed_since" not in request.options:
        return None
    since = request.text("changed_since")
    changed = changed_files(paths.base, since)
    if changed is None:
        what = f"git cannot say what changed since '{sanitized(since, 60)}' in {paths.base}."
        remedy = "Name a commit or branch of this repository; in CI fetch the history (fetch-depth: 0)."
        raise ProblemError(Problem(what, remedy, ProblemKind.USAGE))
    say(f"note: {count(len(changed), 'file')} changed since {sanitized(since, 60)}.")
    return frozenset(map(paths.reported, changed))


def narrowed(request: Request, report: Audit, scanned: Scanned, files: frozenset[str], paths: Paths) -> Audit:
    """The report on those files only, if they decide no key of another file; prints notes about them."""
    gone = frozenset(name for name in files if not os.path.lexists(paths.base / name))
    changed = meaning(files, gone, scanned)
    unread = [name for name in changed.unread if "files" in request.options or name.endswith(".py")]
    if unread:
        was, it = ("was", "it") if len(unread) == 1 else ("were", "them")
        say(f"note: {_some(unread)} {was} not read, so nothing in {it} was checked.")
    if not changed.deciding:
        return only_in(report, files)
    say(f"note: All keys are reported: {_some(changed.deciding)} may decide keys of other files.")
    return report


def _some(files: Sequence[str]) -> str:
    more = f" and {len(files) - _MOST:,} more" if len(files) > _MOST else ""
    return ", ".join(sanitized(name, 200) for name in files[:_MOST]) + more


def with_baseline(request: Request, report: Audit, paths: Paths) -> tuple[Audit, BaselineUse | None]:
    """The report with its known failures marked, if `--baseline` was given; writes it if asked to.

    Raises `ProblemError` (usage) if it cannot be read, (not-written) if it cannot be written.
    """
    named = request.text("baseline")
    if not named:
        return report, None
    file = Path(named).expanduser()
    if request.flag("write_baseline"):
        baseline = baseline_of(report, paths.from_root)
        write_baseline(file, baseline)
        say(f"{count(len(baseline), 'known failure')} written to {path_shown(named)}.")
    else:
        baseline = read_baseline(file)
    found = compared(report, baseline, paths.from_root)
    return found.report, BaselineUse(named, found.known, found.gone)
