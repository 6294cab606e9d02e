"""Signing in as whoever runs kvtui."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

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

WORK = "sign-in"


@dataclass(eq=False, repr=False)
class SignInController:
    """The sign-in, when it begins anew, and how it ended."""

    _store: Store
    _ui: Ui
    _session: Session
    _bus: EventBus
    _settings: SettingsController
    _attempts: int = field(default=0, init=False)
    """How many sign-ins were begun: of several, only the last one reports how it ended."""
    _signed_in_with: Settings | None = field(default=None, init=False)
    """The settings of the sign-in that holds."""
    _before: SignInState = field(default_factory=SignInState, init=False)
    """What was before the sign-in that is under way."""

    def choose_kind(self) -> None:
        """Opens the dialog to sign in again, or by another kind."""
        from kvtui.console.dialogs.sign_in import SignInDialog

        self._ui.open(SignInDialog(self._store.state), self._kind_chosen)

    def _kind_chosen(self, kind: SignInKind | None) -> None:
        if kind is self._store.state.settings.sign_in:
            self.sign_in()
        elif kind is not None:
            self._settings.pick("sign_in", kind.value)

    def settings_changed(self, event: SettingsChanged) -> None:
        """Signs in anew where another kind, cloud or tenant was chosen, or a vault before any sign-in."""
        before, after = event.before, event.after
        elsewhere = after.tenant_id != before.tenant_id and not self._is_own_tenant(after)
        another = (after.sign_in, after.cloud_name) != (before.sign_in, before.cloud_name)
        waiting = after.vault != before.vault and self._session.signed_in is None
        if elsewhere or another or waiting:
            self.sign_in()

    def _is_own_tenant(self, settings: Settings) -> bool:
        """Whether the user is signed in to the chosen tenant already; a domain does not tell."""
        identity = self._store.state.sign_in.identity
        return identity is not None and settings.tenant_id in ("", identity.tenant_id)

    def sign_in(self) -> None:
        """Signs in by the chosen kind; names and directory follow."""
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
        self._ui.notify(f"Signing in ({state.settings.sign_in.value})… Esc stops.", during=WORK)
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
            what = "no kind of sign-in worked." if auto else error.problem.what
            short = replace(error.problem, what=f"Sign-in failed: {what}", remedy="s shows why.", identity="")
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
        """Nobody is signed in, and why."""
        self._store.change(sign_in=SignInState(Phase.FAILED, problem=error.problem))
        self._bus.publish(SignInChanged())

    def _return_to_earlier(self) -> None:
        """A sign-in that is stopped leaves the earlier one, if that was in the same tenant and cloud."""
        now, then, before = self._store.state.settings, self._signed_in_with, self._before
        same = then is not None and (then.tenant_id, then.cloud_name) == (now.tenant_id, now.cloud_name)
        if then is None or not same or self._session.signed_in is None or before.phase is not Phase.DONE:
            self._store.change(sign_in=SignInState(Phase.STOPPED))
            self._bus.publish(SignInChanged())
            return
        self._store.change(sign_in=before, settings=replace(now, sign_in=then.sign_in))
        self._ui.notify(f"Sign-in stopped: still signed in as {before.identity}.")
        self._bus.publish(SignedIn())
