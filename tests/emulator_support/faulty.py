"""The embedded Azure for tests: it logs every request, and does what a test has put in the way of one."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from typing import Any

from kvtui.emulator.azure import Azure
from kvtui.emulator.company import made_id
from kvtui.emulator.contents import Secret, Vault, utc_now
from kvtui.emulator.grants import Policy
from kvtui.emulator.http import Request, Response, answer_json
from tests.emulator_support.bending import Silence, bent
from tests.emulator_support.faults import Fault, FaultKind, RequestRecord

LOG_LIMIT = 200_000


class FaultyAzure:
    """An `Azure` with a log and faults."""

    def __init__(self, secrets: int | None = None, apps: int = 0) -> None:
        self._azure = Azure(secrets, apps)
        self._log: dict[int, RequestRecord] = {}
        """The requests by number, in order; the oldest go first when there are too many."""
        self._number = 0
        self._faults: list[list[Fault]] = []

    async def connect_status(self, host: str) -> int:
        """As `Azure`; a fault for CONNECT delays it or gives another status."""
        status = await self._azure.connect_status(host)
        fault = self._fault_for(Request("CONNECT", host, "", "", {})) if status == 200 else None
        if fault is not None and fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
        elif fault is not None:
            status = fault.status
        self._note(RequestRecord("CONNECT", host, "", "", status, ""))
        return status

    async def answer(self, request: Request) -> Response:
        """As `Azure`, or what the first matching fault makes of that."""
        number = self._note(
            RequestRecord(request.method, request.host, request.path, request.raw_query, 0, "")
        )
        fault = self._fault_for(request)
        response = await self._azure.answer(request)
        self._complete(number, 0, request.caller)
        if fault is not None:
            if fault.kind is FaultKind.DELAY:
                await asyncio.sleep(fault.seconds)
            response = bent(fault, request, response)
        if not isinstance(response, Silence):
            self._complete(number, response.status, request.caller)
        return response

    def control(self, request: Request, what: str) -> Response:
        """What the tests ask for, and what anybody may."""
        match request.method, what:
            case "GET", "log":
                return answer_json(200, [asdict(record) for record in self._log.values()])
            case "DELETE", "log":
                self._log.clear()
            case "DELETE", "changes":
                self._azure.restore()
            case "POST", "faults":
                content = json.loads(request.body)
                self._faults.append([Fault(**{**content, "kind": FaultKind(content["kind"])})])
            case "DELETE", "faults":
                self._faults.clear()
            case "POST", "vault":
                self._add_vault(json.loads(request.body))
            case _:
                return self._azure.control(request, what)
        return answer_json(200, {})

    def _note(self, record: RequestRecord) -> int:
        """Adds one request to the log and returns its number."""
        self._number += 1
        self._log[self._number] = record
        if len(self._log) > LOG_LIMIT:
            del self._log[next(iter(self._log))]
        return self._number

    def _complete(self, number: int, status: int, caller: str) -> None:
        """Adds to the log what is known by now, unless it was cleared meanwhile."""
        if number in self._log:
            self._log[number] = replace(self._log[number], status=status, caller=caller)

    def _fault_for(self, request: Request) -> Fault | None:
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

    def _add_vault(self, content: dict[str, Any]) -> None:
        """A vault with access policies: `name`, `secrets` (fields of `Secret` by name), `readers` (clients).

        Whoever is named in `readers`, an app by its client ID or a user by name, may get and list. One of
        that name is replaced.
        """
        now = int(utc_now().timestamp())
        vault = Vault(content["name"], rbac=False)
        vault.put(
            *(Secret(name, created=now, updated=now, **more) for name, more in content["secrets"].items())
        )
        self._azure.vaults.vaults[vault.name] = vault
        self._azure.grants.policies[vault.name] = [
            Policy(
                made_id("user", reader)
                if "@" in reader
                else self._azure.directory.by_client_id[reader].object_id,
                ("get", "list"),
            )
            for reader in content["readers"]
        ]
