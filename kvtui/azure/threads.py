"""The sign-ins that are used in azure-identity's blocking form, driven from a stoppable thread."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from kvtui.azure.limits import Limits
from kvtui.azure.pipeline import SIGNING_IN, ca_file, only, proxy_for, refuse_elsewhere, refuse_method
from kvtui.exits import Exit
from kvtui.problems import Problem, ProblemError

if TYPE_CHECKING:
    from azure.core.pipeline.transport import RequestsTransport

T = TypeVar("T")


async def in_thread(call: Callable[[], T]) -> T:
    """Runs `call` in a daemon thread: cancelling ends the wait at once, and the exit never waits for it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if not future.done():
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = call()
        except Exception as raised:
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended; nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, daemon=True, name="kvtui-sign-in").start()
    return await future


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


@functools.cache
def _transport_class() -> type[RequestsTransport]:
    from azure.core.pipeline.transport import RequestsTransport

    class StoppableTransport(RequestsTransport):  # type: ignore[misc]
        """requests with our proxy and CA rules; refuses to send once it was stopped."""

        def __init__(self, limits: Limits, host: str, stop: threading.Event) -> None:
            super().__init__(
                use_env_settings=False,  # requests would read .netrc too
                connection_timeout=limits.connect,
                read_timeout=limits.read,
                connection_verify=ca_file() or True,
            )
            self._allowed = only(host)
            self._stop = stop

        def send(self, request: Any, *, proxies: Any = None, **config: Any) -> Any:
            if self._stop.is_set():
                raise ProblemError(Problem("The sign-in was stopped.", "Start it again.", Exit.SIGN_IN))
            refuse_elsewhere(request.url, self._allowed)
            refuse_method(request.method, request.url, SIGNING_IN)
            proxy = proxy_for(request.url)
            return super().send(request, proxies={"https": proxy} if proxy else None, **config)

    return StoppableTransport


def stoppable_transport(limits: Limits, host: str, stop: threading.Event) -> RequestsTransport:
    """A transport to the login host `host` that ends when `stop` is set."""
    made: Any = _transport_class()
    return made(limits, host, stop)
