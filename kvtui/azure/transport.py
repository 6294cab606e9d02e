"""What all clients share: allowed hosts, the proxy, the CA, time limits.

The environment is read on purpose and once per client (`HTTPS_PROXY`, `NO_PROXY`, `REQUESTS_CA_BUNDLE`,
`CURL_CA_BUNDLE`, `SSL_CERT_FILE`); `.netrc` is not read at all. The SDK classes are made inside functions,
so that importing this module costs nothing.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kvtui.azure.errors import no_answer, reject_long_wait
from kvtui.azure.http import Answer, read_answer, split_url
from kvtui.azure.limits import Limits
from kvtui.azure.network import proxy_for
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import path_shown, sanitized

if TYPE_CHECKING:
    import ssl

    from azure.core.pipeline.transport import AioHttpTransport

_NOISY = ("azure", "msal", "urllib3", "httpx", "httpcore", "aiohttp", "kiota_http", "msgraph_core")


def quiet() -> None:
    """Keeps the SDKs' warnings off stderr: without a handler, Python's last resort prints them."""
    for name in _NOISY:
        logger = logging.getLogger(name)
        if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):
            logger.addHandler(logging.NullHandler())


_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The first that is set is taken: the first two are the Azure CLI's, in its order; the last two curl's."""


def ca_bundle() -> str | None:
    """The file, or directory of hashed certificates, that the environment names; None: the system's own CAs.

    Raises ProblemError(USAGE) when it is not there.
    """
    for variable in _CA_VARIABLES:
        path = os.environ.get(variable, "")
        if path:
            if not os.access(path, os.R_OK):
                raise ProblemError(
                    _no_ca(f"{variable} names {path_shown(path)}, which is not a readable file.")
                )
            return path
    return None


def _no_ca(what: str) -> Problem:
    return Problem(
        what, "Correct the variable, or unset it to trust the system's own CAs.", ProblemKind.USAGE
    )


def tls() -> ssl.SSLContext:
    """A verifying TLS context that trusts the CA of the environment."""
    path = ca_bundle()
    return _tls(path, Path(path).stat().st_mtime_ns if path else 0)


@functools.lru_cache(maxsize=4)
def _tls(path: str | None, _stamp: int) -> ssl.SSLContext:
    # One context for all clients: making one parses the whole bundle (20 ms), and aiohttp keeps a
    # connection alive only for the same context.
    import ssl

    try:
        if path and Path(path).is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except (ssl.SSLError, OSError) as error:
        raise ProblemError(_no_ca(f"{sanitized(path)} is not a bundle of CA certificates.")) from error


READING = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""
SIGNING_IN = frozenset({"GET", "POST"})
"""Methods of a credential, to the login host only: a POST for a token changes nothing."""
CHANGING = READING | {"POST", "PUT", "PATCH", "DELETE"}
"""Methods of a service's client when kvtui was started with --allow-changes."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The allowed hosts and methods. Every transport checks it before a request is sent."""

    hosts: frozenset[str]
    methods: frozenset[str] = READING
    schemes: frozenset[str] = frozenset({"https"})

    def check(self, method: str, url: str) -> None:
        """Raises ProblemError for any other host or method."""
        target = split_url(url)
        if target.scheme not in self.schemes or target.hostname not in self.hosts:
            host = sanitized(target.hostname)
            what = f"A request to {host} was stopped: it is not a host of the chosen cloud."
            raise ProblemError(no_answer(what, "Check the cloud and the vault's address.", ""))
        if method.upper() not in self.methods:
            asked, host = sanitized(method, 10), sanitized(target.hostname)
            what = f"A {asked} request to {host} was stopped: kvtui is read-only."
            remedy = Remedy(Do.ALLOW_CHANGES, f"Start kvtui with changes in Azure allowed: {HOW}.")
            raise ProblemError(Problem(what, remedy, ProblemKind.DENIED, code="ReadOnly"))


