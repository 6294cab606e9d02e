"""The principals that can get a token, their credentials, and Contoso's groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from kvtui.emulator import company
from kvtui.emulator.company import made_id


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A client secret; `text` is None where nobody needs to sign in with it."""

    name: str
    ends: datetime
    text: str | None = None
    given_id: str = ""
    began: datetime | None = None

    @property
    def key_id(self) -> str:
        """Its key id in Graph."""
        return self.given_id or made_id("key", self.name)

    @property
    def hint(self) -> str:
        """The first three characters, as Graph shows them."""
        return (self.text or made_id("hint", self.name))[:3]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that an app signs its assertions with."""

    name: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class Federation:
    """The issuer and subject whose tokens are accepted instead of a secret."""

    name: str
    issuer: str
    subject: str
    audience: str = company.FEDERATION_AUDIENCE


@dataclass(frozen=True, slots=True)
class Principal:
    """A principal that can get a token: a user, an app or a managed identity."""

    kind: str
    """`user`, `app` or `managed-identity`."""
    name: str
    """A user's principal name, else the display name."""
    object_id: str
    """Of the user or the service principal; empty for an app that has none."""
    client_id: str = ""
    display_name: str = ""
    application_object_id: str = ""
    secrets: tuple[ClientSecret, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    federations: tuple[Federation, ...] = ()
    graph_roles: tuple[str, ...] = ()
    """The application permissions on Graph that an admin consented to."""
    reads_directory: bool = False
    """A user's right to read apps, as every member has by default."""
    public_client: bool = False
    audience: str = "AzureADMyOrg"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    resource_id: str = ""
    user_assigned: bool = True
    enabled: bool = True
    description: str = ""
    owners: tuple[str, ...] = ()
    """Object ids."""


@dataclass(frozen=True, slots=True)
class Group:
    """A security group; its members are object ids, of principals or of other groups."""

    name: str
    members: tuple[str, ...]

    @property
    def object_id(self) -> str:
        """The group's own id."""
        return made_id("group", self.name)


GROUPS = (
    Group("grp-vault-readers", (made_id("group", "grp-transformation"),)),
    Group("grp-transformation", (made_id("sp", "dbt Cloud"), made_id("sp", "Airbyte"))),
    Group("grp-legacy-readers", (made_id("sp", "Fivetran Ingest"),)),
)


def groups_of(object_id: str) -> tuple[Group, ...]:
    """Every group that `object_id` is in, through others too."""
    found: dict[str, Group] = {}
    reached = [object_id]
    while reached:
        member = reached.pop()
        for group in GROUPS:
            if member in group.members and group.object_id not in found:
                found[group.object_id] = group
                reached.append(group.object_id)
    return tuple(found.values())


def holders(object_id: str) -> frozenset[str]:
    """The ids whose grants apply to `object_id`: its own and its groups'."""
    return frozenset({object_id, *(group.object_id for group in groups_of(object_id))})
