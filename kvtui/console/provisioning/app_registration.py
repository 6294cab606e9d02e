"""Registers an app in Entra; adds, rotates and removes its client secrets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kvtui.app.expiry import SHORT_ID
from kvtui.app.provisioning import LONGEST_DAYS, is_name
from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.console.events import PlanReady
from kvtui.console.panes.checks.controller import ChecksController
from kvtui.console.panes.entra.controller import EntraController
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.phase import Phase
from kvtui.console.provisioning import texts
from kvtui.console.provisioning.change import WORK, ChangeRunner
from kvtui.console.provisioning.form import ChangePrompt, Field
from kvtui.console.provisioning.state import MadeSecret, Rotation
from kvtui.console.provisioning.view import still_needed
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.console.words import now
from kvtui.core.problems import ProblemError
from kvtui.settings.model import AuthMode

if TYPE_CHECKING:
    from kvtui.app.provisioning import Provisioning
    from kvtui.core.secret_text import SecretText
    from kvtui.outputs.model import NextStep

LIFETIME = 180
"""The default lifetime of a new client secret, in days."""
ANOTHER = "another"
"""The action that registers a second app of the same name."""
KEEP = "keep"
"""The first action of the dialog, which removes nothing."""


@dataclass(eq=False, repr=False)
class AppRegistration:
    """The changes of an app in pane 2."""

    _store: Store
    _ui: Ui
    _changes: ChangeRunner
    _settings: SettingsController
    _entra: EntraController
    _checks: ChecksController

    async def register(self) -> None:
        """Registers an app and uses it as the deployment identity."""
        from kvtui.azure import commands

        def build(typed: Mapping[str, str]) -> ChangePrompt:
            name = typed["name"].strip()
            fine = is_name(name)
            return ChangePrompt(
                texts.register_facts(name, self._store.state.own_tenant),
                commands.register_app(name or "NAME"),
                actions=(("register", texts.register_action(name)),) if fine else (),
                note="" if fine else texts.NAME_RULE,
                then=texts.APP_IS_USED,
                by_hand=texts.FIND_THE_APP,
            )

        vault = self._store.state.settings.vault
        suggested = f"airflow-{vault.name if vault else 'astro'}"
        answers = await self._changes.ask(texts.REGISTER, build, [Field("name", texts.NAME, suggested)])
        if answers is None:
            return
        name = answers.typed["name"].strip()
        if not await self._wants_another(name):
            return
        async with self._changes.run(
            texts.registering(name), texts.REGISTERED, build(answers.typed)
        ) as changes:
            app = await changes.register(name, self._settings.use_entry)
            self._changes.about(app.client_id)
            if await self._entra.reread(app.client_id) is None:
                self._entra.open_entry(app)
            self._changes.leave_to_user(texts.AFTER_REGISTERING)

    async def _wants_another(self, name: str) -> bool:
        """Whether to register an app: if there are some of that name, asks, and uses the chosen one."""
        self._ui.notify(texts.looking_for(name), during=WORK)
        try:
            found = {app.client_id: app for app in await self._changes.provisioning().apps_named(name)}
        except ProblemError:
            found = {}  # registering says why it fails
        self._ui.clear_notification()
        if not found:
            return True
        use = tuple((app.client_id, texts.use_app(app)) for app in found.values())
        prompt = ChangePrompt(
            texts.same_name_facts(name, len(found)), (), actions=(*use, (ANOTHER, texts.REGISTER_ANOTHER))
        )
        answers = await self._changes.ask(texts.REGISTER, lambda _: prompt)
        if answers is not None and answers.action in found:
            self._settings.use_entry(found[answers.action])
        return answers is not None and answers.action == ANOTHER

    async def add_secret(self, entry: DirectoryEntry) -> None:
        """Adds a client secret; older ones stay valid."""
        from kvtui.azure import commands

        if entry.kind is not EntryKind.APPLICATION:
            self._ui.warn(texts.no_secret_possible(entry))
            return
        older = [one for one in entry.credentials if one.kind == "secret"]

        def build(typed: Mapping[str, str]) -> ChangePrompt:
            days, name = typed["days"].strip(), typed["name"].strip()
            fine = days.isdecimal() and 1 <= int(days) <= LONGEST_DAYS and is_name(name)
            ends = _ends(int(days) if fine else LIFETIME)
            until = f"{ends:%Y-%m-%d}" if fine else ""
            return ChangePrompt(
                texts.add_secret_facts(entry, until, older=bool(older)),
                (commands.add_secret(entry.client_id, name or "kvtui", ends),) if fine else (),
                actions=(("add", texts.ADD_THE_SECRET),) if fine else (),
                note="" if fine else texts.secret_rule(LONGEST_DAYS),
                then=texts.KEPT_IN_MEMORY,
                by_hand=texts.PRINTED_IN_CLEAR,
            )

        fields = [
            Field("days", texts.LIFETIME, str(LIFETIME)),
            Field("name", texts.NAME, f"kvtui {now():%Y-%m-%d %H:%M}"),
        ]
        title = texts.add_secret_title(entry.display_name, rotate=bool(older))
        answers = await self._changes.ask(title, build, fields)
        if answers is None:
            return
        async with self._changes.run(
            title, texts.SECRET_ADDED, build(answers.typed), entry.client_id
        ) as changes:
            name = answers.typed["name"].strip()
            new = await changes.add_secret(entry, name, _ends(int(answers.typed["days"])))
            self._entra.has_new_secret(entry, new.credential)
            app, key_id = entry.display_name, new.credential.key_id
            made = MadeSecret(entry.client_id, app, key_id, name, new.value)
            older_made = (
                replace(one, replaced=one.replaced or one.client_id == entry.client_id)
                for one in self._store.state.made
            )
            self._store.change(made=(*older_made, made))
            settings = self._store.state.settings
            self._settings.apply(replace(settings, auth_mode=AuthMode.CLIENT_SECRET), "auth_mode")
            self._settings.use_entry(entry)
            settings = self._store.state.settings
            self._settings.apply(replace(settings, client_secret=new.value), "client_secret")
            if older:
                self._store.change(rotation=Rotation(entry.client_id, app))
            if self._store.state.settings.vault is None:
                self._changes.leave_to_user(texts.VAULT_TO_TEST)
            else:
                proving = self._changes.provisioning()
                await proving.wait_for_sign_in()
                self._mark_made(new.value, proved=True)
                self._changes.leave_to_user(await self._after_adding(entry, proving, older=bool(older)))
            await self._entra.reread(entry.client_id)
            self._ui.clear_notification()  # what was said of the old client secrets is over

    async def _after_adding(self, entry: DirectoryEntry, proving: Provisioning, *, older: bool) -> str:
        """What is left to do: to grant access only where it is missing or not known."""
        vault = proving.settings.vault
        if older:
            return await self._prove_new(entry, proving)
        if vault is None or not await proving.may_read(entry):
            return texts.GRANT_THEN_WRITE
        return f"{texts.can_read(entry.display_name, vault.name)} {texts.THEN_WRITE}"

    async def _prove_new(self, entry: DirectoryEntry, proving: Provisioning) -> str:
        """Reads the vault once with the new client secret. Returns what is left to do."""
        self._changes.step(texts.READING, waits=True)
        read = await proving.reads(self._store.state.secrets.names)
        if read is None:
            self._changes.end_step(Phase.FAILED)
            return texts.GRANT_THEN_WRITE
        counts = self._checks.identity_reads(read, proving.settings)
        return texts.WRITE_THE_NEW if counts else texts.choose_again(entry.display_name)

    def prove_made(self) -> None:
        """Marks the client secret of the settings as proved: the vault was read with it."""
        self._mark_made(self._store.state.settings.client_secret, proved=True)

    def _mark_made(self, held: SecretText | None, *, proved: bool = False, written: bool = False) -> None:
        """Marks a client secret, if it was created in this session."""
        made = tuple(
            replace(one, proved=one.proved or proved, written=one.written or written)
            if one.value == held
            else one
            for one in self._store.state.made
        )
        if made != self._store.state.made:
            self._store.change(made=made)

    async def remove_secret(self, entry: DirectoryEntry) -> None:
        """Removes one of the older client secrets."""
        from kvtui.azure import commands

        if waits := still_needed(self._store.state, entry.client_id):
            self._ui.warn(waits)
            return
        made = {one.key_id: one for one in self._store.state.made}
        new = self._store.state.newest_made(entry.client_id)
        old = {
            one.key_id: one
            for one in entry.credentials
            if one.kind == "secret" and one.key_id and (new is None or one.key_id != new.key_id)
        }
        if entry.kind is not EntryKind.APPLICATION or not old:
            self._ui.warn(texts.nothing_to_remove(entry, has_new=new is not None))
            return
        named = {
            key: texts.old_secret(one, key[:SHORT_ID], never_written=key in made and not made[key].written)
            for key, one in old.items()
        }
        facts = [
            (texts.CHANGE, texts.REMOVE_FOR_GOOD),
            (texts.APP, texts.app(entry)),
            (texts.RESULT, texts.CANNOT_SIGN_IN),
        ]
        if entry.client_id == self._store.state.settings.client_id:
            facts.append((texts.IN_USE, texts.HOLDERS[self._store.state.settings.target]))
        command = {key: commands.remove_secret(entry.client_id, key) for key in old}
        prompt = ChangePrompt(
            tuple(facts),
            tuple(command.values()),
            one_of=True,
            about={command[key]: texts.command_for(words) for key, words in named.items()},
            actions=(
                (KEEP, texts.KEEP),
                *((key, texts.remove_action(words)) for key, words in named.items()),
            ),
        )
        title = texts.remove_title(entry.display_name)
        answers = await self._changes.ask(title, lambda _: prompt)
        if answers is None or answers.action == KEEP:
            return
        key = answers.action
        async with self._changes.run(
            title, texts.SECRET_REMOVED, replace(prompt, commands=(command[key],)), entry.client_id
        ) as changes:
            await changes.remove_secret(entry, key, named[key])
            await self._entra.reread(entry.client_id)
            self._store.change(
                rotation=None, made=tuple(one for one in self._store.state.made if one.key_id != key)
            )

    def plan_ready(self, _event: PlanReady) -> None:
        """Records whether a new client secret is in the files; puts the update first among the next steps."""
        state = self._store.state
        output, rotation = state.output, state.rotation
        if output.differences == () and output.removal is None:
            self._mark_made(state.settings.client_secret, written=True)
        if rotation is None or rotation.client_id != state.settings.client_id:
            return
        if output.plan is not None:
            steps = _update_first(output.plan.next_steps)
            self._store.change(output=replace(output, plan=replace(output.plan, next_steps=steps)))
        written = rotation.written or output.differences == ()
        if written != rotation.written:
            self._store.change(rotation=replace(rotation, written=True))
            self._changes.leave_to_user("")


def _update_first(steps: Sequence[NextStep]) -> tuple[NextStep, ...]:
    """The steps with those that update existing variables first: the Deployment has the old secret."""
    from kvtui.outputs.model import StepKind

    updates = [step.as_update() for step in steps if step.instead]
    sources = [step for step in steps if step.kind is StepKind.WRITE_VARIABLES]
    return (*sources, *updates, *(step for step in steps if not step.instead and step not in sources))


def _ends(days: int) -> datetime:
    return (now() + timedelta(days=days)).replace(microsecond=0)
