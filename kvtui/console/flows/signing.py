"""Signing in, and what follows from it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from kvtui.azure.model import DeviceCode
from kvtui.console.flows.base import Flow
from kvtui.console.state import EntraState, Phase, SecretsState, SignInState
from kvtui.problems import ProblemError


class Signing(Flow):
    """Whoever runs kvtui, signed in."""

    def sign_in_again(self) -> None:
        """Signs in by the chosen kind; names and directory follow."""
        self.stop("names", "directory", "entra-detail", "reveal", "lookup")
        self.change(
            sign_in=SignInState(Phase.BUSY),
            secrets=replace(SecretsState(), filter=self.state.secrets.filter),
            entra=EntraState(text=self.state.entra.text),
        )
        self.work(self._sign_in, "sign-in")

    async def _sign_in(self) -> None:
        from kvtui.console.dialogs.device_code import DeviceCodeDialog

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
            signed_in = await self.azure.sign_in(self.state.settings, show_code)
        except ProblemError as error:
            self.change(sign_in=SignInState(Phase.FAILED, problem=error.problem))
            return
        except asyncio.CancelledError:
            self.change(sign_in=SignInState(Phase.STOPPED))
            raise
        finally:
            for dialog in dialogs:
                if dialog.is_current:
                    dialog.dismiss(True)
        self.change(sign_in=SignInState(Phase.DONE, signed_in.identity, tuple(signed_in.attempts)))
        self.signed_in()

    def signed_in(self) -> None:
        """What starts as soon as there is a sign-in."""
