"""What to know about git before a file with a secret is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kvtui.outputs.gitignore import is_ignored
from kvtui.outputs.model import FileKind, PlannedFile
from kvtui.project.files import Project


def git_notices(project: Project, files: Sequence[PlannedFile]) -> list[str]:
    """A file with a secret that git tracks, or would take."""
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
            found.append(f"No line of .gitignore covers {name}: add one, so that it is never committed.")
    return found


def tracked_notice(project: Project, path: Path) -> list[str]:
    """One sentence if git tracks the file at `path`, which is written all the same."""
    if path.parent != project.directory or path.name not in (project.git.tracked or ()):
        return []
    return [
        f"GIT TRACKS {path.name}: the next commit would carry what stands in it. Before you commit, run: "
        f"git rm --cached {path.name}. What was ever committed stays in the history: renew such secrets."
    ]
