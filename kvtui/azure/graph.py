"""Microsoft Graph on the wire: msgraph-sdk's authentication, addresses, paging and retry; bodies read raw.

The SDK's model classes cost 1.6 s of CPU on the event loop at the first answer; bytes and `json` cost 3 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kvtui.azure.answers import Answer, AnswerError, read_answer
from kvtui.azure.guard import Guard
from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.pipeline import READING, methods, only, refuse_elsewhere, refuse_method, tls
from kvtui.azure.problems import causes, details, failing, not_an_answer, redirected, unreachable
from kvtui.azure.proxies import proxy_for
from kvtui.azure.urls import parts
from kvtui.azure.waits import asked_wait, refuse_long_wait
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.core.sanitize import inert

if TYPE_CHECKING:
    import httpx
    from kiota_abstractions.request_information import RequestInformation
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

_TORN = {"ReadError", "RemoteProtocolError"}


@dataclass(frozen=True, slots=True)
class GraphPage:
    """One page of a collection."""

    items: list[dict[str, Any]]
    more: bool
    total: int | None
    """How many there are in all, where the service counted them."""


class Graph:
    """One Graph client, asked as one identity. Opened with the first request."""

    def __init__(self, guard: Guard, limits: Limits) -> None:
        self._guard = guard
        self._limits = limits
        self._origin = f"https://{guard.cloud.graph}"
        self._http: httpx.AsyncClient | None = None
        self._adapter: GraphRequestAdapter | None = None
        self._client: GraphServiceClient | None = None

    @property
    def client(self) -> GraphServiceClient:
        """The SDK's builders of addresses, for this cloud."""
        if self._client is None:
            self._open()
        assert self._client is not None  # noqa: S101 - _open has just set it
        return self._client

    def _open(self) -> None:
        from kiota_authentication_azure.azure_identity_authentication_provider import (
            AzureIdentityAuthenticationProvider,
        )
        from msgraph.graph_request_adapter import GraphRequestAdapter
        from msgraph.graph_service_client import GraphServiceClient

        host = self._guard.cloud.graph
        provider = AzureIdentityAuthenticationProvider(
            self._guard,
            scopes=[f"https://{host}/.default"],
            allowed_hosts=[host],
        )
        allowed = methods(changes=self._guard.allows_changes)
        self._http = _http_client(f"{self._origin}/v1.0", self._limits, host, allowed)
        self._adapter = GraphRequestAdapter(provider, client=self._http)
        self._client = GraphServiceClient(request_adapter=self._adapter)
        self._adapter.base_url = f"{self._origin}/v1.0"

    async def get(self, request: RequestInformation, *, absent: bool = False) -> dict[str, Any] | None:
        """The answer's JSON object; None for a 404 where `absent` allows it. Raises ProblemError."""
        who, tries = str(self._guard.identity), self._limits.retries_network
        while True:
            try:
                answer = await self._send(request)
                break
            except Exception as error:
                if tries > 0 and any(type(step).__name__ in _TORN for step in causes(error)):
                    tries -= 1
                    continue
                raise ProblemError(unreachable(error, self._origin, who)) from None
        if answer.status == 404 and absent:
            return None
        if answer.status != 200:
            raise ProblemError(self._refusal(answer, who))
        try:
            return answer.json()
        except AnswerError as error:
            raise ProblemError(not_an_answer(error, self._origin, who)) from None

    async def post(self, builder: Any, content: Mapping[str, Any]) -> Answer:
        """A changing request to the builder's address, sent once; its answer, whatever the status.

        Raises ProblemError where there is none. The SDK's own body would bring its model classes.
        """
        from kiota_abstractions.method import Method
        from kiota_abstractions.request_information import RequestInformation

        request = RequestInformation(Method.POST, builder.url_template, builder.path_parameters)
        request.headers.add("Content-Type", "application/json")
        request.headers.add("Accept", "application/json")
        request.content = json.dumps(content).encode()
        who = str(self._guard.identity)
        try:
            answer = await self._send(request)
        except Exception as error:
            raise ProblemError(unreachable(error, self._origin, who)) from None
        if answer.status == 429 or answer.status >= 500:
            raise ProblemError(failing(answer, self._origin, who))
        return answer

    async def pages(
        self, builder: Any, request: RequestInformation, headers: Any
    ) -> AsyncIterator[GraphPage]:
        """Each page; `builder.with_url` and `headers` make the requests for the next ones. Asks for no page
        before it is wanted."""
        while True:
            body = await self.get(request) or {}
            items, total, link = body.get("value"), body.get("@odata.count"), body.get("@odata.nextLink")
            if not isinstance(items, list):
                raise ProblemError(self._unusable("it is not a list"))
            if link:
                request = builder.with_url(self._own(str(link))).to_get_request_information(headers)
            yield GraphPage(
                [item for item in items if isinstance(item, dict)],
                bool(link),
                total if isinstance(total, int) else None,
            )
            if not link:
                return

    def _own(self, link: str) -> str:
        """The link to the next page, if it stays at Graph. Raises ProblemError."""
        found = parts(link)
        host = self._guard.cloud.graph
        if (found.scheme, found.netloc) not in (("https", host), ("https", f"{host}:443")):
            raise ProblemError(self._unusable("its next page points elsewhere"))
        return link

    async def _send(self, information: RequestInformation) -> Answer:
        _ = self.client
        assert self._adapter is not None and self._http is not None  # noqa: S101, PT018 - client opens both
        self._adapter.set_base_url_for_request_information(information)
        request = await self._adapter.convert_to_native_async(information)
        response = await self._http.send(request, stream=True, follow_redirects=False)
        try:
            return await read_answer(
                response.status_code, response.headers, response.aiter_raw(), self._limits
            )
        finally:
            await response.aclose()

    def _refusal(self, answer: Answer, who: str) -> Problem:
        if 300 <= answer.status < 400:
            return redirected(answer, self._origin, who)
        if answer.status == 429 or answer.status >= 500:
            return failing(answer, self._origin, who)
        code = inert(answer.error().get("code", ""), 60)
        denied = answer.status in (401, 403)
        return Problem(
            "The directory may not be read." if denied else "The directory refused the search.",
            "Have the Graph permission Application.Read.All granted, or type the client id by hand."
            if denied
            else "Search for a part of the name, or type the client id by hand.",
            Exit.DENIED if denied else Exit.UNRESOLVED,
            identity=who,
            code=code,
            status=answer.status,
            detail=details(answer),
        )

    def _unusable(self, why: str) -> Problem:
        return not_an_answer(AnswerError(why), self._origin, str(self._guard.identity))

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""
        http, self._http, self._adapter, self._client = self._http, None, None, None
        if http is not None:
            await http.aclose()


