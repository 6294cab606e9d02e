"""Which service accounts an app or an identity trusts in place of a secret, and what it may read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from kvtui.app.session import AzureSide
from kvtui.azure.model import DirectoryEntry, EntryKind, FederatedCredential, Verdict
from kvtui.console.panes.checks.controller import ChecksController
from kvtui.console.panes.entra.controller import EntraController
from kvtui.console.panes.entra.entry_facts import EntryFacts
from kvtui.console.provisioning.change import ChangeRunner
from kvtui.console.provisioning.prompt import ChangePrompt, Field
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.problems import ProblemError
from kvtui.settings.model import AuthMode

AUDIENCE = "api://AzureADTokenExchange"
_NOT_A_NAME = re.compile(r"[^0-9a-zA-Z-]+")


@dataclass(eq=False, repr=False)
class AccessGrants:
    """Federated credentials and reading rights."""

    _store: Store
    _ui: Ui
    _session: AzureSide
    _changes: ChangeRunner
    _facts: EntryFacts
    _entra: EntraController
    _checks: ChecksController

    async def federate(self, entry: DirectoryEntry) -> None:
        """Adds federated credentials for the agents' service accounts."""
        from kvtui.azure import commands

        assigned = "/userassignedidentities/" in entry.resource_id.lower()
        if entry.kind is not EntryKind.APPLICATION and not assigned:
            self._ui.warn(f"{entry.display_name} cannot trust a service account.")
            return
        try:
            directory = await self._session.directory(self._store.state.settings)
            held = await directory.federated(entry)
        except ProblemError as error:
            self._ui.notify_problem(error.problem)
            return
        trusted = {one.subject for one in held}
        accounts_of_agents = await self._facts.agent_accounts()
        missing = [one for one in accounts_of_agents if one.subject not in trusted]
        if accounts_of_agents and not missing:
            self._ui.notify("Every service account of the chart is trusted already.")
            return
        fields = [
            Field("issuer", "The cluster's OIDC issuer, an https address", held[0].issuer if held else "")
        ]
        if not missing:
            fields.append(Field("subject", "Namespace and service account", "", "namespace/account"))

        wanted_by = "the mode workload identity alone; pane 1 has another mode"
        other = self._store.state.settings.auth_mode is not AuthMode.WORKLOAD_IDENTITY
        mode = (("used by", wanted_by),) if other else ()

        def made(typed: Mapping[str, str]) -> list[FederatedCredential]:
            issuer = typed["issuer"].strip()
            if not re.fullmatch(r"https://[^\s]{3,580}", issuer):
                return []
            accounts = [(one.name, one.subject) for one in missing]
            if not missing:
                namespace, slash, name = typed["subject"].strip().partition("/")
                subject = f"system:serviceaccount:{namespace}:{name}"
                accounts = [(name, subject)] if namespace and slash and name else []
            return [
                FederatedCredential(_credential_name(name), issuer, subject, (AUDIENCE,))
                for name, subject in accounts
            ]

        def build(typed: Mapping[str, str]) -> ChangePrompt:
            wanted = made(typed)
            listed = ", ".join(one.subject.removeprefix("system:serviceaccount:") for one in wanted)
            return ChangePrompt(
                (
                    ("what", f"federated credentials for {listed}" if listed else "federated credentials"),
                    ("where", f"{entry.display_name}, client id {entry.client_id}"),
                    ("then", "pods with these service accounts can be it, without a secret"),
                    *mode,
                ),
                tuple(commands.federate(entry.client_id, entry.resource_id, one) for one in wanted)
                or (commands.show_issuer(),),
                (("federate", f"Add {len(wanted)}"),) if wanted else (),
                "" if wanted else "Type the cluster's issuer. The command prints it.",
            )

        title = f"Let service accounts be {entry.display_name}"
        answers = await self._changes.ask(title, build, fields)
        if answers is None:
            return
        async with self._changes.run(title, build(answers.typed)) as changes:
            wanted = made(answers.typed)
            for one in wanted:  # one after the other: Entra refuses changes of one app at the same time
                self._changes.step(f"Trusting {one.subject}")
                await changes.federate(entry, one)
            self._changes.step("Waiting until the directory shows them")

            async def all_there() -> bool:
                there = {one.subject for one in await directory.federated(entry)}
                return {one.subject for one in wanted} <= there

            await self._changes.wait(all_there, "show the federated credentials")
            self._entra.open_entry(entry)

    async def grant(self, entry: DirectoryEntry) -> None:
        """Grants it to read the vault."""
        from kvtui.azure import commands
        from kvtui.azure.network import seen_from_here

        vault = self._store.state.settings.vault
        if vault is None:
            self._ui.warn("Choose the vault in pane 1 first.")
            return
        try:
            entry = await self._facts.with_principal(entry)  # asked for once, for both
            access = await self._facts.access_of(entry)
            principal = await self._facts.principal_of(entry)
        except ProblemError as error:
            self._ui.notify_problem(error.problem)
            return
        if not access.vault_id or not principal:
            self._ui.warn(access.reason)
            return
        if access.can_get is Verdict.YES and access.can_list is Verdict.YES:
            self._ui.notify(f"{entry.display_name} can read {vault.name} already: d shows why.")
            return
        by_role = access.model == "rbac"
        command = (
            commands.grant_role(principal, access.vault_id)
            if by_role
            else commands.grant_policy(vault.name, principal, access.held)
        )
        what = f"the role {commands.READER}" if by_role else "an access policy with get and list on secrets"
        hint = access.hint_from(await seen_from_here(vault.host))
        prompt = ChangePrompt(
            (
                ("what", what),
                ("whom", f"{entry.display_name}, client id {entry.client_id}, principal id {principal}"),
                ("where", f"the vault {vault.name} only: {access.vault_id}"),
            ),
            (command,),
            (("grant", "Grant it"),),
            hint,
        )
        title = f"Let {entry.display_name} read {vault.name}"
        answers = await self._changes.ask(title, lambda _: prompt)
        if answers is None:
            return
        async with self._changes.run(title, prompt) as changes:
            self._changes.step(f"Granting {what}")
            await changes.grant(access, principal, self._store.state.own_tenant)
            if (
                entry.client_id == self._store.state.settings.client_id
                and self._store.state.can_ask_as_deployment
            ):
                self._changes.step("Waiting until the vault lets it read")
                await self._changes.wait(self._checks.deployment_reads, "let it read")
                self._changes.leave_to_user("It can read. w shows the files to be written.")
            else:
                self._changes.step("Waiting until Resource Manager shows it")
                await self._changes.wait(partial(self._shows_access, entry), "show the grant")
                self._changes.leave_to_user(
                    "The vault itself follows within minutes; only the app itself can prove that."
                )
            self._entra.open_entry(entry)
            self._checks.recheck()

    async def _shows_access(self, entry: DirectoryEntry) -> bool:
        access = await self._facts.access_of(entry)
        return access.can_get is Verdict.YES


def _credential_name(account: str) -> str:
    """A name that Entra takes: 3 to 120 letters, digits and hyphens."""
    return f"kvtui-{_NOT_A_NAME.sub('-', account).strip('-') or 'account'}"[:120]
