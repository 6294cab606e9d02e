"""Known defects of versions: in a trigger, in hooks on the server, in what is masked and kept."""

from __future__ import annotations

import pytest

from kvtui.airflow.model import Simulation
from kvtui.airflow.rules import DEADLINES_WITHOUT_METASTORE
from tests.airflow.conftest import URL, Look

CONNECTION = {"airflow-connections-c": "http://u:p%40ss@h/"}
VARIABLE = {"airflow-variables-k": "v"}
TRIO = {"tenant_id": "contoso.com", "client_id": "c", "client_secret": "s"}


def says(simulation: Simulation, words: str) -> bool:
    return any(words in headline for headline in simulation.headlines)


async def test_a_trigger_asks_as_a_task_does_under_its_own_name(look: Look) -> None:
    simulation = await look("k", VARIABLE, context="triggerer")
    assert simulation.result.answered_by == "AzureKeyVaultBackend@triggerer"


async def test_a_trigger_of_airflow_2_asks_the_metastore_itself(look: Look) -> None:
    simulation = await look("k", context="triggerer", airflow="2.11.2", provider="12.10.3")
    assert [step.backend for step in simulation.steps][-1] == "MetastoreBackend"
    assert {step.where for step in simulation.steps} == {"process"}


async def test_the_triggerer_needs_the_configuration_too(look: Look) -> None:
    assert says(await look("c", CONNECTION, kind="connection", context="triggerer"), "again in the triggerer")


@pytest.mark.parametrize(
    ("airflow", "is_lost"), [("3.0.4", False), ("3.0.5", True), ("3.0.6", True), ("3.1.0", False)]
)
async def test_a_trigger_loses_what_the_vault_holds_in_3_0_5_and_3_0_6(
    look: Look, airflow: str, is_lost: bool
) -> None:
    found = await look("c", CONNECTION, kind="connection", airflow=airflow, context="triggerer")
    assert says(found, "gets a RuntimeError although") is is_lost


@pytest.mark.parametrize(("airflow", "fails"), [("3.0.0", True), ("3.0.6", True), ("3.1.0", False)])
async def test_a_trigger_before_3_1_cannot_ask_for_what_the_vault_does_not_hold(
    look: Look, airflow: str, fails: bool
) -> None:
    simulation = await look("c", kind="connection", airflow=airflow, context="triggerer")
    assert says(simulation, "that is not in the vault; one") is fails


@pytest.mark.parametrize(("airflow", "fails"), [("3.1.8", True), ("3.2.1", True), ("3.2.2", False)])
async def test_before_3_2_2_a_trigger_may_fail_to_find_a_connection_of_the_metastore(
    look: Look, airflow: str, fails: bool
) -> None:
    simulation = await look("c", kind="connection", airflow=airflow, context="triggerer")
    assert says(simulation, "attached to a different loop") is fails


@pytest.mark.parametrize(("airflow", "fails"), [("3.0.6", False), ("3.1.0", True), ("3.2.2", False)])
async def test_a_variable_of_the_metastore_is_not_found_in_a_triggers_event_loop(
    look: Look, airflow: str, fails: bool
) -> None:
    simulation = await look("k", airflow=airflow, context="triggerer")
    assert says(simulation, "may not find a variable that is only in the metastore") is fails


async def test_a_deadlines_callback_finds_no_connection_of_the_metastore(look: Look) -> None:
    simulation = await look("c", kind="connection", context="triggerer")
    assert says(simulation, "apache/airflow#63929")


def test_a_rule_that_rests_on_a_thread_alone_says_so() -> None:
    assert DEADLINES_WITHOUT_METASTORE.source == "apache/airflow#63929"


@pytest.mark.parametrize(("airflow", "fails"), [("3.0.6", False), ("3.1.0", True), ("3.1.1", False)])
async def test_hooks_on_the_server_fail_in_3_1_0(look: Look, airflow: str, fails: bool) -> None:
    simulation = await look("c", kind="connection", airflow=airflow, context="server")
    assert says(simulation, "SUPERVISOR_COMMS") is fails


async def test_hooks_on_the_server_of_3_1_0_get_what_the_vault_holds(look: Look) -> None:
    found = await look("c", CONNECTION, kind="connection", airflow="3.1.0", context="server")
    assert not says(found, "SUPERVISOR_COMMS")


@pytest.mark.parametrize(("airflow", "shows"), [("2.11.2", False), ("3.0.4", True), ("3.0.5", False)])
async def test_values_show_in_task_logs_of_3_0_0_to_3_0_4(look: Look, airflow: str, shows: bool) -> None:
    assert says(await look("k", VARIABLE, airflow=airflow), "do not mask values") is shows


async def test_a_password_with_escapes_shows_where_a_uri_is_printed(look: Look) -> None:
    assert says(await look("c", CONNECTION, kind="connection"), "print no URI")


async def test_a_client_secret_in_the_kwargs_can_be_read_by_any_dag(look: Look) -> None:
    simulation = await look("k", VARIABLE, kwargs=TRIO)
    assert [line for line in simulation.headlines if "Any DAG can read" in line] == [
        "Any DAG can read the client secret from Airflow's configuration, and a task log shows it "
        "unmasked if a DAG prints it. A managed or workload identity needs no secret."
    ]


async def test_an_identity_without_a_secret_is_not_warned_of(look: Look) -> None:
    pair = {"managed_identity_client_id": "c", "workload_identity_tenant_id": "t"}
    assert not says(await look("k", VARIABLE, kwargs=pair), "Any DAG can read")


@pytest.mark.parametrize(
    ("airflow", "text", "is_used"), [("2.10.5", "True", 1), ("3.3.2", "True", 1), ("3.3.2", "no", 0)]
)
async def test_the_cache_makes_values_old_while_dags_are_parsed(
    look: Look, airflow: str, text: str, is_used: int
) -> None:
    env = {"AIRFLOW__SECRETS__USE_CACHE": text, "AIRFLOW__SECRETS__CACHE_TTL_SECONDS": "60"}
    simulation = await look("k", VARIABLE, env=env, airflow=airflow, provider="8.0.0")
    assert says(simulation, "up to 60 s old. Tasks and the airflow command line do not") is bool(is_used)


async def test_a_vault_url_with_its_port_is_pointed_out(look: Look) -> None:
    simulation = await look("k", VARIABLE, kwargs={"vault_url": URL.rstrip("/") + ":443"})
    assert says(simulation, "azure-keyvault-secrets before 4.12 rejects that")
