"""Runs a change in Azure: the dialog before it, its steps, its errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from kvtui.app import provisioning
from kvtui.app.session import Session
from kvtui.azure.limits import LIMITS, Limits
from kvtui.console.phase import Phase
from kvtui.console.provisioning import texts
from kvtui.console.provisioning.form import Answers, ChangePrompt, Field, Switch
from kvtui.console.provisioning.state import Provisioning, Step
from kvtui.console.provisioning.view import hidden
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.console.words import now
from kvtui.core.problems import Problem, ProblemError, ProblemKind

WORK = "change"


@dataclass(eq=False, repr=False)
class ChangeRunner:
    """What all changes use: the dialog, the steps, the waiting."""

    _store: Store
    _ui: Ui
    _session: Session
    limits: Limits = LIMITS
    """How long kvtui waits for a change to take effect."""

    def _change(self, **parts: object) -> None:
        held = self._store.state.provisioning
        self._store.change(provisioning=replace(held, **parts))  # type: ignore[arg-type]

    @property
    def allowed(self) -> bool:
        """Whether kvtui may change Azure: it was started with --allow-changes."""
        return self._store.state.allow_changes

    def begin(self, work: Callable[[], Coroutine[None, None, None]] | None) -> None:
        """Starts `work` unless another change is running. None: no app is selected."""
        if self._session.signed_in is None:
            self._ui.warn(texts.SIGN_IN_FIRST)
        elif running := self._store.state.provisioning.running:
            self._ui.notify(texts.not_finished(running.words), during=WORK)
        elif work is None:
            self._ui.warn(texts.NO_APP)
        else:
            self._ui.run(work, WORK)

    async def ask(
        self,
        title: str,
        build: Callable[[Mapping[str, str]], ChangePrompt],
        fields: Sequence[Field] = (),
        switches: Sequence[tuple[Switch, str]] = (),
        focus: str = "",
    ) -> Answers | None:
        """Opens the dialog before a change. Without --allow-changes it only offers the commands.

        Each of `switches` comes with its value; `focus` is the field that gets the focus, if not the first.
        Returns None if the user cancels.
        """
        from kvtui.console.dialogs.change import ChangeDialog

        state = self._store.state

        def allowed(typed: Mapping[str, str]) -> ChangePrompt:
            prompt = build(typed)
            facts = (*prompt.facts, (texts.SIGNED_IN_AS, str(state.sign_in.identity)))
            if state.allow_changes:
                return replace(prompt, facts=facts)
            ready = prompt.commands and (prompt.actions or prompt.others)
            without = texts.READ_ONLY_YET if prompt.note else texts.READ_ONLY
            why = texts.READ_ONLY_WITH_COMMANDS if ready else without
            note = " ".join(filter(None, (why, prompt.note)))
            return replace(prompt, facts=facts, actions=(), later=(), note=note)

        read_only = not state.allow_changes
        return await self._ui.ask(
            ChangeDialog(title, allowed, fields, switches, focus=focus, read_only=read_only)
        )

    @asynccontextmanager
    async def run(
        self, title: str, done: str, prompt: ChangePrompt, client_id: str = ""
    ) -> AsyncIterator[provisioning.Provisioning]:
        """Shows the steps of a change while it runs; offers the commands if Azure denies it.

        `done` takes the place of the title in the end; `client_id` is the app or identity that is changed.
        """
        self._store.change(provisioning=Provisioning(title, done, client_id=client_id))
        try:
            yield self.provisioning()
        except ProblemError as error:
            self.end_step(Phase.FAILED)
            self._change(problem=error.problem)
            if error.problem.kind is ProblemKind.DENIED:
                self._ui.later(self.offer_commands, title, prompt, error.problem)
        except asyncio.CancelledError:
            running = self._store.state.provisioning.running
            self.end_step(Phase.STOPPED)
            stopped = texts.STOPPED if running is None or running.waits else texts.CUT_OFF
            state = self._store.state
            kept = [one.app for one in state.unwritten if one.client_id == state.provisioning.client_id]
            self._change(next=f"{stopped} {texts.in_memory(kept[-1])}" if kept else stopped)
            raise
        else:
            self.end_step(Phase.DONE)

    def offer_commands(self, title: str, prompt: ChangePrompt, problem: Problem) -> None:
        """Opens a dialog with the commands, for a user with the permission."""
        from kvtui.console.dialogs.change import ChangeDialog

        denied = replace(prompt, actions=(), later=(), note=problem.sentence())
        if denied.commands:
            self._ui.open(ChangeDialog(title, lambda _: denied, read_only=True))

    def provisioning(self) -> provisioning.Provisioning:
        """The changes with the current settings; their steps are shown."""
        settings = self._store.state.settings
        waiting = partial(self.step, waits=True)
        return provisioning.Provisioning(self._session, settings, self.step, waiting, self.limits)

    def step(self, words: str, *, waits: bool = False) -> None:
        """Starts the next step; the step before it is done. Raises CancelledError if the user stopped it."""
        self.end_step(Phase.DONE)
        if self._store.state.provisioning.stopping:
            raise asyncio.CancelledError
        begun = Step(words, Phase.BUSY, now(), waits=waits)
        self._change(steps=(*self._store.state.provisioning.steps, begun))

    def end_step(self, phase: Phase) -> None:
        """Ends the running step, if there is one."""
        steps = self._store.state.provisioning.steps
        if steps and steps[-1].phase is Phase.BUSY:
            seconds = int((now() - steps[-1].began).total_seconds())
            self._change(steps=(*steps[:-1], replace(steps[-1], phase=phase, seconds=seconds)))

    def about(self, client_id: str) -> None:
        """The app that was registered, now that its client ID is known."""
        self._change(client_id=client_id)

    def leave_to_user(self, words: str) -> None:
        """Shows what the user has to do next."""
        self._change(next=words)

    def close(self) -> bool:
        """Stops a running change, or removes one that ended from the screen. Returns False if there is none.

        A step that changes something is cut off by a second call only: Azure may have done it or not.
        """
        change = self._store.state.provisioning
        if not change.title or hidden(self._store.state):
            return False
        if change.running is None:
            self._store.change(provisioning=Provisioning())
        elif change.running.waits or change.stopping:
            self._ui.stop(WORK)
        else:
            self._change(stopping=True)
        return True

    def tick(self) -> None:
        """Updates the seconds of the running step."""
        if self._store.state.provisioning.busy:
            self._store.touch()
