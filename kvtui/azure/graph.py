"""Requests to Microsoft Graph: msgraph-sdk's authentication and addresses; bodies are parsed as plain JSON.

The SDK's model classes cost 1.6 s of CPU on the event loop at the first answer; bytes and `json` cost 3 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kvtui.azure.errors import common_problem, error_response, reject_long_wait
from kvtui.azure.http import Answer, read_answer
from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.network import proxy_for
from kvtui.azure.scoped_credential import ScopedCredential
from kvtui.azure.service import Service
from kvtui.azure.transport import Allowed, service_host, tls
from kvtui.core.problems import Problem, ProblemError, ProblemKind

if TYPE_CHECKING:
    import httpx
    from kiota_abstractions.request_information import RequestInformation
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient


class Graph:
    """msgraph-sdk's client for one identity, opened when it is first needed. A `Sender` for `service`."""

    def __init__(self, credential: ScopedCredential, limits: Limits) -> None:
        self._credential = credential
        self._limits = limits
        self._opened: tuple[httpx.AsyncClient, GraphRequestAdapter, GraphServiceClient] | None = None
        origin, who = f"https://{credential.cloud.graph}", str(credential.identity)
        self._base = f"{origin}/v1.0"
        self.service = Service(
            self,
            origin,
            who,
            limits,
            lambda answer: common_problem(answer, origin, who) or _problem_of(answer, who),
            name="Graph",
        )
        """The credential of its requests."""

    @property
    def client(self) -> GraphServiceClient:
        """The SDK's builders of addresses, for this cloud."""
        return self._open()[2]

    def _open(self) -> tuple[httpx.AsyncClient, GraphRequestAdapter, GraphServiceClient]:
        if self._opened is not None:
            return self._opened
        from kiota_authentication_azure.azure_identity_authentication_provider import (
            AzureIdentityAuthenticationProvider,
        )
        from msgraph.graph_request_adapter import GraphRequestAdapter
        from msgraph.graph_service_client import GraphServiceClient

        host = self._credential.cloud.graph
        provider = AzureIdentityAuthenticationProvider(
            self._credential,
            scopes=[f"https://{host}/.default"],
            allowed_hosts=[host],
        )
        allowed = service_host(host, changes=self._credential.allows_changes)
        http = _http_client(self._base, self._limits, allowed)
        adapter = GraphRequestAdapter(provider, client=http)
        self._opened = http, adapter, GraphServiceClient(request_adapter=adapter)
        adapter.base_url = self._base
        return self._opened

    def address(self, builder: Any, **query: Any) -> str:
        """The URL of one of the SDK's builders; `query` without the dollars, None left out."""
        request = _request("GET", builder.url_template, dict(builder.path_parameters))
        request.path_parameters["baseurl"] = self._base
        request.query_parameters = {f"%24{name}": value for name, value in query.items() if value is not None}
        return str(request.url)

    async def send(
        self,
        method: str,
        url: str,
        content: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One answer, read with limits."""
        http, adapter, _ = self._open()
        information = _request(method)
        information.url = url
        for name, value in {"Accept": "application/json", **(headers or {})}.items():
            information.headers.add(name, value)
        if content is not None:  # the SDK's own body would load its model classes
            information.headers.add("Content-Type", "application/json")
            information.content = json.dumps(content).encode()
        request = await adapter.convert_to_native_async(information)
        response = await http.send(request, stream=True, follow_redirects=False)
        try:
            return await read_answer(
                response.status_code, response.headers, response.aiter_raw(), self._limits
            )
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Closes its connections. May be called twice."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened[0].aclose()


def _request(
    method: str, template: str = "{+baseurl}", parameters: dict[str, Any] | None = None
) -> RequestInformation:
    from kiota_abstractions.method import Method
    from kiota_abstractions.request_information import RequestInformation

    return RequestInformation(Method[method], template, parameters or {})


def _problem_of(answer: Answer, who: str) -> Problem:
    denied = answer.status in (401, 403)
    permission = "Ask for the Graph permission Application.Read.All"
    return error_response(
        answer,
        "The directory may not be read." if denied else "The directory rejected the search.",
        f"{permission if denied else 'Search for a part of the name'}, or enter the client ID by hand.",
        ProblemKind.DENIED if denied else ProblemKind.UNRESOLVED,
        who,
    )


def warm_up() -> None:
    """Loads what the first request needs: some hundred modules that httpx would otherwise load then."""
    import importlib

    for name in _FIRST_NEEDED:
        importlib.import_module(name)
    with contextlib.suppress(ProblemError):  # a bad CA bundle is the first request's error
        _http_client("https://graph.microsoft.com/v1.0", LIMITS, service_host("graph.microsoft.com"))


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


def _http_client(base: str, limits: Limits, allowed: Allowed) -> httpx.AsyncClient:
    """httpx with our proxy, CA and time rules, and Graph's middleware but for its redirects."""
    import httpx
    from kiota_http.middleware import ParametersNameDecodingHandler
    from kiota_http.middleware.user_agent_handler import UserAgentHandler
    from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]

    class Guarded(httpx.AsyncHTTPTransport):
        """Sends to Graph only, and only what is allowed; ends when no answer begins in time."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            allowed.check(request.method, str(request.url))
            try:
                # httpx limits the time between two bytes only
                async with asyncio.timeout(limits.connect + limits.read):
                    response = await super().handle_async_request(request)
            except TimeoutError as error:
                raise httpx.ReadTimeout("no answer in time", request=request) from error
            try:
                reject_long_wait(response.status_code, response.headers, str(request.url), limits.retry_after)
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
    middleware: list[Any] = [ParametersNameDecodingHandler(), UserAgentHandler()]
    made: httpx.AsyncClient = GraphClientFactory.create_with_custom_middleware(middleware, client=plain)
    return made
