"""What happens after the first frame, in order: the demo's Azure, the project, the sign-in."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kvtui.console.panes.audit.controller import Auditing
from kvtui.console.provisioning.controller import SettingUp
from kvtui.console.state import Phase, SignInState
from kvtui.console.views.setup import FIELDS
from kvtui.core.problems import ProblemError
from kvtui.settings.change import choose_vault
from kvtui.settings.model import Settings


class Starting(Auditing, SettingUp):
    """The order in which things begin, and the small things that every flow needs."""

    def know_at_once(self) -> None:
        """What the settings alone tell: the checklist, and what is missing for the files."""
        from kvtui.app.checks import checklist
        from kvtui.outputs.faults import faults

        settings, output = self.state.settings, self.state.output
        missing = faults(settings, "all")
        self.state = replace(
            self.state,
            checks=checklist(self.state.facts, settings),
            output=replace(output, faults=missing),
        )

    def begin(self) -> None:
        """Starts everything that the first frame did not wait for."""
        gc.freeze()
        gc.enable()
        self.plan_soon()
        self.remember_soon(Settings(), self.state.settings)
        self.work(self._begin, "sign-in")

    async def _begin(self) -> None:
        self.change(sign_in=SignInState(Phase.BUSY))
        if self.start.start_demo is not None:
            try:
                await asyncio.to_thread(self.start.start_demo)
            except ProblemError as error:
                self.change(sign_in=SignInState(Phase.FAILED, problem=error.problem))
                self.sign_in_changed()
                self.say_problem(error.problem)
                return
        self.call_next(self.sign_in_again)

    def sign_in_changed(self) -> None:
        """The checklist says that signing in comes next."""
        self.recheck()

    def signed_in(self) -> None:
        """Names and directory, as soon as there is a sign-in."""
        self.recheck()
        self.load_names()
        self.find(self.state.entra.text, at_once=True)

    def names_loaded(self) -> None:
        """The checklist can judge the names."""
        self.recheck()

    def version_changed(self) -> None:
        """Provider and outputs follow the Airflow version."""
        self.plan_soon()

    async def edit_setting(self, field: str, edit: Callable[..., Any]) -> None:
        """Opens the editor for a typed setting; takes the next value of a choice."""
        about = FIELDS.get(field)
        if about is None:
            return
        if about.how == "choice":
            self.stepped(field, 1)
            return
        hint = about.hint
        if about.how == "secret" and self.start.demo:
            hint = "In the demo type @demo-secrets/astro-prod (there are astro-dev and astro-staging, too)."
        typed = _as_typed(self.state.settings, field)
        await edit(field, about.label, typed, hint, mask=about.how == "secret")

    def find_vaults(self) -> None:
        """Lists the vaults that the sign-in sees, to choose one."""
        if self.azure.signed_in is None:
            self.say("Sign in first: s.", severity="warning")
            return
        self.work(self._find_vaults, "vaults")

    async def _find_vaults(self) -> None:
        from kvtui.console.dialogs.vaults import VaultsDialog

        vault = self.state.settings.vault
        dialog = VaultsDialog(str(self.state.sign_in.identity), vault.name if vault else "")
        await self.app.push_screen(dialog, self._vault_chosen)
        try:
            access = await self.azure.access(self.state.settings)
            async for found in access.vaults():
                dialog.add(found)
        except ProblemError as error:
            dialog.finish(error.problem)
        else:
            dialog.finish()

    def _vault_chosen(self, name: str | None) -> None:
        self.stop("vaults")
        if name is not None:
            self.settle(choose_vault(self.state.settings, name), "vault")

    def copy(self, text: str, what: str) -> None:
        """Sends a text that is no secret to the terminal's clipboard, which does not answer."""
        if text:
            self.app.copy_to_clipboard(text)
            self.say(f"Sent to the terminal's clipboard: {what}.")
        else:
            self.say("There is nothing to copy here.", severity="warning")

    def copy_command(self, key: str) -> None:
        """The command under the cursor of pane 5."""
        step = self.step_of(key)
        self.copy(step.command if step else "", "the command")

    def do(self, action: str, pane: str) -> None:
        """From the palette: an action by its id, in its pane."""
        self.call_later(self._do, action, pane)

    async def _do(self, action: str, pane: str) -> None:
        if pane:
            await self.run_action(f"pane('{pane}')")
            target = self.query_one(f"#{pane}")
            await target.run_action("choose_here" if action == "choose" else f'ask("{action}")')
        else:
            await self.run_action(action)


def _as_typed(settings: Settings, field: str) -> str:
    """A setting as it is typed; a secret never comes back."""
    if field == "client_secret":
        return ""
    value = getattr(settings, field)
    if field == "vault":
        return value.url if value else ""
    return "null" if value is None else str(value)
