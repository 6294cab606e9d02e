"""The audit: the project's files are read in a thread, the names are waited for, every key is judged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from kvtui.console.panes.checks.controller import Checking
from kvtui.console.start import ConsoleStart
from kvtui.console.state import AuditState, Phase, State
from kvtui.console.words import now
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError

if TYPE_CHECKING:
    from kvtui.dags.scanning import Scanned

LOOK_EVERY = 0.1
"""Seconds between two looks at how far the reading has come."""


class Auditing(Checking):
    """Pane 7."""

    _wanted = 0
    """The number of the newest audit: an older one stops reading."""
    _read = (0, 0)

    def __init__(self, start: ConsoleStart) -> None:
        super().__init__(start)
        self._changed = asyncio.Event()

    def change(self, **parts: Any) -> None:
        """An audit that waits looks whether what it waits for is there."""
        super().change(**parts)
        self._changed.set()

    async def _until(self, holds: Callable[[State], object]) -> None:
        """Waits until the state is as `holds` wants it."""
        while not holds(self.state):
            self._changed.clear()
            await self._changed.wait()

    def run_audit(self) -> None:
        """Audits the project; waits for it, for the sign-in and for the names if they are not there yet."""
        problem = self.state.project_problem
        if self.state.settings.vault is None or problem is not None:
            words = problem.sentence() if problem else "Choose the vault in pane 1 first."
            self.say(words, severity="warning")
            return
        filter = self.state.audit.filter
        self._wanted += 1
        self._read = (0, 0)
        self.change(audit=AuditState(Phase.BUSY, filter=filter))
        self.work(partial(self._audit, self._wanted), "audit")

    async def _audit(self, number: int) -> None:
        from kvtui.dags.scanning import StoppedError

        try:
            await self._until(lambda state: state.project or state.project_problem)
            if self.state.project_problem is not None:
                raise ProblemError(self.state.project_problem)
            scanned = await self._scan(number)
            await self._names_listed()
            await self._judge(scanned)
        except ProblemError as error:
            self.change(audit=replace(self.state.audit, phase=Phase.FAILED, problem=error.problem))
        except (asyncio.CancelledError, StoppedError):
            self._wanted += 1
            if self.state.audit.phase is Phase.BUSY:
                self.change(audit=replace(self.state.audit, phase=Phase.STOPPED))
            raise

    async def _scan(self, number: int) -> Scanned:
        """Reads the files in a thread, and shows how far it is."""
        from kvtui.app.audit import ignores_by_glob
        from kvtui.dags.scanning import scan_project

        state = self.state
        assert state.project is not None  # noqa: S101  # it was waited for
        glob = ignores_by_glob(state.settings, state.project, state.versions)

        def progress(done: int, total: int) -> bool:
            self._read = (done, total)
            return self._wanted == number

        work = partial(scan_project, state.project.directory, glob=glob, progress=progress)
        reading = asyncio.get_running_loop().run_in_executor(None, work)
        while not reading.done():
            await asyncio.wait([reading], timeout=LOOK_EVERY)
            done, total = self._read
            self.change(audit=replace(self.state.audit, done=done, total=total))
        return reading.result()

    async def _names_listed(self) -> None:
        """Waits for the vault's names; has them listed if nobody does. Raises `ProblemError`."""
        self.change(audit=replace(self.state.audit, listing=True))
        if self.state.sign_in.phase is Phase.DONE and self.state.secrets.phase not in (
            Phase.DONE,
            Phase.BUSY,
        ):
            self.load_names()
        await self._until(lambda state: not _on_the_way(state))
        problem = self.state.sign_in.problem or self.state.secrets.problem
        if problem is not None:
            raise ProblemError(problem)
        if self.state.secrets.phase is not Phase.DONE:
            what = "The vault's names are not listed: there is no sign-in, or the listing was stopped."
            raise ProblemError(Problem(what, "Sign in with s, list them with l in pane 3.", Exit.SIGN_IN))

    async def _judge(self, scanned: Scanned) -> None:
        from kvtui.app.audit import audited

        state = self.state
        if state.project is None:
            return
        judge = partial(
            audited,
            scanned,
            tuple(state.secrets.names),
            settings=state.settings,
            project=state.project,
            versions=state.versions,
        )
        report = await asyncio.to_thread(judge)
        self.change(
            audit=AuditState(
                Phase.DONE,
                filter=self.state.audit.filter,
                scanned=scanned,
                report=report,
                names=len(state.secrets.names),
                as_whom=str(state.sign_in.identity or ""),
                at=now(),
                judged_with=(state.settings, state.versions),
            )
        )
        self.recheck()

    def open_asked(self, key: str) -> None:
        """Shows the places of one key, or what is wrong with one place."""
        self.change(audit=replace(self.state.audit, opened=key))

    def look_up_asked(self, key: str) -> bool:
        """Looks a key of the audit up in pane 4; False if the row under the cursor is none."""
        parts = key.split(":", 2)
        if len(parts) != 3 or parts[0] != "key":
            self.say("Put the cursor on a variable or a connection first.")
            return False
        self.change(lookup=replace(self.state.lookup, kind=parts[1], deserialize=False))
        self.key_typed(parts[2], entered=True)
        return True


def _on_the_way(state: State) -> bool:
    """Whether the sign-in, or the listing that follows it, has begun or is about to."""
    return state.sign_in.phase in (Phase.IDLE, Phase.BUSY) or state.secrets.phase is Phase.BUSY
