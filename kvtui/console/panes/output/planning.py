"""Plans and writes the files with the current settings. Blocks: call it in a thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kvtui.app.files import (
    WrittenFile,
    plan_files,
    plan_removal,
    read_back_all,
    remember_written,
    write_files,
)
from kvtui.console.panes.output import texts
from kvtui.console.panes.output.state import OutputState
from kvtui.core.problems import ProblemError
from kvtui.project.files import read_file, read_project
from kvtui.project.model import Project
from kvtui.settings.model import Settings

if TYPE_CHECKING:
    from kvtui.outputs.model import Plan, PlannedFile, Removal


def changed_by_others(project: Project, plan: Plan | None) -> bool:
    """Whether a file of the project has changed since it was read."""
    try:
        if read_project(project.directory) != project:
            return True
        files = plan.files if plan else ()
        return any(read_file(file.path) != file.state for file in files if file.temporary)
    except ProblemError:
        return True


def planned(held: OutputState, settings: Settings, project: Project) -> OutputState:
    """The state with a plan to write or to remove. Raises `ProblemError` if nothing can be planned."""
    if held.removal is not None:
        return _planned_removal(held, project, held.removal)
    from kvtui.outputs.validation import validation_errors

    missing = validation_errors(settings, "all")
    if missing:
        return replace(held, errors=missing, written=(), differences=None)
    planned = plan_files(settings, project)
    left_out = _left_out(held, settings, planned)
    gone = {file.path for file in planned.files if file.temporary and not file.state.exists}
    if held.undone and not any(file.changed and file.path.name not in left_out for file in planned.files):
        planned = replace(planned, next_steps=())
    written = tuple(each for each in held.written if each.path not in gone)
    held = replace(held, plan=planned, left_out=left_out, left_out_with=settings, written=written)
    if held.pending:
        return replace(held, written=(), differences=None)
    kept = [file for file in planned.files if file.path.name not in left_out]
    differences, warnings = read_back_all(settings, kept)
    return replace(held, differences=differences, warnings=warnings)


def _left_out(held: OutputState, settings: Settings, planned: Plan) -> tuple[str, ...]:
    """The names of the files that stay as the user left them: without kvtui's lines, or deleted."""
    from kvtui.outputs.env.file import managed_values
    from kvtui.outputs.validation import validation_errors

    before = held.left_out_with
    same = (
        before is not None
        and not validation_errors(before, "all")
        and managed_values(before) == managed_values(settings)
    )
    changed = [file for file in planned.files if file.changed]
    names = [file.path.name for file in changed if same and file.path.name in held.left_out]
    others = [file for file in changed if file.path.name not in names and not file.temporary]
    was_there = {each.path for each in held.written}
    names += [
        file.path.name
        for file in changed
        if file.temporary and not file.state.exists and (not others or (same and file.path in was_there))
    ]
    return tuple(dict.fromkeys(names))


def _planned_removal(held: OutputState, project: Project, removal: Removal) -> OutputState:
    """The state with a plan to remove kvtui's lines; the settings may be incomplete."""
    found = plan_removal(project, removal, wrote=held.undo)
    if held.written:
        found = replace(found, notices=())  # the message after the write says the same
    return replace(held, plan=found, differences=None)


def write(output: OutputState, settings: Settings) -> OutputState:
    """Writes the files and reads them back. Raises `ProblemError`, which names the files already written."""
    from kvtui.outputs.model import Removal, WriteResult

    files, removal = output.to_write, output.removal
    undone = removal is Removal.UNDO
    done: list[WrittenFile] = []

    def report(_: PlannedFile, written: WrittenFile | None) -> None:
        done.extend(filter(None, (written,)))

    try:
        write_files(files, settings, removal, report=report)
    except ProblemError as error:
        if not done:
            raise
        already = texts.already_written([each.file.path.name for each in done])
        what = f"{error.problem.what} {already}"
        raise ProblemError(replace(error.problem, what=what)) from None
    written = tuple(
        WriteResult(each.file.path, removal, each.file.secret and not each.file.deletes)
        for each in done
        if not each.differences
    )
    names = {file.path.name for file in files}
    left_out = tuple(name for name in output.left_out if name not in names)
    return replace(
        output,
        written=written,
        write_problem=None,
        removal=None,
        undo=remember_written(output.undo, files, undone=undone),
        undone=undone,
        ran={} if undone else output.ran,
        left_out=left_out if removal is None else tuple(dict.fromkeys((*left_out, *names))),
        left_out_with=settings,
    )
