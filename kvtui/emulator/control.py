"""The control path on the plain port, for the parent process and the stand-ins of az and azd."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from kvtui.emulator.error_responses import EntraError
from kvtui.emulator.http import Request, Response, answer_json

if TYPE_CHECKING:
    from kvtui.emulator.azure import Azure

PREFIX = "/_kvtui/"
HEADER = "x-kvtui-control"


def answer(azure: Azure, request: Request, what: str) -> Response:
    """Answers one request of someone who has the control token."""
    entra, scenario = azure.entra, azure.scenario
    match request.method, what:
        case "POST", "scenario":
            azure.set_scenario(**json.loads(request.body))
            return answer_json(200, {})
        case "GET", "az-token":
            words = "Please run 'az login' to setup account."
            return _token(request, entra.az_token if scenario.az_user else None, words)
        case "GET", "azd-token":
            words = "not logged in, run `azd auth login` to login"
            return _token(request, entra.azd_token if scenario.azd_user else None, words)
    return answer_json(404, {"error": f"There is no {request.method} {what}."})


def _token(
    request: Request, token: Callable[[str, str], dict[str, object]] | None, logged_out: str
) -> Response:
    """A token for one of the stand-ins, or the words that it prints on stderr; no `token`: nobody is in."""
    if token is None:
        return answer_json(401, {"error": logged_out})
    try:
        content = token(request.query.get("resource", ""), request.query.get("tenant", ""))
    except EntraError as error:
        return answer_json(401, {"error": str(error)})
    return answer_json(200, content)
