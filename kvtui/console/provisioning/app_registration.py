"""An app in Entra, and its client secret: made, rotated, removed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.console.panes.entra.details import SHORT_ID
from kvtui.console.provisioning.change import Changing
from kvtui.console.provisioning.prompt import Asking, Field
from kvtui.console.provisioning.view import holder, still_needed
from kvtui.console.state import MadeSecret, Phase, Rotation
from kvtui.console.words import now
from kvtui.core.problems import ProblemError
from kvtui.settings import change
from kvtui.settings.model import AuthMode

if TYPE_CHECKING:
    from kvtui.outputs.model import NextStep

LIFETIME = 180
"""Days that a new client secret lives, unless another number is typed."""
LONGEST = 730
KEEP = "keep"
"""The choice that removes nothing; it comes first."""
_UNKNOWN_YET = ("AADSTS7000215", "AADSTS700016", "AADSTS7000229")
"""What Entra says of an app or a secret that was made a moment ago."""
_NAME = re.compile(r"[^\x00-\x1f<>;&%]{1,120}")


class Registering(Changing):
    """The app and its secrets."""

    # An app

    async def _register(self) -> None:
        from kvtui.azure import commands

        def build(typed: Mapping[str, str]) -> Asking:
            name = typed["name"].strip()
            fine = bool(_NAME.fullmatch(name))
            return Asking(
                (
                    ("what", f"the single-tenant app registration {name}, and its service principal"),
                    ("where", f"the directory of tenant {self._own_tenant()}"),
                ),
                commands.register_app(name or "NAME"),
                (("register", f"Register {name}"),) if fine else (),
                "" if fine else "Type a name of 1 to 120 characters, without < > ; & %.",
                then="Airflow will be this app: it goes into the settings",
                by_hand="kvtui does not see what they make: afterwards find the app here and press Enter.",
            )

        suggested = (
            f"airflow-{self.state.settings.vault.name}" if self.state.settings.vault else "airflow-astro"
        )
        answers = await self.ask_change("Register an app", build, [Field("name", "Name", suggested)])
        if answers is None:
            return
        name = answers["name"].strip()
        async with self.making(f"Registering {name}", build(answers)) as changes:
            self.step("Registering the app")
            app = await changes.register(name)
            self.step("Creating its service principal")
            principal = await changes.make_principal(app)
            self.pick_entry(app)
            self.step("Waiting until the directory finds it")
            directory = await self.azure.directory(self.state.settings)

            async def found() -> bool:
                return await directory.service_principal(app.client_id) is not None

            await self.wait(found, "find the new app")
            if await self.reread(app.client_id) is None:
                self.open_entry(replace(app, principal_id=principal))
            self.leave_to_user("x adds a client secret, g grants it to read the vault.")

    # Its client secret

    async def _add_secret(self, entry: DirectoryEntry) -> None:
        from kvtui.azure import commands

        if entry.kind is not EntryKind.APPLICATION:
            self.say(
                f"{entry.display_name} has no client secret that could be added here.", severity="warning"
            )
            return
        older = [one for one in entry.credentials if one.kind == "secret"]

        def build(typed: Mapping[str, str]) -> Asking:
            days, name = typed["days"].strip(), typed["name"].strip()
            fine = days.isdecimal() and 1 <= int(days) <= LONGEST and bool(_NAME.fullmatch(name))
            ends = _ends(int(days) if fine else LIFETIME)
            until = f", until {ends:%Y-%m-%d}" if fine else ""
            return Asking(
                (
                    ("what", f"one more client secret{until}; older ones stay"),
                    ("where", f"the app {entry.display_name}, client id {entry.client_id}"),
                ),
                (commands.add_secret(entry.client_id, name or "kvtui", ends),) if fine else (),
                (("add", "Add the client secret"),) if fine else (),
                "" if fine else f"Type a name, and a lifetime of 1 to {LONGEST} days.",
                then="it goes into the settings, masked; it is gone with kvtui unless w writes it",
                by_hand="It prints the secret in clear, and kvtui gets nothing of it: give it to kvtui in "
                "pane 1, client secret, typed or as @FILE.",
            )

        fields = [
            Field("days", "Lifetime in days", str(LIFETIME)),
            Field("name", "Name", f"kvtui {now():%Y-%m-%d %H:%M}"),
        ]
        title = (
            f"Rotate the client secret of {entry.display_name}"
            if older
            else f"Add a client secret to {entry.display_name}"
        )
        answers = await self.ask_change(title, build, fields)
        if answers is None:
            return
        async with self.making(title, build(answers)) as changes:
            self.step("Adding the client secret")
            new = await changes.add_secret(entry, answers["name"].strip(), _ends(int(answers["days"])))
            name, key_id = answers["name"].strip(), new.credential.key_id
            made = MadeSecret(entry.client_id, entry.display_name, key_id, name, new.value)
            older_made = (
                replace(one, replaced=one.replaced or one.client_id == entry.client_id)
                for one in self.state.made
            )
            self.change(made=(*older_made, made))
            self.settle(change.choose_mode(self.state.settings, AuthMode.CLIENT_SECRET), "auth_mode")
            self.pick_entry(entry)
            self.settle(change.set_client_secret(self.state.settings, new.value), "client_secret")
            if older:
                rotation = Rotation(entry.client_id, entry.display_name, new.credential.key_id)
                self.change(rotation=rotation)
            if self.state.settings.vault is None:
                self.leave_to_user("Choose the vault in pane 1: the new secret is tried on it.")
            else:
                self.step("Waiting until Entra takes it")
                await self.wait(self._signs_in, "take the new secret")
                self._mark_made(proved=True)
                reads = await self._prove_new() if older else False
                self.leave_to_user(
                    "w writes it to the files; the old secret stays until you remove it with o."
                    if reads
                    else "g grants the app to read the vault; w writes the files."
                )
            await self.reread(entry.client_id)

    async def _prove_new(self) -> bool:
        """One read as the app with its new secret: whether the vault lets it; in the checklist, too."""
        self.step("Reading the vault with the new secret")
        if await self.reads():
            self.recheck()
            return True
        self.end_step(Phase.FAILED)
        return False

    def _mark_made(self, *, proved: bool = False, written: bool = False) -> None:
        """What became known of the secret that was made here and is in the settings."""
        held = self.state.settings.client_secret
        made = tuple(
            replace(one, proved=one.proved or proved, written=one.written or written)
            if one.value == held
            else one
            for one in self.state.made
        )
        if made != self.state.made:
            self.change(made=made)

    async def _signs_in(self) -> bool:
        """Whether the deployment identity can sign in by now."""
        await self.azure.forget_deployment()
        try:
            await self.azure.vault(self.state.settings, deployment=True)
        except ProblemError as error:
            if error.problem.code in _UNKNOWN_YET:
                return False
            raise
        return True

    # Removing an old one

    async def _remove_secret(self, entry: DirectoryEntry) -> None:
        from kvtui.azure import commands

        if waits := still_needed(self.state, entry.client_id):
            self.say(waits, severity="warning")
            return
        made = {one.key_id: one for one in self.state.made}
        new = self.state.newest_made(entry.client_id)
        old = {
            one.key_id: one
            for one in entry.credentials
            if one.kind == "secret" and one.key_id and (new is None or one.key_id != new.key_id)
        }
        if entry.kind is not EntryKind.APPLICATION or not old:
            self.say(f"{entry.display_name} has no older client secret to remove.", severity="warning")
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
        if entry.client_id == self.state.settings.client_id:
            facts.append(("held by", holder(self.state.settings)))
        asking = Asking(
            tuple(facts),
            tuple(commands.remove_secret(entry.client_id, key) for key in old),
            ((KEEP, "Not now: keep it"), *((key, f"Remove {words}") for key, words in named.items())),
        )
        title = f"Remove a client secret of {entry.display_name}"
        answers = await self.ask_change(title, lambda _: asking)
        if answers is None or answers["do"] == KEEP:
            return
        key = answers["do"]
        async with self.making(
            title, replace(asking, commands=(commands.remove_secret(entry.client_id, key),))
        ) as changes:
            self.step(f"Removing {named[key]}")
            await changes.remove_secret(entry, key)
            self.step("Looking whether it is gone")

            async def gone() -> bool:
                held = await self.reread(entry.client_id)
                return held is not None and key not in {one.key_id for one in held.credentials}

            await self.wait(gone, "forget the secret")
            self.change(rotation=None, made=tuple(one for one in self.state.made if one.key_id != key))

    def planned(self) -> None:
        """A new secret that is in the files is told; nothing deployed has it yet, so the old one stays."""
        super().planned()
        if self.state.output.differences == () and self.state.output.removal is None:
            self._mark_made(written=True)
        if self.state.facts.deployment_read is not None and self.state.facts.deployment_read.ok:
            self._mark_made(proved=True)
        rotation = self.state.rotation
        if rotation is None or rotation.client_id != self.state.settings.client_id:
            return
        output = self.state.output
        if output.plan is not None:
            steps = _update_first(output.plan.next_steps)
            self.change(output=replace(output, plan=replace(output.plan, next_steps=steps)))
        written = rotation.written or output.differences == ()
        if written != rotation.written:
            self.change(rotation=replace(rotation, written=True))
            self.leave_to_user("")


def _update_first(steps: Sequence[NextStep]) -> tuple[NextStep, ...]:
    """The Deployment has the variables already, with the old secret: they are updated, before all else."""
    from kvtui.outputs.next_steps import IF_THERE

    updates = [
        replace(step, command=step.instead, instead=step.command, note=step.note.removesuffix(IF_THERE))
        for step in steps
        if step.instead
    ]
    sources = [step for step in steps if step.command.startswith("kvtui --export env -o")]
    return (*sources, *updates, *(step for step in steps if not step.instead and step not in sources))


def _ends(days: int) -> datetime:
    return (now() + timedelta(days=days)).replace(microsecond=0)
