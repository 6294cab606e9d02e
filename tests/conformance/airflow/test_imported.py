"""What `--import` stores, read by the real Airflow: from each source, and from its own exports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kvtui.airflow.kwargs import BACKEND_CLASS, BACKEND_VARIABLE, KWARGS_VARIABLE
from kvtui.emulator import company
from tests.conformance.airflow.real import python_of
from tests.emulator_fixture import azure, emulator_session
from tests.emulator_support.process import EmulatorProcess
from tests.migration.samples import FORMS, sample

__all__ = ["azure", "emulator_session"]

ROOT = Path(__file__).parents[3]
BY_OPTION = {"variables.env": ("--import-format", "variables")}
READS = """
import json, sys
from airflow.models import Variable
from airflow.models.connection import Connection
wanted = json.loads(sys.argv[1])
found = {key: Variable.get(key) for key in wanted["variables"]}
for key in wanted["connections"]:
    one = Connection.get_connection_from_secrets(key)
    found[key] = [one.conn_type, one.host, one.login, one.password, one.port, one.schema, one.extra_dejson]
print("ANSWER" + json.dumps(found))
"""
FILLS = """
import json, sys
from airflow.models import Variable
from airflow.models.connection import Connection
from airflow.utils.session import create_session
variables, connections = json.loads(sys.argv[1])
with create_session() as session:
    session.query(Connection).delete()
    for key, text in variables.items():
        session.add(Variable(key=key, val=text, description="why" if key == "described" else None))
    for key, fields in connections.items():
        session.add(Connection(conn_id=key, **fields))
"""
VARIABLES = {
    "plain": "kvtui-canary $HOME #'\"\\ é☃",
    "number": "5",
    "json_text": '{"a": [1, "é"], "value": 2}',
    "described": "text",
    "lines": "one\ntwo",
    "empty_list": "[]",
}
CONNECTIONS: dict[str, dict[str, Any]] = {
    "full": {
        "conn_type": "postgres",
        "host": "db.contoso.com",
        "login": "etl@team",
        "password": "p@ss:w/rd?#%é",
        "port": 5432,
        "schema": "dwh",
        "extra": json.dumps({"sslmode": "require", "nested": {"a": 1}}),
    },
    "only_host": {"conn_type": "http", "host": "https://api.contoso.com"},
}


def _airflow(home: Path, azure: EmulatorProcess, *words: str, **more: str) -> str:
    """A program of the environment `airflow3`, and what it printed."""
    python = python_of("airflow3")
    surroundings = {
        **azure.environment,
        "PATH": os.environ["PATH"],
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "HOME": str(home),
        **more,
    }
    program = [str(python), "-W", "ignore"] if words[0] == "-c" else [str(python.with_name("airflow"))]
    done = subprocess.run([*program, *words], env=surroundings, cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _read(home: Path, azure: EmulatorProcess, variables: list[str], connections: list[str]) -> dict[str, Any]:
    """What the real Airflow gets from the vault for these keys."""
    kwargs = {
        "vault_url": f"https://{company.VAULT_RBAC}.vault.azure.net/",
        "tenant_id": company.TENANT_ID,
        "client_id": company.ASTRO_PROD,
        "client_secret": company.CLIENT_SECRETS[company.ASTRO_PROD],
    }
    backend = {BACKEND_VARIABLE: BACKEND_CLASS, KWARGS_VARIABLE: json.dumps(kwargs)}
    wanted = json.dumps({"variables": variables, "connections": connections})
    out = _airflow(home, azure, "-c", READS, wanted, **backend)
    found: dict[str, Any] = json.loads(out.rpartition("ANSWER")[2])
    return found


def _import(azure: EmulatorProcess, home: Path, file: Path, *words: str) -> None:
    command = [sys.executable, "-m", "kvtui", "--import", str(file), "--yes", "--overwrite", *words]
    done = subprocess.run(
        [*command, "--vault-url", company.VAULT_RBAC],
        env={**os.environ, **azure.environment, "PYTHONPATH": str(ROOT), "HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
    )
    assert "a lookup gives the value from" in done.stderr, done.stderr


@pytest.mark.parametrize("form", FORMS)
def test_the_real_airflow_reads_what_each_source_defines(
    form: str, azure: EmulatorProcess, tmp_path: Path
) -> None:
    made = sample(form, 4, 4)
    file = tmp_path / form
    file.write_text(made.text)
    _import(azure, tmp_path, file, *BY_OPTION.get(form, ()))
    found = _read(tmp_path, azure, list(made.variables), list(made.connections))
    expected: dict[str, Any] = dict(made.variables)
    for number, (key, password) in enumerate(made.connections.items()):
        extra = {"sslmode": "require"}
        expected[key] = ["postgres", f"db{number}.contoso.com", "etl", password, 5432, "dwh", extra]
    assert found == expected


def _same_json(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return one == other


def test_the_real_airflows_own_exports_arrive_as_they_were(azure: EmulatorProcess, tmp_path: Path) -> None:
    _airflow(tmp_path, azure, "db", "migrate")
    _airflow(tmp_path, azure, "-c", FILLS, json.dumps([VARIABLES, CONNECTIONS]))
    _airflow(tmp_path, azure, "variables", "export", str(tmp_path / "v.json"))
    _import(azure, tmp_path, tmp_path / "v.json")
    found = _read(tmp_path, azure, list(VARIABLES), [])
    assert {key: text for key, text in VARIABLES.items() if not _same_json(found[key], text)} == {}
    for name in ("c.json", "c.yaml", "c.env"):
        _airflow(tmp_path, azure, "connections", "export", str(tmp_path / name))
        _import(azure, tmp_path, tmp_path / name)
        found = _read(tmp_path, azure, [], list(CONNECTIONS))
        assert {key: [each or None for each in found[key]] for key in found} == _expected(CONNECTIONS), name


def _expected(connections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The fields; what is empty is None, because Airflow reads a schema that a URI does not have as empty."""
    fields = ("conn_type", "host", "login", "password", "port", "schema")
    return {
        key: [*(given.get(name) for name in fields), json.loads(given.get("extra", "{}")) or None]
        for key, given in connections.items()
    }
