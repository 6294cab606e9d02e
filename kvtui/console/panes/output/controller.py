"""Reading the project, planning what is written, writing it, reading it back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kvtui.console.flows.base import Flow
from kvtui.console.panes.output.view import NEXT_STEPS, chosen, tabs
from kvtui.console.state import OutputState
from kvtui.core.problems import ProblemError
from kvtui.project.files import Project, read_file, read_project
from kvtui.project.versions import versions_in_use
from kvtui.settings.model import AuthMode, Settings

if TYPE_CHECKING:
    from kvtui.outputs.env.removal import Removal
    from kvtui.outputs.model import Plan, PlannedFile
    from kvtui.outputs.undo import Written

_WRITTEN = {
    None: "written and read back the same",
    "secret": "is without the client secret, and the rest reads back the same",
    "all": "is without our lines, and the rest reads back the same",
    "undo": "is without what kvtui wrote",
}


class Files(Flow):
    """Pane 5."""

    def plan_soon(self) -> None:
        """Plans what would be written with the present settings, in a thread: it imports a YAML library."""
        self.work(self._plan, "plan")

    def look_again(self) -> None:
        """Plans again if a file of the project is no longer as it was read: others may write it, too."""
        self.work(self._look_again, "look again")

    async def _look_again(self) -> None:
        project, output = self.state.project, self.state.output
        if (
            project is None
            or output.problem is not None
            or await asyncio.to_thread(_changed_by_others, project, output.plan)
        ):
            self.plan_soon()

    async def _plan(self) -> None:
        settings, held = self.state.settings, replace(self.state.output, plan=None, faults=(), problem=None)
        try:
            project = await asyncio.to_thread(read_project, self.start.project_directory)
            versions = versions_in_use(settings, project)
        except ProblemError as error:
            output = replace(held, problem=error.problem)
            self.change(project=None, project_problem=error.problem, output=output)
        else:
            self.change(project=project, project_problem=None, versions=versions)
            planned = _planned if held.removal is None else _planned_removal
            try:
                self.change(output=await asyncio.to_thread(planned, held, settings, project))
            except ProblemError as error:
                self.change(output=replace(held, problem=error.problem))
        self.planned()

    def planned(self) -> None:
        """What follows when it is known what would be written."""

    def turn_tab(self, step: int) -> None:
        """The next or the previous file."""
        output = self.state.output
        names = tabs(output)
        if names:
            self.change(output=replace(output, view=names[(chosen(output) + step) % len(names)]))

    def show_changes(self) -> None:
        """The first file that would change."""
        first = next((file.path.name for file in self.state.output.to_write), "")
        self.change(output=replace(self.state.output, view=first or self.state.output.view))

    def turn_removal(self) -> None:
        """From writing to taking the secret out of `.env`, if it has one, to undoing all files, and back."""
        from kvtui.outputs.env.removal import Removal, has_secret

        held, project = self.state.output.removal, self.state.project
        if held is None:
            secret = project is not None and has_secret(project.env.text)
            self.plan_removal(Removal.SECRET if secret else Removal.UNDO)
        else:
            self.plan_removal(Removal.UNDO if held is Removal.SECRET else None)

    def plan_afterwards(self) -> None:
        """Plans to take out what is advised: the client secret, or where there is none all of ours."""
        from kvtui.outputs.env.removal import Removal

        secret = self.state.settings.auth_mode is AuthMode.CLIENT_SECRET
        self.plan_removal(Removal.SECRET if secret else Removal.ALL)

    def plan_removal(self, removal: Removal | None) -> None:
        """Plans to take that out of `.env`; None: to write it."""
        held = replace(self.state.output, removal=removal, plan=None, written=(), view="", refused=None)
        self.change(output=held)
        self.plan_soon()

    def forget_refusal(self) -> None:
        """The words about the write that did not take place go."""
        self.change(output=replace(self.state.output, refused=None))

    def write_files(self) -> None:
        """Writes what pane 5 shows, then reads it back."""
        self.work(self._write, "write")

    def _keep_written(self, files: Sequence[PlannedFile]) -> None:
        """What each file was before kvtui's first write, for an undo; an undone file is forgotten."""
        from kvtui.outputs.env.removal import Removal

        output = self.state.output
        wrote = dict(output.wrote)
        for planned in files:
            if output.removal is Removal.UNDO:
                wrote.pop(planned.path, None)
            else:
                wrote[planned.path] = _kept(wrote, planned)
        self.change(output=replace(output, wrote=wrote))

    async def _write(self) -> None:
        from kvtui.outputs.env.removal import Removal
        from kvtui.outputs.readback import read_back, read_back_removal, read_back_undo
        from kvtui.outputs.writer import write_all

        output, settings, removal = self.state.output, self.state.settings, self.state.output.removal
        if output.plan is None:
            return
        files = output.to_write
        try:
            await asyncio.to_thread(write_all, files)
            found = [
                await asyncio.to_thread(read_back_undo, planned)
                if removal is Removal.UNDO
                else await asyncio.to_thread(read_back_removal, planned, removal)
                if removal
                else await asyncio.to_thread(read_back, settings, planned)
                for planned in files
            ]
        except ProblemError as error:
            self.change(output=replace(self.state.output, refused=error.problem, written=()))
            self.plan_soon()  # what is on disk is another now
            return
        self._keep_written(files)
        written = tuple(
            f"{planned.path.name} {_WRITTEN[removal]}{_mode_words(planned)}."
            for planned, differences in zip(files, found, strict=True)
            if not differences
        )
        names = {planned.path.name for planned in files}
        left_out = tuple(name for name in output.left_out if name not in names)
        if removal is not None:
            left_out = tuple(dict.fromkeys((*left_out, *names)))
        output = replace(output, wrote=self.state.output.wrote, undone=removal is Removal.UNDO)
        if output.undone:
            output = replace(output, ran={})
        held = replace(output, written=written, refused=None, removal=None, view=NEXT_STEPS)
        self.change(output=replace(held, left_out=left_out, left_out_with=settings))
        if not files:
            self.say("Nothing had to be written.")
        self.plan_soon()


