"""The versions at which rules begin and end, each seen from outside."""

from __future__ import annotations

import pytest

from kvtui.airflow.connections import UnparsedError, parse_connection
from kvtui.airflow.credentials import credential
from kvtui.airflow.kwargs import BACKEND_CLASS
from kvtui.airflow.vault_errors import VaultError
from tests.airflow.conftest import SECRETS, URL, Look

APP = {"tenant_id": "contoso.com", "client_id": "c", "client_secret": "s"}
WORKERS = "AIRFLOW__WORKERS__SECRETS_BACKEND"


def test_the_client_secret_kwargs_came_with_8_0() -> None:
    assert credential(APP, "7.0.0").kind == "DefaultAzureCredential"
    assert credential(APP, "8.0.0").kind == "ClientSecretCredential"


@pytest.mark.parametrize(("airflow", "answer"), [("2.11.2", "server"), ("3.0.0", "worker")])
async def test_the_workers_section_came_with_3_0(look: Look, airflow: str, answer: str) -> None:
    env = {WORKERS: BACKEND_CLASS, f"{WORKERS}_KWARGS": f'{{"vault_url": "{URL}", "variables_prefix": "w"}}'}
    secrets = {"w-k": "worker", "airflow-variables-k": "server"}
    assert (await look("k", secrets, env=env, airflow=airflow)).result.reveal() == answer


@pytest.mark.parametrize(("airflow", "name"), [("3.1.8", "airflow-variables-k"), ("3.2.0", "w-k")])
async def test_kwargs_in_variables_of_their_own_came_with_3_2(look: Look, airflow: str, name: str) -> None:
    env = {f"{SECRETS}_KWARG__VARIABLES_PREFIX": "w"}
    assert (await look("k", env=env, airflow=airflow)).secret_name == name


@pytest.mark.parametrize(("airflow", "level"), [("2.11.2", "ERROR"), ("3.0.0", "DEBUG")])
async def test_the_server_says_nothing_of_a_rejected_connection_since_3_0(
    look: Look, airflow: str, level: str
) -> None:
    secrets = {"airflow-connections-c": VaultError(403)}
    simulation = await look("c", secrets, kind="connection", airflow=airflow, context="server")
    assert simulation.logs[0].level == level


@pytest.mark.parametrize(
    ("airflow", "task", "extra"),
    [
        ("3.1.5", False, '{"num": "3"}'),
        ("3.1.6", False, '{"num": 3}'),
        ("3.1.8", True, '{"num": 3}'),
        ("3.2.0", True, '{"num": "3"}'),
        ("3.2.0", False, '{"num": 3}'),
    ],
)
def test_who_decodes_a_query_as_json(airflow: str, task: bool, extra: str) -> None:
    assert parse_connection("c", "http://h/?num=3", airflow, task=task)["extra"] == extra


@pytest.mark.parametrize(("airflow", "password"), [("3.0.6", None), ("3.1.0", "")])
def test_a_task_reads_json_by_the_sdks_rules_since_3_1(airflow: str, password: str | None) -> None:
    assert parse_connection("c", '{"password": ""}', airflow, task=True)["password"] == password


def test_a_team_is_a_field_since_3_2() -> None:
    text = '{"host": "h", "team_name": "t"}'
    assert parse_connection("c", text, "3.2.0", task=False)["host"] == "h"
    with pytest.raises(UnparsedError):
        parse_connection("c", text, "3.1.8", task=False)


async def test_the_contrib_path_went_with_3_0(look: Look) -> None:
    env = {SECRETS: "airflow.contrib.secrets.azure_key_vault.AzureKeyVaultBackend"}
    assert (await look("k", env=env, airflow="2.11.2")).steps != ()
    assert (await look("k", env=env, airflow="3.0.0")).steps == ()


@pytest.mark.parametrize(
    ("airflow", "loggers"),
    [
        ("3.1.8", {"airflow.configuration"}),
        ("3.2.0", {"airflow._shared.configuration.parser", "airflow.sdk._shared.configuration.parser"}),
    ],
)
async def test_the_configuration_parser_is_shared_since_3_2(
    look: Look, airflow: str, loggers: set[str]
) -> None:
    logs = (await look("k", kwargs="{'a'}", airflow=airflow)).logs
    assert {line.logger for line in logs if line.text.startswith("Failed to parse")} == loggers
