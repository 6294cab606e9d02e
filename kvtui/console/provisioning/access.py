"""Adds federated credentials to an app or identity, and grants it read access to the vault."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kvtui.app import provisioning
from kvtui.app.session import Session
from kvtui.azure.model import DirectoryEntry, FederatedCredential, Permission
from kvtui.console.panes.checks.controller import ChecksController
from kvtui.console.panes.entra.controller import EntraController
from kvtui.console.panes.lookup.controller import LookupController
from kvtui.console.panes.setup.controller import SettingsController
from kvtui.console.provisioning import texts
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.form import ChangePrompt, Field
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.settings.model import AuthMode


@dataclass(eq=False, repr=False)
class AccessGrants:
    """The changes of access in pane 2."""

    _store: Store
    _ui: Ui
    _session: Session
    _changes: ChangeRunner
    _settings: SettingsController
    _entra: EntraController
    _checks: ChecksController
    _lookup: LookupController

    async def federate(self, entry: DirectoryEntry) -> None:
        """Adds federated credentials for the agents' service accounts."""
        from kvtui.azure import commands

        if not provisioning.has_federated_credentials(entry):
            self._ui.warn(texts.CANNOT_FEDERATE)
            return
        settings, project = self._store.state.settings, self._store.state.project
        try:
            held = await (await self._session.directory(settings)).federated(entry)
        except ProblemError as error:
            self._ui.notify_problem(error.problem)
            return
        agents = await asyncio.to_thread(provisioning.agent_accounts, settings, project)
        likely = settings.issuer or (held[0].issuer if held else "")
        there = {(one.issuer, one.subject) for one in held}
        if agents and all((likely, one.subject) in there for one in agents):
            self._ui.notify(texts.ALL_FEDERATED)
            return
        fields = [Field("issuer", texts.ISSUER, likely)]
        if not agents:
            fields.append(Field("subject", texts.SUBJECT, "", texts.SUBJECT_HINT))
        used = settings.auth_mode is AuthMode.WORKLOAD_IDENTITY
        note = () if used else ((texts.NOTE, texts.OTHER_MODE),)

        def made(typed: Mapping[str, str]) -> list[FederatedCredential]:
            of_chart = [(one.name, one.subject) for one in agents]
            accounts = of_chart or provisioning.service_account(typed["subject"])
            return provisioning.federated_credentials(typed["issuer"], accounts, held)

        def build(typed: Mapping[str, str]) -> ChangePrompt:
            wanted = made(typed)
            wrong = bool(typed["issuer"].strip()) and not provisioning.is_issuer(typed["issuer"])
            accounts = [one.subject.removeprefix("system:serviceaccount:") for one in wanted]
            return ChangePrompt(
                (
                    *texts.federate_facts(entry, accounts),
                    (texts.RESULT, texts.pods_sign_in(named=bool(accounts), in_values=bool(agents))),
                    *note,
                ),
                tuple(commands.federate(entry.client_id, entry.resource_id, one) for one in wanted)
                or (commands.show_issuer(),),
                actions=(("federate", texts.federate_action(len(wanted))),) if wanted else (),
                note="" if wanted else texts.NO_ISSUER if wrong else texts.TYPE_ISSUER,
                heading="" if wanted else texts.FIND_ISSUER,
            )

        title = texts.federate_title(entry.display_name)
        answers = await self._changes.ask(title, build, fields)
        if answers is None:
            return
        async with self._changes.run(
            title, texts.FEDERATED, build(answers.typed), entry.client_id
        ) as changes:
            await changes.federate(entry, made(answers.typed))
            self._entra.open_entry(entry)
            settings = self._store.state.settings
            if used and not settings.issuer:  # the next steps of pane 5 need it too
                self._settings.apply(replace(settings, issuer=answers.typed["issuer"].strip()), "issuer")

    async def grant(self, entry: DirectoryEntry) -> None:
        """Grants an entry read access to the vault."""
        from kvtui.azure import commands
        from kvtui.azure.network import resolve_from_host

        settings = self._store.state.settings
        vault = settings.vault
        if vault is None:
            self._ui.warn(texts.CHOOSE_VAULT)
            return
        try:
            entry = await provisioning.with_principal(self._session, settings, entry)
            principal = provisioning.principal_of(entry)
            access = await self._session.access_on_vault(settings, principal)
        except ProblemError as error:
            self._ui.notify_problem(error.problem)
            return
        if not access.vault_id or not principal:
            self._ui.warn(access.reason)
            return
        if access.can_get is Permission.YES and access.can_list is Permission.YES:
            self._ui.notify(texts.already_granted(entry.display_name, vault.name))
            return
        by_role = access.model == "rbac"
        command = (
            commands.grant_role(principal, access.vault_id)
            if by_role
            else commands.grant_policy(vault.name, principal, access.held)
        )
        what = texts.role(commands.READER) if by_role else texts.POLICY
        prompt = ChangePrompt(
            texts.grant_facts(what, entry, principal, vault.name, access.vault_id),
            (command,),
            actions=(("grant", texts.GRANT_ACTION),),
            note=access.hint_from(await resolve_from_host(vault.host)),
        )
        title = texts.grant_title(entry.display_name, vault.name)
        if await self._changes.ask(title, lambda _: prompt) is None:
            return
        async with self._changes.run(title, texts.GRANTED, prompt, entry.client_id) as changes:
            await changes.grant(entry, access, what)
            state = self._store.state
            if entry.client_id == state.settings.client_id and state.can_ask_as_deployment:
                read = await changes.wait_until_it_reads(state.secrets.names)
                counts = self._checks.identity_reads(read, changes.settings)
                proved = texts.can_read(entry.display_name, vault.name)
                self._changes.leave_to_user(f"{proved} {texts.THEN_WRITE}" if counts else proved)
            else:
                await changes.wait_until_granted(entry)
                self._changes.leave_to_user(texts.FOLLOWS)
            self._entra.open_entry(entry)
            self._lookup.forget_denied()
