"""What the doors may ask of Azure. Every method raises `ProblemError` and nothing else.

The adapters beside this file implement these against the real SDKs; the doors, the checks and the
lookup know only these.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from kvtui.azure.model import (
    Attempt,
    DirectoryEntry,
    FederatedCredential,
    Identity,
    Page,
    SecretValue,
    SecretVersion,
    VaultAccess,
)


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

    async def versions(self, name: str) -> tuple[SecretVersion, ...]:
        """The versions of one secret, newest first, without values."""

    async def close(self) -> None:
        """Gives back its connections."""


class Directory(Protocol):
    """Microsoft Graph, asked as the sign-in."""

    def find(self, text: str) -> AsyncIterator[tuple[DirectoryEntry, ...]]:
        """Apps, service principals and managed identities by name, client id or object id, as they arrive.

        Empty text gives the first entries by name.
        """

    async def federated(self, entry: DirectoryEntry) -> tuple[FederatedCredential, ...]:
        """The federated credentials of an app registration or a user-assigned identity."""

    async def close(self) -> None:
        """Gives back its connections."""


class Access(Protocol):
    """Resource Manager, asked as the sign-in."""

    async def on_vault(self, vault_name: str, object_id: str) -> VaultAccess:
        """What the service principal `object_id` may do with the vault's secrets."""

    async def close(self) -> None:
        """Gives back its connections."""
