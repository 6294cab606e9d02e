"""What the doors may ask of Azure. Every method raises `ProblemError` and nothing else.

The adapters beside this file implement these against the real SDKs; the doors, the checks and the
lookup know only these.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from kvtui.azure.model import (
    Attempt,
    DirectoryEntry,
    FederatedCredential,
    FoundVault,
    Group,
    Identity,
    NewSecret,
    Page,
    SecretValue,
    SecretVersion,
    VaultAccess,
)
from kvtui.core.secret_text import SecretText


class SignedIn(Protocol):
    """One credential, ready for use: the sign-in, or the deployment identity itself."""

    @property
    def identity(self) -> Identity:
        """Who the credential turned out to be."""

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """What was tried, in order; the last one answered."""

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""


class Vault(Protocol):
    """One vault, asked as one identity."""

    @property
    def identity(self) -> Identity:
        """As whom it is asked."""

    def names(self) -> AsyncIterator[Page]:
        """The pages of secret names while they arrive. Never asks for a value."""

    async def value(self, name: str) -> SecretValue:
        """One GET of the newest version."""

    async def recovery(self, name: str) -> str | None:
        """The `az` command that recovers a soft-deleted secret of this name.

        Empty: there is none. None: this identity may not see that.
        """

    async def store(self, name: str, value: SecretText) -> None:
        """A new secret, or a new version of one that is there."""

    async def versions(self, name: str) -> tuple[SecretVersion, ...]:
        """The versions of one secret, newest first, without values."""

    async def close(self) -> None:
        """Gives back its connections."""


class Search(Protocol):
    """One search of the directory, a page at a time."""

    @property
    def more(self) -> bool:
        """Whether another page can be asked for."""

    @property
    def total(self) -> int | None:
        """How many apps the service counted; None where it did not."""

    def page(self) -> AsyncIterator[tuple[DirectoryEntry, ...]]:
        """The next page of each kind, in batches as they arrive; no entry twice."""


class Directory(Protocol):
    """Microsoft Graph, asked as the sign-in."""

    def search(self, text: str) -> Search:
        """A search by name, client id or object id; empty text means all, by name. Sends nothing yet."""

    def find(self, text: str) -> AsyncIterator[tuple[DirectoryEntry, ...]]:
        """Apps, service principals and managed identities by name, client id or object id, as they arrive.

        Empty text gives the first entries by name.
        """

    async def federated(self, entry: DirectoryEntry) -> tuple[FederatedCredential, ...]:
        """The federated credentials of an app registration or a user-assigned identity."""

    async def owners(self, entry: DirectoryEntry) -> tuple[str, ...]:
        """Who owns an app registration or a service principal, by name."""

    async def service_principal(self, client_id: str) -> DirectoryEntry | None:
        """The service principal of a client id; None where the tenant has none."""

    async def groups(self, principal_id: str) -> tuple[Group, ...]:
        """The groups that a service principal is in, directly or through others."""

    async def close(self) -> None:
        """Gives back its connections."""


class Access(Protocol):
    """Resource Manager, asked as the sign-in."""

    async def on_vault(
        self, vault_name: str, object_id: str, groups: Sequence[Group] | None = None
    ) -> VaultAccess:
        """What the service principal `object_id` may do with the vault's secrets.

        `groups` are those it is in, through others too; None: they could not be read.
        """

    def vaults(self) -> AsyncIterator[tuple[FoundVault, ...]]:
        """The vaults of every subscription that the sign-in sees, as they arrive."""

    async def close(self) -> None:
        """Gives back its connections."""


class Changes(Protocol):
    """What may be changed, asked as the sign-in. Each returns when the service has taken the change."""

    async def register(self, name: str) -> DirectoryEntry:
        """A new app registration for this tenant alone."""

    async def make_principal(self, app: DirectoryEntry) -> str:
        """The service principal of an app, made once the directory knows the app; its object id."""

    async def add_secret(self, app: DirectoryEntry, name: str, ends: datetime) -> NewSecret:
        """One more client secret of an app."""

    async def remove_secret(self, app: DirectoryEntry, key_id: str) -> None:
        """One client secret less."""

    async def federate(self, entry: DirectoryEntry, credential: FederatedCredential) -> None:
        """One more federated credential, of an app or of a user-assigned identity."""

    async def grant(self, access: VaultAccess, principal_id: str, tenant_id: str) -> None:
        """Reading the vault's secrets, by a role or by an access policy, as the vault goes by."""

    async def close(self) -> None:
        """Gives back its connections."""
