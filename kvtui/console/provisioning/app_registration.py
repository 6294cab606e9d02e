"""An app in Entra, and its client secret: made, rotated, removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kvtui.app.provisioning import LONGEST_DAYS, is_name
from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.console.events import PlanReady
from kvtui.console.panes.checks.controller import ChecksController
from kvtui.console.panes.entra.controller import EntraController
from kvtui.console.panes.entra.details import SHORT_ID
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.phase import Phase
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.state import ChangePrompt, Field, MadeSecret, Rotation
from kvtui.console.provisioning.view import holder, still_needed
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.console.words import now
from kvtui.settings.model import AuthMode

if TYPE_CHECKING:
    from kvtui.outputs.model import NextStep

LIFETIME = 180
"""Days that a new client secret lives, unless another number is typed."""
KEEP = "keep"
"""The choice that removes nothing; it comes first."""


@dataclass(eq=False, repr=False)
class AppRegistration:
    """Registers an app; adds, rotates and removes its client secrets."""

    _store: Store
    _ui: Ui
    _changes: ChangeRunner
    _settings: SettingsController
    _entra: EntraController
    _checks: ChecksController

    async def register(self) -> None:
        """Registers an app and makes it the deployment identity."""
        from kvtui.azure import commands

        def build(typed: Mapping[str, str]) -> ChangePrompt:
            name = typed["name"].strip()
            fine = is_name(name)
            return ChangePrompt(
                (
                    ("what", f"the single-tenant app registration {name}, and its service principal"),
                    ("where", f"the directory of tenant {self._store.state.own_tenant}"),
                ),
                commands.register_app(name or "NAME"),
                (("register", f"Register {name}"),) if fine else (),
                "" if fine else "Type a name of 1 to 120 characters, without < > ; & %.",
                then="Airflow will be this app: it goes into the settings",
                by_hand="kvtui does not see what they make: afterwards find the app here and press Enter.",
            )

        vault = self._store.state.settings.vault
        suggested = f"airflow-{vault.name if vault else 'astro'}"
        answers = await self._changes.ask("Register an app", build, [Field("name", "Name", suggested)])
        if answers is None:
            return
        name = answers.typed["name"].strip()
        async with self._changes.run(f"Registering {name}", build(answers.typed)) as changes:
            app = await changes.register(name, self._settings.use_entry)
            if await self._entra.reread(app.client_id) is None:
                self._entra.open_entry(app)
            self._changes.leave_to_user("x adds a client secret, a grants it to read the vault.")

    async def add_secret(self, entry: DirectoryEntry) -> None:
        """Adds a client secret, beside older ones if there are any."""
        from kvtui.azure import commands

        if entry.kind is not EntryKind.APPLICATION:
            self._ui.warn(f"{entry.display_name} has no client secret that could be added here.")
            return
        older = [one for one in entry.credentials if one.kind == "secret"]

        def build(typed: Mapping[str, str]) -> ChangePrompt:
            days, name = typed["days"].strip(), typed["name"].strip()
            fine = days.isdecimal() and 1 <= int(days) <= LONGEST_DAYS and is_name(name)
            ends = _ends(int(days) if fine else LIFETIME)
            until = f", until {ends:%Y-%m-%d}" if fine else ""
            return ChangePrompt(
                (
                    ("what", f"one more client secret{until}; older ones stay"),
                    ("where", f"the app {entry.display_name}, client id {entry.client_id}"),
                ),
                (commands.add_secret(entry.client_id, name or "kvtui", ends),) if fine else (),
                (("add", "Add the client secret"),) if fine else (),
                "" if fine else f"Type a name, and a lifetime of 1 to {LONGEST_DAYS} days.",
                then="it goes into the settings, masked; it is gone with kvtui unless w writes it",
                by_hand="It prints the secret in clear, and kvtui gets nothing of it: give it to kvtui in "
                "pane 1, client secret, typed or as @FILE.",
            )

        fields = [
            Field("days", "Lifetime in days", str(LIFETIME)),
            Field("name", "Name", f"kvtui {now():%Y-%m-%d %H:%M}"),
        ]
        what = "Rotate the client secret of" if older else "Add a client secret to"
        title = f"{what} {entry.display_name}"
        answers = await self._changes.ask(title, build, fields)
        if answers is None:
            return
        async with self._changes.run(title, build(answers.typed)) as changes:
            name = answers.typed["name"].strip()
            new = await changes.add_secret(entry, name, _ends(int(answers.typed["days"])))
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
                self._changes.leave_to_user("Choose the vault in pane 1: the new secret is tried on it.")
            else:
                await self._changes.provisioning().wait_for_sign_in()
                self._mark_made(proved=True)
                reads = await self._prove_new() if older else False
                self._changes.leave_to_user(
                    "w writes it to the files; the old secret stays until you remove it with o."
                    if reads
                    else "a grants the app to read the vault; w writes the files."
                )
            await self._entra.reread(entry.client_id)

    async def _prove_new(self) -> bool:
        """One read as the app with its new secret: whether the vault lets it; in the checklist, too."""
        self._changes.step("Reading the vault with the new secret")
        read = await self._changes.provisioning().reads(self._store.state.secrets.names)
        if read is None:
            self._changes.end_step(Phase.FAILED)
        else:
            self._checks.identity_reads(read)
        return read is not None

    def _mark_made(self, *, proved: bool = False, written: bool = False) -> None:
        """What became known of the secret that was made here and is in the settings."""
        held = self._store.state.settings.client_secret
        made = tuple(
            replace(one, proved=one.proved or proved, written=one.written or written)
            if one.value == held
            else one
            for one in self._store.state.made
        )
        if made != self._store.state.made:
            self._store.change(made=made)

    async def remove_secret(self, entry: DirectoryEntry) -> None:
        """Removes an older client secret."""
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
            self._ui.warn(f"{entry.display_name} has no older client secret to remove.")
            return
        named = {
            key: f"{one.name or 'unnamed'}, key id {key[:SHORT_ID]}, "
            + ("never written, " if key in made and not made[key].written else "")
            + f"begins with {one.hint or '?'}, until "
            + (f"{one.expires:%Y-%m-%d}" if one.expires else "ever")
            for key, one in old.items()
        }
        facts = [
            ("what", "a client secret is removed for good"),
            ("where", f"the app {entry.display_name}, client id {entry.client_id}"),
            ("then", "whoever still uses that secret can no longer sign in"),
        ]
        if entry.client_id == self._store.state.settings.client_id:
            facts.append(("held by", holder(self._store.state.settings)))
        prompt = ChangePrompt(
            tuple(facts),
            tuple(commands.remove_secret(entry.client_id, key) for key in old),
            ((KEEP, "Not now: keep it"), *((key, f"Remove {words}") for key, words in named.items())),
        )
        title = f"Remove a client secret of {entry.display_name}"
        answers = await self._changes.ask(title, lambda _: prompt)
        if answers is None or answers.action == KEEP:
            return
        key = answers.action
        async with self._changes.run(
            title, replace(prompt, commands=(commands.remove_secret(entry.client_id, key),))
        ) as changes:
            await changes.remove_secret(entry, key, named[key])
            await self._entra.reread(entry.client_id)
            self._store.change(
                rotation=None, made=tuple(one for one in self._store.state.made if one.key_id != key)
            )

    def plan_ready(self, _event: PlanReady) -> None:
        """A new secret may be in the files by now; nothing deployed has it yet, so the old one stays."""
        state = self._store.state
        output, read, rotation = state.output, state.facts.deployment_read, state.rotation
        if output.differences == () and output.removal is None:
            self._mark_made(written=True)
        if read is not None and read.ok:
            self._mark_made(proved=True)
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
    """The Deployment has the variables already, with the old secret: they are updated, before all else."""
    from kvtui.outputs.model import StepKind

    updates = [step.as_update() for step in steps if step.instead]
    sources = [step for step in steps if step.kind is StepKind.WRITE_VARIABLES]
    return (*sources, *updates, *(step for step in steps if not step.instead and step not in sources))


def _ends(days: int) -> datetime:
    return (now() + timedelta(days=days)).replace(microsecond=0)
