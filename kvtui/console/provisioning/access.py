"""Whom an app or an identity trusts in place of a secret, and what it may read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from kvtui.azure.model import DirectoryEntry, EntryKind, FederatedCredential, Verdict
from kvtui.console.provisioning.change import Changing
from kvtui.console.provisioning.prompt import Asking, Field
from kvtui.core.problems import ProblemError
from kvtui.settings.model import AuthMode

AUDIENCE = "api://AzureADTokenExchange"
_NOT_A_NAME = re.compile(r"[^0-9a-zA-Z-]+")


class Granting(Changing):
    """Federated credentials and reading rights."""

    # Whom it trusts

    async def _federate(self, entry: DirectoryEntry) -> None:
        from kvtui.azure import commands

        assigned = "/userassignedidentities/" in entry.resource_id.lower()
        if entry.kind is not EntryKind.APPLICATION and not assigned:
            self.say(f"{entry.display_name} cannot trust a service account.", severity="warning")
            return
        try:
            directory = await self.azure.directory(self.state.settings)
            held = await directory.federated(entry)
        except ProblemError as error:
            self.say_problem(error.problem)
            return
        trusted = {one.subject for one in held}
        accounts_of_agents = await self.agent_accounts()
        missing = [one for one in accounts_of_agents if one.subject not in trusted]
        if accounts_of_agents and not missing:
            self.say("Every service account of the chart is trusted already.")
            return
        fields = [
            Field("issuer", "The cluster's OIDC issuer, an https address", held[0].issuer if held else "")
        ]
        if not missing:
            fields.append(Field("subject", "Namespace and service account", "", "namespace/account"))

        wanted_by = "the mode workload identity alone; pane 1 has another mode"
        other = self.state.settings.auth_mode is not AuthMode.WORKLOAD_IDENTITY
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

        def build(typed: Mapping[str, str]) -> Asking:
            wanted = made(typed)
            listed = ", ".join(one.subject.removeprefix("system:serviceaccount:") for one in wanted)
            return Asking(
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
        answers = await self.ask_change(title, build, fields)
        if answers is None:
            return
        async with self.making(title, build(answers)) as changes:
            wanted = made(answers)
            for one in wanted:  # one after the other: Entra refuses changes of one app at the same time
                self.step(f"Trusting {one.subject}")
                await changes.federate(entry, one)
            self.step("Waiting until the directory shows them")

            async def all_there() -> bool:
                there = {one.subject for one in await directory.federated(entry)}
                return {one.subject for one in wanted} <= there

            await self.wait(all_there, "show the federated credentials")
            self.open_entry(entry)

    # What it may read

    async def _grant(self, entry: DirectoryEntry) -> None:
        from kvtui.azure import commands
        from kvtui.azure.network import seen_from_here

        vault = self.state.settings.vault
        if vault is None:
            self.say("Choose the vault in pane 1 first.", severity="warning")
            return
        try:
            entry = await self._with_principal(entry)  # asked for once, for both
            access = await self.access_of(entry)
            principal = await self.principal_of(entry)
        except ProblemError as error:
            self.say_problem(error.problem)
            return
        if not access.vault_id or not principal:
            self.say(access.reason, severity="warning")
            return
        if access.can_get is Verdict.YES and access.can_list is Verdict.YES:
            self.say(f"{entry.display_name} can read {vault.name} already: d shows why.")
            return
        by_role = access.model == "rbac"
        command = (
            commands.grant_role(principal, access.vault_id)
            if by_role
            else commands.grant_policy(vault.name, principal, access.held)
        )
        what = f"the role {commands.READER}" if by_role else "an access policy with get and list on secrets"
        hint = access.hint_from(await seen_from_here(vault.host))
        asking = Asking(
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
        answers = await self.ask_change(title, lambda _: asking)
        if answers is None:
            return
        async with self.making(title, asking) as changes:
            self.step(f"Granting {what}")
            await changes.grant(access, principal, self._own_tenant())
            if entry.client_id == self.state.settings.client_id and self.can_be_deployment:
                self.step("Waiting until the vault lets it read")
                await self.wait(self.reads, "let it read")
                self.leave_to_user("It can read. w shows the files to be written.")
            else:
                self.step("Waiting until Resource Manager shows it")
                await self.wait(partial(self._shows_access, entry), "show the grant")
                self.leave_to_user(
                    "The vault itself follows within minutes; only the app itself can prove that."
                )
            self.open_entry(entry)
            self.recheck()

    async def _shows_access(self, entry: DirectoryEntry) -> bool:
        access = await self.access_of(entry)
        return access.can_get is Verdict.YES


def _credential_name(account: str) -> str:
    """A name that Entra takes: 3 to 120 letters, digits and hyphens."""
    return f"kvtui-{_NOT_A_NAME.sub('-', account).strip('-') or 'account'}"[:120]
