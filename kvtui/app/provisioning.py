"""What kvtui changes in Azure: an app, its client secrets, its federated credentials, its reading rights.

Each change reports its steps as they begin and returns when Azure shows it: the directory replicates, and
grants take minutes.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count
from typing import TYPE_CHECKING

from kvtui.app.checks.facts import ProbeResult
from kvtui.app.new_secrets import NOT_ACCEPTED_YET
from kvtui.app.session import Session
from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.model import (
    DirectoryEntry,
    EntryKind,
    FederatedCredential,
    NewSecret,
    Permission,
    VaultAccess,
)
from kvtui.core.problems import ProblemError
from kvtui.settings.model import Settings

if TYPE_CHECKING:
    from kvtui.azure.model import SecretName
    from kvtui.outputs.helm.service_accounts import ServiceAccount
    from kvtui.project.model import Project

AUDIENCE = "api://AzureADTokenExchange"
LONGEST_DAYS = 730
"""Lifetime of a client secret."""
_NAME = re.compile(r"[^\x00-\x1f<>;&%]{1,120}")
_ISSUER = re.compile(r"https://[^\s]{3,580}")
_NOT_A_NAME = re.compile(r"[^0-9a-zA-Z-]+")


def is_name(text: str) -> bool:
    """Whether Entra accepts this name for an app or a client secret."""
    return bool(_NAME.fullmatch(text))


def has_federated_credentials(entry: DirectoryEntry) -> bool:
    """Whether it can have federated credentials: an app registration or a user-assigned identity."""
    return entry.kind is EntryKind.APPLICATION or "/userassignedidentities/" in entry.resource_id.lower()


def is_issuer(text: str) -> bool:
    """Whether it can be the URL of a cluster's OIDC issuer."""
    return _ISSUER.fullmatch(text.strip()) is not None


def federated_credentials(
    issuer: str, subjects: Iterable[tuple[str, str]], held: Iterable[FederatedCredential] = ()
) -> list[FederatedCredential]:
    """One for each service account, given as name and subject, that is not in `held` for the same issuer.

    None for an issuer that is not a URL. An identity has a name only once: one of `held` gets a number.
    """
    issuer = issuer.strip()
    if not is_issuer(issuer):
        return []
    there = {(each.issuer, each.subject) for each in held}
    names = {each.name for each in held}
    made: list[FederatedCredential] = []
    for account, subject in subjects:
        if (issuer, subject) in there:
            continue
        base = _credential_name(account)
        numbered = chain([base], (f"{base[:110]}-{number}" for number in count(2)))
        name = next(each for each in numbered if each not in names)
        names.add(name)
        made.append(FederatedCredential(name, issuer, subject, (AUDIENCE,)))
    return made


def service_account(text: str) -> list[tuple[str, str]]:
    """The name and the subject of a typed `namespace/account`; empty for another form."""
    namespace, _, name = text.strip().partition("/")
    return [(name, f"system:serviceaccount:{namespace}:{name}")] if namespace and name else []


def _credential_name(account: str) -> str:
    """That of the account, as in the next steps. Entra takes 3 to 120 letters, digits and hyphens."""
    name = _NOT_A_NAME.sub("-", account).strip("-")
    return name[:120] if len(name) >= 3 else f"kvtui-{name or 'account'}"


def agent_accounts(settings: Settings, project: Project | None) -> tuple[ServiceAccount, ...]:
    """The service accounts of the chosen chart, as the project's values name them."""
    from kvtui.outputs.helm.service_accounts import accounts
    from kvtui.outputs.next_steps import release_of
    from kvtui.project.versions import known_airflow

    if project is None or not project.values.text:
        return ()
    chosen = replace(settings, airflow_version=known_airflow(settings, project))
    found = accounts(chosen, project.values.text, release_of(settings))
    once = {each.name: each for each in reversed(found) if each.namespace}
    return tuple(reversed(once.values()))


async def with_principal(session: Session, settings: Settings, entry: DirectoryEntry) -> DirectoryEntry:
    """An app with its service principal, which a list need not know. Raises `ProblemError`."""
    if entry.kind is not EntryKind.APPLICATION or entry.principal_id:
        return entry
    found = await (await session.directory(settings)).service_principal(entry.client_id)
    return replace(entry, principal_id=found.object_id, enabled=found.enabled) if found else entry


def principal_of(entry: DirectoryEntry) -> str:
    """The object id that roles are assigned to: an app's is its service principal's."""
    return entry.principal_id if entry.kind is EntryKind.APPLICATION else entry.object_id


