"""The import of variables and connections: reads, compares and stores, and shows how far it has come."""

from __future__ import annotations

import asyncio
import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.app.session import Session
from kvtui.console.importing import texts
from kvtui.console.importing.state import (
    ENDED,
    ImportView,
    Stage,
    first_choice,
    may_be_chosen,
)
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.panes.secrets.state import Wait
from kvtui.console.phase import Phase
from kvtui.console.provisioning.secret_texts import VAULT_AND_SIGN_IN
from kvtui.console.start import ConsoleStart
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.migration.items import SourceFormat
from kvtui.migration.plan import WRITABLE, Entry, Plan, Status
from kvtui.settings.catalogue import CATALOGUE, NAMES
from kvtui.settings.model import Settings
from kvtui.settings.values import parse_choice

if TYPE_CHECKING:
    from kvtui.app.importing.importer import Importer
    from kvtui.app.importing.results import Imported
    from kvtui.azure.model import SecretName
    from kvtui.console.importing.dialog import ImportDialog

WORK = "import"


@dataclass(eq=False, repr=False)
class _Running:
    """The import of the open dialog."""

    dialog: ImportDialog
    view: ImportView
    importer: Importer | None = None
    plan: Plan | None = None
    planned: tuple[Entry, ...] = ()
    """The entries before any of them was renamed."""

    def change(self, **parts: object) -> None:
        """Shows the import with other parts."""
        self.view = replace(self.view, **parts)  # type: ignore[arg-type]
        self.dialog.show(self.view)


