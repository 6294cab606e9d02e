"""Runs the command of a next step on the terminal; kvtui continues when it has ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from kvtui.console.actions import PaneId
from kvtui.console.controllers.reveal import RevealController
from kvtui.console.panes.output import texts
from kvtui.console.panes.output.controller import OutputController
from kvtui.console.panes.output.view import ASKED_FOR, CommandRow, OutputRow
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.panes.setup.view import SettingRow
from kvtui.console.start import ConsoleStart
from kvtui.console.store import Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.app.next_steps import Ended, Run
    from kvtui.outputs.model import NextStep


@dataclass(eq=False, repr=False)
class NextStepsController:
    """The last tab of pane 5."""

    _store: Store
    _ui: Ui
    _reveal: RevealController
    _settings: SettingsController
    _output: OutputController
    _start: ConsoleStart

    async def choose(self, row: RowKey | None) -> None:
        """Runs a command, edits a setting that the commands need, or plans the recommended removal."""
        if row is OutputRow.REMOVE:
            self._output.plan_advised_removal()
        elif isinstance(row, SettingRow):
            await self._settings.edit(row.field, PaneId.OUTPUT)
        else:
            self._ui.run(partial(self._ask_and_run, row), "step")

    def copy(self, row: RowKey | None) -> None:
        """Sends the selected command to the clipboard."""
        step = self._step_at(row)
        self._ui.copy(step.command if step else "", texts.THE_COMMAND)

    def _step_at(self, row: RowKey | None) -> NextStep | None:
        plan = self._store.state.output.plan
        if not isinstance(row, CommandRow) or plan is None:
            return None
        return next((step for step in plan.next_steps if step.title == row.title), None)

    async def _ask_and_run(self, row: RowKey | None) -> None:
        from kvtui.app.next_steps import obstacle
        from kvtui.console.dialogs.run import RunDialog

        await self._output.plan()  # the files may have changed since they were shown
        step, plan = self._step_at(row), self._store.state.output.plan
        if step is None or plan is None:
            self._ui.notify(texts.SELECT_COMMAND)
            return
        for placeholder in step.placeholders:
            if field := ASKED_FOR.get(placeholder):
                await self._settings.edit(field, PaneId.OUTPUT)
                return
        try:
            why = await asyncio.to_thread(obstacle, step, plan)
        except ProblemError as error:
            why = error.problem.sentence()
        if why:
            self._ui.warn(why)
            return
        command = await self._ui.ask(RunDialog(step, self._start.project_directory))
        if command and step.by_kvtui:
            await self._write_deploy_env(step)
        elif command:
            await self._run(step, command)

    async def _write_deploy_env(self, step: NextStep) -> None:
        """Writes the same file as `kvtui --export env -o deploy.env`, with the settings of this console."""
        from kvtui.app.next_steps import write_for_deployment

        settings, project = self._store.state.settings, self._store.state.project
        if project is None:
            return
        try:
            ended = await asyncio.to_thread(write_for_deployment, settings, project)
        except ProblemError as error:
            self._ui.notify_problem(error.problem, severity="warning")
            return
        self._ended(step, ended)

    async def _run(self, step: NextStep, command: str) -> None:
        from kvtui.app.next_steps import Run

        self._reveal.hide()
        try:
            run = Run(command, self._start.project_directory, stand_in=self._start.demo)
            ended = await self._on_terminal(run)
        except SuspendNotSupported:
            self._ui.warn(texts.NO_TERMINAL)
            return
        self._ended(step, ended)
        self._output.plan_soon()  # the command may have changed the files

    async def _on_terminal(self, run: Run) -> Ended:
        """Runs the program and restores the terminal, also after a failure."""
        try:
            with self._ui.suspended():
                result = (await asyncio.gather(asyncio.to_thread(run.on_terminal), return_exceptions=True))[0]
        finally:
            run.stop()
        if isinstance(result, BaseException):
            raise result
        return result

    def _ended(self, step: NextStep, ended: Ended) -> None:
        output = self._store.state.output
        self._store.change(output=replace(output, ran={**output.ran, step.title: ended}))
