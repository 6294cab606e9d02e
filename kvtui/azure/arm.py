"""Requests to Resource Manager, and the API versions that they use.

They go through azure-core's pipeline: the azure-mgmt packages would add a client, a models module and 50 ms
of import for each of three services, to send the same few requests.
"""

from __future__ import annotations

from typing import Any

from kvtui.azure.errors import common_problem, error_response
from kvtui.azure.http import Answer
from kvtui.azure.limits import Limits
from kvtui.azure.scoped_credential import ScopedCredential
from kvtui.azure.service import Service
from kvtui.azure.transport import PipelineSender, service_host, transport
from kvtui.core.problems import Problem, ProblemKind

# Microsoft retires old ones. When one changes, compare its answers in `kvtui/emulator` with the reference.
SUBSCRIPTIONS = "2022-12-01"
KEY_VAULT = "2026-02-01"
"""Management of vaults. All older versions retire on 27 February 2027."""
AUTHORIZATION = "2022-04-01"
"""Role assignments, deny assignments and role definitions."""
MANAGED_IDENTITY = "2023-01-31"


def resource_manager(credential: ScopedCredential, limits: Limits) -> Service:
    """Resource Manager of the credential's cloud. Opened with the first request."""
    host, who = credential.cloud.arm, str(credential.identity)
    origin = f"https://{host}"

    def open_client() -> Any:
        from azure.core import AsyncPipelineClient
        from azure.core.pipeline.policies import AsyncBearerTokenCredentialPolicy, RequestIdPolicy

        policies: list[Any] = [
            RequestIdPolicy(),
            AsyncBearerTokenCredentialPolicy(credential, f"{origin}/.default"),
        ]
        sends = transport(limits, service_host(host, changes=credential.allows_changes))
        client: Any = AsyncPipelineClient(origin, policies=policies, transport=sends)
        return client

    def problem_of(answer: Answer) -> Problem:
        return common_problem(answer, origin, who) or _problem_of(answer, who)

    return Service(
        PipelineSender(open_client, limits), origin, who, limits, problem_of, name="Resource Manager"
    )


def _problem_of(answer: Answer, who: str) -> Problem:
    denied = answer.status in (401, 403, 404)
    what = f"{who} may not read this in Resource Manager."
    return error_response(
        answer,
        what if denied else "Resource Manager rejected the request.",
        "Ask for the role Reader on the vault.",
        ProblemKind.DENIED if denied else ProblemKind.UNREACHABLE,
        who,
    )
