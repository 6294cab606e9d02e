"""The vault's names, the details of one secret, and revealing one value."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming
from kvtui.app.session import Session
from kvtui.azure.model import SecretName
from kvtui.console.actions import PaneId
from kvtui.console.controllers.reveal import RevealController
from kvtui.console.events import EventBus, NamesListed, SettingsChanged
from kvtui.console.panes.lookup.controller import LookupController
from kvtui.console.panes.lookup.texts import cannot_ask
from kvtui.console.panes.secrets import texts
from kvtui.console.panes.secrets.names import groups_of
from kvtui.console.panes.secrets.rows import GroupRow, SecretRow
from kvtui.console.panes.secrets.state import Opened, SecretsState, SortBy, Wait
from kvtui.console.phase import Phase
from kvtui.console.store import STREAM_EVERY, Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault

LINK_REJECTED = "BadParameter"
"""Key Vault's code for a link to a next page that is too old."""


@dataclass(eq=False, repr=False)
class SecretsController:
    """Pane 3. Publishes `NamesListed`."""

    _store: Store
    _ui: Ui
    _session: Session
    _bus: EventBus
    _reveal: RevealController
    _lookup: LookupController

    # The names

    def load_names(self) -> None:
        """Lists the vault's names as the selected identity; each page is shown when it arrives."""
        settings, held = self._store.state.settings, self._store.state.secrets
        if settings.vault is None or self._session.signed_in is None:
            self._store.change(secrets=SecretsState(filter=held.filter, sort=held.sort))
            return
        fresh = SecretsState(
            Phase.BUSY,
            names=[],
            as_deployment=held.as_deployment and self._store.state.can_ask_as_deployment,
            filter=held.filter,
            sort=held.sort,
            folded=held.folded,
        )
        self._store.change(secrets=fresh)
        self._ui.run(self._load_names, "names")

    def reload(self) -> None:
        """Goes on with a listing that broke off, after the last page that arrived; else lists again."""
        held = self._store.state.secrets
        if held.rest and held.phase in (Phase.FAILED, Phase.STOPPED) and self._session.signed_in:
            self._store.change(secrets=replace(held, phase=Phase.BUSY, problem=None))
            self._ui.run(self._load_names, "names")
        else:
            self.load_names()

    async def _load_names(self) -> None:
        begun = self._store.state.secrets
        began, rest = time.monotonic() - begun.seconds, begun.rest
        names: list[SecretName] = [*begun.names]
        self._store.change(secrets=replace(begun, names=names))

        def wait(status: int, seconds: float) -> None:
            held = self._store.state.secrets
            if held.names is names:
                self._store.change(secrets=replace(held, wait=Wait(status, math.ceil(seconds))))

        def finish(phase: Phase, error: ProblemError | None = None) -> None:
            held = self._store.state.secrets
            if held.names is names:
                took = time.monotonic() - began
                problem = error.problem if error else None
                self._store.change(
                    secrets=replace(held, phase=phase, seconds=took, problem=problem, rest=rest, wait=None)
                )
                self._bus.publish(NamesListed())

        try:
            vault = await self._vault()
            async for page in vault.names(wait, rest):
                names.extend(page.items)
                rest = page.after
                held = self._store.state.secrets
                if held.wait is not None and held.names is names:
                    self._store.change(secrets=replace(held, wait=None))
                # Each drawing sorts all names: the more names, the fewer drawings.
                self._store.touch(every=STREAM_EVERY * (1 + len(names) / 2000))
        except ProblemError as error:
            if error.problem.code == LINK_REJECTED:
                rest = ""
            finish(Phase.FAILED, error)
        except asyncio.CancelledError:
            finish(Phase.STOPPED)
            raise
        else:
            finish(Phase.DONE)

    async def _vault(self) -> Vault:
        state = self._store.state
        return await self._session.vault(state.settings, deployment=state.secrets.as_deployment)

    def switch_identity(self) -> None:
        """Lists as the other identity: the deployment identity or the signed-in user."""
        held = self._store.state.secrets
        if not self._store.state.can_list_as_other:
            self._ui.warn(cannot_ask(self._store.state.settings))
            return
        self._reveal.hide()
        self._store.change(secrets=replace(held, as_deployment=not held.as_deployment))
        self.load_names()

    def settings_changed(self, event: SettingsChanged) -> None:
        """Lists the names again for another identity or vault, unless a new sign-in will do so."""
        before, after, state = event.before, event.after, self._store.state
        if state.sign_in.phase is Phase.BUSY:
            return
        if state.secrets.as_deployment and after.client_id != before.client_id:
            self._store.change(secrets=replace(state.secrets, as_deployment=False))
            self.load_names()
        elif after.vault != before.vault:
            self.load_names()

    def set_filter(self, text: str) -> None:
        """Shows only the secrets with that text in their name or key."""
        self._store.change(secrets=replace(self._store.state.secrets, filter=text))

    def sort(self) -> None:
        """Sorts by the next column."""
        held, columns = self._store.state.secrets, list(SortBy)
        after = columns[(columns.index(held.sort) + 1) % len(columns)]
        self._store.change(secrets=replace(held, sort=after))

    # One secret

    def show(self, name: str) -> None:
        """Puts the cursor on a secret; unfolds its group, and clears a filter that hides it."""
        held, lines = self._store.state.secrets, self._ui.pane(PaneId.SECRETS).lines
        if lines.source.index_of(SecretRow(name)) is None:
            folded = held.folded - groups_of(name, Naming.of(self._store.state.settings))
            self._store.change(secrets=replace(held, filter="", folded=folded))
        self._ui.next(partial(lines.select, SecretRow(name)))  # once it is drawn

    def choose(self, row: RowKey | None) -> None:
        """Opens a secret's details; folds or unfolds a group."""
        if isinstance(row, GroupRow):
            held = self._store.state.secrets
            self._store.change(secrets=replace(held, folded=held.folded ^ {row.group}))
        elif name := self._name(row):
            self._open(name)

    def _name(self, row: RowKey | None) -> str:
        """The name of the selected secret; without one, empty, with a message."""
        if isinstance(row, SecretRow):
            return row.name
        self._ui.notify(texts.SELECT_FIRST)
        return ""

    def look_up(self, row: RowKey | None) -> None:
        """Looks the secret's key up in pane 4: of the selected secret or, if none matches, the typed name."""
        name = self._name(row) if row is not None else self._store.state.secrets.filter.strip().lstrip("^")
        if not name:
            self._ui.notify(texts.SELECT_FIRST)
        elif self._lookup.look_up_name(name):
            self._ui.go_to(PaneId.LOOKUP)

    def _open(self, name: str) -> None:
        """Shows the details of one secret: requests its versions, not its value."""
        found = next((s for s in self._store.state.secrets.names if s.name == name), None)
        if found is not None:
            self._reveal.hide()
            self._store.change(secrets=replace(self._store.state.secrets, opened=Opened(found)))
            self._ui.run(partial(self._versions, name), "versions")

    def cursor_moved(self, row: RowKey | None) -> None:
        """Closes the details of another secret, and hides its value."""
        opened = self._store.state.secrets.opened
        if opened is not None and row != SecretRow(opened.name.name):
            self._reveal.hide()
            self.close()

    def close(self) -> bool:
        """Closes the details. False if none are open."""
        if self._store.state.secrets.opened is None:
            return False
        self._store.change(secrets=replace(self._store.state.secrets, opened=None))
        return True

    async def _versions(self, name: str) -> None:
        try:
            vault = await self._vault()
            versions = await vault.versions(name)
        except ProblemError as error:
            self._detail(name, problem=error.problem)
        else:
            self._detail(name, versions=versions)

    def _detail(self, name: str, **parts: object) -> None:
        opened = self._store.state.secrets.opened
        if opened is not None and opened.name.name == name:
            detail = replace(opened, **parts)  # type: ignore[arg-type]
            self._store.change(secrets=replace(self._store.state.secrets, opened=detail))

    def reveal(self, row: RowKey | None) -> None:
        """Gets this value as the identity that listed the names, and shows it for some seconds.

        Of a disabled secret it says why the vault would not return it, and sends no request.
        """
        if not (name := self._name(row)):
            return
        self._open(name)
        opened = self._store.state.secrets.opened
        if opened is not None and not opened.name.enabled:
            self._ui.warn(texts.not_revealed(allow_changes=self._store.state.allow_changes))
        else:
            self._ui.run(partial(self._reveal_value, name), "reveal")

    async def _reveal_value(self, name: str) -> None:
        try:
            vault = await self._vault()
            fetched = await vault.value(name)
        except ProblemError as error:
            self._detail(name, problem=error.problem)
            return
        opened = self._store.state.secrets.opened
        if opened is not None and opened.name.name == name:
            self._reveal.show(PaneId.SECRETS, name, fetched.value, str(vault.identity))
