"""Plans, writes and reads back the files, and removes kvtui's lines from them.

The planner and the writer are imported when called. They load a YAML library: call them in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.outputs.model import Plan, PlannedFile, Removal, What
    from kvtui.outputs.undo import Written
    from kvtui.project.model import Project
    from kvtui.settings.model import Settings


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file that was written, and how it reads back."""

    file: PlannedFile
    differences: tuple[str, ...] = ()
    """A sentence each; empty: as planned."""


Report = Callable[["PlannedFile", WrittenFile | None], None]
"""Called before a file is written, with None, and after it was read back."""


def plan_files(settings: Settings, project: Project, what: What = "all", output: Path | None = None) -> Plan:
    """What the settings would write. Raises `ProblemError` (usage) for settings that cannot be exported."""
    from kvtui.outputs.plan import plan
    from kvtui.project.files import project_for

    return plan(settings, project_for(project, what, output), what, output)


def plan_removal(
    project: Project,
    removal: Removal,
    *,
    output: Path | None = None,
    wrote: Mapping[Path, Written] | None = None,
) -> Plan:
    """What removing kvtui's lines from `.env`, or with an undo from every file, would write."""
    from kvtui.outputs.env.removal import plan_removal
    from kvtui.outputs.model import Removal
    from kvtui.outputs.undo import plan_undo
    from kvtui.project.files import project_for

    if removal is Removal.UNDO:
        return plan_undo(project, wrote or {})
    return plan_removal(project_for(project, "env", output), removal, output)


def write_files(
    files: Sequence[PlannedFile],
    settings: Settings,
    removal: Removal | None = None,
    *,
    report: Report = lambda file, written: None,
) -> tuple[WrittenFile, ...]:
    """Writes each file and reads it back, after all of them were checked.

    Raises `ProblemError` (not-written): what was written before was reported.
    """
    from kvtui.outputs.writer import check_all, write

    done: list[WrittenFile] = []
    for file in check_all(files):
        report(file, None)
        write(file)
        done.append(WrittenFile(file, read_back_file(settings, file, removal) if file.changed else ()))
        report(file, done[-1])
    return tuple(done)


def read_back_file(settings: Settings, file: PlannedFile, removal: Removal | None = None) -> tuple[str, ...]:
    """How the file on disk differs from what was meant, a sentence each."""
    from kvtui.outputs.readback import read_back
    from kvtui.project.files import read_file

    return read_back(settings, file, read_file(file.path).text, removal)


def read_back_all(
    settings: Settings, files: Iterable[PlannedFile]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the existing files differ from the settings, and warnings about other parsers."""
    from kvtui.outputs.readback import parser_warnings, read_back

    there = [file for file in files if file.state.exists]
    differences = tuple(each for file in there for each in read_back(settings, file, file.state.text))
    return differences, tuple(each for file in there for each in parser_warnings(settings, file))


def remember_written(
    wrote: Mapping[Path, Written], files: Iterable[PlannedFile], *, undone: bool = False
) -> dict[Path, Written]:
    """What each file was before kvtui's first write, for an undo; an undone file is forgotten."""
    from kvtui.outputs.undo import Written

    kept = dict(wrote)
    for file in files:
        held = kept.pop(file.path, None)
        if not undone:
            same = held is not None and held.after == file.state.text
            kept[file.path] = Written(held.before if held and same else file.state.text, file.after)
    return kept
