"""Compares the vault of pane 3 with what the user chooses; values and copies only when asked for."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.app.compare.keys import ValueResult, compare, with_values
from kvtui.app.compare.sides import (
    IN_CODE,
    Chosen,
    Side,
    SideKind,
    chosen,
    dags_side,
    names_side,
    vault_side,
)
from kvtui.app.session import Session
from kvtui.console.comparing import texts
from kvtui.console.comparing.choice import CompareDialog
from kvtui.console.comparing.copying import SecretCopying
from kvtui.console.comparing.result import Result, ResultDialog
from kvtui.console.panes.audit.controller import AuditController
from kvtui.console.panes.output.view import tildify
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.phase import Phase
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.console.vault_listing import list_vaults_into
from kvtui.console.words import now
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault

WORK, VAULTS = "compare", "compare-vaults"


@dataclass(eq=False, repr=False)
class CompareController:
    """Pane 3's `c`. What was compared lives in its dialog only."""

    _store: Store
    _ui: Ui
    _session: Session
    _audit: AuditController
    _copying: SecretCopying
    _secrets: SecretsController

    def begin(self) -> None:
        """Asks what to compare with."""
        if self._store.state.settings.vault is None or self._session.signed_in is None:
            self._ui.warn(texts.VAULT_FIRST)
        else:
            self._ui.run(self._choose, VAULTS)

    async def _choose(self) -> None:
        """Opens the choice, and lists the vaults into it."""
        state = self._store.state
        vault, project = state.settings.vault, state.project
        dialog = CompareDialog(vault.name if vault else "", tildify(project.directory) if project else "")
        await self._ui.open(dialog, self._chosen)
        await list_vaults_into(dialog, self._session, state.settings)

    def _chosen(self, text: str | None) -> None:
        self._ui.stop(VAULTS)
        if text is None:
            return
        try:
            given = chosen(text, self._store.state.settings)
            self._reject_other_dags(given)
        except ProblemError as error:
            self._ui.notify_problem(error.problem)
            return
        between_vaults = given.kind is SideKind.VAULT
        vault = self._store.state.settings.vault
        dialog = ResultDialog(
            texts.title(vault.name if vault else "", given.label),
            values=(lambda: self._ui.run(partial(self._compare_values, dialog, given), WORK))
            if between_vaults
            else None,
            copy=(lambda name: self._ui.run(partial(self._copy, dialog, given, name), WORK))
            if between_vaults
            else None,
        )
        self._ui.open(dialog, self._closed)
        self._ui.run(partial(self._compare, dialog, given), WORK)

    def _closed(self, name: str | None) -> None:
        """Stops what runs; the cursor of pane 3 goes to the chosen secret."""
        self._ui.stop(WORK)
        if name is not None:
            self._secrets.show(name)

    def _reject_other_dags(self, given: Chosen) -> None:
        project = self._store.state.project
        own = project is not None and given.text == tildify(project.directory)
        if given.kind is SideKind.DAGS and not own:
            raise ProblemError(Problem(texts.ONLY_OWN_DAGS, "", ProblemKind.USAGE))

    async def _compare(self, dialog: ResultDialog, given: Chosen) -> None:
        """Reads the other side and shows the result."""
        dialog.say(texts.busy(given.label))
        try:
            result = await self._result(given)
        except ProblemError as error:
            dialog.say(error.problem)
        else:
            dialog.say("")
            dialog.show(result)

    async def _result(self, given: Chosen) -> Result:
        here = await self._here()
        match given.kind:
            case SideKind.VAULT:
                settings = given.settings(self._store.state.settings)
                there = await vault_side(self._session, settings, deployment=self._as_deployment)
            case SideKind.NAMES:
                there = await asyncio.to_thread(names_side, given)
            case SideKind.DAGS:
                there = dags_side(given, await self._audit.report())
        kinds = IN_CODE if given.kind is SideKind.DAGS else tuple(Kind)
        naming = Naming.of(self._store.state.settings)
        found = await asyncio.to_thread(compare, here.names, there.names, naming, now(), kinds)
        return Result(here, there, found)

    @property
    def _as_deployment(self) -> bool:
        return self._store.state.secrets.as_deployment

    async def _here(self) -> Side:
        """The loaded names of the vault; lists them if they are not all there."""
        state = self._store.state
        if state.secrets.phase is Phase.BUSY:
            await self._store.until(lambda state: state.secrets.phase is not Phase.BUSY)
            state = self._store.state
        vault = state.settings.vault
        if state.secrets.phase is not Phase.DONE or vault is None:
            return await vault_side(self._session, state.settings, deployment=self._as_deployment)
        identity = (await self._session.identity(state.settings, deployment=self._as_deployment)).identity
        return Side(SideKind.VAULT, vault.name, tuple(state.secrets.names), str(identity), vault.url)

    async def _vaults(self, given: Chosen) -> tuple[Vault, Vault]:
        """Both vaults, asked as the identity that listed the names."""
        settings, deployment = self._store.state.settings, self._as_deployment
        return (
            await self._session.vault(settings, deployment=deployment),
            await self._session.vault(given.settings(settings), deployment=deployment),
        )

    async def _compare_values(self, dialog: ResultDialog, given: Chosen) -> None:
        from kvtui.app.compare.values import compare_values

        result = dialog.result
        if result is None:
            return
        keys = result.comparison.readable
        dialog.say(texts.comparing_values(0, len(keys)))
        try:
            here, there = await self._vaults(given)
            progress = lambda done: dialog.say(texts.comparing_values(done, len(keys)))  # noqa: E731
            values = await compare_values(here, there, keys, progress)
        except ProblemError as error:
            dialog.say(error.problem)
            return
        unread = sum(each is ValueResult.UNREADABLE for each in values.values())
        dialog.say(texts.values_compared(len(values) - unread, unread))
        dialog.show(replace(result, comparison=with_values(result.comparison, values), values=True))

    async def _copy(self, dialog: ResultDialog, given: Chosen, name: str) -> None:
        """Copies what is missing after asking; then both vaults are listed and compared again."""
        result = dialog.result
        if result is None:
            return
        said = await self._copying.copy(result, await self._vaults_for_changes(given), name, dialog.say)
        if said is None:
            return
        dialog.say(said)
        self._copying.list_again()
        await self._store.until(lambda state: state.secrets.phase is not Phase.BUSY)
        try:
            dialog.show(await self._result(given))
        except ProblemError as error:
            dialog.say(error.problem)

    async def _vaults_for_changes(self, given: Chosen) -> tuple[Vault, Vault]:
        """Both vaults as the signed-in user, who makes every change."""
        settings = self._store.state.settings
        return await self._session.vault(settings), await self._session.vault(given.settings(settings))
