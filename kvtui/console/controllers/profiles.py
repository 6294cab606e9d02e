"""Settings that outlive the console: named profiles, and the last vault and target."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from kvtui.console.flows.base import Flow
from kvtui.core.problems import ProblemError
from kvtui.settings.model import Settings

OF_IDENTITY = (
    "client_secret",
    "identity_name",
    "identity_is_app",
    "identity_is_managed",
    "resource_group",
)
"""What is known of a deployment identity besides its client id."""


class Profiles(Flow):
    """Pane 1's profiles."""

    def open_profiles(self) -> None:
        """Lists the profiles in a dialog, then does what is chosen there."""
        self.work(self._profiles, "profiles")

    async def _profiles(self) -> None:
        from kvtui.console.dialogs.profiles import ProfilesDialog
        from kvtui.settings.store.profiles import described_profiles, save_profile

        wish = await self.app.push_screen_wait(ProfilesDialog(await asyncio.to_thread(described_profiles)))
        if wish is None:
            return
        try:
            if wish.save:
                path = await asyncio.to_thread(save_profile, wish.name, self.state.settings)
                self.say(f"Saved, without the client secret: {path}")
            else:
                await self._take_profile(wish.name)
        except ProblemError as error:
            self.say_problem(error.problem)

    async def _take_profile(self, name: str) -> None:
        """The profile's settings; what is known of the same identity, and its client secret, stay."""
        from kvtui.settings.sources import resolve
        from kvtui.settings.store.profiles import read_profile

        before = self.state.settings
        resolved = resolve([await asyncio.to_thread(read_profile, name)])
        settings = resolved.settings
        if settings.client_id == before.client_id:
            kept = {part: getattr(before, part) for part in OF_IDENTITY if not getattr(settings, part)}
            settings = replace(settings, **kept)
        self.take(settings, dict(resolved.origins))
        self.say(f"The settings are those of the profile {name}.")

    def take(self, settings: Settings, origins: dict[str, str]) -> None:
        """Takes new settings; what depends on them follows."""

    def remember_soon(self, before: Settings, after: Settings) -> None:
        """Keeps the vault and the target for the next start, where that is wanted."""
        keep = self.start.remember
        if keep is not None and (before.vault, before.target) != (after.vault, after.target):
            self.work(partial(self._remember, keep, after), "memory")

    async def _remember(self, keep: Callable[[Settings], None], settings: Settings) -> None:
        try:
            await asyncio.to_thread(keep, settings)
        except ProblemError as error:
            self.say_problem(error.problem, severity="warning")
