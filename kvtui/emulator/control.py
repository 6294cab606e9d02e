"""The control path on the plain port: log, faults, scenario and vaults, for whoever holds the token."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from kvtui.emulator.azure import Azure
from kvtui.emulator.error_responses import EntraError
from kvtui.emulator.faults import Fault, FaultKind, Scenario
from kvtui.emulator.http import Request, Response, answer_json

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
            entra, words = azure.entra, "Please run 'az login' to setup account."
            return _token(request, entra.az_token if entra.scenario.az_user else None, words)
        case "GET", "azd-token":
            entra, words = azure.entra, "not logged in, run `azd auth login` to login"
            return _token(request, entra.azd_token if entra.scenario.azd_user else None, words)
        case _:
            return answer_json(404, {"error": f"There is no {request.method} {what}."})
    return answer_json(200, {})


def _fault(content: dict[str, Any]) -> Fault:
    return Fault(**{**content, "kind": FaultKind(content["kind"])})


def _scenario(content: dict[str, Any]) -> Scenario:
    return Scenario(**{**content, "host_identities": tuple(content["host_identities"])})


def _token(
    request: Request, token: Callable[[str, str], dict[str, object]] | None, logged_out: str
) -> Response:
    """A token for one of the stand-ins, or the words that it prints on stderr; no `token`: nobody is in."""
    if token is None:
        return answer_json(401, {"error": logged_out})
    try:
        content = token(request.query.get("resource", ""), request.query.get("tenant", ""))
    except EntraError as refused:
        return answer_json(401, {"error": str(refused)})
    return answer_json(200, content)