def warm_up() -> None:
    """Loads what the first request needs: some hundred modules that httpx would load as it goes."""
    import importlib

    for name in _FIRST_NEEDED:
        importlib.import_module(name)
    with contextlib.suppress(ProblemError):  # a bad CA bundle is told by the first request
        _http_client("https://graph.microsoft.com/v1.0", LIMITS, "graph.microsoft.com", READING)


_FIRST_NEEDED = (
    "anyio._backends._asyncio",
    "kiota_authentication_azure.azure_identity_authentication_provider",
    "msgraph.generated.applications.applications_request_builder",
    "msgraph.generated.applications.item.application_item_request_builder",
    "msgraph.generated.applications_with_app_id.applications_with_app_id_request_builder",
    "msgraph.generated.service_principals.item.service_principal_item_request_builder",
    "msgraph.generated.service_principals.service_principals_request_builder",
    "msgraph.generated.service_principals_with_app_id.service_principals_with_app_id_request_builder",
    "msgraph.graph_service_client",
)


def _http_client(base: str, limits: Limits, host: str, allowed: frozenset[str]) -> httpx.AsyncClient:
    """httpx with our proxy, CA and time rules, and Graph's middleware but for its redirects."""
    import httpx
    from kiota_http.middleware import ParametersNameDecodingHandler
    from kiota_http.middleware.user_agent_handler import UserAgentHandler
    from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]

    class Guarded(httpx.AsyncHTTPTransport):
        """Sends to Graph alone, and only what is allowed; ends when no answer begins in time."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            refuse_elsewhere(str(request.url), only(host))
            refuse_method(request.method, str(request.url), allowed)
            try:
                # httpx limits the time between two bytes alone
                async with asyncio.timeout(limits.connect + limits.read):
                    response = await super().handle_async_request(request)
            except TimeoutError as error:
                raise httpx.ReadTimeout("no answer in time", request=request) from error
            try:
                refuse_long_wait(response.status_code, response.headers, str(request.url), limits.retry_after)
            except ProblemError:
                await response.aclose()
                raise
            return response

    network = Guarded(verify=tls(), proxy=proxy_for(base), retries=limits.retries_network)
    plain = httpx.AsyncClient(
        transport=network,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(limits.read, connect=limits.connect),
        headers={"Accept-Encoding": "identity"},
        base_url=base,
    )
    middleware: list[Any] = [_retry_handler()(limits), ParametersNameDecodingHandler(), UserAgentHandler()]
    made: httpx.AsyncClient = GraphClientFactory.create_with_custom_middleware(middleware, client=plain)
    return made


@functools.cache
def _retry_handler() -> Any:
    from kiota_http.middleware import RetryHandler
    from kiota_http.middleware.options import RetryHandlerOption

    class BoundedRetry(RetryHandler):
        """Obeys Retry-After, which the transport has found within the limit, without the SDK's 3 s on top."""

        def __init__(self, limits: Limits) -> None:
            super().__init__(RetryHandlerOption(delay=0, max_retries=limits.retries))
            self.retry_on_status_codes = {429, 500, 502, 503, 504}
            self._longest = limits.retry_after
            self._factor = limits.backoff

        def should_retry(
            self, request: httpx.Request, options: RetryHandlerOption, response: httpx.Response
        ) -> bool:
            # A change that failed half-way may have been made: only what was not begun is sent again.
            if request.method not in READING and response.status_code != 429:
                return False
            return bool(super().should_retry(request, options, response))

        def get_delay_time(
            self, retry_count: int, response: httpx.Response | None = None, delay: float = 0
        ) -> float:
            asked = asked_wait(response.headers) if response is not None else None
            wait = asked or self._factor * (2**retry_count - 1)
            return float(min(wait, self._longest))

    return BoundedRetry
