"""Creates a secret in the vault, under the prefix that Airflow looks for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kvtui.airflow.naming import Naming, fault, is_legal
from kvtui.app.session import Session
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.provisioning import texts
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.state import ChangePrompt, Field
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings.catalogue import FROM_FILE
from kvtui.settings.model import Kind


@dataclass(eq=False, repr=False)
class SecretCreation:
    """The change of pane 3."""

    _store: Store
    _ui: Ui
    _session: Session
    _changes: ChangeRunner
    _settings: SettingsController
    _secrets: SecretsController

    def create(self) -> None:
        """Asks for key and value, and creates the secret."""
        if self._store.state.settings.vault is None or self._session.signed_in is None:
            self._ui.warn(texts.VAULT_AND_SIGN_IN)
        else:
            self._ui.run(self._create, "store")

    def _names(self, key: str) -> dict[str, str]:
        """The name of the secret by kind; without kinds that Airflow never asks the vault for."""
        naming = Naming.of(self._store.state.settings, self._store.state.versions.provider)
        asked = {kind: naming.secret_name(kind, key).name for kind in Kind}
        return {kind: name for kind, name in asked.items() if name}

    async def _create(self) -> None:
        from kvtui.azure import commands

        vault = self._store.state.settings.vault
        if vault is None:
            return
        held = {secret.name.lower() for secret in self._store.state.secrets.names}

        fields = [Field("key", texts.KEY, "", texts.KEY_HINT)]
        wanted = texts.TYPE_KEY
        if self._store.state.allow_changes:
            fields.append(Field("value", texts.VALUE, mask=True))
            wanted = texts.TYPE_KEY_AND_VALUE

        def build(typed: Mapping[str, str]) -> ChangePrompt:
            key = typed["key"].strip()
            asked = self._names(key) if key else {}
            names = {kind: name for kind, name in asked.items() if is_legal(name)}
            why = next((texts.illegal(n, fault(n)) for n in asked.values() if not names), "")
            fine = bool(names and typed.get("value"))
            actions = [
                (kind, texts.create_action(name, kind, key, exists=name.lower() in held))
                for kind, name in names.items()
            ]
            return ChangePrompt(
                texts.create_facts(vault.name, vault.host),
                tuple(commands.store_value(vault.name, name) for name in names.values()),
                actions=tuple(actions) if fine else (),
                note=why or ("" if fine or (names and not self._store.state.allow_changes) else wanted),
                by_hand=texts.WITHOUT_NEWLINE,
            )

        answers = await self._changes.ask(texts.CREATE, build, fields)
        if answers is None:
            return
        name, text = self._names(answers.typed["key"].strip())[answers.action], answers.typed["value"]
        try:
            if text.startswith(FROM_FILE):
                text = await asyncio.to_thread(self._settings.text_of, text.removeprefix(FROM_FILE))
            opened = await self._session.vault(self._store.state.settings, deployment=False)
            await opened.store(name, SecretText(text))
        except ProblemError as error:
            denied = replace(build(answers.typed), commands=(commands.store_value(vault.name, name),))
            self._changes.offer_commands(texts.NOT_CREATED, denied, error.problem)
            return
        self._ui.notify(texts.created(name, vault.name))
        self._secrets.load_names()
