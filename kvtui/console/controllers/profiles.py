"""Settings kept for later starts: named profiles, and the last vault and target."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kvtui.console.events import SettingsChanged
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.settings.model import Settings

OF_IDENTITY = (
    "client_secret",
    "identity_name",
    "identity_is_app",
    "identity_is_managed",
    "resource_group",
)
"""What is known about a deployment identity besides its client ID."""


def saved(path: Path) -> str:
    """The message after a profile was saved."""
    return f"Profile saved without the client secret: {path}"


def saved_in_demo(name: str) -> str:
    """The message after a profile was saved in the demo, which deletes it."""
    return f"Profile {name} saved for this demo only: it is deleted at the end."


def loaded(name: str) -> str:
    """The message after a profile was loaded."""
    return f"Profile {name} loaded."


@dataclass(eq=False, repr=False)
class ProfilesController:
    """The dialog of the profiles. `keep` stores settings for the next start; None: nothing is stored."""

    _store: Store
    _ui: Ui
    _settings: SettingsController
    _keep: Callable[[Settings], None] | None

    def open(self) -> None:
        """Opens the dialog of the profiles, then loads or saves the chosen one."""
        self._ui.run(self._open, "profiles")

    async def _open(self) -> None:
        from kvtui.console.dialogs.profiles import ProfilesDialog
        from kvtui.settings.store.profiles import described_profiles, save_profile

        wish = await self._ui.ask(ProfilesDialog(await asyncio.to_thread(described_profiles)))
        if wish is None:
            return
        try:
            if wish.save:
                path = await asyncio.to_thread(save_profile, wish.name, self._store.state.settings)
                self._ui.notify(saved_in_demo(wish.name) if self._store.state.demo else saved(path))
            else:
                await self._use(wish.name)
        except ProblemError as error:
            self._ui.notify_problem(error.problem)

    async def _use(self, name: str) -> None:
        """Loads a profile; keeps the client secret and the details of the identity if it is the same."""
        from kvtui.settings.sources import resolve
        from kvtui.settings.store.profiles import read_profile

        before = self._store.state.settings
        resolved = resolve([await asyncio.to_thread(read_profile, name)])
        settings = resolved.settings
        if settings.client_id == before.client_id:
            kept = {part: getattr(before, part) for part in OF_IDENTITY if not getattr(settings, part)}
            settings = replace(settings, **kept)
        self._settings.apply_all(settings, dict(resolved.origins))
        self._ui.notify(loaded(name))

    def settings_changed(self, event: SettingsChanged) -> None:
        """Stores the vault and the target for the next start, if they changed."""
        before, after = event.before, event.after
        if self._keep is not None and (before.vault, before.target) != (after.vault, after.target):
            self._ui.run(partial(self._remember, self._keep, after), "memory")

    async def _remember(self, keep: Callable[[Settings], None], settings: Settings) -> None:
        try:
            await asyncio.to_thread(keep, settings)
        except ProblemError as error:
            self._ui.notify_problem(error.problem, severity="warning")
