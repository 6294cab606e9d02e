"""Signs in the user of kvtui."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kvtui.app.session import Session
from kvtui.azure.model import DeviceCode
from kvtui.console.events import EventBus, SettingsChanged, SignedIn, SignInChanged
from kvtui.console.panes.entra.state import EntraState
from kvtui.console.panes.secrets.state import SecretsState
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.phase import Phase
from kvtui.console.state import SignInState
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.settings.model import Settings, SignInKind

if TYPE_CHECKING:
    from kvtui.console.dialogs.sign_in import SignInDialog

WORK = "sign-in"
NO_KIND_WORKED = "Sign-in failed: no kind of sign-in worked."
WHY = "s shows why."


def signing_in(kind: SignInKind) -> str:
    """The message during the sign-in."""
    return f"Signing in ({kind.value})… Esc stops."


def failed(why: str) -> str:
    """The message after a sign-in that failed."""
    return f"Sign-in failed: {why}"


def still_signed_in(user: str) -> str:
    """The message after a sign-in that was stopped."""
    return f"Sign-in stopped: still signed in as {user}."


@dataclass(eq=False, repr=False)
class SignInController:
    """The sign-in: starts it, repeats it when settings change, publishes its result."""

    _store: Store
    _ui: Ui
    _session: Session
    _bus: EventBus
    _settings: SettingsController
    _attempts: int = field(default=0, init=False)
    """The number of sign-ins started: only the last one reports its result."""
    _signed_in_with: Settings | None = field(default=None, init=False)
    """The settings of the current sign-in."""
    _dialog: SignInDialog | None = field(default=None, init=False)
    """The dialog that is open."""
    _before: SignInState = field(default_factory=SignInState, init=False)
    """The state before the running sign-in."""

    def choose_kind(self) -> None:
        """Opens the dialog to sign in again, or by another kind."""
        from kvtui.console.dialogs.sign_in import SignInDialog

        self._dialog = SignInDialog(self._store.state)
        self._ui.open(self._dialog, self._kind_chosen)

    def state_changed(self) -> None:
        """Shows the present sign-in in the open dialog."""
        if self._dialog is not None:
            self._dialog.show(self._store.state)

    def _kind_chosen(self, kind: SignInKind | None) -> None:
        self._dialog = None
        if kind is self._store.state.settings.sign_in:
            self.sign_in()
        elif kind is not None:
            self._settings.pick("sign_in", kind.value)

    def settings_changed(self, event: SettingsChanged) -> None:
        """Signs in again after another kind, cloud or tenant was chosen, or a vault before any sign-in."""
        before, after = event.before, event.after
        elsewhere = after.tenant_id != before.tenant_id and not self._is_own_tenant(after)
        another = (after.sign_in, after.cloud_name) != (before.sign_in, before.cloud_name)
        waiting = after.vault != before.vault and self._session.signed_in is None
        if elsewhere or another or waiting:
            self.sign_in()

    def _is_own_tenant(self, settings: Settings) -> bool:
        """Whether the user is signed in to the chosen tenant. False for a domain: its tenant is not known."""
        identity = self._store.state.sign_in.identity
        return identity is not None and settings.tenant_id in ("", identity.tenant_id)

    def sign_in(self) -> None:
        """Signs in by the chosen kind. The names and the directory are loaded afterwards."""
        state = self._store.state
        self._ui.stop("names", "directory", "entra-detail", "reveal", "lookup")
        self._attempts += 1
        self._before = self._before if state.sign_in.phase is Phase.BUSY else state.sign_in
        self._store.change(
            sign_in=SignInState(Phase.BUSY),
            secrets=SecretsState(filter=state.secrets.filter),
            entra=EntraState(text=state.entra.text, by_expiry=state.entra.by_expiry),
        )
        self._bus.publish(SignInChanged())
        if state.notification is None or state.notification.severity != "warning":  # a warning stays
            self._ui.notify(signing_in(state.settings.sign_in), during=WORK)
        self._ui.run(self._sign_in, WORK)

    async def _sign_in(self) -> None:
        from kvtui.console.dialogs.device_code import DeviceCodeDialog

        number, settings = self._attempts, self._store.state.settings
        dialogs: list[DeviceCodeDialog] = []

        def show_code(code: DeviceCode) -> None:
            self._ui.later(open_dialog, code)

        def open_dialog(code: DeviceCode) -> None:
            dialogs.append(DeviceCodeDialog(code))
            self._ui.open(dialogs[-1], answered)

        def answered(goes_on: bool | None) -> None:
            if goes_on is False:
                self._ui.stop(WORK)

        try:
            signed_in = await self._session.sign_in(settings, show_code)
        except ProblemError as error:
            self._signed_in_with = None
            self.fail(error)
            auto = settings.sign_in is SignInKind.AUTO
            what = NO_KIND_WORKED if auto else failed(error.problem.what)
            short = replace(error.problem, what=what, remedy=WHY, identity="")
            self._ui.notify_problem(short)
            return
        except asyncio.CancelledError:
            if number == self._attempts:
                self._return_to_earlier()
            raise
        finally:
            for dialog in dialogs:
                if dialog.is_current:
                    dialog.dismiss(True)
        self._signed_in_with = settings
        self._store.change(sign_in=SignInState(Phase.DONE, signed_in.identity, tuple(signed_in.attempts)))
        self._bus.publish(SignedIn())

    def fail(self, error: ProblemError) -> None:
        """Records that no user is signed in, and why."""
        self._store.change(sign_in=SignInState(Phase.FAILED, problem=error.problem))
        self._bus.publish(SignInChanged())

    def _return_to_earlier(self) -> None:
        """Restores the earlier sign-in after a stop, if it was in the same tenant and cloud."""
        now, then, before = self._store.state.settings, self._signed_in_with, self._before
        same = then is not None and (then.tenant_id, then.cloud_name) == (now.tenant_id, now.cloud_name)
        if then is None or not same or self._session.signed_in is None or before.phase is not Phase.DONE:
            self._store.change(sign_in=SignInState(Phase.STOPPED))
            self._bus.publish(SignInChanged())
            return
        self._store.change(sign_in=before, settings=replace(now, sign_in=then.sign_in))
        self._ui.notify(still_signed_in(str(before.identity)))
        self._bus.publish(SignedIn())
