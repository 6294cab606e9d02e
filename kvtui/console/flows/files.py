"""Reading the project, planning what is written, writing it, reading it back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from kvtui.console.flows.base import Flow
from kvtui.console.state import OutputState
from kvtui.console.views.output import tabs
from kvtui.problems import ProblemError
from kvtui.project import Project, read_project
from kvtui.settings.model import Settings
from kvtui.versions_in_use import versions_in_use

if TYPE_CHECKING:
    from kvtui.outputs.env_removal import Removal


_WRITTEN = {
    None: "written and read back the same",
    "secret": "is without the client secret, and the rest reads back the same",
    "all": "is without our lines, and the rest reads back the same",
}


class Files(Flow):
    """Pane 5."""

    def plan_soon(self) -> None:
        """Plans what would be written with the present settings, in a thread: it imports a YAML library."""
        self.work(self._plan, "plan")

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
        if output.plan is not None:
            self.change(output=replace(output, tab=(output.tab + step) % max(1, len(tabs(output)))))

    def turn_removal(self) -> None:
        """From writing `.env` to taking the secret out of it, to taking out all of ours, and back."""
        from kvtui.outputs.env_removal import Removal

        turns = (None, Removal.SECRET, Removal.ALL)
        self.plan_removal(turns[(turns.index(self.state.output.removal) + 1) % len(turns)])

    def plan_removal(self, removal: Removal | None) -> None:
        """Plans to take that out of `.env`; None: to write it."""
        self.change(output=replace(self.state.output, removal=removal, plan=None, written=(), tab=0))
        self.plan_soon()

    def write_files(self) -> None:
        """Writes what pane 5 shows, then reads it back."""
        self.work(self._write, "write")

    async def _write(self) -> None:
        from kvtui.outputs.readback import read_back, read_back_removal
        from kvtui.outputs.writer import write_all

        output, settings, removal = self.state.output, self.state.settings, self.state.output.removal
        if output.plan is None:
            return
        files = [planned for planned in output.plan.files if planned.changed]
        try:
            await asyncio.to_thread(write_all, files)
            found = [
                await asyncio.to_thread(read_back_removal, planned, removal)
                if removal
                else await asyncio.to_thread(read_back, settings, planned)
                for planned in files
            ]
        except ProblemError as error:
            self.change(output=replace(output, problem=error.problem))
            return
        written = tuple(
            f"{planned.path.name} {_WRITTEN[removal]}{', mode 0600' if planned.secret else ''}."
            for planned, differences in zip(files, found, strict=True)
            if not differences
        )
        last = len(tabs(output)) - 1
        self.change(output=replace(output, written=written, tab=last))
        if not files:
            self.say("Nothing had to be written.")
        self.plan_soon()


def _planned(held: OutputState, settings: Settings, project: Project) -> OutputState:
    """What would be written, or why nothing can be; where nothing has to be, what is on disk read back."""
    from kvtui.outputs.faults import faults
    from kvtui.outputs.plan import plan
    from kvtui.outputs.readback import read_back

    missing = faults(settings, "all")
    if missing:
        return replace(held, faults=missing, written=(), differences=None)
    planned = plan(settings, project, "all")
    if any(file.changed and not file.temporary for file in planned.files):
        return replace(held, plan=planned, written=(), differences=None)
    there = [file for file in planned.files if file.state.exists]
    differences = tuple(words for file in there for words in read_back(settings, file))
    return replace(held, plan=planned, differences=differences)


def _planned_removal(held: OutputState, settings: Settings, project: Project) -> OutputState:
    """What taking ours out of the project's `.env` would write; needs no complete settings."""
    from kvtui.outputs.env_removal import plan_removal

    planned = plan_removal(project, held.removal) if held.removal else None
    if planned is not None and held.written:
        planned = replace(planned, notices=())  # that nothing is left to remove was just said
    return replace(held, plan=planned, differences=None)
