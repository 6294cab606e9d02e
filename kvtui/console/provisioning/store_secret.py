"""Creates a secret in the vault, or a new version of one, under the prefix that Airflow looks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kvtui.airflow.naming import Naming
from kvtui.app.session import Session
from kvtui.console.provisioning import attributes, secret_texts
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.draft import FORM, Draft
from kvtui.console.provisioning.store_connection import ConnectionCreation
from kvtui.console.provisioning.storing import WORK, Storing, unreadable
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import Problem, ProblemError
from kvtui.settings.model import Context, Kind


@dataclass(eq=False, repr=False)
class SecretCreation:
    """The change of pane 3."""

    _store: Store
    _ui: Ui
    _session: Session
    _changes: ChangeRunner
    _storing: Storing
    _connections: ConnectionCreation

    def create(self) -> None:
        """Asks for key and value, and creates the secret."""
        if self._store.state.settings.vault is None or self._session.signed_in is None:
            self._ui.warn(secret_texts.VAULT_AND_SIGN_IN)
        else:
            self._ui.run(self._create, WORK)

    def _names(self, key: str) -> dict[str, str]:
        """The name of the secret by kind; without kinds that Airflow never asks the vault for."""
        naming = Naming.of(self._store.state.settings, self._store.state.versions.provider)
        asked = {kind: naming.secret_name(kind, key).name for kind in Kind}
        return {kind: name for kind, name in asked.items() if name}

    async def _create(self) -> None:
        """Asks until a secret is stored, the user cancels, or other fields would not help."""
        vault = self._store.state.settings.vault
        typed: Mapping[str, str] = {}
        rejected: Problem | None = None
        while vault is not None:
            state = self._store.state
            draft = Draft(
                self._names,
                vault,
                self._storing.held(),
                state.versions.airflow,
                in_task=state.settings.context is not Context.SERVER,
                allow_changes=state.allow_changes,
                rejected=rejected,
            )
            switches = [attributes.more(typed, rejected)]
            answers = await self._changes.ask(
                secret_texts.CREATE,
                draft.prompt,
                draft.fields(typed),
                switches,
                attributes.first(rejected),
            )
            if answers is None:
                return
            typed, rejected = answers.typed, None
            key = typed["key"].strip()
            if answers.action == FORM:
                if await self._connections.create(key, self._names(key)[Kind.CONNECTION], typed):
                    return
                continue
            name = self._names(key)[answers.action]
            try:
                text = await self._storing.text_of(typed["value"])
                if answers.action == Kind.CONNECTION and (why := draft.as_connection(text).why):
                    raise ProblemError(unreadable(why))
                await self._storing.store(name, text, draft.beside(name, typed))
            except ProblemError as error:
                rejected = error.problem
                if self._storing.can_be_corrected(rejected, draft.prompt(typed), draft.command(name, typed)):
                    continue
            return
