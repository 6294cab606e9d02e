"""The credential of all clients: one of azure-identity, for the chosen cloud's services only.

It requests each token once, however many wait for it, gives none to a vault of another tenant, and records
the identity that the token is for.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kvtui.azure.http import AnswerError
from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.model import Identity
from kvtui.azure.sign_in_errors import sign_in_problem
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import sanitized
from kvtui.settings.clouds import Cloud

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, AccessTokenInfo

_LAST = 253_402_300_799
"""The last second of the year 9999."""
_RENEW_BEFORE = 300
"""Seconds before its expiry at which a token is no longer used."""


@dataclass(frozen=True, slots=True)
class Source:
    """A credential of azure-identity, aio or wrapped, with what is known about it beforehand."""

    credential: Any = field(repr=False)
    label: str
    """The sign-in kind as shown: `az CLI`, `client secret`, …"""
    tenant: str = ""
    """The tenant it was built for, if any: a GUID or a domain."""
    client: str = ""
    patient: bool = False
    """Waits for the user, without kvtui's time limit."""
    as_airflow: bool = False
    """Used exactly as Airflow's backend would, including its errors."""


class ScopedCredential:
    """Implements azure-core's AsyncTokenCredential and AsyncSupportsTokenInfo."""

    def __init__(
        self, source: Source, cloud: Cloud, limits: Limits = LIMITS, *, allows_changes: bool = False
    ) -> None:
        self.cloud = cloud
        self.allows_changes = allows_changes
        """Whether clients with this credential may send what changes something."""
        self.identity = Identity(source.label, source.client or "not known", source.client)
        self._source = source
        self._limits = limits
        self._scopes = {self._vault_scope, f"https://{cloud.graph}/.default"}
        self._scopes.add(f"https://{cloud.arm}/.default")
        self._tokens: dict[tuple[str, str], AccessTokenInfo] = {}
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._vault_host = self._vault_tenant = ""

    def for_vault(self, host: str, tenant: str) -> ScopedCredential:
        """The same credential, with the same tokens, for one vault, whose challenge must name this tenant."""
        credential = copy.copy(self)
        credential._scopes = {self._vault_scope}
        credential._vault_host, credential._vault_tenant = host, tenant
        return credential

    @property
    def _vault_scope(self) -> str:
        return f"{self.cloud.vault_resource}/.default"

    async def first_token(self) -> Identity:
        """Signs in: gets the token for the vaults and reads the identity from it.

        Raises ProblemError (SIGN_IN, or UNREACHABLE when the login host does not answer).
        """
        # with CAE, as the vault's and Graph's clients ask: the credential caches the two kinds apart
        token = await self.get_token_info(self._vault_scope, options={"enable_cae": True})
        self.identity = identity_of(token.token, self._source, token.expires_on)
        return self.identity

    async def get_token_info(self, *scopes: str, options: Any = None) -> AccessTokenInfo:
        """A token for exactly one of the cloud's scopes. Raises ProblemError only."""
        self._check_tenant(str((options or {}).get("tenant_id") or ""))
        if len(scopes) != 1 or scopes[0] not in self._scopes:
            raise ProblemError(_foreign_scope(scopes, self.cloud))
        asked = dict(options or {})
        if asked.get("claims"):
            return await self._ask(scopes[0], asked)
        if self._is_own_tenant(str(asked.get("tenant_id") or "")):
            asked.pop("tenant_id", None)
        key = (scopes[0], str(asked.get("tenant_id") or "").lower())
        async with self._locks.setdefault(key, asyncio.Lock()):
            held = self._tokens.get(key)
            if held is None or held.expires_on - _RENEW_BEFORE < time.time():
                held = self._tokens[key] = await self._ask(scopes[0], asked)
            return held

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **_: Any,
    ) -> AccessToken:
        """The older form of the same, which msgraph's provider calls."""
        from azure.core.credentials import AccessToken

        asked = {"claims": claims, "tenant_id": tenant_id, "enable_cae": enable_cae}
        token = await self.get_token_info(*scopes, options={name: v for name, v in asked.items() if v})
        return AccessToken(token.token, token.expires_on)

    def _check_tenant(self, challenged: str) -> None:
        """Raises ProblemError(DENIED) where a vault's challenge names a foreign tenant."""
        if challenged and self._vault_tenant and challenged.lower() != self._vault_tenant.lower():
            raise ProblemError(
                Problem(
                    f"The vault {self._vault_host} belongs to tenant {sanitized(challenged, 60)}, "
                    f"but {sanitized(self._vault_tenant, 60)} is expected. No token was sent.",
                    Remedy(
                        Do.GIVE_TENANT,
                        f"Check the vault's name; if it is yours, set its tenant ID {HOW}.",
                    ),
                    ProblemKind.DENIED,
                    identity=str(self.identity),
                    code="ForeignTenant",
                    status=401,
                )
            )

    def _is_own_tenant(self, tenant: str) -> bool:
        """Whether a challenge only names the signed-in user's own tenant, so that no second token is needed.

        azure-identity compares the two as text: a credential built for a domain, or for a GUID in capitals,
        rejects the vault's GUID. For the deployment identity that error is kept, because Airflow gets it,
        too.
        """
        if self._source.as_airflow:
            return False
        return tenant.lower() == self.identity.tenant_id.lower()

    async def _ask(self, scope: str, options: dict[str, Any]) -> AccessTokenInfo:
        limit = None if self._source.patient else self._limits.token
        try:
            async with asyncio.timeout(limit):
                got = await self._source.credential.get_token_info(scope, options=options)
        except Exception as error:
            raise ProblemError(self._problem(error)) from None
        if not _is_token(got):
            raise ProblemError(self._problem(AnswerError("it has no valid token")))
        return got  # type: ignore[no-any-return]

    def _problem(self, error: Exception) -> Problem:
        return sign_in_problem(
            error,
            label=self._source.label,
            client=self._source.client,
            tenant=self._source.tenant,
            url=f"https://{self.cloud.authority}/",
        )

    async def close(self) -> None:
        """Closes the credential's connections and drops its tokens. May be called twice."""
        self._tokens.clear()
        await self._source.credential.close()

    async def __aenter__(self) -> ScopedCredential:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _foreign_scope(scopes: tuple[str, ...], cloud: Cloud) -> Problem:
    return Problem(
        (
            f"A token for {sanitized(' '.join(scopes), 100)} was not requested: it is not for a service "
            f"of the {cloud.name} cloud."
        ),
        "Check the cloud and the vault's address; nothing was sent.",
        ProblemKind.DENIED,
        code="ForeignScope",
    )


def identity_of(token: str, source: Source, expires_on: int) -> Identity:
    """The identity that the token is for, from its claims. Nothing is verified: the services do that."""
    claims = _claims(token)

    def said(*names: str) -> str:
        found = (claims[name] for name in names if isinstance(claims.get(name), str))
        return sanitized(next(found, "").rpartition("/")[2], 120)

    user = said("upn", "preferred_username", "unique_name")
    resource = said("xms_mirid")  # the last part of the resource's id
    client = said("appid", "azp") or source.client
    return Identity(
        kind=source.label,
        name=user or resource or said("app_displayname", "name") or client or "not known",
        client_id=client,
        object_id=said("oid"),
        tenant_id=said("tid"),
        expires=datetime.fromtimestamp(expires_on, UTC),
        is_user=bool(user) and said("idtyp") != "app",
    )


def _is_token(got: Any) -> bool:
    """Whether text and expiry of a token have the right form: the SDK passes on whatever the answer holds."""
    text, ends = got.token, got.expires_on
    fits = isinstance(text, str) and text.isascii() and text.isprintable() and " " not in text
    return bool(text) and fits and isinstance(ends, int) and 0 <= ends <= _LAST


def _claims(token: str) -> dict[str, Any]:
    try:
        payload = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
