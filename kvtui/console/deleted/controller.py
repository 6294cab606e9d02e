"""Lists the vault's deleted secrets, and recovers one after asking; read-only, the `az` command is shown."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from kvtui.app.session import Session
from kvtui.console.deleted import texts
from kvtui.console.panes.secrets.controller import SecretsController
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.form import ChangePrompt
from kvtui.console.provisioning.secret_texts import VAULT_AND_SIGN_IN
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.azure.model import DeletedSecret
    from kvtui.settings.model import VaultAddress

LISTING, WORK = "deleted", "recover"
RECOVER = "recover"
"""The one action of the dialog."""


@dataclass(eq=False, repr=False)
class DeletedSecrets:
    """Pane 3's `d`. What is listed lives in its dialog only."""

    _store: Store
    _ui: Ui
    _session: Session
    _changes: ChangeRunner
    _secrets: SecretsController

    def open(self) -> None:
        """Opens the list, as the signed-in user."""
        vault = self._store.state.settings.vault
        if vault is None or self._session.signed_in is None:
            self._ui.warn(VAULT_AND_SIGN_IN)
        else:
            self._ui.run(partial(self._list, vault), LISTING)

    async def _list(self, address: VaultAddress) -> None:
        from kvtui.console.deleted.dialog import DeletedDialog

        state = self._store.state
        found: dict[str, DeletedSecret] = {}

        def chosen(name: str | None) -> None:
            self._ui.stop(LISTING)
            if name is not None:
                self._ui.run(partial(self._recover, found[name], address), WORK)

        dialog = DeletedDialog(address.name, str(state.sign_in.identity))
        await self._ui.open(dialog, chosen)
        try:
            vault = await self._session.vault(state.settings)
            async for page in vault.deleted(dialog.wait):
                found |= {secret.name: secret for secret in page}
                dialog.add(page)
        except ProblemError as error:
            dialog.finish(error.problem)
        else:
            dialog.finish()

    async def _recover(self, secret: DeletedSecret, address: VaultAddress) -> None:
        """Asks, recovers the secret, and lists the names again."""
        from kvtui.app.recovering import recover

        prompt = _prompt(secret, address)
        if await self._changes.ask(texts.recover_title(secret.name), lambda _: prompt) is None:
            return
        self._ui.notify(texts.recovering(secret.name), during=WORK)
        try:
            vault = await self._session.vault(self._store.state.settings)
            await recover(vault, secret.name, self._changes.limits)
        except ProblemError as error:
            self._ui.clear_notification()
            self._changes.offer_commands(texts.NOT_RECOVERED, prompt, error.problem)
            return
        except asyncio.CancelledError:
            self._ui.warn(texts.STOPPED)
            raise
        self._ui.notify(texts.recovered(secret.name, address.name))
        self._secrets.load_names()


def _prompt(secret: DeletedSecret, address: VaultAddress) -> ChangePrompt:
    from kvtui.azure.commands import recover_secret
    from kvtui.console.deleted.dialog import day

    where = f"{address.name}, {address.host}"
    return ChangePrompt(
        texts.recover_facts(secret.name, day(secret.deleted), day(secret.purge), where),
        (recover_secret(address.name, secret.name),),
        actions=((RECOVER, texts.recover_action(secret.name)),),
    )
