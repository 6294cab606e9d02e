"""What expires soon: client secrets and certificates of an app, secrets of a vault. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from kvtui.core.ages import expiry, whole_days

if TYPE_CHECKING:
    from kvtui.airflow.naming import Naming
    from kvtui.azure.model import AppCredential, SecretName


SHORT_ID = 8
"""Characters of a key ID that are enough to distinguish the secrets of an app."""


class Thing(StrEnum):
    """What expires; the values are those of the JSON."""

    CLIENT_SECRET = "client-secret"  # noqa: S105 - a word
    CERTIFICATE = "certificate"
    VAULT_SECRET = "vault-secret"  # noqa: S105 - a word

    @property
    def words(self) -> str:
        """As people read it."""
        return self.value.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Expiring:
    """One thing that expires, or has expired."""

    thing: Thing
    name: str
    """The name of the secret; of a credential its display name, else the first characters or the key ID."""
    of: str
    """The app or the vault that has it."""
    expires: datetime
    kind: str = ""
    """Of a vault's secret: `variable`, `connection`, `config` or `other`, by its prefix."""
    key: str = ""
    used: bool | None = None
    """Whether the DAGs use it; None: not known."""
    key_id: str = ""
    """Of a credential: its ID in the directory."""

    @property
    def shown(self) -> str:
        """The name in texts: a credential's in quotes, because it can be any text, and with its key ID."""
        if self.thing is Thing.VAULT_SECRET:
            return self.name
        return f'"{self.name}"' + (f" (key ID {self.key_id[:SHORT_ID]})" if self.key_id else "")

    def days_left(self, at: datetime) -> int:
        """Whole days until it expires; negative when that is past."""
        return whole_days(self.expires, at)

    def when(self, at: datetime) -> str:
        """`expires in 8 days (2026-12-05)`, `expired 3 days ago (2026-11-24)`."""
        return f"{expiry(self.expires, at)} ({self.expires:%Y-%m-%d})"


def of_credentials(
    credentials: Iterable[AppCredential], app: str, at: datetime, until: datetime
) -> Iterator[Expiring]:
    """Credentials of `app` that expire by `until`; not those that had expired and were replaced."""
    held = [(each, each.expires) for each in credentials if each.expires is not None]
    valid = {each.kind for each, expires in held if expires > at}
    for each, expires in held:
        if expires <= until and (expires > at or each.kind not in valid):
            thing = Thing.CLIENT_SECRET if each.kind == "secret" else Thing.CERTIFICATE
            yield Expiring(thing, each.name or each.hint or each.key_id, app, expires, key_id=each.key_id)


def of_secrets(
    secrets: Iterable[SecretName],
    vault: str,
    naming: Naming,
    until: datetime,
    used: Collection[str] | None = None,
) -> Iterator[Expiring]:
    """Enabled secrets that expire by `until`; `used`: the names that the DAGs use, in lower case."""
    for secret in secrets:
        if secret.expires is not None and secret.expires <= until and secret.enabled:
            kind, key = naming.read(secret.name) or ("other", "")
            by_dags = None if used is None else secret.name.lower() in used
            yield Expiring(Thing.VAULT_SECRET, secret.name, vault, secret.expires, kind, key, by_dags)


def in_order(found: Iterable[Expiring]) -> tuple[Expiring, ...]:
    """The first to expire first."""
    return tuple(sorted(found, key=lambda each: (each.expires, each.name)))
