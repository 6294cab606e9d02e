"""A secret is created in the vault, under the prefix that Airflow looks for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from kvtui.airflow.naming import fault, is_legal, secret_name
from kvtui.console.provisioning.change import Changing
from kvtui.console.provisioning.prompt import Asking, Field
from kvtui.console.views.setup import FROM_FILE
from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText

WITHOUT_NEWLINE = (
    "az stores the file byte for byte: write it without a line break at its end, for instance with "
    'read -rs VALUE; printf %s "$VALUE" > FILE (an editor adds one).'
)


class Storing(Changing):
    """The one change of pane 3."""

    def create_secret(self) -> None:
        """Begins it."""
        if self.state.settings.vault is None or self.azure.signed_in is None:
            self.say("Choose the vault and sign in first.", severity="warning")
        else:
            self.work(self._create_secret, "store")

    def _names(self, key: str) -> dict[str, str]:
        """What Airflow would ask the vault for, by kind; without the kinds that it never asks for."""
        settings, provider = self.state.settings, self.state.versions.provider
        prefixes = {
            "variable": settings.variables_prefix,
            "connection": settings.connections_prefix,
            "config": settings.config_prefix,
        }
        asked = {
            kind: secret_name(prefix, key, settings.sep, provider).name for kind, prefix in prefixes.items()
        }
        return {kind: name for kind, name in asked.items() if name}

    async def _create_secret(self) -> None:
        from kvtui.azure import commands

        vault = self.state.settings.vault
        if vault is None:
            return
        held = {secret.name.lower() for secret in self.state.secrets.names}

        fields = [Field("key", "Key", "", "api_base_url")]
        wanted = "Type the key as a DAG names it."
        if self.state.allow_changes:  # else no value is of use here
            fields.append(Field("value", "Value, or @FILE", mask=True))
            wanted = "Type the key as a DAG names it, and the value, or @FILE to read it from a file."

        def build(typed: Mapping[str, str]) -> Asking:
            key = typed["key"].strip()
            asked = self._names(key) if key else {}
            names = {kind: name for kind, name in asked.items() if is_legal(name)}
            why = next((f"Key Vault cannot store {n}: {fault(n)}." for n in asked.values() if not names), "")
            fine = bool(names and typed.get("value"))
            actions = [
                (kind, f"{'Add a version to' if name.lower() in held else 'Create'} {name}, the {kind} {key}")
                for kind, name in names.items()
            ]
            return Asking(
                (
                    ("what", "one secret; its value is sent to the vault alone"),
                    ("where", f"the vault {vault.name}, {vault.host}"),
                ),
                tuple(commands.store_value(vault.name, name) for name in names.values()),
                tuple(actions) if fine else (),
                why or ("" if fine or (names and not self.state.allow_changes) else wanted),
                by_hand=WITHOUT_NEWLINE,
            )

        answers = await self.ask_change("Create a secret", build, fields)
        if answers is None:
            return
        name, text = self._names(answers["key"].strip())[answers["do"]], answers["value"]
        try:
            if text.startswith(FROM_FILE):
                text = await asyncio.to_thread(self._text_of, text.removeprefix(FROM_FILE))
            opened = await self.azure.vault(self.state.settings, deployment=False)
            await opened.store(name, SecretText(text))
        except ProblemError as error:
            told = replace(build(answers), commands=(commands.store_value(vault.name, name),))
            self.offer_commands("The secret was not created", told, error.problem)
            return
        self.say(f"{name} is in {vault.name}.")
        self.load_names()