def service_host(host: str, *, changes: bool = False) -> Allowed:
    """The guard of one service's client."""
    return Allowed(frozenset({host}), CHANGING if changes else READING)


@functools.cache
def _transport_class() -> type[AioHttpTransport]:
    import aiohttp
    from azure.core.exceptions import IncompleteReadError, ServiceResponseTimeoutError
    from azure.core.pipeline.transport import AioHttpTransport

    class EnvironmentTransport(AioHttpTransport):  # type: ignore[misc]
        """aiohttp with kvtui's proxy, CA, time and size rules, for allowed hosts only."""

        def __init__(
            self,
            limits: Limits,
            allowed: Allowed,
            proxy: Callable[[str], str | None],
        ) -> None:
            super().__init__(
                use_env_settings=False,  # aiohttp would read .netrc too
                connection_timeout=limits.connect,
                read_timeout=limits.read,
            )
            self._allowed = allowed
            self._proxy = functools.cache(proxy)
            self._tls = functools.cache(tls)
            self._limits = limits

        async def send(self, request: Any, *, stream: bool = False, **config: Any) -> Any:
            self._allowed.check(request.method, request.url)
            origin = "/".join(request.url.split("/", 3)[:3])
            request.headers["Accept-Encoding"] = "identity"
            config.pop("proxies", None)
            if request.url.startswith("https:"):
                config["ssl"] = self._tls()
            try:
                # aiohttp's own limits do not cover a proxy that never answers CONNECT, and slow headers
                async with asyncio.timeout(self._limits.connect + self._limits.read):
                    response: Any = await super().send(
                        request, stream=True, proxy=self._proxy(origin), **config
                    )
                try:
                    reject_long_wait(
                        response.status_code, response.headers, request.url, self._limits.retry_after
                    )
                    if not stream:
                        await self._load(response)
                except BaseException:
                    response.internal_response.close()
                    raise
            except TimeoutError as error:
                raise ServiceResponseTimeoutError("no answer in time") from error
            return response

        async def _load(self, response: Any) -> None:
            """Reads the body with limits; the SDK has none. Raises AnswerError."""
            raw = response.internal_response
            try:
                answer = await read_answer(raw.status, raw.headers, raw.content.iter_any(), self._limits)
            except aiohttp.ClientPayloadError as error:
                raise IncompleteReadError(error, error=error) from error
            raw.release()
            response._content, response._decompress = answer.body, False

        async def close(self) -> None:
            await super().close()
            await asyncio.sleep(0)  # aiohttp ends a tunnel's inner socket one turn of the loop later

    return EnvironmentTransport


def transport(
    limits: Limits, allowed: Allowed, proxy: Callable[[str], str | None] = proxy_for
) -> AioHttpTransport:
    """An azure-core transport for one client or credential, which closes it.

    `proxy` names the proxy for an origin; `directly` takes none.
    """
    made: Any = _transport_class()
    return made(limits, allowed, proxy)


def directly(_: str) -> None:
    """No proxy, whatever the environment says: for requests that only this host can answer."""


class PipelineSender:
    """Sends by `send_request` of an azure-core client, which is opened with the first request."""

    def __init__(self, open_client: Callable[[], Any], limits: Limits) -> None:
        self._open = open_client
        self._limits = limits
        self._client: Any = None

    async def send(
        self,
        method: str,
        url: str,
        content: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One answer, read with limits. Raises AnswerError, and what the SDK raises without an answer."""
        from azure.core.rest import HttpRequest

        if self._client is None:
            self._client = self._open()
        named = {"Accept": "application/json", **(headers or {})}
        request = HttpRequest(method, url, headers=named, json=content)
        response: Any = await self._client.send_request(request, stream=True)
        try:
            return await read_answer(
                response.status_code, response.headers, response.iter_raw(), self._limits
            )
        finally:
            await response.close()

    async def close(self) -> None:
        """Closes its connections. May be called twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()
