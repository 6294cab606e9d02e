"""The vault's names, the details of one secret, and revealing one value."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial

from kvtui.azure.model import SecretName
from kvtui.azure.ports import Vault
from kvtui.console.flows.base import DRAW_EVERY, Flow
from kvtui.console.state import Opened, Phase, Reveal, SecretsState
from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText

CANNOT_BE_IT = "Enter its client secret in pane 1 first, or press c in pane 6 on its own host."
REVEAL_SECONDS = 15
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def clock() -> float:
    """Seconds of a clock that also runs while the machine sleeps, where there is one."""
    return time.clock_gettime(_CLOCK)


class Names(Flow):
    """Pane 3."""

    def load_names(self) -> None:
        """Lists the vault's names as whom pane 3 says; the rows come as the pages do."""
        settings = self.state.settings
        kept = self.state.secrets
        if settings.vault is None or self.azure.signed_in is None:
            self.change(secrets=SecretsState(filter=kept.filter))
            return
        fresh = replace(
            SecretsState(Phase.BUSY, names=[], filter=kept.filter, folded=kept.folded),
            as_deployment=kept.as_deployment and self.can_be_deployment,
        )
        self.change(secrets=fresh)
        self.work(self._load_names, "names")

    async def _load_names(self) -> None:
        names: list[SecretName] = []
        self.change(secrets=replace(self.state.secrets, names=names))
        began = time.monotonic()

        def finish(phase: Phase, error: ProblemError | None = None) -> None:
            held = self.state.secrets
            if held.names is names:
                took = time.monotonic() - began
                problem = error.problem if error else None
                self.change(secrets=replace(held, phase=phase, seconds=took, problem=problem))
                self.names_loaded()

        try:
            vault = await self._vault()
            async for page in vault.names():
                names.extend(page.items)
                # Each drawing sorts all names: with many of them it comes less often.
                self.draw_soon(every=DRAW_EVERY * (1 + len(names) / 2000))
        except ProblemError as error:
            finish(Phase.FAILED, error)
        except asyncio.CancelledError:
            finish(Phase.STOPPED)
            raise
        else:
            finish(Phase.DONE)

    async def _vault(self) -> Vault:
        return await self.azure.vault(self.state.settings, deployment=self.state.secrets.as_deployment)

    def list_as_other(self) -> None:
        """Lists as the other of the two identities."""
        held = self.state.secrets
        if not held.as_deployment and not self.can_be_deployment:
            self.say(CANNOT_BE_IT, severity="warning")
            return
        self.hide()
        self.change(secrets=replace(held, as_deployment=not held.as_deployment))
        self.load_names()

    def names_loaded(self) -> None:
        """What follows when the listing has ended, in whatever way."""

    # One secret

    def open_secret(self, name: str) -> None:
        """Shows the details of one secret; its versions are asked for, its value is not."""
        found = next((s for s in self.state.secrets.names if s.name == name), None)
        if found is not None:
            self.hide()
            self.change(secrets=replace(self.state.secrets, opened=Opened(found)))
            self.work(partial(self._versions, name), "versions")

    def close_secret(self, *, unless: str = "") -> None:
        """Closes the details, and hides the value; not those of the secret `unless`."""
        opened = self.state.secrets.opened
        if opened is not None and opened.name.name != unless:
            self.hide()
            self.change(secrets=replace(self.state.secrets, opened=None))

    async def _versions(self, name: str) -> None:
        try:
            vault = await self._vault()
            versions = await vault.versions(name)
        except ProblemError as error:
            self._detail(name, problem=error.problem)
        else:
            self._detail(name, versions=versions)

    def _detail(self, name: str, **parts: object) -> None:
        opened = self.state.secrets.opened
        if opened is not None and opened.name.name == name:
            detail = replace(opened, **parts)  # type: ignore[arg-type]
            self.change(secrets=replace(self.state.secrets, opened=detail))

    def fold(self, group: str) -> None:
        """Folds or unfolds a group of names."""
        folded = self.state.secrets.folded ^ {group}
        self.change(secrets=replace(self.state.secrets, folded=folded))

    # One value

    def reveal_secret(self, name: str) -> None:
        """Fetches this one value as whom the names were listed, and shows it for a while."""
        self.open_secret(name)
        self.work(partial(self._reveal, name), "reveal")

    async def _reveal(self, name: str) -> None:
        try:
            vault = await self._vault()
            fetched = await vault.value(name)
        except ProblemError as error:
            self._detail(name, problem=error.problem)
            return
        opened = self.state.secrets.opened
        if opened is not None and opened.name.name == name:
            self.show_value("secrets", name, fetched.value, str(vault.identity))

    def show_value(self, where: str, name: str, value: SecretText, as_whom: str) -> None:
        """Puts one value on the screen until its time is over."""
        self.change(
            reveal=Reveal(where, name, value, clock() + REVEAL_SECONDS, REVEAL_SECONDS, as_whom),
        )

    def hide(self) -> None:
        """Takes the value off the screen and lets go of it."""
        self.stop("reveal")
        if self.state.reveal is not None:
            self.change(reveal=None)

    def tick(self) -> None:
        """Every second: the countdown, by a clock that a suspended process cannot fool."""
        reveal = self.state.reveal
        if reveal is None:
            return
        left = int(reveal.until - clock() + 0.999)
        if left <= 0:
            self.hide()
        elif left != reveal.left:
            self.change(reveal=replace(reveal, left=left))
