"""The changes of panes 2 and 3, each begun by its key."""

from __future__ import annotations

from functools import partial

from kvtui.azure.model import DirectoryEntry
from kvtui.console.provisioning.access import Granting
from kvtui.console.provisioning.app_registration import Registering
from kvtui.console.provisioning.store_secret import Storing


class SettingUp(Registering, Granting, Storing):
    """Setting the deployment identity up in Azure: an app, its secret, whom it trusts, what it may read."""

    def set_up(self, action: str, entry: DirectoryEntry | None) -> None:
        """Begins one of the changes, for the entry under the cursor or in the details."""
        if self.azure.signed_in is None:
            self.say("Sign in first.", severity="warning")
        elif self.changing:
            self.say("One change at a time: Esc stops waiting for the last one.", during="change")
        elif action == "register":
            self.work(self._register, "change")
        elif entry is None:
            self.say("Put the cursor on an app first.", severity="warning")
        else:
            what = {
                "add_secret": self._add_secret,
                "remove_secret": self._remove_secret,
                "federate": self._federate,
                "grant": self._grant,
            }[action]
            self.work(partial(what, entry), "change")
