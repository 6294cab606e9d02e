"""The one process that all are forked from. `--task`: loads what a task of Airflow 3 needs, too."""

from __future__ import annotations

import base64
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from .metastore import fill_database, make_database
from .notes import BACKENDS
from .processes import ApiServer, Process

NOWHERE = '{"vault_url": "https://kv-that-is-not-there.vault.azure.net/", "retry_total": 0}'


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
