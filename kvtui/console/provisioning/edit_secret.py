"""Changes one secret in the vault: enables, disables or deletes it, or sets its expiry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.app.session import Session
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.panes.secrets.rows import SecretRow
from kvtui.console.provisioning import secret_texts, texts
from kvtui.console.provisioning.attributes import day
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.form import ChangePrompt, Field
from kvtui.console.store import Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.console.words import now
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.azure.vault import Vault
    from kvtui.settings.model import VaultAddress

KEEP, ENABLE, DISABLE, EXPIRY, DELETE = "keep", "enable", "disable", "expiry", "delete"


@dataclass(eq=False, repr=False)
class SecretEditing:
    """The changes of a secret that is there already."""

    _store: Store
    _ui: Ui
    _session: Session
    _changes: ChangeRunner
    _secrets: SecretsController

    def edit(self, row: RowKey | None) -> None:
        """Asks what to change in the selected secret."""
        state = self._store.state
        name = row.name if isinstance(row, SecretRow) else ""
        secret = next((each for each in state.secrets.names if each.name == name), None)
        if state.settings.vault is None or self._session.signed_in is None:
            self._ui.warn(secret_texts.VAULT_AND_SIGN_IN)
        elif secret is None:
            self._ui.warn(secret_texts.NO_SECRET)
        else:
            self._ui.run(partial(self._edit, secret, state.settings.vault), "edit")

    async def _edit(self, secret: SecretName, address: VaultAddress) -> None:
        build = partial(_prompt, secret, address)
        fields = [
            Field(
                "expires",
                secret_texts.NEW_EXPIRY,
                f"{secret.expires:%Y-%m-%d}" if secret.expires else "",
                secret_texts.DATE,
            ),
            Field("name", secret_texts.NAME_TO_DELETE, "", secret_texts.WHOLE_NAME),
        ]
        answers = await self._changes.ask(secret_texts.edit_title(secret.name), build, fields)
        if answers is None:
            return
        if answers.action == KEEP:
            self._ui.notify(secret_texts.NOTHING_CHANGED)
            return
        try:
            vault = await self._session.vault(self._store.state.settings)
            await _change(vault, secret.name, answers.action, answers.typed)
        except ProblemError as error:
            denied = replace(
                build(answers.typed), commands=(_command(secret, address, answers.action, answers.typed),)
            )
            self._changes.offer_commands(secret_texts.NOT_CHANGED, denied, error.problem)
            return
        self._ui.notify(secret_texts.changed(secret.name, answers.action, address.name))
        self._secrets.load_names()


async def _change(vault: Vault, name: str, action: str, typed: Mapping[str, str]) -> None:
    match action:
        case "expiry":
            await vault.change(name, expires=day(typed["expires"]))
        case "delete":
            await vault.delete(name)
        case _:
            await vault.change(name, enabled=action == ENABLE)


def _prompt(secret: SecretName, address: VaultAddress, typed: Mapping[str, str]) -> ChangePrompt:
    """What can be done with the typed texts, each with its command."""
    ends = day(typed["expires"])
    sets = ends is not None and ends > now() and ends != secret.expires
    deletes = typed["name"].strip() == secret.name
    possible = [
        (DISABLE, secret_texts.DISABLE_IT) if secret.enabled else (ENABLE, secret_texts.ENABLE_IT),
        *([(EXPIRY, secret_texts.set_expiry(typed["expires"].strip()))] if sets else []),
        *([(DELETE, secret_texts.delete_it(secret.name))] if deletes else []),
    ]
    note = "" if ends is not None or not typed["expires"].strip() else secret_texts.NOT_A_DATE
    if ends is not None and ends <= now() and ends.date() != (secret.expires and secret.expires.date()):
        note = secret_texts.ALREADY_EXPIRED
    return ChangePrompt(
        secret_texts.edit_facts(secret.name, f"{address.name}, {address.host}"),
        tuple(_command(secret, address, action, typed) for action, _ in possible),
        actions=((KEEP, texts.KEEP), *possible),
        preselected=EXPIRY if sets and not deletes else KEEP,
        one_of=True,
        note=note,
    )


def _command(secret: SecretName, address: VaultAddress, action: str, typed: Mapping[str, str]) -> str:
    from kvtui.azure import commands

    ends = day(typed["expires"])
    if action == EXPIRY and ends is not None:
        return commands.set_expiry(address.name, secret.name, ends)
    make = {ENABLE: commands.enable_secret, DISABLE: commands.disable_secret, DELETE: commands.delete_secret}
    return make[action](address.name, secret.name)
