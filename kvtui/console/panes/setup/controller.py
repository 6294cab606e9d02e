"""Pane 1: changes the settings and publishes each change."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kvtui.app.identity import with_kind
from kvtui.app.session import Session
from kvtui.azure.entries import mistaken_id
from kvtui.azure.model import DirectoryEntry
from kvtui.console.actions import PaneId
from kvtui.console.events import EventBus, SettingsChanged
from kvtui.console.panes.setup import texts
from kvtui.console.panes.setup.view import SIGN_IN, ChoiceRow, SettingRow
from kvtui.console.remedies import words
from kvtui.console.start import ConsoleStart
from kvtui.console.store import Store
from kvtui.console.text import RowKey
from kvtui.console.ui import Ui
from kvtui.console.vault_listing import list_vaults_into
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.project.files import read_file
from kvtui.settings import change
from kvtui.settings.catalogue import BY_FIELD, FROM_FILE, NULL
from kvtui.settings.model import AuthMode, Settings


@dataclass(eq=False, repr=False)
class SettingsController:
    """Changes the settings, for pane 1 and for the other controllers. Publishes `SettingsChanged`."""

    _store: Store
    _ui: Ui
    _session: Session
    _bus: EventBus
    _start: ConsoleStart

    def apply(self, settings: Settings, field: str) -> None:
        """Stores the settings after the user chose one of them, `field`."""
        self.apply_all(settings, {**self._store.state.origins, field: ""})

    def apply_all(self, settings: Settings, origins: dict[str, str]) -> None:
        """Stores the settings with the origin of each (field to name; empty: chosen in the console)."""
        before = self._store.state.settings
        if settings == before:
            self._store.touch()
            return
        self._store.change(settings=settings, origins=origins)
        self._bus.publish(SettingsChanged(before, settings))

    # Pane 1

    async def choose(self, row: RowKey | None) -> None:
        """Enter: edits the setting, or selects the option under the cursor.

        The kind of sign-in is chosen in a dialog of its own, see `SignInController.choose_kind`.
        """
        if isinstance(row, ChoiceRow):
            self.pick(row.field, row.value)
        elif isinstance(row, SettingRow):
            await self.edit(row.field, PaneId.SETUP)

    async def edit(self, field: str, pane: PaneId) -> None:
        """Opens the editor of a pane for a typed setting; selects the next option of a choice."""
        setting = BY_FIELD[field]
        if setting.choices:
            self._step(field, 1)
            return
        hint = f"{setting.hint} {texts.FINDS_ID}" if field == "client_id" else setting.hint
        if setting.secret and self._start.demo:
            hint = texts.DEMO_SECRET
        typed = _as_typed(self._store.state.settings, field)
        await self._ui.pane(pane).edit(field, setting.label, typed, hint, mask=setting.secret)

    async def type(self, field: str, text: str) -> None:
        """Saves the text typed for a setting and closes the editor, or shows the error in the editor."""
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
            self._ui.run(partial(self._undo_object_id, settings.client_id, before), "client-id")
        await pane.close_editor()

    async def _undo_object_id(self, given: str, before: Settings) -> None:
        """Restores the identity from `before` if the typed client ID is an object ID."""
        if not given:
            return
        try:
            found = await self._session.entries(self._store.state.settings, given)
        except ProblemError:
            return  # unknown: the client ID stays
        wrong, settings = mistaken_id(found, given), self._store.state.settings
        if wrong and settings.client_id == given:
            parts = ("client_id", "identity_name", "client_secret")
            self.apply(replace(settings, **{part: getattr(before, part) for part in parts}), "client_id")
            self._ui.notify(wrong, severity="error")

    def text_of(self, name: str) -> str:
        """The text of a file, without line breaks at its end; `name` is relative to the project.

        Raises `ProblemError` (usage) if there is no such file or it is empty.
        """
        path = self._start.project_directory / Path(name.strip()).expanduser()
        found = read_file(path, follow=True).text
        if not found:
            what = texts.empty_file(path) if found == "" else texts.no_file(path)
            raise ProblemError(Problem(what, texts.ONLY_THE_SECRET, ProblemKind.USAGE))
        return found.rstrip("\r\n")

    def pick(self, field: str, value: str) -> None:
        """Selects an option of a setting; warns if the identity does not work with it."""
        self.apply(change.choose(self._store.state.settings, field, value), field)
        settings = self._store.state.settings
        if field == "auth_mode" and (wrong := change.wrong_kind(settings)):
            self._ui.warn(wrong)
        if field == "cloud_name" and settings.vault is not None:
            self._ui.notify(texts.vault_in_cloud(settings.vault.host, value))

    def step(self, row: RowKey | None, step: int) -> None:
        """Selects the next (1) or the previous (-1) option of the setting under the cursor."""
        if isinstance(row, SettingRow | ChoiceRow) and row != SIGN_IN:
            self._step(row.field, step)
        if isinstance(row, ChoiceRow):  # each option has a row: the cursor follows the chosen one
            value = getattr(self._store.state.settings, row.field)
            self._ui.pane(PaneId.SETUP).lines.select(ChoiceRow(row.field, value))

    def _step(self, field: str, step: int) -> None:
        if choices := BY_FIELD[field].choices:
            now = choices.index(getattr(self._store.state.settings, field))
            self.pick(field, choices[(now + step) % len(choices)])

    def find_vaults(self) -> None:
        """Opens the list of the vaults that the signed-in user can see."""
        if self._session.signed_in is None:
            self._ui.warn(texts.SIGN_IN_FIRST)
            return
        self._ui.run(self._find_vaults, "vaults")

    async def _find_vaults(self) -> None:
        from kvtui.console.dialogs.vaults import VaultsDialog

        state = self._store.state
        vault = state.settings.vault
        dialog = VaultsDialog(str(state.sign_in.identity), vault.name if vault else "")
        await self._ui.open(dialog, self._vault_chosen)
        await list_vaults_into(dialog, self._session, state.settings)

    def _vault_chosen(self, name: str | None) -> None:
        self._ui.stop("vaults")
        if name is not None:
            self.apply(change.choose_vault(self._store.state.settings, name), "vault")

    # From other panes

    def toggle_shell_quoting(self) -> None:
        """Switches `.env` between the form for docker and the form for shells."""
        settings = self._store.state.settings
        on = not settings.shell_sourceable
        self.apply(replace(settings, shell_sourceable=on), "shell_sourceable")
        self._ui.notify(texts.FOR_SHELLS if on else texts.FOR_DOCKER)

    def use_entry(self, entry: DirectoryEntry) -> None:
        """Uses an entry as the deployment identity; changes the auth mode if its kind needs another one."""
        state = self._store.state
        settings = change.pick_app(state.settings, entry.client_id, entry.display_name, state.own_tenant)
        if settings.client_secret is None and (made := state.newest_made(settings.client_id)):
            settings = replace(settings, client_secret=made.value)
        settings = with_kind(settings, entry)
        if change.wrong_kind(settings):
            managed = settings.identity_is_managed
            mode = AuthMode.MANAGED_IDENTITY if managed else AuthMode.CLIENT_SECRET
            names, before = BY_FIELD["auth_mode"].words, settings.auth_mode
            settings = replace(settings, auth_mode=mode)
            name = entry.display_name
            self._ui.warn(texts.mode_changed(names[before], names[mode], name, managed=managed))
        self.apply(settings, "client_id")


def _as_typed(settings: Settings, field: str) -> str:
    """A setting as the text that the editor opens with; empty for a secret."""
    if field == "client_secret":
        return ""
    value = getattr(settings, field)
    if field == "vault":
        return value.url if value else ""
    return NULL if value is None else str(value)
