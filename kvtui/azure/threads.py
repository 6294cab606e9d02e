"""Sign-ins in azure-identity's blocking form, run in a thread that can be stopped."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from kvtui.azure.errors import reject_long_wait
from kvtui.azure.http import read_answer
from kvtui.azure.limits import Limits
from kvtui.azure.network import proxy_for
from kvtui.azure.transport import SIGNING_IN, Allowed, ca_bundle
from kvtui.azure.waiting import in_thread
from kvtui.core.problems import Problem, ProblemError, ProblemKind

if TYPE_CHECKING:
    from azure.core.pipeline.transport import RequestsTransport


class Threaded:
    """An asynchronous credential over a blocking one."""

    def __init__(self, credential: Any, stop: threading.Event) -> None:
        self._credential = credential
        self._stop = stop

    async def get_token_info(self, *scopes: str, options: Any = None) -> Any:
        """As the blocking credential's. Cancelling it ends the polling with the next request."""
        try:
            return await in_thread(
                functools.partial(self._credential.get_token_info, *scopes, options=options or {})
            )
        except asyncio.CancelledError:
            self._stop.set()
            raise

    async def close(self) -> None:
        """Ends the polling and closes the connections."""
        self._stop.set()
        with contextlib.suppress(Exception):
            self._credential.close()


async def _chunks(response: Any) -> AsyncIterator[bytes]:
    """The body of an answer of requests, not decoded."""
    for chunk in response.raw.stream(65_536, decode_content=False):
        yield chunk


@functools.cache
def _transport_class() -> type[RequestsTransport]:
    from azure.core.exceptions import IncompleteReadError, ServiceResponseTimeoutError
    from azure.core.pipeline.transport import RequestsTransport
    from urllib3.exceptions import ProtocolError, ReadTimeoutError

    class StoppableTransport(RequestsTransport):  # type: ignore[misc]
        """requests with kvtui's proxy, CA, time and size rules; sends nothing once it was stopped."""

        def __init__(self, limits: Limits, host: str, stop: threading.Event) -> None:
            super().__init__(
                use_env_settings=False,  # requests would read .netrc too
                connection_timeout=limits.connect,
                read_timeout=limits.read,
                # of OpenSSL's own variables requests knows none
                connection_verify=ca_bundle() or os.environ.get("SSL_CERT_DIR") or True,
            )
            self._allowed = Allowed(frozenset({host}), SIGNING_IN)
            self._stop = stop
            self._limits = limits

        def send(self, request: Any, *, proxies: Any = None, **config: Any) -> Any:
            if self._stop.is_set():
                raise ProblemError(
                    Problem("The sign-in was stopped.", "Start it again.", ProblemKind.SIGN_IN)
                )
            self._allowed.check(request.method, request.url)
            proxy = proxy_for(request.url)
            config |= {"proxies": {"https": proxy} if proxy else None, "stream": True}
            exchange = functools.partial(self._exchange, request, config)
            # requests limits the time between two bytes only
            total = self._limits.connect + self._limits.read + self._limits.body
            try:
                return asyncio.run(asyncio.wait_for(in_thread(exchange), total))
            except TimeoutError as error:
                raise ServiceResponseTimeoutError("no answer in time") from error

        def _exchange(self, request: Any, config: dict[str, Any]) -> Any:
            response: Any = super().send(request, **config)
            raw = response.internal_response
            try:
                reject_long_wait(raw.status_code, raw.headers, request.url, self._limits.retry_after)
                answer = asyncio.run(read_answer(raw.status_code, raw.headers, _chunks(raw), self._limits))
            except ProtocolError as error:
                raise IncompleteReadError(error, error=error) from error
            except ReadTimeoutError as error:
                raise ServiceResponseTimeoutError(error, error=error) from error
            finally:
                raw.close()
            raw._content, raw._content_consumed = answer.body, True
            return response

    return StoppableTransport


def stoppable_transport(limits: Limits, host: str, stop: threading.Event) -> RequestsTransport:
    """A transport to the login host `host` that ends when `stop` is set."""
    made: Any = _transport_class()
    return made(limits, host, stop)