@dataclass(eq=False, repr=False)
class ImportController:
    """Opens the dialog and does what it asks for."""

    _store: Store
    _ui: Ui
    _session: Session
    _secrets: SecretsController
    _start: ConsoleStart

    def open(self) -> None:
        """Opens the dialog; warns without a vault or a sign-in."""
        if self._store.state.settings.vault is None or self._session.signed_in is None:
            self._ui.warn(VAULT_AND_SIGN_IN)
        else:
            self._ui.run(self._open, WORK)

    async def _open(self) -> None:
        from kvtui.app.importing.given import importable
        from kvtui.console.importing.dialog import ImportDialog, ImportWishes

        state, held = self._store.state, self._session.signed_in
        if state.settings.vault is None or held is None:
            return
        files = await asyncio.to_thread(importable, self._start.project_directory)
        first = ImportView(state.settings.vault.name, str(state.sign_in.identity), state.allow_changes)
        running: list[_Running] = []
        wishes = ImportWishes(
            read=lambda named, format_: self._ui.run(partial(self._read, running[0], named, format_), WORK),
            toggle=lambda number: self._ui.run(partial(self._toggle, running[0], number), WORK),
            toggle_all=lambda: self._toggle_all(running[0]),
            compare=lambda: self._ui.run(partial(self._compare, running[0]), WORK),
            store=lambda: self._ui.run(partial(self._write, running[0]), WORK),
            stop=lambda: self._stop(running[0]),
            command_of=lambda number: self._command_of(running[0], number),
        )
        dialog = ImportDialog(wishes, first, files)
        running.append(_Running(dialog, first))
        self._ui.open(dialog, lambda _: self._closed(running[0]))

    def _closed(self, running: _Running) -> None:
        if running.view.results:
            self._secrets.load_names()

    def _stop(self, running: _Running) -> None:
        self._ui.stop(WORK)
        if running.view.stage is Stage.READING:
            running.change(stage=Stage.NAMING)
        elif running.view.stage is Stage.COMPARING:
            running.change(stage=Stage.PREVIEW)

    # Reading

    async def _read(self, running: _Running, named: str, format_: str) -> None:
        running.change(stage=Stage.READING, problem=None, progress=0)
        try:
            await self._preview(running, named, format_)
        except ProblemError as error:
            running.change(stage=Stage.NAMING, problem=error.problem)

    async def _preview(self, running: _Running, named: str, format_: str) -> None:
        from kvtui.app.configuration import configuration
        from kvtui.app.importing.given import read_given
        from kvtui.app.importing.importer import Importer
        from kvtui.settings.model import From

        state = self._store.state
        chosen_format = parse_choice(SourceFormat, format_) if format_ else None
        given = await asyncio.to_thread(
            read_given, named, state.settings, chosen_format, directory=self._start.project_directory
        )
        importer = Importer(
            self._session,
            state.settings,
            configuration(From.SETTINGS, state.settings, state.project, state.versions),
            state.versions,
            given,
            as_deployment=state.settings.signs_in_anywhere,
        )
        source = await importer.source()
        plan = importer.plan(await self._names(running, importer))
        entries = await importer.preview(plan, source.items)
        running.importer, running.plan, running.planned = importer, plan, entries
        running.change(
            stage=Stage.PREVIEW,
            source=given.shown,
            command=_command(named, format_, state.settings),
            notes=source.notes,
            entries=entries,
            chosen=first_choice(entries) if state.allow_changes else frozenset(),
        )

    async def _names(self, running: _Running, importer: Importer) -> Sequence[SecretName]:
        """The loaded names if all are there; else they are listed."""
        loaded = self._store.state.secrets
        if loaded.phase is Phase.DONE:
            return loaded.names
        return await importer.names(lambda number: running.change(progress=number))

    # Choosing

    async def _toggle(self, running: _Running, number: int) -> None:
        held, plan, importer = running.view, running.plan, running.importer
        entry = held.entries[number]
        if plan is None or importer is None:
            return
        if number in held.chosen:
            self._put(running, number, running.planned[number], chosen=False)
        elif entry.rename:
            self._put(running, number, await importer.reached(plan.under_rename(entry)), chosen=True)
        elif may_be_chosen(entry):
            self._put(running, number, entry, chosen=True)
        else:
            self._ui.notify(texts.CANNOT_CHOOSE)

    def _put(self, running: _Running, number: int, entry: Entry, *, chosen: bool) -> None:
        held = running.view
        entries = (*held.entries[:number], entry, *held.entries[number + 1 :])
        numbers = held.chosen | {number} if chosen else held.chosen - {number}
        running.change(entries=entries, chosen=numbers)

    def _toggle_all(self, running: _Running) -> None:
        """All that are new, and what exists with them; none, if all of them are chosen."""
        entries = running.view.entries
        able = frozenset(number for number, entry in enumerate(entries) if entry.status in WRITABLE)
        running.change(chosen=frozenset() if able <= running.view.chosen else able | running.view.chosen)

    # Comparing and storing

    async def _compare(self, running: _Running) -> None:
        importer, held = running.importer, running.view
        if importer is None:
            return
        total = sum(entry.status is Status.EXISTS for entry in held.entries)
        running.change(stage=Stage.COMPARING, total=total, progress=0, problem=None)
        try:
            entries = await importer.compare(held.entries, lambda number: running.change(progress=number))
        except ProblemError as error:
            running.change(stage=Stage.PREVIEW, problem=error.problem)
            return
        running.planned = tuple(
            new if new.item is not old.item or not new.renamed else old
            for new, old in zip(entries, running.planned, strict=True)
        )
        same = {number for number, entry in enumerate(entries) if entry.status is Status.SAME}
        running.change(stage=Stage.PREVIEW, entries=entries, chosen=held.chosen - same)

    async def _write(self, running: _Running) -> None:
        from kvtui.app.importing.results import Imported, Outcome

        importer, held = running.importer, running.view
        if importer is None:
            return
        numbers = {id(held.entries[number].item): number for number in sorted(held.chosen)}
        wanted = [held.entries[number] for number in numbers.values()]
        done: list[Imported] = []
        running.change(stage=Stage.WRITING, total=len(wanted), progress=0, problem=None)

        def results() -> dict[int, Imported]:
            return {numbers[id(each.entry.item)]: each for each in done}

        def end(stage: Stage, **parts: object) -> None:
            left = {n: Imported(held.entries[n], Outcome.NOT_TRIED) for n in numbers.values()}
            running.change(stage=stage, results={**left, **results()}, **parts)

        def report(number: int) -> None:
            if running.view.stage not in ENDED:
                running.change(progress=number, results=results(), wait=None)

        def wait(status: int, seconds: float) -> None:
            running.change(wait=Wait(status, math.ceil(seconds)))

        try:
            result = await importer.write(
                wanted, overwrite=lambda _: True, done=done, report=report, on_wait=wait
            )
        except ProblemError as error:
            end(Stage.STOPPED, problem=error.problem)
        except asyncio.CancelledError:
            end(Stage.STOPPED)
            raise
        else:
            end(Stage.DONE, problem=result.stopped)

    def _command_of(self, running: _Running, number: int) -> str:
        from kvtui.azure.commands import store_value

        name = running.view.entries[number].name
        return store_value(running.view.vault, name) if name else ""


def _command(named: str, format_: str, settings: Settings) -> str:
    """The headless command that stores the same under the same names."""
    words = ["kvtui", "--import", named, *(["--import-format", format_] if format_ else [])]
    words += ["--vault-url", settings.vault.name if settings.vault else "", "--yes"]
    usual = Settings()
    for setting in CATALOGUE:
        if setting.option is None or setting.option.group != NAMES:
            continue
        value = getattr(settings, setting.field)
        if value is None and setting.off is not None:
            words.append(setting.off.flag)
        elif value != getattr(usual, setting.field):
            words.append(f"{setting.option.flag}={value}")
    return shlex.join(words)
