"""One vault's secrets: names in pages while they arrive, one value, its versions.

`SecretClient.send_request` gives the SDK's authentication, challenge, retry and TLS; the bodies are
plain JSON, read with limits. Shapes: Key Vault secrets, api-version of azure-keyvault-secrets 4.12.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from kvtui.azure.answers import Answer, AnswerError
from kvtui.azure.commands import recover_secret
from kvtui.azure.guard import VaultGuard
from kvtui.azure.limits import Limits
from kvtui.azure.model import Identity, Page, SecretName, SecretValue, SecretVersion
from kvtui.azure.pipeline import ask, methods, only, retry, transport
from kvtui.azure.problems import causes, not_an_answer, unreachable
from kvtui.azure.refusals import refusal
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.sanitize import inert
from kvtui.core.secret_text import SecretText
from kvtui.settings.model import VaultAddress

if TYPE_CHECKING:
    from azure.keyvault.secrets.aio import SecretClient

T = TypeVar("T")
_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
_ID = re.compile(r"https://[\w.:-]+/secrets/([0-9a-zA-Z-]{1,127})(?:/([0-9a-zA-Z-]{1,127}))?/?")
_PAGE_PATH = re.compile(r"/secrets(/[0-9a-zA-Z-]{1,127}/versions)?/?")
_TORN = {"IncompleteReadError", "ClientPayloadError", "ConnectionResetError"}


class SecretsVault:
    """Implements `ports.Vault` for one vault and one identity."""

    def __init__(self, guard: VaultGuard, identity: Identity, address: VaultAddress, limits: Limits) -> None:
        self.identity = identity
        self._guard = guard
        self._address = address
        self._limits = limits
        self._opened: SecretClient | None = None

    async def names(self) -> AsyncIterator[Page]:
        """Every secret's name and attributes, page by page. Never asks for a value."""
        count = 0
        async for items, more in self._pages("secrets?maxresults=25"):
            page = Page(tuple(self._read(_secret_name, item) for item in items), more)
            count += len(page.items)
            if count > self._limits.names:
                raise ProblemError(self._too_many(f"{self._limits.names:,} names"))
            yield page

    async def value(self, name: str) -> SecretValue:
        """The newest version's value by one GET. Raises ProblemError(USAGE) for a name no vault can hold."""
        _check(name)
        answer = await self._get(f"secrets/{name}/", doing="get", name=name)
        return self._read(_secret_value, self._json(answer))

    async def recovery(self, name: str) -> str | None:
        """The command that recovers a soft-deleted secret; "" if there is none, None if that is not known."""
        _check(name)
        try:
            await self._get(f"deletedsecrets/{name}", doing="list", name=name)
        except ProblemError as error:
            return "" if error.problem.status == 404 else None
        return recover_secret(self._address.name, name)

    async def store(self, name: str, value: SecretText) -> None:
        """A new secret, or a new version of one that is there. Sent once. Raises ProblemError."""
        _check(name)
        content = {"value": value.reveal()}
        try:
            path = f"secrets/{name}"
            answer = await ask(self._client(), path, self._limits, method="PUT", content=content)
        except Exception as error:
            raise ProblemError(self._failed(error)) from None
        if answer.status != 200:
            raise ProblemError(refusal(answer, self._address, self.identity, doing="set", name=name))

    async def versions(self, name: str) -> tuple[SecretVersion, ...]:
        """The versions of one secret, newest first, without values."""
        _check(name)
        found: list[SecretVersion] = []
        async for items, _ in self._pages(f"secrets/{name}/versions?maxresults=25", name):
            found += [self._read(_secret_version, item) for item in items]
        oldest = datetime.fromtimestamp(0, UTC)
        return tuple(sorted(found, key=lambda version: version.created or oldest, reverse=True))

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""
        client, self._opened = self._opened, None
        if client is not None:
            await client.close()

    async def _pages(self, path: str, name: str = "") -> AsyncIterator[tuple[list[Any], bool]]:
        """The items of each page, and whether more follow: a page may be short or empty and not the last."""
        seen: set[int] = set()
        while path:
            if len(seen) >= self._limits.pages:
                raise ProblemError(self._too_many(f"{self._limits.pages:,} pages"))
            seen.add(hash(path))
            answer = self._json(await self._get(path, doing="list", name=name))
            items, link = answer.get("value"), answer.get("nextLink")
            if not isinstance(items, list) or not isinstance(link, str | None):
                raise ProblemError(self._unusable("it is not a list of secrets"))
            path = self._own_path(link) if link else ""
            if hash(path) in seen:
                raise ProblemError(self._unusable("its pages lead round in a circle"))
            yield items, bool(path)

    def _own_path(self, link: str) -> str:
        """The next page's path and query, if the link stays within this vault; the origin is always ours."""
        try:
            parts = urlsplit(link)
            port = parts.port
        except ValueError:
            raise ProblemError(self._unusable("its link to the next page is malformed")) from None
        stays = (
            parts.scheme == "https" and parts.hostname == self._address.host.lower() and port in (None, 443)
        )
        if not stays or parts.username is not None or not _PAGE_PATH.fullmatch(parts.path):
            raise ProblemError(
                self._unusable(
                    f"its next page points elsewhere, to {inert(parts.hostname or 'nowhere', 100)}"
                )
            )
        # send_request treats braces as places to fill in
        query = parts.query.replace("{", "%7B").replace("}", "%7D")
        return f"{parts.path.lstrip('/')}?{query}"

    def _client(self) -> SecretClient:
        if self._opened is None:
            from azure.core.pipeline.policies import AsyncRedirectPolicy
            from azure.keyvault.secrets.aio import SecretClient

            redirects: Any = AsyncRedirectPolicy(permit_redirects=False)
            self._opened = SecretClient(
                self._address.url,
                self._guard,
                transport=transport(
                    self._limits,
                    only(self._address.host.lower()),
                    methods(changes=self._guard.allows_changes),
                ),
                retry_policy=retry(self._limits),
                redirect_policy=redirects,
            )
        return self._opened

    async def _get(self, path: str, *, doing: str, name: str = "") -> Answer:
        """One answer with status 200. A body that breaks off is asked for once more. Raises ProblemError."""
        tries = self._limits.retries_network
        while True:
            try:
                answer = await ask(self._client(), path, self._limits)
            except Exception as error:
                torn = any(type(step).__name__ in _TORN for step in causes(error))
                if torn and tries > 0:
                    tries -= 1
                    continue
                raise ProblemError(self._failed(error)) from None
            if answer.status != 200:
                raise ProblemError(refusal(answer, self._address, self.identity, doing=doing, name=name))
            return answer

    def _failed(self, error: Exception) -> Problem:
        if isinstance(error, ValueError):
            # azure-keyvault-secrets raises it for a challenge that is malformed or names another service
            return Problem(
                f"{self._address.host} asked for a sign-in that is not Key Vault's. No token was sent.",
                "Check the vault's address and the proxy.",
                Exit.UNREACHABLE,
                identity=str(self.identity),
                code="network",
            )
        return unreachable(error, self._address.url, str(self.identity))

    def _json(self, answer: Answer) -> dict[str, Any]:
        try:
            return answer.json()
        except AnswerError as error:
            raise ProblemError(not_an_answer(error, self._address.url, str(self.identity))) from None

    def _read(self, reader: Callable[[Any], T], item: Any) -> T:
        try:
            return reader(item)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
            raise ProblemError(self._unusable("it is not Key Vault's form")) from None

    def _unusable(self, why: str) -> Problem:
        return not_an_answer(AnswerError(why), self._address.url, str(self.identity))

    def _too_many(self, limit: str) -> Problem:
        return Problem(
            f"The list of {self._address.name} does not end after {limit}; it was stopped there.",
            "What arrived is shown. Look a secret up by its full name.",
            Exit.UNREACHABLE,
            identity=str(self.identity),
            code="TooMany",
        )


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ProblemError(
            Problem(
                f"{inert(name, 140)} is not a name that Key Vault can hold.",
                "Names have 1 to 127 letters, digits and hyphens.",
                Exit.USAGE,
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
    )


def _id_part(identifier: str, which: int) -> str:
    """`https://v/secrets/name/version`: 0 is the name, 1 the version. Raises ValueError for anything else."""
    found = _ID.fullmatch(identifier)
    part = found.group(1 + which) if found else None
    if part is None:
        raise ValueError("not a secret's id")
    return part


def _when(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
