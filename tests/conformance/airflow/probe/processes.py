"""The processes of one case: a server, or a worker with its API server."""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing.connection
import os
import traceback
from typing import Any

from .notes import Notes, told
from .supervising import supervised

_JWT = "AIRFLOW__API_AUTH__JWT_SECRET"


def fields_of(connection: Any) -> dict[str, Any]:
    names = ("conn_id", "conn_type", "description", "host", "schema", "login", "password", "port", "extra")
    return {name: getattr(connection, name) for name in names}


class Process:
    """One Airflow process: its environment, and what it notes."""

    def __init__(self, case: dict[str, Any], where: str) -> None:
        self.case = case
        self.notes = Notes(where)
        if case["base"]:
            for name in [name for name in os.environ if name.startswith(("AIRFLOW", "AZURE_", "_AIRFLOW"))]:
                del os.environ[name]
        os.environ.update(case["base"])
        os.environ.update(case["env"])

    def start(self, *modules: str) -> None:
        self.notes.watch_logging()
        importlib.import_module("airflow.configuration")
        for module in modules:
            importlib.import_module(module)
        self.notes.watch_structlog()
        self.notes.watch_backends()

    def server(self) -> dict[str, Any]:
        """What a scheduler, an API server or the command line gets; all of Airflow 2."""
        os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"
        return self._outcome(("airflow.models",), self._get_on_server)

    def task(self, api: ApiServer) -> dict[str, Any]:
        """What a task of Airflow 3 gets."""
        modules = ("airflow.sdk", "airflow.sdk.execution_time.supervisor")
        outcome = self._outcome(modules, lambda: self._get_in_task(api))
        steps, logs, before = api.close()
        self.notes.asked_before += before
        at = next(
            (n for n, step in enumerate(self.notes.steps) if step["backend"] == "ExecutionAPISecretsBackend"),
            len(self.notes.steps),
        )
        self.notes.steps[at + 1 : at + 1] = steps
        outcome["logs"] = self.notes.logs + logs
        return outcome

    def _outcome(self, modules: tuple[str, ...], get: Any) -> dict[str, Any]:
        outcome: dict[str, Any] = {"phase": "import", "steps": self.notes.steps, "logs": self.notes.logs}
        outcome["asked_before"] = self.notes.asked_before
        try:
            self.start(*modules)
            outcome["phase"] = "call"
            found = get()
        except BaseException as error:
            outcome |= {"outcome": "raised", "exception": told(error)}
            if os.environ.get("PROBE_TRACEBACKS"):
                traceback.print_exc()
            return outcome
        outcome["outcome"] = "value"
        if self.case["kind"] == "connection":
            outcome["connection"] = fields_of(found)
        else:
            outcome["value"] = {"type": type(found).__name__, "repr": repr(found)}
        return outcome

    def _get_on_server(self) -> Any:
        case = self.case
        if case["kind"] == "config":
            from airflow.configuration import conf

            return conf.get(*case["option"], fallback=None)
        from airflow.models import Connection, Variable

        if case["kind"] == "connection":
            return Connection.get_connection_from_secrets(case["key"])
        default = {"default_var": case["default"]["value"]} if case["default"] else {}
        return Variable.get(case["key"], deserialize_json=case["deserialize_json"], **default)

    def _get_in_task(self, api: ApiServer) -> Any:
        import httpx
        from airflow.sdk import Connection, Variable

        class Transport(httpx.BaseTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                return httpx.Response(**api.ask(request))

        with supervised(Transport()):
            if self.case["kind"] == "connection":
                return Connection.get(self.case["key"])
            default = {"default": self.case["default"]["value"]} if self.case["default"] else {}
            return Variable.get(self.case["key"], deserialize_json=self.case["deserialize_json"], **default)


class ApiServer:
    """The Execution API in a process of its own, which imports Airflow when it is first asked."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.here, there = multiprocessing.connection.Pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self.here.close()
            try:
                self._serve(case, there)
            finally:
                os._exit(0)
        there.close()

    def ask(self, request: Any) -> dict[str, Any]:
        """The API's answer to one request of httpx."""
        self.here.send((request.method, str(request.url), dict(request.headers), request.read()))
        answer: dict[str, Any] = self.here.recv()
        return answer

    def close(self) -> Any:
        """What the API server's process did: its steps, its logs, what it asked for its own options."""
        self.here.send(None)
        done = self.here.recv()
        os.waitpid(self.pid, 0)
        return done

    @staticmethod
    def _serve(case: dict[str, Any], pipe: Any) -> None:
        process = Process(case, "api-server")
        os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"
        if not any(name.startswith(_JWT) for name in case["env"]):
            os.environ[_JWT] = "3.0 and 3.1 make no server without"
        message = pipe.recv()
        if message:
            process.start("airflow.api_fastapi.execution_api.app")
            process.notes.logs.clear()  # the server's log of its start, which no lookup writes
            asyncio.run(ApiServer._answer(message, pipe))
        pipe.send((process.notes.steps, process.notes.logs, process.notes.asked_before))

    @staticmethod
    async def _answer(message: Any, pipe: Any) -> None:
        import httpx
        from airflow.api_fastapi.execution_api.app import InProcessExecutionAPI

        app = InProcessExecutionAPI().app
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as client:
            while message:
                method, url, headers, content = message
                response = await client.request(method, url, headers=headers, content=content)
                kept = {"content-type": response.headers.get("content-type", "")}
                answer = {"status_code": response.status_code, "headers": kept, "content": response.content}
                pipe.send(answer)
                message = pipe.recv()
