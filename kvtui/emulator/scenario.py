"""The state of the simulated host: who is signed in, and what it has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Scenario:
    """One instance is shared by all services; its fields change while it runs."""

    az_user: str = "ana@contoso.com"
    """Who is signed in to the az stand-in; empty: nobody."""
    host_identities: tuple[str, ...] = ("mi-bastion",)
    """The managed identities of this host; a single one answers without its client ID."""
    device_code: str = "approved"
    """What the user does with a device code: `approved`, `declined` or `expired`."""
    device_polls: int = 1
    """How often the token endpoint answers that it is still waiting before that."""
    device_user: str = "ana@contoso.com"
    replication: int = 1
    """How many requests by id do not find a new app or service principal yet."""
    propagation: int = 2
    """How many tries with a new grant or a new client secret fail before it applies."""
    certificate: str = ""
    """A certificate in PEM that the app `Vault Backup Job` signs its assertions with, besides its own."""
    azd_user: str = ""
    """Who is signed in to the azd stand-in; empty: nobody."""
