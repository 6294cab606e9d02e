"""One vault's secrets: names page by page, one value, its versions.

`SecretClient.send_request` gives the SDK's authentication, challenge, retry and TLS; the bodies are
plain JSON, read with limits. Shapes: Key Vault secrets, api-version of azure-keyvault-secrets 4.12.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from kvtui.azure.commands import recover_secret
from kvtui.azure.errors import no_answer, unreachable
from kvtui.azure.http import Answer
from kvtui.azure.limits import Limits
from kvtui.azure.model import (
    NOTHING_BESIDE,
    DeletedSecret,
    Identity,
    Page,
    SecretAttributes,
    SecretName,
    SecretValue,
    SecretVersion,
)
from kvtui.azure.scoped_credential import ScopedCredential
from kvtui.azure.service import JsonPage, OnWait, Service
from kvtui.azure.transport import PipelineSender, service_host, transport
from kvtui.azure.vault_errors import vault_problem
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized
from kvtui.core.secret_text import SecretText
from kvtui.settings.model import VaultAddress

_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
_ID = re.compile(r"https://[\w.:-]+/secrets/([0-9a-zA-Z-]{1,127})(?:/([0-9a-zA-Z-]{1,127}))?/?")
_PAGE_PATH = re.compile(r"/(deletedsecrets|secrets(/[0-9a-zA-Z-]{1,127}/versions)?)/?")


class Vault:
    """One vault, asked as one identity. Every method raises `ProblemError` and nothing else."""

    def __init__(
        self, credential: ScopedCredential, identity: Identity, address: VaultAddress, limits: Limits
    ) -> None:
        self.identity = identity
        self._address = address
        self._limits = limits
        self._service = Service(
            PipelineSender(partial(secret_client, credential, address, limits), limits),
            address.url.rstrip("/"),
            str(identity),
            limits,
            self._problem("list"),
            name="Key Vault",
            list_of=address.name,
            failure=_failure,
            owns_page=_PAGE_PATH.fullmatch,
        )

    async def names(self, on_wait: OnWait | None = None, after: str = "") -> AsyncIterator[Page]:
        """Every secret's name and attributes, page by page. Never asks for a value.

        `after` is that of the last page of a listing that broke off: the pages that follow it.
        """
        count = 0
        async for page in self._pages(after or "/secrets?maxresults=25", on_wait=on_wait):
            names = tuple(self._service.read(_secret_name, item) for item in page.items)
            count += len(names)
            if count > self._limits.names:
                raise ProblemError(self._service.endless(f"{self._limits.names:,} names"))
            yield Page(names, page.after)

    async def value(self, name: str) -> SecretValue:
        """The newest version's value by one GET. USAGE for a name that Key Vault does not allow."""
        _check(name)
        body = await self._service.get(f"/secrets/{name}/", problem_of=self._problem("get", name))
        return self._service.read(_secret_value, body)

    async def recovery(self, name: str) -> str | None:
        """The command that recovers a soft-deleted secret; "" if there is none, None if that is not known."""
        _check(name)
        try:
            await self._service.get(f"/deletedsecrets/{name}", problem_of=self._problem("list", name))
        except ProblemError as error:
            return "" if error.problem.status == 404 else None
        return recover_secret(self._address.name, name)

    async def store(
        self,
        name: str,
        value: SecretText,
        attributes: SecretAttributes = NOTHING_BESIDE,
        on_wait: OnWait | None = None,
    ) -> None:
        """Stores a new secret, or a new version of an existing one, which inherits nothing from it.

        Sent once, because each request that arrives makes a version: without an answer it may be stored.
        """
        _check(name)
        content = {"value": value.reveal(), **_stored(attributes)}
        answer = await self._service.change(
            "PUT", f"/secrets/{name}", content, repeatable=False, on_wait=on_wait
        )
        if answer.status != 200:
            raise ProblemError(self._problem("set", name)(answer))

    async def change(
        self, name: str, *, enabled: bool | None = None, expires: datetime | None = None
    ) -> None:
        """Enables or disables the newest version, or sets its expiry; the rest is unchanged."""
        _check(name)
        attributes: dict[str, Any] = {} if enabled is None else {"enabled": enabled}
        if expires is not None:
            attributes["exp"] = int(expires.timestamp())
        answer = await self._service.change("PATCH", f"/secrets/{name}/", {"attributes": attributes})
        if answer.status != 200:
            raise ProblemError(self._problem("update", name)(answer))

    async def delete(self, name: str) -> None:
        """Deletes the secret with all its versions; it can be recovered for as long as the vault keeps it."""
        _check(name)
        answer = await self._service.change("DELETE", f"/secrets/{name}", None)
        if answer.status != 200:
            raise ProblemError(self._problem("delete", name)(answer))

    async def recover(self, name: str) -> None:
        """Recovers a deleted secret; the vault may take some seconds to show it again."""
        _check(name)
        answer = await self._service.change("POST", f"/deletedsecrets/{name}/recover", None)
        if answer.status != 200:
            raise ProblemError(self._problem("recover", name)(answer))

    async def versions(self, name: str) -> tuple[SecretVersion, ...]:
        """The versions of one secret, newest first, without values."""
        _check(name)
        found: list[SecretVersion] = []
        async for page in self._pages(f"/secrets/{name}/versions?maxresults=25", name):
            found += [self._service.read(_secret_version, item) for item in page.items]
        oldest = datetime.fromtimestamp(0, UTC)
        return tuple(sorted(found, key=lambda version: version.created or oldest, reverse=True))

    async def deleted(self, on_wait: OnWait | None = None) -> AsyncIterator[tuple[DeletedSecret, ...]]:
        """The deleted secrets that can be recovered, page by page. Never asks for a value."""
        count = 0
        path, problem_of = "/deletedsecrets?maxresults=25", self._problem("deleted")
        async for page in self._service.pages(path, problem_of=problem_of, on_wait=on_wait):
            count += len(page.items)
            if count > self._limits.names:
                raise ProblemError(self._service.endless(f"{self._limits.names:,} names"))
            yield tuple(self._service.read(_deleted_secret, item) for item in page.items)

    async def close(self) -> None:
        """Closes its connections. May be called twice."""
        await self._service.close()

    def _pages(self, path: str, name: str = "", on_wait: OnWait | None = None) -> AsyncIterator[JsonPage]:
        return self._service.pages(path, problem_of=self._problem("list", name), on_wait=on_wait)

    def _problem(self, doing: str, name: str = "") -> Callable[[Answer], Problem]:
        return partial(vault_problem, vault=self._address, who=self.identity, doing=doing, name=name)


