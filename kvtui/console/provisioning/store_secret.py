"""A secret is created in the vault, under the prefix that Airflow looks for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kvtui.airflow.naming import Naming, fault, is_legal
from kvtui.app.session import Session
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.state import ChangePrompt, Field
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings.catalogue import FROM_FILE
from kvtui.settings.model import Kind

WITHOUT_NEWLINE = (
    "az stores the file byte for byte: write it without a line break at its end, for instance with "
    'read -rs VALUE; printf %s "$VALUE" > FILE (an editor adds one).'
)


@dataclass(eq=False, repr=False)
class SecretCreation:
    """The one change of pane 3."""

    _store: Store
    _ui: Ui
    _session: Session
    _changes: ChangeRunner
    _settings: SettingsController
    _secrets: SecretsController

    def create(self) -> None:
        """Asks for key and value, and stores the secret."""
        if self._store.state.settings.vault is None or self._session.signed_in is None:
            self._ui.warn("Choose the vault and sign in first.")
        else:
            self._ui.run(self._create, "store")

    def _names(self, key: str) -> dict[str, str]:
        """What Airflow would ask the vault for, by kind; without the kinds that it never asks for."""
        naming = Naming.of(self._store.state.settings, self._store.state.versions.provider)
        asked = {kind: naming.secret_name(kind, key).name for kind in Kind}
        return {kind: name for kind, name in asked.items() if name}

    async def _create(self) -> None:
        from kvtui.azure import commands

        vault = self._store.state.settings.vault
        if vault is None:
            return
        held = {secret.name.lower() for secret in self._store.state.secrets.names}

        fields = [Field("key", "Key", "", "api_base_url")]
        wanted = "Type the key as a DAG names it."
        if self._store.state.allow_changes:  # else no value is of use here
            fields.append(Field("value", "Value, or @FILE", mask=True))
            wanted = "Type the key as a DAG names it, and the value, or @FILE to read it from a file."

        def build(typed: Mapping[str, str]) -> ChangePrompt:
            key = typed["key"].strip()
            asked = self._names(key) if key else {}
            names = {kind: name for kind, name in asked.items() if is_legal(name)}
            why = next((f"Key Vault cannot store {n}: {fault(n)}." for n in asked.values() if not names), "")
            fine = bool(names and typed.get("value"))
            actions = [
                (kind, f"{'Add a version to' if name.lower() in held else 'Create'} {name}, the {kind} {key}")
                for kind, name in names.items()
            ]
            return ChangePrompt(
                (
                    ("what", "one secret; its value is sent to the vault alone"),
                    ("where", f"the vault {vault.name}, {vault.host}"),
                ),
                tuple(commands.store_value(vault.name, name) for name in names.values()),
                tuple(actions) if fine else (),
                why or ("" if fine or (names and not self._store.state.allow_changes) else wanted),
                by_hand=WITHOUT_NEWLINE,
            )

        answers = await self._changes.ask("Create a secret", build, fields)
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
            self._changes.offer_commands("The secret was not created", denied, error.problem)
            return
        self._ui.notify(f"{name} is in {vault.name}.")
        self._secrets.load_names()
