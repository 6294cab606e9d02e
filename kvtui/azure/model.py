"""The values that this package returns. They contain no types of an SDK."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kvtui.core.secret_text import SecretText


@dataclass(frozen=True, slots=True)
class SecretName:
    """One secret as a listing shows it: everything but the value. Dates are aware, in UTC."""

    name: str
    enabled: bool = True
    expires: datetime | None = None
    not_before: datetime | None = None
    created: datetime | None = None
    updated: datetime | None = None
    content_type: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    managed: bool = False
    """The secret behind a certificate."""


@dataclass(frozen=True, slots=True)
class SecretAttributes:
    """What is stored beside a value. Dates are aware."""

    content_type: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    expires: datetime | None = None
    not_before: datetime | None = None
    enabled: bool = True


NOTHING_BESIDE = SecretAttributes()
"""A secret without content type, tags and dates."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, in the service's order. May be empty although more follow."""

    items: tuple[SecretName, ...]
    after: str
    """Where a listing goes on after this page; empty: this is the last."""


@dataclass(frozen=True, slots=True)
class SecretValue:
    """One fetched value with the attributes that came with it."""

    name: str
    value: SecretText
    version: str
    enabled: bool
    expires: datetime | None
    not_before: datetime | None
    updated: datetime | None
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """One version of a secret, without its value."""

    version: str
    enabled: bool
    created: datetime | None
    expires: datetime | None
    updated: datetime | None = None
    not_before: datetime | None = None
    recovery_level: str = ""
    """What becomes of the secret when it is deleted, as Key Vault says it: `Recoverable+Purgeable`, …"""
    recoverable_days: int | None = None
    """For how long it can be recovered then."""


@dataclass(frozen=True, slots=True)
class DeletedSecret:
    """A deleted secret that can be recovered, without its value."""

    name: str
    deleted: datetime | None
    purge: datetime | None
    """When Key Vault deletes it for good."""


class EntryKind(StrEnum):
    """What a directory entry is; the values are those of the JSON that users get."""

    APPLICATION = "application"
    SERVICE_PRINCIPAL = "service-principal"
    MANAGED_IDENTITY = "managed-identity"


@dataclass(frozen=True, slots=True)
class AppCredential:
    """A client secret or certificate of an app, as the directory shows it: never its text."""

    kind: str
    """`secret` or `certificate`."""
    hint: str
    """The first characters of a client secret; empty for a certificate."""
    expires: datetime | None
    name: str = ""
    starts: datetime | None = None
    key_id: str = ""
    """Its key id in the directory."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A client secret that was just made."""

    value: SecretText
    credential: AppCredential


@dataclass(frozen=True, slots=True)
class FederatedCredential:
    """A token of this issuer and subject signs the app in instead of a secret."""

    name: str
    issuer: str
    subject: str
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """An app registration, a service principal or a managed identity."""

    kind: EntryKind
    display_name: str
    client_id: str
    object_id: str
    credentials: tuple[AppCredential, ...] = ()
    enabled: bool = True
    sign_in_audience: str = ""
    resource_id: str = ""
    """Of a managed identity: its Resource Manager id."""
    created: datetime | None = None
    principal_id: str = ""
    """The object id of its service principal, which roles are given to; empty where it is not known."""
    home_tenant: str = ""
    """Of a service principal: the tenant whose app it is."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the directory."""

    object_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity that a token is for."""

    kind: str
    """`az CLI`, `device code`, `client secret`, `managed identity`, `environment`, …"""
    name: str
    """The user's or app's name in the token, else its client ID."""
    client_id: str = ""
    object_id: str = ""
    tenant_id: str = ""
    expires: datetime | None = None
    """When the token ends."""
    is_user: bool = False
    """A person, not an app or a managed identity."""

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in kind that was tried, and its answer."""

    kind: str
    ok: bool
    said: str


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the user must type, and where, to sign in by device code."""

    user_code: str
    url: str
    expires: datetime


class Permission(StrEnum):
    """What is known about one right."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class VaultAccess:
    """What one identity may do with a vault's secrets, as Resource Manager reports it."""

    model: str
    """`rbac`, `access-policies`, or empty when it could not be read."""
    can_get: Permission
    can_list: Permission
    reason: str
    """One sentence: through which role or policy, or why it is not known."""
    public_network: bool | None = None
    remedy: str = ""
    """The `az` command that would grant what is missing, if known."""
    held: tuple[str, ...] = ()
    """The secret permissions of its own access policy, which a grant must keep."""
    more_than_needed: str = ""
    """The role or permissions beyond what Airflow needs, if any."""
    network: str = ""
    """One sentence: from where the vault can be reached."""
    vault_id: str = ""
    """The vault's Resource Manager id, where it was found."""
    to_find_out: tuple[str, ...] = ()
    """The `az` commands that show what could not be read."""

    def hint_from(self, host: HostView | None) -> str:
        """Why this host may not read even after a grant, one sentence; empty if the network is open."""
        if self.public_network is not False or (host is not None and host.private):
            return ""
        return "After the grant, the vault's firewall may still block this host."

    @property
    def summary(self) -> str:
        """What it may do, in a few words, and whether that is what Airflow needs."""
        get, names = self.can_get, self.can_list
        if Permission.UNKNOWN in (get, names) and Permission.YES not in (get, names):
            return "unknown"
        if get is Permission.YES and self.more_than_needed:
            return "can do more than Airflow needs"
        if get is Permission.YES:
            return "can get and list" if names is Permission.YES else "can get, not list"
        return "can list, not get" if names is Permission.YES else "no access"


@dataclass(frozen=True, slots=True)
class FoundVault:
    """One vault that the signed-in user sees."""

    name: str
    location: str
    group: str
    subscription: str
    """The subscription's name."""
    model: str
    """`rbac` or `access-policies`."""


@dataclass(frozen=True, slots=True)
class HostView:
    """How a host's name resolves from here."""

    addresses: tuple[str, ...] = ()
    private: bool | None = None
    """Whether all addresses are private; None where there is none to judge."""
    proxy: str = ""
    """The proxy that resolves the name instead of this host."""

    @property
    def words(self) -> str:
        """One sentence."""
        if self.proxy:
            return (
                f"The proxy {self.proxy} resolves the vault's name, so kvtui does not know whether "
                "the vault's address is private."
            )
        if self.private is None:
            return "From here its name cannot be resolved."
        kind = "a private address" if self.private else "a public address"
        return f"From here its name resolves to {kind}, {', '.join(self.addresses[:2])}."
