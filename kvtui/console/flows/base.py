"""The state, how it changes, and what becomes of work that fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from textual.screen import Screen
from textual.worker import Worker, WorkerState

from kvtui.app.session import AzureSide
from kvtui.console.crash import defect_words
from kvtui.console.start import ConsoleStart
from kvtui.console.state import LookupState, Said, State
from kvtui.core.problems import Problem
from kvtui.settings.model import AuthMode

DRAW_EVERY = 0.1
"""Seconds between two drawings while something streams in."""


class Flow(Screen[None]):
    """The screen's state. `change` replaces parts of it and has the panes drawn."""

    least_shown = 1.0
    """Seconds that a message stays in any case: keys that were on their way do not answer it."""

    def __init__(self, start: ConsoleStart) -> None:
        super().__init__()
        self.start = start
        self.azure = AzureSide(allow_changes=start.allow_changes)
        self.state = State(
            settings=start.settings,
            origins=dict(start.origins),
            notices=tuple(start.notices),
            demo=start.demo,
            allow_changes=start.allow_changes,
            lookup=LookupState(from_files=start.from_files),
        )
        self.last_said: Said | None = None
        """The last message, also when it is gone from the screen."""
        self._drawn_at = 0.0
        self._draw_due = False

    def change(self, **parts: Any) -> None:
        """Replaces the named parts of the state; the panes follow at the next moment."""
        self.state = replace(self.state, **parts)
        self.draw_soon()

    def draw_soon(self, *, every: float = 0.0) -> None:
        """Has the panes drawn, once, and not more often than `every` seconds."""
        if self._draw_due:
            return
        self._draw_due = True
        wait = self._drawn_at + every - time.monotonic()
        if wait > 0:
            self.set_timer(wait, self._draw)
        else:
            self.call_next(self._draw)

    def _draw(self) -> None:
        self._draw_due = False
        self._drawn_at = time.monotonic()
        if self.is_attached and self.query("#foot"):  # not while the screen is taken down
            self.draw()

    def draw(self) -> None:
        """Shows the state in the panes."""

    def work(self, what: Callable[[], Coroutine[None, None, None]], group: str) -> Worker[None]:
        """Runs `what`; a newer one of the same group cancels the older."""
        return self.run_worker(what, group=group, exclusive=True, exit_on_error=False)

    def stop(self, *groups: str) -> bool:
        """Cancels what runs in these groups; True when something did."""
        running = self._works(*groups)
        for worker in running:
            worker.cancel()
        return bool(running)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Work never fails silently: what no flow expected is a defect, and is said."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            words = defect_words(event.worker.error).removesuffix(" No file is half-written.")
            self.say(words.replace(" and stopped", ""), severity="error")
        elif (
            self.state.said is not None and self.state.said.during and not self._works(self.state.said.during)
        ):
            self.unsay()

    def _works(self, *groups: str) -> list[Worker[Any]]:
        """What runs in these groups."""
        running = (WorkerState.PENDING, WorkerState.RUNNING)
        return [each for each in self.workers if each.group in groups and each.state in running]

    def say(self, words: str, *, severity: str = "information", during: str = "") -> None:
        """Shows a message above the footer until the next key; with `during`, until that work has ended."""
        self._say(Said(words, severity, during, time.monotonic(), words.rpartition(". ")[2]))

    def say_problem(self, problem: Problem, *, severity: str = "error") -> None:
        """The same for a problem, whose remedy stays visible."""
        self._say(Said(problem.sentence(), severity, "", time.monotonic(), problem.remedy))

    def _say(self, said: Said) -> None:
        self.last_said = said
        self.change(said=said)

    def unsay(self) -> None:
        """Takes the message away."""
        if self.state.said is not None:
            self.change(said=None)

    def answered(self) -> None:
        """A key was pressed: a message that could be read by then, and speaks of no work, goes."""
        said = self.state.said
        if said is not None and not said.during and time.monotonic() - said.at >= self.least_shown:
            self.unsay()

    @property
    def can_be_deployment(self) -> bool:
        """Whether lookups can be made as the deployment identity from here."""
        settings, proved = self.state.settings, self.state.facts.deployment_read
        if settings.auth_mode is not AuthMode.CLIENT_SECRET:  # it has to be this host's: c in pane 6 tells
            return proved is not None and proved.problem is None
        return bool(settings.client_secret and settings.client_id and settings.tenant_id)