def secret_client(credential: ScopedCredential, address: VaultAddress, limits: Limits) -> Any:
    """The SDK's client of one vault. It follows no redirect and does not retry: `Service` does that."""
    from azure.core.pipeline.policies import AsyncRedirectPolicy, AsyncRetryPolicy
    from azure.keyvault.secrets.aio import SecretClient

    redirects: Any = AsyncRedirectPolicy(permit_redirects=False)
    allowed = service_host(address.host.lower(), changes=credential.allows_changes)
    return SecretClient(
        address.url,
        credential,
        transport=transport(limits, allowed),
        retry_policy=AsyncRetryPolicy.no_retries(),
        redirect_policy=redirects,
    )


def _failure(error: Exception, url: str, who: str) -> Problem:
    if not isinstance(error, ValueError):
        return unreachable(error, url, who)
    # azure-keyvault-secrets raises it for a challenge that is malformed or names another service
    what = f"{url.removeprefix('https://')} asked for a sign-in that is not Key Vault's. No token was sent."
    return no_answer(what, "Check the vault's address and the proxy.", who)


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ProblemError(
            Problem(
                f"{sanitized(name, 140)} is not a valid name for a Key Vault secret.",
                "Names have 1 to 127 letters, digits and hyphens.",
                ProblemKind.USAGE,
                code="BadName",
            )
        )


def _secret_name(item: dict[str, Any]) -> SecretName:
    attributes = item["attributes"]
    return SecretName(
        name=_id_part(item["id"], 0),
        enabled=attributes.get("enabled") is not False,
        expires=_when(attributes.get("exp")),
        not_before=_when(attributes.get("nbf")),
        created=_when(attributes.get("created")),
        updated=_when(attributes.get("updated")),
        content_type=str(item.get("contentType") or ""),
        tags=tuple((str(key), str(value)) for key, value in (item.get("tags") or {}).items()),
        managed=item.get("managed") is True,
    )


def _secret_value(item: dict[str, Any]) -> SecretValue:
    attributes, value = item["attributes"], item["value"]
    if not isinstance(value, str):
        raise TypeError("no value")
    return SecretValue(
        name=_id_part(item["id"], 0),
        value=SecretText(value),
        version=_id_part(item["id"], 1),
        enabled=attributes.get("enabled") is not False,
        expires=_when(attributes.get("exp")),
        not_before=_when(attributes.get("nbf")),
        updated=_when(attributes.get("updated")),
        content_type=str(item.get("contentType") or ""),
    )


def _secret_version(item: dict[str, Any]) -> SecretVersion:
    attributes = item["attributes"]
    return SecretVersion(
        version=_id_part(item["id"], 1),
        enabled=attributes.get("enabled") is not False,
        created=_when(attributes.get("created")),
        expires=_when(attributes.get("exp")),
        updated=_when(attributes.get("updated")),
        not_before=_when(attributes.get("nbf")),
        recovery_level=str(attributes.get("recoveryLevel") or ""),
        recoverable_days=attributes.get("recoverableDays"),
    )


def _deleted_secret(item: dict[str, Any]) -> DeletedSecret:
    return DeletedSecret(
        name=_id_part(item["id"], 0),
        deleted=_when(item.get("deletedDate")),
        purge=_when(item.get("scheduledPurgeDate")),
    )


def _id_part(identifier: str, which: int) -> str:
    """`https://v/secrets/name/version`: 0 is the name, 1 the version. Raises ValueError for anything else."""
    found = _ID.fullmatch(identifier)
    part = found.group(1 + which) if found else None
    if part is None:
        raise ValueError("not a secret's id")
    return part


def _stored(attributes: SecretAttributes) -> dict[str, Any]:
    """The attributes as a request has them; those that are not set are left out."""
    dates = {"exp": attributes.expires, "nbf": attributes.not_before}
    content: dict[str, Any] = {name: int(when.timestamp()) for name, when in dates.items() if when}
    if not attributes.enabled:
        content["enabled"] = False
    content = {"attributes": content} if content else {}
    if attributes.content_type:
        content["contentType"] = attributes.content_type
    if attributes.tags:
        content["tags"] = dict(attributes.tags)
    return content


def _when(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
