"""What git knows about a project's files: which it tracks, and which it ignores.

Git runs nothing that a repository names: no hook, no file system monitor, no remote. It rejects a repository
of another user; then, and where there is no git, what is tracked is unknown.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from kvtui.project.model import GitFacts, IgnoreFile

_SECONDS = 2.0
"""Seconds that git may take."""
_LARGEST_IGNORE = 1024 * 1024
_SETTINGS = ("core.fsmonitor=", "core.hooksPath=/dev/null", "safe.bareRepository=explicit")
"""Empty turns the file system monitor off, also in git before 2.36, which would run `false` as a program."""
_SAFE = ("--no-pager", *(word for setting in _SETTINGS for word in ("-c", setting)))
_KEPT = ("HOME", "PATH", "XDG_CONFIG_HOME")
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


def git_facts(project: Path) -> GitFacts:
    """The facts about `project`, a real path. Never raises: the rest is unknown."""
    for top in (project, *project.parents):
        marker = top / ".git"
        if not os.path.lexists(marker):
            continue
        listed = _git(project, top, "ls-files", "-z", "--", ":(glob)*")
        tracked = None if listed is None else frozenset(filter(None, listed.split("\0")))
        import pathspec  # noqa: F401 - what reads the patterns is slow to import: here, in the reader's thread

        try:
            return GitFacts(True, tracked, _ignores(project, top))
        except OSError:
            return GitFacts(True, tracked)
    return GitFacts()


def repository_root(path: Path) -> Path | None:
    """The top of the git repository around `path`, a real path; None if there is none. Runs nothing."""
    return next((each for each in (path, *path.parents) if os.path.lexists(each / ".git")), None)


def changed_files(directory: Path, since: str) -> frozenset[Path] | None:
    """The files of the repository around `directory` that differ from where HEAD left `since`, and new ones.

    What the working tree has counts, committed or not; so do deleted files. A file whose time changed may be
    named though its content is the same: comparing contents would run the filters that a repository sets.
    None if git cannot say: there is no repository, or no such commit here.
    """
    top = repository_root(directory)
    if top is None or since.startswith("-"):
        return None
    commit = _git(top, top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}")
    base = _git(top, top, "merge-base", commit.strip(), "HEAD") if commit else None
    if not base:
        return None
    diff = ("diff-index", "-z", "--name-only", "--no-renames", "--ignore-submodules=all")
    lists = (
        _git(top, top, *diff, base.strip(), "--"),
        _git(top, top, "ls-files", "-z", "--others", "--exclude-standard"),
    )
    names = [name for each in lists if each is not None for name in each.split("\0") if name]
    return None if None in lists else frozenset(top / name for name in names)


def _git(project: Path, top: Path, *words: str) -> str | None:
    """What git prints; None if it cannot be run. A git inside the repository is never run."""
    program = Path(shutil.which("git") or "git")
    if not program.is_absolute() or program.parent.resolve().is_relative_to(top):
        return None
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _ENVIRONMENT
    try:
        done = subprocess.run(  # noqa: S603 - a list of words, and no shell
            [program, *_SAFE, "-C", str(project), *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def _ignores(project: Path, top: Path) -> tuple[IgnoreFile, ...]:
    exclude: Path | None = top / ".git" / "info" / "exclude"
    if not (top / ".git").is_dir():  # a worktree or a submodule
        named = _git(project, top, "rev-parse", "--git-path", "info/exclude")
        exclude = project / named.rstrip("\n") if named else None
    files = [(exclude, top), *((parent / ".gitignore", parent) for parent in reversed(project.parents))]
    return tuple(
        IgnoreFile(text, "" if place == project else project.relative_to(place).as_posix())
        for file, place in files
        if file is not None and place.is_relative_to(top) and (text := _text(file))
    )


def _text(path: Path) -> str:
    """The file's text; empty if it does not exist, or is too large for such a file."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        data = file.read(_LARGEST_IGNORE + 1)
    return data.decode("utf-8", "replace") if len(data) <= _LARGEST_IGNORE else ""
