"""Changing the settings: a choice makes new settings by one pure function; what depends on them follows."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kvtui.app.session import Session
from kvtui.azure.entries import mistaken_id
from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.console.actions import PaneId
from kvtui.console.events import EventBus, SettingsChanged
from kvtui.console.panes.setup.view import ChoiceRow, SettingRow
from kvtui.console.remedies import words
from kvtui.console.start import ConsoleStart
from kvtui.console.store import Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.project.files import read_file
from kvtui.settings import change
from kvtui.settings.catalogue import BY_FIELD, FROM_FILE, NULL
from kvtui.settings.model import AuthMode, Settings

_MORE = {"client_id": " Pane 2 finds it by name."}
"""What a hint adds to that of the catalogue."""
GROUP = re.compile(r"/resourcegroups/([^/]+)/", re.IGNORECASE)


@dataclass(eq=False, repr=False)
class SettingsController:
    """Pane 1, and every other way to change a setting. Publishes `SettingsChanged`."""

    _store: Store
    _ui: Ui
    _session: Session
    _bus: EventBus
    _start: ConsoleStart

    def apply(self, settings: Settings, field: str) -> None:
        """Makes these the settings, after a choice of the user for one of them."""
        self.apply_all(settings, {**self._store.state.origins, field: "you"})

    def apply_all(self, settings: Settings, origins: dict[str, str]) -> None:
        """Makes these the settings, with where each came from; what depends on them follows."""
        before = self._store.state.settings
        if settings == before:
            self._store.touch()
            return
        self._store.change(settings=settings, origins=origins)
        self._bus.publish(SettingsChanged(before, settings))

    # Pane 1

    async def choose(self, row: RowKey | None) -> None:
        """Enter on a setting edits it; on one of its choices, picks that."""
        if isinstance(row, ChoiceRow):
            self.pick(row.field, row.value)
        elif isinstance(row, SettingRow):
            await self.edit(row.field, PaneId.SETUP)

    async def edit(self, field: str, pane: PaneId) -> None:
        """Opens a pane's editor for a typed setting; takes the next value of a choice."""
        setting = BY_FIELD[field]
        if setting.choices:
            self._step(field, 1)
            return
        hint = f"{setting.hint}{_MORE.get(field, '')}"
        if setting.secret and self._start.demo:
            hint = "In the demo type @demo-secrets/astro-prod (there are astro-dev and astro-staging, too)."
        typed = _as_typed(self._store.state.settings, field)
        await self._ui.pane(pane).edit(field, setting.label, typed, hint, mask=setting.secret)

    async def type(self, field: str, text: str) -> None:
        """Takes the text entered for a setting and closes the editor, or shows there what is wrong."""
        before, pane = self._store.state.settings, self._ui.pane(self._store.state.active)
        try:
            if field == "client_secret" and text.startswith(FROM_FILE):
                text = await asyncio.to_thread(self.text_of, text.removeprefix(FROM_FILE))
            settings = change.choose(before, field, text)
        except ProblemError as error:
            if pane.editor is not None:
                pane.editor.reject(words(error.problem.sentence()))
            return
        self.apply(settings, field)
        if field == "client_id":
            self._ui.run(partial(self._take_back_object_id, settings.client_id, before), "client-id")
        await pane.close_editor()

    async def _take_back_object_id(self, given: str, before: Settings) -> None:
        """Puts the identity back to what it was `before` when an object id was typed as its client id."""
        if not given:
            return
        try:
            found = await self._session.entries(self._store.state.settings, given)
        except ProblemError:
            return  # then it is not known
        wrong, settings = mistaken_id(found, given), self._store.state.settings
        if wrong and settings.client_id == given:
            parts = ("client_id", "identity_name", "client_secret")
            self.apply(replace(settings, **{part: getattr(before, part) for part in parts}), "client_id")
            self._ui.notify(wrong, severity="error")

    def text_of(self, name: str) -> str:
        """What a file holds; its name counts from the project. Raises `ProblemError` (usage)."""
        path = self._start.project_directory / Path(name.strip()).expanduser()
        found = read_file(path, follow=True).text
        if not found:
            what = f"{path} is empty." if found == "" else f"There is no file {path}."
            raise ProblemError(
                Problem(what, "Name a file that holds the client secret alone.", ProblemKind.USAGE)
            )
        return found.rstrip("\r\n")

    def pick(self, field: str, value: str) -> None:
        """A choice was made."""
        self.apply(change.choose(self._store.state.settings, field, value), field)
        settings = self._store.state.settings
        if field == "auth_mode" and (wrong := change.wrong_kind(settings)):
            self._ui.warn(wrong)
        if field == "cloud_name" and settings.vault is not None:
            self._ui.notify(f"The vault is now {settings.vault.host}: the same name in the cloud {value}.")

    def step(self, row: RowKey | None, step: int) -> None:
        """The next or the previous choice of the setting under the cursor."""
        if isinstance(row, SettingRow | ChoiceRow):
            self._step(row.field, step)
        if isinstance(row, ChoiceRow):  # each of its options has a row: the cursor follows the chosen one
            value = getattr(self._store.state.settings, row.field)
            self._ui.pane(PaneId.SETUP).lines.select(ChoiceRow(row.field, value))

    def _step(self, field: str, step: int) -> None:
        if choices := BY_FIELD[field].choices:
            now = choices.index(getattr(self._store.state.settings, field))
            self.pick(field, choices[(now + step) % len(choices)])

    def find_vaults(self) -> None:
        """Lists the vaults that the signed-in user sees, to choose one."""
        if self._session.signed_in is None:
            self._ui.warn("Sign in first: s.")
            return
        self._ui.run(self._find_vaults, "vaults")

    async def _find_vaults(self) -> None:
        from kvtui.console.dialogs.vaults import VaultsDialog

        state = self._store.state
        vault = state.settings.vault
        dialog = VaultsDialog(str(state.sign_in.identity), vault.name if vault else "")
        await self._ui.open(dialog, self._vault_chosen)
        try:
            access = await self._session.access(state.settings)
            async for found in access.vaults():
                dialog.add(found)
        except ProblemError as error:
            dialog.finish(error.problem)
        else:
            dialog.finish()

    def _vault_chosen(self, name: str | None) -> None:
        self._ui.stop("vaults")
        if name is not None:
            self.apply(change.choose_vault(self._store.state.settings, name), "vault")

    # From other panes

    def toggle_shell_quoting(self) -> None:
        """The `.env` for docker (form A), or for shells (form B)."""
        settings = self._store.state.settings
        on = not settings.shell_sourceable
        self.apply(replace(settings, shell_sourceable=on), "shell_sourceable")
        self._ui.notify(
            ".env is now planned for shells: the kwargs stand in single quotes."
            if on
            else ".env is now planned without quotes, as the Astro CLI reads it."
        )

    def use_entry(self, entry: DirectoryEntry) -> None:
        """Makes an app or an identity the deployment identity; the auth mode follows its kind."""
        state = self._store.state
        settings = change.pick_app(state.settings, entry.client_id, entry.display_name, state.own_tenant)
        if settings.client_secret is None and (made := state.newest_made(settings.client_id)):
            settings = replace(settings, client_secret=made.value)
        group = GROUP.search(entry.resource_id)
        settings = replace(
            settings,
            identity_is_app=entry.kind is EntryKind.APPLICATION,
            identity_is_managed=entry.kind is EntryKind.MANAGED_IDENTITY,
            resource_group=group[1] if group else "",
        )
        if change.wrong_kind(settings):
            managed = settings.identity_is_managed
            mode = AuthMode.MANAGED_IDENTITY if managed else AuthMode.CLIENT_SECRET
            what = "a managed identity" if managed else "an app registration"
            left, settings = settings.auth_mode, replace(settings, auth_mode=mode)
            words = BY_FIELD["auth_mode"].words
            switched = f"The auth mode was {words[left]} and is now {words[mode]}: "
            self._ui.warn(f"{switched}{entry.display_name} is {what}.")
        self.apply(settings, "client_id")


def _as_typed(settings: Settings, field: str) -> str:
    """A setting as it is typed; a secret never comes back."""
    if field == "client_secret":
        return ""
    value = getattr(settings, field)
    if field == "vault":
        return value.url if value else ""
    return NULL if value is None else str(value)
