"""What the user chooses: a choice makes new settings by one pure function; what depends on them follows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from kvtui.azure.entry_state import SOON_DAYS, days_left
from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.console.controllers.profiles import Profiles
from kvtui.console.controllers.sign_in import Signing
from kvtui.console.panes.entra.controller import Finding
from kvtui.console.panes.output.next_steps import Steps
from kvtui.console.panes.secrets.controller import Names
from kvtui.console.state import LookupState
from kvtui.console.views.setup import FIELDS, FROM_FILE, MODES
from kvtui.console.words import count, now
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.project.files import read_file
from kvtui.settings import change
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Chart, Settings, SignInKind, Target

GROUP = re.compile(r"/resourcegroups/([^/]+)/", re.IGNORECASE)
NULL = "null"
"""What is typed for a prefix that turns a kind off."""


def _prefix(kind: change.SecretKind) -> Callable[[Settings, str], Settings]:
    return lambda settings, text: change.choose_prefix(settings, kind, None if text.strip() == NULL else text)


TYPED: dict[str, Callable[[Settings, str], Settings]] = {
    "vault": change.choose_vault,
    "tenant_id": change.choose_tenant,
    "client_id": change.type_client_id,
    "client_secret": lambda settings, text: change.set_client_secret(
        settings, SecretText(text) if text else None
    ),
    "variables_prefix": _prefix("variable"),
    "connections_prefix": _prefix("connection"),
    "config_prefix": _prefix("config"),
    "sep": change.choose_sep,
    "airflow_version": change.choose_airflow_version,
    "provider_version": change.choose_provider_version,
    "deployment_id": change.choose_deployment,
    "namespace": change.choose_namespace,
    "release": change.choose_release,
    "identity_name": change.choose_identity_name,
    "resource_group": change.choose_resource_group,
    "issuer": change.choose_issuer,
    "service_account": change.choose_service_account,
}

PICKED: dict[str, Callable[[Settings, str], Settings]] = {
    "cloud_name": lambda settings, text: change.choose_cloud(settings, CloudName(text)),
    "sign_in": lambda settings, text: change.choose_sign_in(settings, SignInKind(text)),
    "target": lambda settings, text: change.choose_target(settings, Target(text)),
    "chart": lambda settings, text: change.choose_chart(settings, Chart(text)),
    "auth_mode": lambda settings, text: change.choose_mode(settings, AuthMode(text)),
}


class Choices(Signing, Names, Finding, Steps, Profiles):
    """Panes 1 and 2 change the settings."""

    async def typed(self, field: str, text: str) -> str:
        """A text was entered for a setting. Returns what is wrong with it; empty when it was taken."""
        try:
            if field == "client_secret" and text.startswith(FROM_FILE):
                text = await asyncio.to_thread(self._text_of, text.removeprefix(FROM_FILE))
            settings = TYPED[field](self.state.settings, text)
        except ProblemError as error:
            return error.problem.sentence()
        before = self.state.settings
        self.settle(settings, field)
        if field == "client_id":
            self.work(partial(self._take_back_object_id, settings.client_id, before), "client-id")
        return ""

    async def _take_back_object_id(self, given: str, before: Settings) -> None:
        """Puts the identity back to what it was `before` when an object id was typed as its client id."""
        wrong = await self.mistaken_id(given)
        settings = self.state.settings
        if wrong and settings.client_id == given:
            parts = ("client_id", "identity_name", "client_secret")
            self.settle(replace(settings, **{part: getattr(before, part) for part in parts}), "client_id")
            self.say(wrong, severity="error")

    def _text_of(self, name: str) -> str:
        """What a file holds; its name counts from the project. Raises `ProblemError` (usage)."""
        path = self.start.project_directory / Path(name.strip()).expanduser()
        found = read_file(path, follow=True).text
        if not found:
            what = f"{path} is empty." if found == "" else f"There is no file {path}."
            raise ProblemError(Problem(what, "Name a file that holds the client secret alone.", Exit.USAGE))
        return found.rstrip("\r\n")

    def picked(self, field: str, value: str) -> None:
        """A choice was made."""
        self.settle(PICKED[field](self.state.settings, value), field)
        if field == "auth_mode" and (wrong := change.wrong_kind(self.state.settings)):
            self.say(wrong, severity="warning")
        vault = self.state.settings.vault
        if field == "cloud_name" and vault is not None:
            self.say(f"The vault is now {vault.host}: the same name in the cloud {value}.")

    def turn_form(self) -> None:
        """The `.env` for docker (form A), or for shells (form B)."""
        on = not self.state.settings.shell_sourceable
        self.settle(change.set_shell_sourceable(self.state.settings, on), "shell_sourceable")
        self.say(
            ".env is now planned for shells: the kwargs stand in single quotes."
            if on
            else ".env is now planned without quotes, as the Astro CLI reads it."
        )

    def stepped(self, field: str, step: int) -> None:
        """The next or the previous choice of a setting; nothing on a row without choices."""
        choices = FIELDS[field].choices if field in FIELDS else ()
        if choices:
            now = choices.index(getattr(self.state.settings, field))
            self.picked(field, choices[(now + step) % len(choices)])

    def pick_entry(self, entry: DirectoryEntry) -> None:
        """An app or an identity becomes the deployment identity; the auth mode follows its kind."""
        settings = self.state.settings
        identity = self.state.sign_in.identity
        settings = change.pick_app(
            settings, entry.client_id, entry.display_name, identity.tenant_id if identity else ""
        )
        if settings.client_secret is None and (made := self.state.newest_made(settings.client_id)):
            settings = change.set_client_secret(settings, made.value)
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
            left, settings = settings.auth_mode, change.choose_mode(settings, mode)
            switched = f"The auth mode was {MODES[left]} and is now {MODES[mode]}: "
            self.say(f"{switched}{entry.display_name} is {what}.", severity="warning")
        self.settle(settings, "client_id")

    def choose_entry(self, entry: DirectoryEntry) -> None:
        """The same, by Enter: its details close, and a secret that does not last is told at once."""
        mode = self.state.settings.auth_mode
        self.pick_entry(entry)
        self.change(entra=replace(self.state.entra, opened=None))
        if self.state.settings.auth_mode is not mode:
            return  # what was said of that must stay
        left = sorted(
            days_left(c.expires, now()) for c in entry.credentials if c.expires and c.kind == "secret"
        )
        which = "its only secret" if len(left) == 1 else "every secret of it"
        if left and left[-1] < 0:
            self.say(f"{entry.display_name}: {which} has expired. x rotates it.", severity="warning")
        elif soon := [days for days in left if 0 <= days < SOON_DAYS]:
            which = which if len(left) == 1 else f"of its {len(left)} secrets one"
            self.say(f"{entry.display_name}: {which} ends in {count(soon[0], 'day')}.", severity="warning")

    def settle(self, settings: Settings, field: str) -> None:
        """Takes the new settings; what was found out with the old ones and no longer holds is forgotten."""
        self.take(settings, {**self.state.origins, field: "you"})

    def take(self, settings: Settings, origins: dict[str, str]) -> None:
        """The same for several settings at once, with where each came from."""
        before = self.state.settings
        if settings == before:
            self.draw_soon()
            return
        self.remember_soon(before, settings)
        self.stop("lookup")  # its answer would be that of the old settings
        held = self.state.lookup
        lookup = LookupState(key=held.key, kind=held.kind, what_if=held.what_if, from_files=held.from_files)
        self.hide()
        output = replace(self.state.output, removal=None, refused=None)
        self.change(settings=settings, origins=origins, lookup=lookup, output=output)
        self.identity_changed(before, settings)
        elsewhere = settings.tenant_id != before.tenant_id and not self._is_own_tenant(settings)
        if elsewhere or (settings.sign_in, settings.cloud_name) != (before.sign_in, before.cloud_name):
            self.sign_in_again()
        elif self.state.secrets.as_deployment and settings.client_id != before.client_id:
            self.change(secrets=replace(self.state.secrets, as_deployment=False))
            self.load_names()
        elif settings.vault != before.vault:
            if self.azure.signed_in is not None:
                self.load_names()
            else:
                self.sign_in_again()
        if settings.vault != before.vault and self.state.entra.opened is not None:
            self.open_entry(self.state.entra.opened)  # what it may do there is asked anew
        self.plan_soon()

    def _is_own_tenant(self, settings: Settings) -> bool:
        """Whether the sign-in is of the chosen tenant already; a domain does not tell."""
        identity = self.state.sign_in.identity
        return identity is not None and settings.tenant_id in ("", identity.tenant_id)

    def identity_changed(self, before: Settings, after: Settings) -> None:
        """What was proved for another deployment identity, or on another vault, is no longer proved."""
