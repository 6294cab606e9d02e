"""All services: finds the one that answers a request."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable

from kvtui.emulator.arm import ResourceManager
from kvtui.emulator.clouds import METADATA_HOST, Cloud, service
from kvtui.emulator.contents import make_vaults, utc_now
from kvtui.emulator.directory import Directory
from kvtui.emulator.entra import Entra
from kvtui.emulator.error_responses import EntraError
from kvtui.emulator.grants import Grants
from kvtui.emulator.graph import Graph
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.keyvault import KeyVault
from kvtui.emulator.metadata import Metadata
from kvtui.emulator.scenario import Scenario
from kvtui.emulator.tokens import Tokens


class Azure:
    """The embedded Azure without its server."""

    def __init__(self, secrets: int | None = None, apps: int = 0) -> None:
        self._now = now = utc_now()
        self._secrets = secrets
        self.scenario = scenario = Scenario()
        self.directory = Directory(now, apps)
        tokens = Tokens(self.directory)
        self.grants = Grants()
        vaults = make_vaults(now, secrets)
        self.entra = Entra(self.directory, tokens, scenario)
        self.metadata = Metadata(self.directory, tokens, scenario)
        self.vaults = KeyVault(vaults, self.grants, tokens)
        self._changed = False
        """Whether a request may have changed something."""
        self._services: dict[str, Callable[[Request, Cloud], Response]] = {
            "login": self.entra.answer,
            "graph": Graph(self.directory, tokens, scenario).answer,
            "arm": ResourceManager(vaults, self.directory, self.grants, tokens, scenario).answer,
            "vault": self.vaults.answer,
        }

    async def connect_status(self, host: str) -> int:
        """The status for a CONNECT to `host`.

        200; 403 for a host that is not Azure's; 502 for a vault that does not exist, so has no address.
        """
        found = service(host)
        if found is None:
            return 403
        kind, cloud = found
        return 502 if kind == "vault" and self.vaults.find(host, cloud) is None else 200

    async def answer(self, request: Request) -> Response:
        """The answer of the service behind the request's host."""
        try:
            return self._answer(request)
        except Exception as defect:
            traceback.print_exc()
            return answer_json(500, {"error": {"code": "EmulatorDefect", "message": type(defect).__name__}})

    def _answer(self, request: Request) -> Response:
        if request.host == METADATA_HOST:
            return self.metadata.answer(request)
        found = service(request.host)
        if found is None:
            return answer_json(403, {"error": {"code": "NotAzure", "message": "This host is not Azure's."}})
        kind, cloud = found
        self._changed |= request.method not in ("GET", "HEAD") and kind != "login"
        return self._services[kind](request, cloud)

    def control(self, request: Request, what: str) -> Response:
        """The answer to `what` on the control path, for the parent process or a stand-in of az or azd."""
        match request.method, what:
            case "POST", "scenario":
                for name, value in json.loads(request.body).items():
                    setattr(self.scenario, name, value)
                return answer_json(200, {})
            case "GET", "az-token":
                words = "Please run 'az login' to setup account."
                return _token(request, self.entra.az_token if self.scenario.az_user else None, words)
            case "GET", "azd-token":
                words = "not logged in, run `azd auth login` to login"
                return _token(request, self.entra.azd_token if self.scenario.azd_user else None, words)
        return answer_json(404, {"error": f"There is no {request.method} {what}."})

    def restore(self) -> None:
        """Undoes all changes."""
        if self._changed:
            self._changed = False
            self.directory.restore()
            self.grants.restore()
            self.vaults.vaults.update(make_vaults(self._now, self._secrets))


def _token(
    request: Request, token: Callable[[str, str], dict[str, object]] | None, logged_out: str
) -> Response:
    """A token for one of the stand-ins, or the error that it prints; no `token`: nobody is signed in."""
    if token is None:
        return answer_json(401, {"error": logged_out})
    try:
        content = token(request.query.get("resource", ""), request.query.get("tenant", ""))
    except EntraError as error:
        return answer_json(401, {"error": str(error)})
    return answer_json(200, content)
