"""How a change in Azure is asked for, made step by step, and told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from kvtui.azure.entries import in_order
from kvtui.azure.model import DirectoryEntry
from kvtui.azure.ports import Changes
from kvtui.console.panes.checks.controller import Checking
from kvtui.console.provisioning.prompt import Answers, Asking, Field
from kvtui.console.state import Phase, SetUpState, SetUpStep
from kvtui.console.words import now
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError

if TYPE_CHECKING:
    from kvtui.azure.limits import Limits

READ_ONLY = (
    "kvtui only reads: it was started without --allow-changes, and can send nothing that changes Azure."
)


class Changing(Checking):
    """What every change has in common."""

    limits: Limits | None = None
    """How long a change is waited for; None: as usual."""

    async def ask_change(
        self, title: str, build: Callable[[Mapping[str, str]], Asking], fields: Sequence[Field] = ()
    ) -> Answers | None:
        """The dialog before a change; None for no. Without --allow-changes it offers the commands alone."""
        from kvtui.console.dialogs.change import ChangeDialog

        def judged(typed: Mapping[str, str]) -> Asking:
            asking = build(typed)
            facts = (*asking.facts, ("as", f"you, {self.state.sign_in.identity}"))
            if self.state.allow_changes:
                return replace(asking, facts=facts)
            note = " ".join(filter(None, (READ_ONLY, asking.note)))
            return replace(asking, facts=facts, actions=(), note=note)

        dialog = ChangeDialog(title, judged, fields, read_only=not self.state.allow_changes)
        return await self.app.push_screen_wait(dialog)

    @asynccontextmanager
    async def making(self, title: str, asking: Asking) -> AsyncIterator[Changes]:
        """Tells the steps of one change while it is made. A refusal is told, with the commands for others."""
        self.change(set_up=SetUpState(title))
        try:
            yield await self.azure.changes(self.state.settings, limits=self.limits)
        except ProblemError as error:
            self.end_step(Phase.FAILED)
            self.change(set_up=replace(self.state.set_up, problem=error.problem))
            if error.problem.exit is Exit.DENIED:
                self.call_later(self.offer_commands, title, asking, error.problem)
        except asyncio.CancelledError:
            self.end_step(Phase.STOPPED)
            raise
        else:
            self.end_step(Phase.DONE)

    def offer_commands(self, title: str, asking: Asking, problem: Problem) -> None:
        """Who may not do it hands the commands to someone who may."""
        from kvtui.console.dialogs.change import ChangeDialog

        told = replace(asking, actions=(), note=problem.sentence())
        if told.commands:
            self.app.push_screen(ChangeDialog(title, lambda _: told, read_only=True))

    async def wait(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        """Looks again and again until a change holds. Raises `ProblemError` when it takes too long."""
        from kvtui.azure.limits import LIMITS
        from kvtui.azure.waiting import until

        await until(holds, what, self.limits or LIMITS)

    async def reads(self) -> bool:
        """Whether the vault lets the deployment identity read by now; what it read is let go."""
        from kvtui.app.checks.evidence import sample_name

        name = sample_name(self.state.settings, self.state.secrets.names)
        tried = await self.try_reading(name, deployment=True)
        if tried.problem is not None and tried.problem.status != 403:
            raise ProblemError(tried.problem)
        if tried.problem is None:
            self.change(facts=replace(self.state.facts, deployment_read=tried))
        return tried.problem is None

    def step(self, words: str) -> None:
        """The next step begins; the one before has ended well."""
        self.end_step(Phase.DONE)
        begun = SetUpStep(words, Phase.BUSY, now())
        self.change(set_up=replace(self.state.set_up, steps=(*self.state.set_up.steps, begun)))

    def end_step(self, phase: Phase) -> None:
        """The step that runs, if any, has ended so."""
        steps = self.state.set_up.steps
        if steps and steps[-1].phase is Phase.BUSY:
            seconds = int((now() - steps[-1].began).total_seconds())
            ended = replace(steps[-1], phase=phase, seconds=seconds)
            self.change(set_up=replace(self.state.set_up, steps=(*steps[:-1], ended)))

    def leave_to_user(self, words: str) -> None:
        """What the user does next."""
        self.change(set_up=replace(self.state.set_up, next=words))

    @property
    def changing(self) -> bool:
        """Whether a change is being made or waited for."""
        return any(step.phase is Phase.BUSY for step in self.state.set_up.steps)

    def tick(self) -> None:
        """The seconds of a step count on."""
        super().tick()
        if self.changing:
            self.draw_soon()

    async def reread(self, client_id: str) -> DirectoryEntry | None:
        """The entry as the directory has it by now, shown in place of the old one. Raises `ProblemError`."""
        directory = await self.azure.directory(self.state.settings)
        found = [entry async for entries in directory.find(client_id) for entry in entries]
        entry = next(iter(in_order(found, "")), None)
        if entry is None:
            return None
        held = self.state.entra
        held.known.update({(one.kind, one.object_id): one for one in found})
        others = [one for one in held.entries if one.client_id != client_id]
        known = len(others) < len(held.entries)
        entries = (
            tuple(entry if one.client_id == client_id else one for one in held.entries)
            if known
            else (entry, *others)
        )
        self.change(entra=replace(held, entries=entries))
        self.open_entry(entry)
        return entry
