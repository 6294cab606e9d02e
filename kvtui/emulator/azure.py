"""All services together: which one answers a request, and what the tests have put in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kvtui.emulator.arm import ResourceManager
from kvtui.emulator.clouds import METADATA_HOST, Cloud, service
from kvtui.emulator.contents import Secret, Vault, make_vaults, utc_now
from kvtui.emulator.directory import Directory
from kvtui.emulator.entra import Entra
from kvtui.emulator.faults import Fault, RequestRecord, Scenario
from kvtui.emulator.grants import Grants, Policy
from kvtui.emulator.graph import Graph
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.keyvault import KeyVault
from kvtui.emulator.metadata import Metadata
from kvtui.emulator.tokens import Tokens

LOG_LIMIT = 200_000


class Azure:
    """The embedded Azure without its wires."""

    def __init__(self, secrets: int | None = None, apps: int = 0) -> None:
        self._now = now = utc_now()
        self._secrets = secrets
        self.directory = Directory(now, apps)
        self.tokens = Tokens(self.directory)
        self._grants = grants = Grants()
        vaults = make_vaults(now, secrets)
        self.entra = Entra(self.directory, self.tokens)
        self.metadata = Metadata(self.directory, self.tokens)
        self.vaults = KeyVault(vaults, grants, self.tokens)
        self.graph = Graph(self.directory, self.tokens)
        self.arm = ResourceManager(vaults, self.directory, grants, self.tokens)
        self.log: dict[int, RequestRecord] = {}
        """The requests by number, in order; the oldest go first when there are too many."""
        self._number = 0
        self.changes = 0
        """How many requests may have changed something."""
        self._faults: list[list[Fault]] = []
        self._services: dict[str, Callable[[Request, Cloud], Response]] = {
            "login": self.entra.answer,
            "graph": self.graph.answer,
            "arm": self.arm.answer,
            "vault": self.vaults.answer,
        }

    def admits(self, host: str) -> int:
        """The status for a CONNECT to `host`.

        200; 403 for a host that is not Azure's; 502 for a vault that does not exist, so has no address.
        """
        found = service(host)
        if found is None:
            return 403
        kind, cloud = found
        return 502 if kind == "vault" and self.vaults.find(host, cloud) is None else 200

    def answer(self, request: Request) -> Response:
        """What the service behind the request's host says."""
        if request.host == METADATA_HOST:
            return self.metadata.answer(request)
        found = service(request.host)
        if request.method not in ("GET", "HEAD") and found and found[0] != "login":
            self.changes += 1
        if found is None:
            return answer_json(403, {"error": {"code": "NotAzure", "message": "This host is not Azure's."}})
        kind, cloud = found
        return self._services[kind](request, cloud)

    def note(self, record: RequestRecord) -> int:
        """Adds one request to the log and returns its number."""
        self._number += 1
        self.log[self._number] = record
        if len(self.log) > LOG_LIMIT:
            del self.log[next(iter(self.log))]
        return self._number

    def set_scenario(self, scenario: Scenario) -> None:
        """Changes what is true on the demo's machine."""
        self.entra.scenario = scenario
        self.metadata.scenario = scenario
        self.graph.set_scenario(scenario)
        self.arm.set_scenario(scenario)

    def restore(self) -> None:
        """Takes back what was changed."""
        if self.changes:
            self.changes = 0
            self.directory.restore()
            self._grants.restore()
            self.vaults.vaults.update(make_vaults(self._now, self._secrets))

    def add_vault(self, content: dict[str, Any]) -> None:
        """A vault with access policies: `name`, `secrets` (fields of `Secret` by name), `readers` (clients).

        Whoever is named in `readers`, by client id, may get and list. One of that name is replaced.
        """
        now = int(utc_now().timestamp())
        vault = Vault(content["name"], rbac=False)
        vault.put(
            *(Secret(name, created=now, updated=now, **more) for name, more in content["secrets"].items())
        )
        self.vaults.vaults[vault.name] = vault
        self._grants.policies[vault.name] = [
            Policy(self.directory.by_client_id[reader].object_id, ("get", "list"))
            for reader in content["readers"]
        ]

    def inject(self, fault: Fault) -> None:
        """Puts a fault in the way of the requests that it matches."""
        self._faults.append([fault])

    def clear_faults(self) -> None:
        """Takes all faults away."""
        self._faults.clear()

    def fault_for(self, request: Request) -> Fault | None:
        """The first fault that hits this request, counted as used."""
        for held in self._faults:
            fault = held[0]
            token = bool(request.bearer)
            if fault.times == 0 or not fault.matches(request.host, request.path, request.method, token=token):
                continue
            if fault.after > 0:
                held[0] = replace(fault, after=fault.after - 1)
                continue
            if fault.times is not None:
                held[0] = replace(fault, times=fault.times - 1)
            return fault
        return None
