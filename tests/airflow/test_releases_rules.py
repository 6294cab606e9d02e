"""What single releases of Airflow 3 do otherwise, each seen in the result of a lookup."""

from __future__ import annotations

import pytest

from kvtui.airflow.execution_api import key_at_server
from kvtui.airflow.kwargs import BACKEND_CLASS
from kvtui.airflow.model import Simulation
from kvtui.settings.model import Kind
from tests.airflow.conftest import Look

URI = '{"uri": "http://a:b@c:1/d"}'
WITH_QUERY = '{"uri": "http://c/?x=1"}'


def raised(simulation: Simulation) -> tuple[str, str]:
    assert simulation.result.exception is not None
    return simulation.result.exception.type, simulation.result.exception.message


def loud(simulation: Simulation) -> list[tuple[str, str, str]]:
    return [(line.where, line.level, line.text) for line in simulation.logs if line.level != "DEBUG"]


@pytest.mark.parametrize("airflow", ["3.0.0", "3.0.3"])
async def test_up_to_3_0_3_a_task_gets_a_runtime_error_for_a_missing_connection(
    look: Look, airflow: str
) -> None:
    simulation = await look("missing", kind="connection", airflow=airflow)
    assert raised(simulation) == ("AirflowRuntimeError", "CONNECTION_NOT_FOUND: {'conn_id': 'missing'}")
    assert (
        "BaseHook.get_connection raises AirflowNotFoundException here: The conn_id `missing` isn't defined."
        in simulation.headlines
    )


@pytest.mark.parametrize(("airflow", "context"), [("3.0.4", "task"), ("3.0.0", "server")])
async def test_else_a_missing_connection_is_not_found(look: Look, airflow: str, context: str) -> None:
    simulation = await look("missing", kind="connection", airflow=airflow, context=context)
    assert raised(simulation) == ("AirflowNotFoundException", "The conn_id `missing` isn't defined")


@pytest.mark.parametrize(
    ("airflow", "text", "extra"),
    [
        ("3.1.8", URI, None),
        ("3.2.0", URI, {}),
        ("3.2.2", URI, {}),
        ("3.2.2", WITH_QUERY, {"x": "1"}),
        ("3.3.0", URI, None),
        ("3.3.0", WITH_QUERY, '{"x": "1"}'),
    ],
)
async def test_the_extra_of_json_with_a_uri_is_a_dict_in_tasks_of_3_2(
    look: Look, airflow: str, text: str, extra: object
) -> None:
    found = (await look("c", {"airflow-connections-c": text}, kind="connection", airflow=airflow)).result
    fields = found.reveal()
    assert isinstance(fields, dict)
    assert fields["extra"] == extra


@pytest.mark.parametrize(
    ("airflow", "kind", "lines"),
    [
        ("3.0.6", "variable", [("WARNING", "Server error"), ("ERROR", "Variable not found")]),
        ("3.0.6", "connection", [("WARNING", "Server error"), ("ERROR", "Connection not found")]),
        ("3.1.1", "connection", [("ERROR", "Connection not found")]),
        ("3.1.2", "connection", []),
        ("3.1.8", "variable", [("ERROR", "Variable not found")]),
        ("3.2.0", "variable", []),
    ],
)
async def test_the_supervisor_logs_a_missing_key_in_3_0_and_3_1(
    look: Look, airflow: str, kind: str, lines: list[tuple[str, str]]
) -> None:
    simulation = await look("missing", kind=kind, airflow=airflow)
    assert loud(simulation) == [("supervisor", *line) for line in lines]


async def test_a_key_that_the_api_server_finds_is_not_logged_as_missing(look: Look) -> None:
    assert loud(await look("k", airflow="3.1.8", metastore={"k": "v"})) == []


@pytest.mark.parametrize(
    ("kind", "airflow", "key", "at_server"),
    [
        ("connection", "3.3.2", "pg?x", "pg"),
        ("connection", "3.4.0b2", "pg?x", "pg?x"),
        ("connection", "3.4.0b2", "p%41", "p%41"),
        ("connection", "3.4.0b2", "a/b", None),
        ("variable", "3.4.0b2", "pg?x", "pg"),
    ],
)
def test_3_4_escapes_the_ids_of_connections(kind: str, airflow: str, key: str, at_server: str | None) -> None:
    assert key_at_server(Kind(kind), key, airflow) == at_server


@pytest.mark.parametrize(("airflow", "warnings"), [("3.3.2", 1), ("3.4.0b2", 0)])
async def test_3_4_does_not_warn_of_an_underscore_in_a_scheme(
    look: Look, airflow: str, warnings: int
) -> None:
    secrets = {"airflow-connections-c": '{"conn_type": "google_cloud"}'}
    simulation = await look("c", secrets, kind="connection", airflow=airflow, context="server")
    assert len(loud(simulation)) == warnings


@pytest.mark.parametrize(("airflow", "warnings"), [("3.1.8", 0), ("3.2.0", 1)])
async def test_kwargs_of_the_workers_that_the_vault_does_not_hold_warn_since_3_2(
    look: Look, airflow: str, warnings: int
) -> None:
    section = "AIRFLOW__WORKERS__SECRETS_BACKEND"
    env = {section: BACKEND_CLASS, f"{section}_KWARGS_SECRET": "x"}
    simulation = await look("k", env=env, airflow=airflow)
    assert len([line for line in simulation.logs if "[workers]" in line.text]) == warnings


@pytest.mark.parametrize(("key", "lines"), [("?k", 1), ("k\n", 0)])
async def test_a_key_that_reaches_no_route_is_logged_as_missing_if_it_is_sent(
    look: Look, key: str, lines: int
) -> None:
    simulation = await look(key, airflow="3.1.8")
    assert [line[0] for line in loud(simulation)].count("supervisor") == lines
