"""Runs a next step: kvtui steps aside, the program has the terminal, and kvtui comes back with its end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from kvtui.console.panes.output.controller import Files
from kvtui.console.panes.output.view import ASKED_FOR
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.app.run_step import Ended, Run
    from kvtui.outputs.model import NextStep


class Steps(Files):
    """The last view of pane 5."""

    def run_step(self, key: str) -> None:
        """Asks whether to run the command under the cursor, and runs it."""
        self.work(partial(self._ask_and_run, key), "step")

    def step_of(self, key: str) -> NextStep | None:
        """The step of a row, by the row's key."""
        plan = self.state.output.plan
        what, _, title = key.partition(":")
        if what != "command" or plan is None:
            return None
        return next((step for step in plan.next_steps if step.title == title), None)

    async def ask_for(self, field: str) -> None:
        """Opens the editor for what a command needs to know."""

    async def _ask_and_run(self, key: str) -> None:
        from kvtui.app.run_step import obstacle
        from kvtui.console.dialogs.run import RunDialog

        await self._plan()  # what is on disk may have changed since it was shown
        step, plan = self.step_of(key), self.state.output.plan
        if step is None or plan is None:
            self.say("Put the cursor on a command of the next steps first.")
            return
        for placeholder in step.placeholders:
            if field := ASKED_FOR.get(placeholder):
                await self.ask_for(field)
                return
        try:
            why = await asyncio.to_thread(obstacle, step, plan)
        except ProblemError as error:
            why = error.problem.sentence()
        if why:
            self.say(why, severity="warning")
            return
        command = await self.app.push_screen_wait(RunDialog(step, self.start.project_directory))
        if command.startswith("kvtui "):
            await self._write_for_deployment(step)
        elif command:
            await self._run(step, command)

    async def _write_for_deployment(self, step: NextStep) -> None:
        """What `kvtui --export env -o deploy.env` writes, with the settings of this console."""
        from kvtui.app.run_step import Ended
        from kvtui.outputs.next_steps import DEPLOY_ENV
        from kvtui.outputs.plan import plan
        from kvtui.outputs.writer import write_all

        settings, project = self.state.settings, self.state.project
        if project is None:
            return
        path = project.directory / DEPLOY_ENV
        try:
            planned = await asyncio.to_thread(plan, settings, project, "env", path)
            await asyncio.to_thread(write_all, planned.files)
        except ProblemError as error:
            self.say_problem(error.problem, severity="warning")
            return
        output = self.state.output
        self.change(output=replace(output, ran={**output.ran, step.title: Ended("kvtui", 0, 0.0)}))

    async def _run(self, step: NextStep, command: str) -> None:
        from kvtui.app.run_step import Run

        self.hide()
        try:
            ended = await self._on_terminal(Run(command, self.start.project_directory))
        except SuspendNotSupported:
            self.say("This terminal cannot be lent to a program: y copies the command.", severity="warning")
            return
        output = self.state.output
        self.change(output=replace(output, ran={**output.ran, step.title: ended}))
        self.plan_soon()  # the command may have changed the files

    async def _on_terminal(self, run: Run) -> Ended:
        """Nothing is drawn meanwhile, and no failure may leave the terminal as the program had it."""
        try:
            with _deaf_to_interrupts(), self.app.batch_update(), self.app.suspend():
                result = (await asyncio.gather(asyncio.to_thread(run.on_terminal), return_exceptions=True))[0]
        finally:
            run.stop()
        if isinstance(result, BaseException):
            raise result
        return result

    def hide(self) -> None:
        """Nothing stays revealed behind."""


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ctrl+C goes to every program of the terminal: it is meant for the one that runs, not for kvtui.

    A handler that does nothing, and not SIG_IGN, which the program would inherit.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
