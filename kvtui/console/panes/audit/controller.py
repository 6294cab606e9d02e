"""The audit: reads the project's files in a thread, waits for the names, checks every key."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.console.actions import PaneId
from kvtui.console.events import AuditFinished, EventBus
from kvtui.console.panes.audit import texts
from kvtui.console.panes.audit.state import AuditState
from kvtui.console.panes.audit.view import AuditRow, KeyRow
from kvtui.console.panes.lookup.controller import LookupController
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.phase import Phase
from kvtui.console.state import State
from kvtui.console.store import Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.console.words import now
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.settings.model import From, Kind

if TYPE_CHECKING:
    from kvtui.app.audit.judging import Audit
    from kvtui.dags.scanning import Scanned

LOOK_EVERY = 0.1
"""Seconds between two updates of the progress."""
WORK = "audit"


@dataclass(eq=False, repr=False)
class AuditController:
    """Pane 7. Publishes `AuditFinished`."""

    _store: Store
    _ui: Ui
    _bus: EventBus
    _secrets: SecretsController
    _lookup: LookupController
    _wanted: int = field(default=0, init=False)
    """The number of the newest audit; older ones stop reading."""
    _read: tuple[int, int] = field(default=(0, 0), init=False)

    def _change(self, **parts: object) -> None:
        self._store.change(audit=replace(self._store.state.audit, **parts))  # type: ignore[arg-type]

    def run(self) -> None:
        """Audits the project; first waits for the project, the sign-in and the names."""
        state = self._store.state
        if not state.can_audit:
            problem = state.project_problem
            self._ui.warn(problem.sentence() if problem else texts.NO_VAULT)
            return
        self._wanted += 1
        self._read = (0, 0)
        self._store.change(audit=AuditState(Phase.BUSY, filter=state.audit.filter))
        self._ui.run(partial(self._audit, self._wanted), WORK)

    async def report(self) -> Audit:
        """The audit for the present settings and names: the one that is there, else a new one.

        Raises `ProblemError` if there is none.
        """
        state = self._store.state
        held, names = state.audit, len(state.secrets.names)
        if held.report is None or held.made_with != (state.settings, state.versions) or held.names != names:
            self.run()
            await self._store.until(lambda state: state.audit.phase is not Phase.BUSY)
        held = self._store.state.audit
        if held.report is None:
            raise ProblemError(
                held.problem or Problem(texts.NOT_AUDITED, texts.AUDIT_FIRST, ProblemKind.USAGE)
            )
        return held.report

    async def _audit(self, number: int) -> None:
        from kvtui.dags.scanning import StoppedError

        try:
            await self._store.until(lambda state: state.project or state.project_problem)
            if self._store.state.project_problem is not None:
                raise ProblemError(self._store.state.project_problem)
            scanned = await self._scan(number)
            await self._names_listed()
            await self._compare(scanned)
        except ProblemError as error:
            self._change(phase=Phase.FAILED, problem=error.problem)
        except (asyncio.CancelledError, StoppedError):
            self._wanted += 1
            if self._store.state.audit.phase is Phase.BUSY:
                self._change(phase=Phase.STOPPED)
            raise

    async def _scan(self, number: int) -> Scanned:
        """Reads the files in a thread and shows the progress."""
        from kvtui.app.audit import ignores_by_glob
        from kvtui.app.audit.reading import read_uses
        from kvtui.dags.audit_config import config_around

        state = self._store.state
        assert state.project is not None  # noqa: S101  # the caller waited for it
        glob = ignores_by_glob(state.settings, state.project, state.versions)

        def progress(done: int, total: int) -> bool:
            self._read = (done, total)
            return self._wanted == number

        directory = state.project.directory
        config = await asyncio.to_thread(config_around, directory)
        work = partial(read_uses, [(directory, ".")], directory, config, glob=glob, progress=progress)
        reading = asyncio.get_running_loop().run_in_executor(None, work)
        while not reading.done():
            await asyncio.wait([reading], timeout=LOOK_EVERY)
            done, total = self._read
            self._change(done=done, total=total)
        return reading.result()

    async def _names_listed(self) -> None:
        """Waits for the vault's names; starts the listing if needed. Raises `ProblemError`."""
        self._change(listing=True)
        state = self._store.state
        if state.signed_in and state.secrets.phase not in (Phase.DONE, Phase.BUSY):
            self._secrets.load_names()
        await self._store.until(lambda state: not _on_the_way(state))
        problem = self._store.state.sign_in.problem or self._store.state.secrets.problem
        if problem is not None:
            raise ProblemError(problem)
        if self._store.state.secrets.phase is not Phase.DONE:
            raise ProblemError(Problem(texts.NOT_LISTED, texts.LIST_FIRST, ProblemKind.SIGN_IN))

    async def _compare(self, scanned: Scanned) -> None:
        from kvtui.app.audit import audited
        from kvtui.app.configuration import configuration

        state = self._store.state
        if state.project is None:
            return
        given = (From.SETTINGS, state.settings, state.project, state.versions)
        chosen = await asyncio.to_thread(configuration, *given)
        names = tuple(state.secrets.names)
        report = await asyncio.to_thread(audited, scanned, names, chosen, state.versions)
        self._store.change(
            audit=AuditState(
                Phase.DONE,
                filter=self._store.state.audit.filter,
                scanned=scanned,
                report=report,
                names=len(state.secrets.names),
                listed_as=str(state.sign_in.identity or ""),
                at=now(),
                made_with=(state.settings, state.versions),
            )
        )
        self._bus.publish(AuditFinished())

    # The pane's keys

    def set_filter(self, text: str) -> None:
        """Shows only the rows with that text."""
        self._change(filter=text)

    def choose(self, row: RowKey | None) -> None:
        """Starts the audit, or shows the details of a row."""
        if row is AuditRow.RUN:
            self.run()
        elif row is not None:
            self._change(opened=row)

    def cursor_moved(self, row: RowKey | None) -> None:
        """Shows the details of the row under the cursor if details are open."""
        if self._store.state.audit.opened is not None and row is not None:
            self._change(opened=row)

    def look_up(self, row: RowKey | None) -> None:
        """Looks up the selected key in pane 4."""
        if isinstance(row, KeyRow):
            self._lookup.look_up(Kind(row.kind), row.key)
            self._ui.go_to(PaneId.LOOKUP)
        else:
            self._ui.notify(texts.SELECT_FIRST)

    def close(self) -> bool:
        """Closes the details. False if none are open."""
        if self._store.state.audit.opened is None:
            return False
        self._change(opened=None)
        return True


def _on_the_way(state: State) -> bool:
    """Whether the sign-in or the listing after it runs or is about to start."""
    return state.sign_in.phase in (Phase.IDLE, Phase.BUSY) or state.secrets.phase is Phase.BUSY