@dataclass(frozen=True, slots=True)
class Provisioning:
    """The changes, made as the signed-in user. Every method raises `ProblemError`."""

    session: Session
    settings: Settings
    step: Callable[[str], None]
    """Called with the text of each step when it begins; raises CancelledError to end the change there."""
    waiting: Callable[[str], None]
    """The same for a step that changes nothing: it may be cancelled at any time."""
    limits: Limits = LIMITS

    async def may_read(self, entry: DirectoryEntry) -> bool:
        """Whether Azure grants an entry to read values of the vault; False also if that is not known."""
        try:
            entry = await with_principal(self.session, self.settings, entry)
            access = await self.session.access_on_vault(self.settings, principal_of(entry))
        except ProblemError:
            return False
        return access.can_get is Permission.YES

    async def apps_named(self, name: str) -> list[DirectoryEntry]:
        """The apps of exactly this name; upper and lower case are the same."""
        found = await self.session.entries(self.settings, name)
        of_apps = [entry for entry in found if entry.kind is EntryKind.APPLICATION]
        return [entry for entry in of_apps if entry.display_name.casefold() == name.casefold()]

    async def register(self, name: str, made: Callable[[DirectoryEntry], None]) -> DirectoryEntry:
        """A single-tenant app with its service principal; `made` is called before the directory finds it."""
        changes = await self.session.changes(self.settings, self.limits)
        self.step("Registering the app and its service principal")
        app = await changes.register(name)
        app = replace(app, principal_id=await changes.make_principal(app))
        made(app)
        self.waiting("Waiting until the directory lists it")
        directory = await self.session.directory(self.settings)

        async def found() -> bool:
            return await directory.service_principal(app.client_id) is not None

        await self._wait(found, "find the new app")
        return app

    async def add_secret(self, app: DirectoryEntry, name: str, ends: datetime) -> NewSecret:
        """Adds a client secret; older ones are kept."""
        changes = await self.session.changes(self.settings, self.limits)
        self.step("Adding the client secret")
        new = await changes.add_secret(app, name, ends)
        self.session.new_secrets.add(app.client_id, new.value, app.display_name)
        return new

    async def wait_for_sign_in(self) -> None:
        """Waits until Entra accepts the settings' client secret, which is new."""
        self.waiting("Waiting until Entra accepts it")

        async def signs_in() -> bool:
            await self.session.forget_deployment()
            try:
                await self.session.identity(self.settings, deployment=True)
            except ProblemError as error:
                if error.problem.code == NOT_ACCEPTED_YET:
                    return False
                raise
            return True

        await self._wait(signs_in, "accept the new secret")

    async def remove_secret(self, app: DirectoryEntry, key_id: str, words: str) -> None:
        """Removes a client secret, `words` in the step; waits until the directory no longer shows it."""
        changes = await self.session.changes(self.settings, self.limits)
        self.step(f"Removing {words}")
        await changes.remove_secret(app, key_id)
        self.waiting("Checking that it is removed")

        async def gone() -> bool:
            found = await self.session.entries(self.settings, app.client_id)
            held = {one.key_id for entry in found for one in entry.credentials}
            return bool(found) and key_id not in held

        await self._wait(gone, "report the secret as removed")

    async def federate(self, entry: DirectoryEntry, wanted: Sequence[FederatedCredential]) -> None:
        """Adds federated credentials, so that pods can sign in as this identity without a secret."""
        changes = await self.session.changes(self.settings, self.limits)
        for one in wanted:  # one after the other: Entra rejects changes of one app at the same time
            self.step(f"Adding the federated credential for {one.subject}")
            await changes.federate(entry, one)
        self.waiting("Waiting until the directory shows them")
        directory = await self.session.directory(self.settings)

        async def all_there() -> bool:
            return {one.subject for one in wanted} <= {
                one.subject for one in await directory.federated(entry)
            }

        await self._wait(all_there, "show the federated credentials")

    async def grant(self, entry: DirectoryEntry, access: VaultAccess, what: str) -> None:
        """Grants reading of the chosen vault, called `what` in the step; the vault follows within minutes."""
        user = await self.session.identity(self.settings)
        changes = await self.session.changes(self.settings, self.limits)
        self.step(f"Granting {what}")
        await changes.grant(access, principal_of(entry), user.identity.tenant_id)

    async def wait_until_granted(self, entry: DirectoryEntry) -> None:
        """Waits until Resource Manager shows that it may read."""
        self.waiting("Waiting until Resource Manager shows it")

        async def shown() -> bool:
            found = await self.session.access_on_vault(self.settings, principal_of(entry))
            return found.can_get is Permission.YES

        await self._wait(shown, "show the grant")

    async def wait_until_it_reads(self, names: Sequence[SecretName]) -> ProbeResult:
        """Waits until the vault lets the deployment identity read; the value is dropped."""
        self.waiting("Waiting until the vault allows reading")
        read: list[ProbeResult] = []

        async def reads() -> bool:
            tried = await self.reads(names)
            read.extend(filter(None, (tried,)))
            return tried is not None

        await self._wait(reads, "allow reading")
        return read[0]

    async def reads(self, names: Sequence[SecretName]) -> ProbeResult | None:
        """One read as the deployment identity; None if the vault does not allow it yet."""
        from kvtui.app.checks.gathering import sample_name, try_reading

        name = sample_name(self.settings, names)
        tried = await try_reading(self.session, self.settings, name, deployment=True)
        if tried.problem is not None and tried.problem.status != 403:
            raise ProblemError(tried.problem)
        return None if tried.problem is not None else tried

    async def _wait(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        from kvtui.azure.waiting import until

        await until(holds, what, self.limits)
