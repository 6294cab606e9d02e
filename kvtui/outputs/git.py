"""Git and the files that hold a secret: whether it tracks them, whether it ignores them, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.outputs.model import FileKind, PlannedFile
from kvtui.project.model import GitFacts, IgnoreFile, Project

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

LONGEST_PATTERN, MOST_STARS, MOST_PATTERNS = 1000, 5, 2000
"""Longer patterns are ignored: no real file has them, and one with many stars takes very long to match."""


def is_ignored(git: GitFacts, own: str | None, name: str) -> bool:
    """Whether git ignores the project's file `name`; `own` is the text of the project's .gitignore.

    The last pattern that matches decides; none can include a file of an ignored directory again. As in
    gitignore(5).
    """
    files = [file for file in (*git.ignores, IgnoreFile(own or "")) if file.text.strip()]
    longest = max((file.below for file in files), key=len, default="")
    parts = [*filter(None, longest.split("/")), name]
    for depth in range(1, len(parts) + 1):
        ignored = False
        for file in files:
            above = len(parts) - 1 - (file.below.count("/") + 1 if file.below else 0)
            path = "/".join(parts[above:depth])
            said = _patterns(file.text, depth < len(parts)).check_file(path).include if path else None
            ignored = ignored if said is None else said
        if ignored:
            return True
    return False


@lru_cache(maxsize=16)
def _patterns(text: str, directory: bool) -> GitIgnoreSpec:
    """The patterns of one file; for the path of a directory those that end with `/` apply as well."""
    from pathspec import GitIgnoreSpec

    lines = text.splitlines()[-MOST_PATTERNS:]
    lines = [line for line in lines if len(line) <= LONGEST_PATTERN and line.count("*") <= MOST_STARS]
    lines = [line.rstrip("/") if directory else line for line in lines]
    found: list[GitIgnoreSpecPattern] = []
    for line in lines:
        with suppress(ValueError):  # it is not a pattern
            found += GitIgnoreSpec.from_lines([line]).patterns
    return GitIgnoreSpec(found)


def git_notices(project: Project, files: Sequence[PlannedFile]) -> list[str]:
    """A file with a secret that git tracks, or would add."""
    found: list[str] = []
    added = any(planned.kind is FileKind.GITIGNORE for planned in files)
    for planned in files:
        name = planned.path.name
        if not planned.secret or planned.path.parent != project.directory:
            continue
        tracked = tracked_notice(project, planned.path)
        found += tracked
        if tracked or added or not (project.git.found or project.gitignore.exists):
            continue
        if not is_ignored(project.git, project.gitignore.text, name):
            found.append(f".gitignore does not cover {name}: add a line, so that it is never committed.")
    return found


def tracked_notice(project: Project, path: Path) -> list[str]:
    """One sentence if git tracks the file at `path`, which is written anyway."""
    if path.parent != project.directory or path.name not in (project.git.tracked or ()):
        return []
    return [
        f"GIT TRACKS {path.name}: the next commit would include its contents. Before you commit, run: "
        f"git rm --cached {path.name}. Earlier commits stay in the history: rotate the secrets in "
        "them."
    ]
