"""Reads the project, plans the changes to the files, writes them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kvtui.console.actions import PaneId
from kvtui.console.events import EventBus, PlanReady, SettingsChanged
from kvtui.console.panes.output import texts
from kvtui.console.panes.output.planning import changed_by_others, planned, write
from kvtui.console.panes.output.view import chosen, tabs
from kvtui.console.start import ConsoleStart
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.project.files import read_project
from kvtui.project.versions import versions_in_use
from kvtui.settings.model import AuthMode

if TYPE_CHECKING:
    from kvtui.console.panes.output.state import OutputState
    from kvtui.outputs.model import Removal


@dataclass(eq=False, repr=False)
class OutputController:
    """Pane 5. Publishes `PlanReady`."""

    _store: Store
    _ui: Ui
    _bus: EventBus
    _start: ConsoleStart

    def _change(self, **parts: object) -> None:
        self._store.change(output=replace(self._store.state.output, **parts))  # type: ignore[arg-type]

    # The plan

    def settings_changed(self, event: SettingsChanged) -> None:
        """Plans with the new settings; cancels a planned removal."""
        self._change(removal=None, write_problem=None)
        self.plan_soon()

    def plan_soon(self) -> None:
        """Starts planning with the current settings, in the background."""
        self._ui.run(self.plan, "plan")

    def look_again(self) -> None:
        """Plans again if another program has changed a file of the project."""
        self._ui.run(self._look_again, "look again")

    async def _look_again(self) -> None:
        project, output = self._store.state.project, self._store.state.output
        if (
            project is None
            or output.problem is not None
            or await asyncio.to_thread(changed_by_others, project, output.plan)
        ):
            self.plan_soon()

    async def plan(self) -> None:
        """Plans with the current settings; in a thread, because it imports a YAML library."""
        settings = self._store.state.settings
        held = replace(self._store.state.output, plan=None, errors=(), problem=None)
        try:
            project = await asyncio.to_thread(read_project, self._start.project_directory)
            versions = versions_in_use(settings, project)
        except ProblemError as error:
            output = self._as_left(replace(held, problem=error.problem))
            self._store.change(project=None, project_problem=error.problem, output=output)
        else:
            self._store.change(project=project, project_problem=None, versions=versions)
            try:
                output = await asyncio.to_thread(planned, held, settings, project)
            except ProblemError as error:
                output = replace(held, problem=error.problem)
            if output.removal is not None and output.plan is not None and not output.to_write:
                self._ui.notify(" ".join(output.plan.notices) or texts.NOTHING_TO_REMOVE)
                self.plan_removal(None)
                return
            self._store.change(output=self._as_left(output))
        self._bus.publish(PlanReady())

    def _as_left(self, output: OutputState) -> OutputState:
        """The same with what the user selected, ran or closed while it was planned."""
        now = self._store.state.output
        return replace(output, view=now.view, ran=now.ran, write_problem=now.write_problem)

    # What is shown

    def next_view(self, step: int) -> None:
        """Selects the next or the previous tab."""
        output = self._store.state.output
        if names := tabs(output):
            self._change(view=names[(chosen(output) + step) % len(names)])

    def show_changes(self) -> None:
        """Selects the first file with changes."""
        output = self._store.state.output
        self._change(view=next((file.path.name for file in output.to_write), "") or output.view)

    def next_removal(self) -> None:
        """Selects the next of: remove the client secret, if `.env` has one; undo all files; write."""
        from kvtui.outputs.env.removal import has_secret
        from kvtui.outputs.model import Removal

        held, project = self._store.state.output.removal, self._store.state.project
        if held is None:
            secret = project is not None and has_secret(project.env.text)
            self.plan_removal(Removal.SECRET if secret else Removal.UNDO)
        else:
            self.plan_removal(Removal.UNDO if held is Removal.SECRET else None)

    def plan_advised_removal(self) -> None:
        """Plans the recommended removal: of the client secret, or without one of all managed lines."""
        from kvtui.outputs.model import Removal

        secret = self._store.state.settings.auth_mode is AuthMode.CLIENT_SECRET
        self.plan_removal(Removal.SECRET if secret else Removal.ALL)

    def plan_removal(self, removal: Removal | None) -> None:
        """Plans that removal; None: plans to write."""
        self._change(removal=removal, plan=None, written=(), view="", write_problem=None)
        self.plan_soon()

    def close(self) -> bool:
        """Closes the error of the last write, else cancels a removal. False if there is neither."""
        output = self._store.state.output
        if output.write_problem is not None:
            self._change(write_problem=None)
        elif output.removal is not None:
            self.plan_removal(None)
        else:
            return False
        return True

    # Writing

    def write_or_show(self) -> None:
        """Writes the files; without one of their diffs on the screen it only shows the first."""
        output = self._store.state.output
        diffs = [file.path.name for file in output.to_write]
        if self._store.state.active is PaneId.OUTPUT and (not diffs or tabs(output)[chosen(output)] in diffs):
            self.write()
        else:
            self.show_changes()
            self._ui.go_to(PaneId.OUTPUT)

    def write(self) -> None:
        """Writes what the pane shows, and reads it back."""
        output = self._store.state.output
        if output.problem is not None:
            self.plan_soon()  # the cause may be fixed
        elif output.plan is None:
            self._ui.warn(texts.NOTHING_TO_WRITE_YET)
        else:
            self._ui.run(self._write, "write")

    async def _write(self) -> None:
        output, settings = self._store.state.output, self._store.state.settings
        if output.plan is None:
            return
        try:
            written = await asyncio.to_thread(write, output, settings)
        except ProblemError as error:
            self._change(write_problem=error.problem, written=())
        else:
            self._store.change(output=replace(written, view=texts.NEXT_STEPS))
            if not output.to_write:
                self._ui.notify(texts.WROTE_NOTHING)
        self.plan_soon()
