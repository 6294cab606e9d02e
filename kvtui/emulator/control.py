"""The control path on the plain port: log, faults, scenario and vaults, for whoever holds the token."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from typing import Any

from kvtui.emulator.azure import Azure
from kvtui.emulator.faults import Fault, FaultKind, Scenario
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.refusals import RefusedError

PREFIX = "/_kvtui/"
HEADER = "x-kvtui-control"


def answer(azure: Azure, request: Request, token: str) -> Response:
    """Answers one request of the parent or of the az stand-in; 403 without the right token."""
    if not secrets.compare_digest(request.headers.get(HEADER, "").encode(), token.encode()):
        return answer_json(403, {"error": "The control token is missing or wrong."})
    what = request.path.removeprefix(PREFIX)
    match request.method, what:
        case "GET", "log":
            return answer_json(200, [asdict(record) for record in azure.log.values()])
        case "DELETE", "log":
            azure.log.clear()
        case "DELETE", "changes":
            azure.restore()
        case "POST", "faults":
            azure.inject(_fault(json.loads(request.body)))
        case "DELETE", "faults":
            azure.clear_faults()
        case "POST", "scenario":
            azure.set_scenario(_scenario(json.loads(request.body)))
        case "POST", "vault":
            azure.add_vault(json.loads(request.body))
        case "GET", "az-token":
            return _az_token(azure, request)
        case "GET", "azd-token":
            return _azd_token(azure, request)
        case _:
            return answer_json(404, {"error": f"There is no {request.method} {what}."})
    return answer_json(200, {})


def _fault(content: dict[str, Any]) -> Fault:
    return Fault(**{**content, "kind": FaultKind(content["kind"])})


def _scenario(content: dict[str, Any]) -> Scenario:
    return Scenario(**{**content, "host_identities": tuple(content["host_identities"])})


def _az_token(azure: Azure, request: Request) -> Response:
    """A token for the az stand-in, or the words that it prints on stderr."""
    if not azure.entra.scenario.az_user:
        return answer_json(401, {"error": "Please run 'az login' to setup account."})
    try:
        content = azure.entra.az_token(request.query.get("resource", ""), request.query.get("tenant", ""))
    except RefusedError as refused:
        return answer_json(401, {"error": str(refused)})
    return answer_json(200, content)


def _azd_token(azure: Azure, request: Request) -> Response:
    """A token for the azd stand-in, or the words that it prints on stderr."""
    if not azure.entra.scenario.azd_user:
        return answer_json(401, {"error": "not logged in, run `azd auth login` to login"})
    try:
        content = azure.entra.azd_token(request.query.get("resource", ""), request.query.get("tenant", ""))
    except RefusedError as refused:
        return answer_json(401, {"error": str(refused)})
    return answer_json(200, content)
