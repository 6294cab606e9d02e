"""Runs inside an environment that holds a real Airflow: what that Airflow does with each case it is given.

One case a line on standard input, one outcome a line on standard output, both JSON. Each case has processes
of its own, forked from one that has loaded everything but Airflow; Airflow itself is imported anew in each,
so it reads its configuration as it does when it starts. A task of Airflow 3 has a worker's process and an API
server's: the SDK's own supervisor and client speak with the real Execution API. Methods are wrapped only to
note that they were called. Knows nothing of kvtui.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import gc
import importlib
import json
import logging
import multiprocessing.connection
import os
import signal
import sqlite3
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

BACKENDS = (
    "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend",
    "airflow.secrets.environment_variables.EnvironmentVariablesBackend",
    "airflow.secrets.metastore.MetastoreBackend",
    "airflow.sdk.execution_time.secrets.execution_api.ExecutionAPISecretsBackend",
    "airflow.secrets.local_filesystem.LocalFilesystemBackend",
)
MESSAGE_LIMIT = 4000
NOWHERE = '{"vault_url": "https://kv-that-is-not-there.vault.azure.net/", "retry_total": 0}'


class Notes:
    """What one process did: the backends it asked, in order, and what it logged."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.steps: list[dict[str, Any]] = []
        self.logs: list[dict[str, str]] = []
        self.asked_before: list[str] = []
        """Secrets that were asked for by no lookup: Airflow's own options."""

    def log(self, logger: str, level: str, message: str) -> None:
        self.logs.append(
            {
                "logger": logger,
                "level": level.lower(),
                "message": message[:MESSAGE_LIMIT],
                "where": self.where,
            }
        )

    def watch_logging(self) -> None:
        """Notes every record of the standard library's logging, whatever handlers there are."""
        make = logging.getLogRecordFactory()

        def noting(*args: Any, **kwargs: Any) -> logging.LogRecord:
            record = make(*args, **kwargs)
            ours = str(record.name).startswith(("airflow", "task"))
            if ours and record.levelno >= logging.WARNING:
                self.log(record.name, record.levelname, record.getMessage())
            return record

        logging.setLogRecordFactory(noting)

    def watch_structlog(self) -> None:
        """Notes every event of structlog that gets as far as its processors."""
        try:
            import structlog
        except ImportError:
            return

        def noting(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
            if method in ("warning", "error", "critical", "exception"):
                text = str(event.get("event", ""))
                arguments = event.get("positional_args", ())
                message = text % arguments if arguments else text
                level = "error" if method == "exception" else method
                name = str(event.get("logger_name") or event.get("logger") or getattr(logger, "name", ""))
                self.log(name, level, message)
            return event

        structlog.get_config()["processors"].insert(0, noting)

    def watch_backends(self) -> None:
        """Notes each call of a backend. What it returns or raises passes unchanged."""
        for path in BACKENDS:
            module, _, name = path.rpartition(".")
            try:
                backend = getattr(importlib.import_module(module), name)
            except ImportError:
                continue
            for method in ("get_variable", "get_connection"):
                if hasattr(backend, method):
                    setattr(backend, method, self._noted(getattr(backend, method), name))
        client = importlib.import_module("azure.keyvault.secrets").SecretClient
        client.get_secret = self._named(client.get_secret)

    def _named(self, get_secret: Any) -> Any:
        @functools.wraps(get_secret)
        def named(*args: Any, **kwargs: Any) -> Any:
            asked = str(kwargs["name"] if "name" in kwargs else args[1])
            if self.steps:
                self.steps[-1]["asked"].append(asked)
            else:
                self.asked_before.append(asked)
            return get_secret(*args, **kwargs)

        return named

    def _noted(self, method: Any, name: str) -> Any:
        @functools.wraps(method)
        def noted(*args: Any, **kwargs: Any) -> Any:
            step: dict[str, Any] = {"backend": name, "where": self.where, "result": "raised", "asked": []}
            self.steps.append(step)
            try:
                found = method(*args, **kwargs)
            except BaseException as error:
                step["exception"] = told(error)
                raise
            step["result"] = "none" if found is None else "value"
            return found

        return noted


def told(error: BaseException) -> dict[str, str]:
    kind = type(error)
    return {"class": f"{kind.__module__}.{kind.__qualname__}", "message": str(error)[:MESSAGE_LIMIT]}


def fields_of(connection: Any) -> dict[str, Any]:
    names = ("conn_id", "conn_type", "description", "host", "schema", "login", "password", "port", "extra")
    return {name: getattr(connection, name) for name in names}


# --- one process of Airflow ---


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
        from airflow.sdk.execution_time import supervisor

        class Transport(httpx.BaseTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                return httpx.Response(**api.ask(request))

        client = supervisor.InProcessTestSupervisor._Client(
            base_url=None, token="", dry_run=True, transport=Transport()
        )
        client.base_url = "http://in-process.invalid./"
        comms = supervisor.InProcessSupervisorComms(
            supervisor=supervisor.InProcessTestSupervisor(
                id="00000000-0000-0000-0000-000000000000",
                pid=os.getpid(),
                process=supervisor.psutil.Process(),
                process_log=supervisor.structlog.get_logger(logger_name="task").bind(),
                client=client,
            )
        )
        comms.supervisor.comms = comms
        with supervisor.set_supervisor_comms(comms):
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


# --- the metastore ---


def make_database(path: Path) -> None:
    """An empty metastore with all tables, by Airflow's own models."""
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{path}"
    from airflow import settings
    from airflow.models import import_all_models
    from airflow.models.base import Base

    settings.initialize()
    import_all_models()
    tables = list(Base.metadata.tables.values())
    if "team" not in Base.metadata.tables:  # Airflow 2: some tables need those of another package
        tables = [table for table in tables if table.name in ("variable", "connection")]
    Base.metadata.create_all(settings.engine, tables=tables)
    settings.engine.dispose()  # what stands in the write-ahead log goes to the file


def fill_database(path: Path, case: dict[str, Any]) -> None:
    """The rows that a case finds in the metastore, unencrypted, as without a Fernet key."""
    with sqlite3.connect(path) as database:
        for key, text in case["metastore"].items():
            if case["kind"] == "connection":
                row = {"conn_id": key, **json.loads(text)}
                database.execute(
                    "INSERT INTO connection (conn_id, conn_type, host, schema, login, password, "
                    "is_encrypted, is_extra_encrypted) "
                    "VALUES (:conn_id, :conn_type, :host, :schema, :login, :password, 0, 0)",
                    row,
                )
            else:
                database.execute(
                    "INSERT INTO variable (key, val, is_encrypted) VALUES (?, ?, 0)", (key, text)
                )


# --- the one process that all are forked from ---


def third_party_modules(task: bool) -> list[str]:
    """Everything that Airflow loads, but for Airflow itself; found out in a process that then ends."""

    def load() -> list[str]:
        for name in ("airflow.configuration", "airflow.models", BACKENDS[0].rpartition(".")[0]):
            importlib.import_module(name)
        case = {
            "env": {},
            "base": {},
            "kind": "variable",
            "key": "k",
            "deserialize_json": False,
            "default": None,
        }
        Process(case, "process").server()  # a whole lookup, which ends in the vault's not being there
        if task:
            importlib.import_module("airflow.sdk.execution_time.supervisor")
            from airflow.api_fastapi.execution_api.app import InProcessExecutionAPI

            InProcessExecutionAPI().app  # noqa: B018 - it loads what it needs
        return [name for name in sys.modules if name.partition(".")[0] != "airflow" and name != "__main__"]

    found: list[str] = forked(load)
    return found


def forked(work: Any, seconds: int = 120) -> Any:
    """What `work` returns in a process of its own; a dict with `crash` where it ends without an answer."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(seconds)
        os.close(read)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            answer = json.dumps(work(), default=repr)
        except BaseException:
            answer = json.dumps({"crash": traceback.format_exc()[-3000:]})
        with os.fdopen(write, "w") as pipe:
            pipe.write(answer)
        sys.stderr.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    return json.loads(text) if text else {"crash": "it ended without an answer"}


def run(case: dict[str, Any], home: Path, empty: Path) -> dict[str, Any]:
    database = empty
    if case["metastore"]:
        database = Path(tempfile.mkdtemp(dir=home)) / "case.db"  # no other case's write-ahead log beside it
        database.write_bytes(empty.read_bytes())
        fill_database(database, case)
    case["base"] = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}",
        "AIRFLOW__CORE__FERNET_KEY": base64.b64encode(bytes(32)).decode(),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
    }

    def look() -> dict[str, Any]:
        if case["context"] == "server":
            return Process(case, "process").server()
        api = ApiServer(case)
        return Process(case, "worker").task(api)

    outcome: dict[str, Any] = forked(look)
    return outcome


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="kvtui-airflow-"))
    os.environ.update(AIRFLOW_HOME=str(home), AIRFLOW__CORE__LOAD_EXAMPLES="False")
    empty = home / "empty.db"
    made = forked(lambda: make_database(empty))
    if made:
        sys.exit(made["crash"])
    os.environ |= {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{empty}",
        "AIRFLOW__SECRETS__BACKEND": BACKENDS[0],
        "AIRFLOW__SECRETS__BACKEND_KWARGS": NOWHERE,
    }
    for name in third_party_modules(task="--task" in sys.argv):
        try:
            importlib.import_module(name)
        except Exception:  # noqa: S112 - a name that only its package can import
            continue
    gc.collect()
    gc.freeze()
    gc.disable()  # the children end before they would gain from it
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line), home, empty)), flush=True)


if __name__ == "__main__":
    main()
