"""Signing in, and what follows from it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from kvtui.azure.model import DeviceCode
from kvtui.console.flows.base import Flow
from kvtui.console.state import EntraState, Phase, SecretsState, SignInState
from kvtui.core.problems import ProblemError
from kvtui.settings import change
from kvtui.settings.model import Settings, SignInKind


class Signing(Flow):
    """Whoever runs kvtui, signed in."""

    _signings = 0
    """How many sign-ins were begun: of several, the last one alone says how it ended."""
    _signed_in_with: Settings | None = None
    """The settings of the sign-in that holds."""
    _before = SignInState()
    """What was before the sign-in that is under way."""

    def sign_in_again(self) -> None:
        """Signs in by the chosen kind; names and directory follow."""
        self.stop("names", "directory", "entra-detail", "reveal", "lookup")
        self._signings += 1
        self._before = self._before if self.state.sign_in.phase is Phase.BUSY else self.state.sign_in
        self.change(
            sign_in=SignInState(Phase.BUSY),
            secrets=replace(SecretsState(), filter=self.state.secrets.filter),
            entra=EntraState(text=self.state.entra.text, by_expiry=self.state.entra.by_expiry),
        )
        self.sign_in_changed()
        self.say(f"Signing in ({self.state.settings.sign_in.value})… Esc stops.", during="sign-in")
        self.work(self._sign_in, "sign-in")

    async def _sign_in(self) -> None:
        from kvtui.console.dialogs.device_code import DeviceCodeDialog

        number, settings = self._signings, self.state.settings
        dialogs: list[DeviceCodeDialog] = []

        def show_code(code: DeviceCode) -> None:
            self.call_later(open_dialog, code)

        def open_dialog(code: DeviceCode) -> None:
            dialogs.append(DeviceCodeDialog(code))
            self.app.push_screen(dialogs[-1], gave_up)

        def gave_up(going_on: bool | None) -> None:
            if going_on is False:
                self.stop("sign-in")

        try:
            signed_in = await self.azure.sign_in(settings, show_code)
        except ProblemError as error:
            self._signed_in_with = None
            self.change(sign_in=SignInState(Phase.FAILED, problem=error.problem))
            self.sign_in_changed()
            auto = settings.sign_in is SignInKind.AUTO
            what = "no kind of sign-in worked." if auto else error.problem.what
            short = replace(error.problem, what=f"Sign-in failed: {what}", remedy="s shows why.", identity="")
            self.say_problem(short)
            return
        except asyncio.CancelledError:
            if number == self._signings:
                self._back_to_earlier()
            raise
        finally:
            for dialog in dialogs:
                if dialog.is_current:
                    dialog.dismiss(True)
        self._signed_in_with = settings
        self.change(sign_in=SignInState(Phase.DONE, signed_in.identity, tuple(signed_in.attempts)))
        self.signed_in()

    def _back_to_earlier(self) -> None:
        """Who gives up a sign-in is still who they were, if that was in the same tenant and cloud."""
        now, then, before = self.state.settings, self._signed_in_with, self._before
        same = then is not None and (then.tenant_id, then.cloud_name) == (now.tenant_id, now.cloud_name)
        if then is None or not same or self.azure.signed_in is None or before.phase is not Phase.DONE:
            self.change(sign_in=SignInState(Phase.STOPPED))
            self.sign_in_changed()
            return
        self.change(sign_in=before, settings=change.choose_sign_in(now, then.sign_in))
        self.say(f"Sign-in stopped: still signed in as {before.identity}.")
        self.signed_in()

    def sign_in_changed(self) -> None:
        """Nobody is signed in: a sign-in has begun, has failed or was given up."""

    def signed_in(self) -> None:
        """What starts as soon as there is a sign-in."""