def _kept(wrote: Mapping[Path, Written], planned: PlannedFile) -> Written:
    from kvtui.outputs.undo import Written

    held = wrote.get(planned.path)
    same = held is not None and held.after == planned.state.text
    return Written(held.before if held and same else planned.state.text, planned.after)


def _mode_words(planned: PlannedFile) -> str:
    return ", mode 0600" if planned.secret and not planned.deletes else ""


def _changed_by_others(project: Project, plan: Plan | None) -> bool:
    try:
        if read_project(project.directory) != project:
            return True
        return (
            any(read_file(file.path) != file.state for file in plan.files if file.temporary)
            if plan
            else False
        )
    except ProblemError:
        return True


def _planned(held: OutputState, settings: Settings, project: Project) -> OutputState:
    """What would be written, or why nothing can be; where nothing has to be, what is on disk read back."""
    from kvtui.outputs.faults import faults
    from kvtui.outputs.plan import plan
    from kvtui.outputs.readback import read_back, reader_warnings

    missing = faults(settings, "all")
    if missing:
        return replace(held, faults=missing, written=(), differences=None)
    planned = plan(settings, project, "all")
    left_out = _left_out(held, settings, planned)
    gone = {file.path.name for file in planned.files if file.temporary and not file.state.exists}
    if held.undone and not any(file.changed and file.path.name not in left_out for file in planned.files):
        planned = replace(planned, next_steps=())
    written = tuple(words for words in held.written if not words.startswith(tuple(f"{n} " for n in gone)))
    held = replace(held, plan=planned, left_out=left_out, left_out_with=settings, written=written)
    if held.pending:
        return replace(held, written=(), differences=None)
    there = [file for file in planned.files if file.state.exists and file.path.name not in left_out]
    differences = tuple(words for file in there for words in read_back(settings, file))
    warnings = tuple(words for file in there for words in reader_warnings(settings, file))
    return replace(held, differences=differences, warnings=warnings)


def _left_out(held: OutputState, settings: Settings, planned: Plan) -> tuple[str, ...]:
    """What stays as the user left it: what was taken out with the same values, a used manifest deleted."""
    from kvtui.outputs.env.file import our_values
    from kvtui.outputs.faults import faults

    before = held.left_out_with
    same = before is not None and not faults(before, "all") and our_values(before) == our_values(settings)
    changed = [file for file in planned.files if file.changed]
    names = [file.path.name for file in changed if same and file.path.name in held.left_out]
    others = [file for file in changed if file.path.name not in names and not file.temporary]
    names += [
        file.path.name
        for file in changed
        if file.temporary and not file.state.exists and (not others or (same and _was_there(held, file.path)))
    ]
    return tuple(dict.fromkeys(names))


def _was_there(held: OutputState, path: Path) -> bool:
    """It was written from here before."""
    return any(words.startswith(f"{path.name} ") for words in held.written)


def _planned_removal(held: OutputState, settings: Settings, project: Project) -> OutputState:
    """What taking ours out of the project's `.env` would write; needs no complete settings."""
    from kvtui.outputs.env.removal import Removal, plan_removal

    if held.removal is Removal.UNDO:
        from kvtui.outputs.undo import plan_undo

        planned: Plan | None = plan_undo(project, held.wrote)
    else:
        planned = plan_removal(project, held.removal) if held.removal else None
    if planned is not None and held.written:
        planned = replace(planned, notices=())  # that nothing is left to remove was just said
    return replace(held, plan=planned, differences=None)
