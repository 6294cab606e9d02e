"""The metadata service of a virtual machine: tokens for its managed identities, over plain HTTP."""

from __future__ import annotations

import time

from kvtui.emulator.clouds import CLOUDS
from kvtui.emulator.directory import Directory
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.principals import Principal
from kvtui.emulator.scenario import Scenario
from kvtui.emulator.tokens import Tokens

PATH = "/metadata/identity/oauth2/token"
_LIFETIME = 86399
_SELECTORS = ("client_id", "object_id", "principal_id", "msi_res_id", "mi_res_id")


class Metadata:
    """`http://169.254.169.254`, as the host of the scenario sees it."""

    def __init__(self, directory: Directory, tokens: Tokens, scenario: Scenario) -> None:
        self._scenario = scenario
        self._directory = directory
        self._tokens = tokens

    def answer(self, request: Request) -> Response:
        """A token for the identity that `client_id`, `object_id` or `msi_res_id` names, or the only one."""
        if request.path.rstrip("/") != PATH:
            return answer_json(404, {"error": "not_found", "error_description": "Not found"})
        if request.headers.get("metadata", "").lower() != "true":
            return _error("Required metadata header not specified")
        resource = request.query.get("resource", "")
        if not resource:
            return _error("Required audience parameter not specified")
        cloud = next((cloud for cloud in CLOUDS if cloud.audience(resource)), None)
        if cloud is None:
            return _error(f"AADSTS500011: The resource principal named {resource} was not found.")
        identity = self._identity(request.query)
        if identity is None:
            return _error(self._why_none(request.query))
        request.caller = identity.name
        audience = cloud.audience(resource)
        token = self._tokens.issue(identity, audience, cloud.service_of(audience), seconds=_LIFETIME)
        return answer_json(
            200,
            {
                "access_token": token,
                "client_id": identity.client_id,
                "expires_in": str(_LIFETIME),
                "expires_on": str(int(time.time()) + _LIFETIME),
                "ext_expires_in": str(_LIFETIME),
                "not_before": str(int(time.time()) - 5),
                "resource": resource,
                "token_type": "Bearer",
            },
        )

    def _here(self) -> list[Principal]:
        return [self._directory.by_name[name] for name in self._scenario.host_identities]

    def _identity(self, query: dict[str, str]) -> Principal | None:
        here = self._here()
        wanted = next((query[name].lower() for name in _SELECTORS if name in query), None)
        if wanted is None:
            return here[0] if len(here) == 1 else None
        return next(
            (one for one in here if wanted in (one.client_id, one.object_id, one.resource_id.lower())), None
        )

    def _why_none(self, query: dict[str, str]) -> str:
        if len(self._here()) > 1 and not set(_SELECTORS) & set(query):
            return (
                "Multiple user assigned identities exist, please specify the clientId / resourceId of the "
                "identity in the token request"
            )
        return "Identity not found"


def _error(words: str) -> Response:
    return answer_json(400, {"error": "invalid_request", "error_description": words})
