"""Sends what a dialog has typed to the vault, and says what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kvtui.app.session import Session
from kvtui.console.panes.secrets import texts as reading_texts
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.provisioning import secret_texts
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.form import ChangePrompt
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.secret_text import SecretText
from kvtui.settings.catalogue import FROM_FILE

if TYPE_CHECKING:
    from kvtui.azure.model import SecretAttributes, SecretName

WORK = "store"


@dataclass(eq=False, repr=False)
class Storing:
    """Stores secrets in the vault of the settings, as the signed-in user."""

    _store: Store
    _ui: Ui
    _session: Session
    _changes: ChangeRunner
    _settings: SettingsController
    _secrets: SecretsController

    def held(self) -> dict[str, SecretName]:
        """The secrets that the vault has, by name in lower case."""
        return {secret.name.lower(): secret for secret in self._store.state.secrets.names}

    async def text_of(self, typed: str) -> str:
        """What was typed, or the text of the file whose name was typed. Raises `ProblemError`."""
        if not typed.startswith(FROM_FILE):
            return typed
        return await asyncio.to_thread(self._settings.text_of, typed.removeprefix(FROM_FILE))

    async def store(self, name: str, text: str, beside: SecretAttributes) -> None:
        """Stores it and lists the names again. Raises `ProblemError`."""
        address = self._store.state.settings.vault
        self._ui.notify(secret_texts.storing(name), during=WORK)
        try:
            vault = await self._session.vault(self._store.state.settings, deployment=False)
            await vault.store(name, SecretText(text), beside)
        except asyncio.CancelledError:
            self._ui.warn(secret_texts.storing_stopped(name))
            raise
        except ProblemError:
            self._ui.clear_notification()
            raise
        self._ui.notify(secret_texts.created(name, address.name if address else ""))
        self._secrets.load_names()

    def can_be_corrected(self, problem: Problem, prompt: ChangePrompt, command: str) -> bool:
        """Whether other texts in the fields may help. If not, shows the problem and the command."""
        from kvtui.azure.azure_policy import DISALLOWED_BY_POLICY

        if problem.kind is ProblemKind.USAGE or problem.code == DISALLOWED_BY_POLICY:
            return True
        self._changes.offer_commands(
            secret_texts.NOT_CREATED, replace(prompt, commands=(command,), others=()), problem
        )
        return False


def unreadable(why: str) -> Problem:
    """The problem of a connection that Airflow would read in another way; `why` is a clause."""
    return Problem(reading_texts.airflow_does(why), secret_texts.CORRECT_IT, ProblemKind.USAGE)
