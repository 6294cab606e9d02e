"""The changes of pane 2, each begun by its key."""

from __future__ import annotations

from functools import partial

from kvtui.app.session import Session
from kvtui.azure.model import DirectoryEntry
from kvtui.console.actions import ActionId
from kvtui.console.provisioning.access import AccessGrants
from kvtui.console.provisioning.app_registration import AppRegistration
from kvtui.console.provisioning.change import WORK
from kvtui.console.store import Store
from kvtui.console.ui import Ui


class ProvisioningController:
    """Begins one change at a time."""

    def __init__(
        self, store: Store, ui: Ui, session: Session, apps: AppRegistration, grants: AccessGrants
    ) -> None:
        self._store, self._ui, self._session = store, ui, session
        self._register = apps.register
        self._changes = {
            ActionId.ADD_SECRET: apps.add_secret,
            ActionId.REMOVE_SECRET: apps.remove_secret,
            ActionId.FEDERATE: grants.federate,
            ActionId.GRANT: grants.grant,
        }

    def begin(self, action: ActionId, entry: DirectoryEntry | None) -> None:
        """Begins one of the changes, for the entry under the cursor or in the details."""
        if self._session.signed_in is None:
            self._ui.warn("Sign in first.")
        elif self._store.state.provisioning.busy:
            self._ui.notify("One change at a time: Esc stops waiting for the last one.", during=WORK)
        elif action is ActionId.REGISTER:
            self._ui.run(self._register, WORK)
        elif entry is None:
            self._ui.warn("Put the cursor on an app first.")
        else:
            self._ui.run(partial(self._changes[action], entry), WORK)
