"""stdout that a shell leads into a file: never into one of the project's own, whose text it would replace."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator

from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.project.model import FileState, Project


def refuse_own_file(project: Project) -> None:
    """Raises `ProblemError` (not-written) if stdout is a file of the project's, as with `> values.yaml`."""
    facts = _regular_file()
    for state in _files(project) if facts else ():
        if facts and state.stamp and (state.stamp.device, state.stamp.inode) == (facts.st_dev, facts.st_ino):
            name = state.path.name
            lost = (
                ""
                if state.text
                else f" The shell emptied it before kvtui began: restore it (git restore {name})."
            )
            raise ProblemError(
                Problem(
                    f"stdout is the project's own {name}: printing into it would replace what it says.{lost}",
                    f"Merge into the file instead: kvtui --export … -o {name}",
                    Exit.NOT_WRITTEN,
                )
            )


def goes_to_a_file() -> bool:
    """Whether stdout is a regular file."""
    return _regular_file() is not None


def _regular_file() -> os.stat_result | None:
    try:
        facts = os.fstat(sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):
        return None
    return facts if stat.S_ISREG(facts.st_mode) else None


def _files(project: Project) -> Iterator[FileState]:
    for name in project.__dataclass_fields__:
        state = getattr(project, name)
        if isinstance(state, FileState):
            yield state
