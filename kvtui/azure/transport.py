"""What all our clients share: where requests may go, through which proxy, trusted by which CA, how long.

The environment is read on purpose and once per client (`HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`,
`REQUESTS_CA_BUNDLE`); `.netrc` is not read at all. The SDK classes are made inside functions, so that
importing this module costs nothing.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kvtui.azure.errors import refuse_long_wait
from kvtui.azure.http import Answer, read_answer, split_url
from kvtui.azure.limits import Limits
from kvtui.azure.network import proxy_for
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.sanitize import inert, path_shown

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


def ca_file() -> str | None:
    """The CA bundle that the environment names, or None for the system's own.

    Raises ProblemError(USAGE) when the named file is not there.
    """
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        path = os.environ.get(variable, "")
        if path:
            if not Path(path).is_file():
                raise ProblemError(
                    _no_ca(f"{variable} names {path_shown(path)}, which is not a readable file.")
                )
            return path
    return None


def _no_ca(what: str) -> Problem:
    return Problem(what, "Correct the variable, or unset it to trust the system's own CAs.", Exit.USAGE)


def tls() -> ssl.SSLContext:
    """A verifying TLS context that trusts the CA of the environment."""
    path = ca_file()
    return _tls(path, Path(path).stat().st_mtime_ns if path else 0)


@functools.lru_cache(maxsize=4)
def _tls(path: str | None, _stamp: int) -> ssl.SSLContext:
    # One context for all clients: making one parses the whole bundle (20 ms), and aiohttp keeps a
    # connection alive only for the same context.
    import ssl

    try:
        return ssl.create_default_context(cafile=path)
    except (ssl.SSLError, OSError) as error:
        raise ProblemError(_no_ca(f"{inert(path)} is not a bundle of CA certificates.")) from error


def refuse_elsewhere(url: str, allowed: Callable[[str, str], bool]) -> None:
    """Raises ProblemError when `url` leads to a host that the chosen cloud's table does not have."""
    target = split_url(url)
    if not allowed(target.scheme, target.hostname or ""):
        raise ProblemError(
            Problem(
                f"A request to {inert(target.hostname)} was stopped: it is not a host of the chosen cloud.",
                "Check the cloud and the vault's address.",
                Exit.UNREACHABLE,
                code="network",
            )
        )


READING = frozenset({"GET", "HEAD"})
"""What a client may send that changes nothing."""
SIGNING_IN = frozenset({"GET", "POST"})
"""What a credential may send, to the login host alone: tokens are had by POST, which changes nothing."""
CHANGING = READING | {"POST", "PUT", "PATCH", "DELETE"}


def methods(*, changes: bool) -> frozenset[str]:
    """What a service's client may send: without the user's word that things may be changed, it only reads."""
    return CHANGING if changes else READING


def refuse_method(method: str, url: str, allowed: frozenset[str]) -> None:
    """Raises ProblemError for a request that could change something where that was not allowed."""
    if method.upper() not in allowed:
        raise ProblemError(
            Problem(
                f"A {inert(method, 10)} request to {inert(split_url(url).hostname)} was stopped: "
                "kvtui only reads.",
                "Start kvtui with --allow-changes to let it change things in Azure.",
                Exit.DENIED,
                code="ReadOnly",
            )
        )


def only(*hosts: str) -> Callable[[str, str], bool]:
    """Allows https to these hosts and nothing else."""
    return lambda scheme, host: scheme == "https" and host in hosts


@functools.cache
def _transport_class() -> type[AioHttpTransport]:
    import aiohttp
    from azure.core.exceptions import IncompleteReadError, ServiceResponseTimeoutError
    from azure.core.pipeline.transport import AioHttpTransport

    class EnvironmentTransport(AioHttpTransport):  # type: ignore[misc]
        """aiohttp with our proxy, CA, time and size rules; asks allowed hosts for uncompressed answers."""

        def __init__(
            self,
            limits: Limits,
            allowed: Callable[[str, str], bool],
            methods: frozenset[str],
            proxy: Callable[[str], str | None],
        ) -> None:
            super().__init__(
                use_env_settings=False,  # aiohttp would read .netrc too
                connection_timeout=limits.connect,
                read_timeout=limits.read,
            )
            self._allowed = allowed
            self._methods = methods
            self._proxy = functools.cache(proxy)
            self._tls = functools.cache(tls)
            self._limits = limits

        async def send(self, request: Any, *, stream: bool = False, **config: Any) -> Any:
            refuse_elsewhere(request.url, self._allowed)
            refuse_method(request.method, request.url, self._methods)
            origin = "/".join(request.url.split("/", 3)[:3])
            request.headers["Accept-Encoding"] = "identity"
            config.pop("proxies", None)
            if request.url.startswith("https:"):
                config["ssl"] = self._tls()
            try:
                # aiohttp's own limits leave out a proxy that never answers CONNECT, and headers that drip
                async with asyncio.timeout(self._limits.connect + self._limits.read):
                    response: Any = await super().send(
                        request, stream=True, proxy=self._proxy(origin), **config
                    )
                try:
                    refuse_long_wait(
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
            """Reads the body with limits, in place of the SDK, which has none. Raises AnswerError."""
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
    limits: Limits,
    allowed: Callable[[str, str], bool],
    methods: frozenset[str] = READING,
    proxy: Callable[[str], str | None] = proxy_for,
) -> AioHttpTransport:
    """An azure-core transport for one client or credential, which closes it. It sends these methods alone.

    `proxy` names the proxy for an origin; `directly` takes none.
    """
    made: Any = _transport_class()
    return made(limits, allowed, methods, proxy)


def directly(_: str) -> None:
    """No proxy, whatever the environment says: for what only this host itself can answer."""


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
        """Gives back its connections. May be called twice."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()
