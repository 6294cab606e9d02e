"""What the caller of a variable gets: order, versions, failures."""

from __future__ import annotations

from typing import Any

import pytest

from kvtui.airflow.model import Simulation
from kvtui.airflow.vault_errors import VaultError
from kvtui.core.problems import ProblemError
from tests.airflow.conftest import Look, Vault

NAME = "airflow-variables-k"
AIRFLOW_2 = {"airflow": "2.11.2", "provider": "12.10.3"}


def asked(simulation: Simulation) -> list[str]:
    return [f"{step.backend}@{step.where}: {step.outcome}" for step in simulation.steps]


def raised(simulation: Simulation) -> tuple[str, str]:
    assert simulation.result.exception is not None
    return simulation.result.exception.type, simulation.result.exception.message


async def test_a_task_of_airflow_3_asks_twice_and_reads_once(look: Look, vault: Vault) -> None:
    simulation = await look("k")
    assert asked(simulation) == [
        "AzureKeyVaultBackend@worker: absent",
        "EnvironmentVariablesBackend@worker: absent",
        "ExecutionAPISecretsBackend@worker: absent",
        "AzureKeyVaultBackend@api-server: absent",
        "EnvironmentVariablesBackend@api-server: absent",
        "MetastoreBackend@api-server: absent",
    ]
    assert [step.asked for step in simulation.steps if step.backend == "AzureKeyVaultBackend"] == [NAME, NAME]
    assert vault.read_names == [NAME]


@pytest.mark.parametrize(
    ("airflow", "context", "expected"),
    [
        ("2.10.5", "task", ("KeyError", "'Variable k does not exist'")),
        ("2.11.2", "server", ("KeyError", "'Variable k does not exist'")),
        ("3.0.6", "server", ("KeyError", "'Variable k does not exist'")),
        ("3.1.8", "server", ("KeyError", "'Variable k does not exist'")),
        ("3.2.0", "server", ("KeyError", "'Variable k does not exist.'")),
        ("3.3.2", "server", ("KeyError", "'Variable k does not exist.'")),
        ("3.0.6", "task", ("AirflowRuntimeError", "VARIABLE_NOT_FOUND: {'key': 'k'}")),
        ("3.1.0", "task", ("AirflowRuntimeError", "VARIABLE_NOT_FOUND: {'key': 'k'}")),
        (
            "3.1.1",
            "task",
            ("AirflowRuntimeError", "VARIABLE_NOT_FOUND: {'message': 'Variable k not found'}"),
        ),
    ],
)
async def test_a_missing_variable_raises_as_each_version_does(
    look: Look, airflow: str, context: str, expected: tuple[str, str]
) -> None:
    assert raised(await look("k", airflow=airflow, context=context)) == expected


@pytest.mark.parametrize("context", ["task", "server"])
async def test_a_default_of_none_is_a_default(look: Look, context: str) -> None:
    result = (await look("k", context=context, default=None)).result
    assert (result.outcome, result.answered_by, result.reveal()) == ("default", "default", None)


async def test_a_default_is_never_decoded(look: Look) -> None:
    assert (await look("k", default="{}", deserialize_json=True, **AIRFLOW_2)).result.reveal() == "{}"


async def test_an_empty_secret_is_a_value_and_hides_the_environment(look: Look) -> None:
    simulation = await look("k", {NAME: ""}, env={"AIRFLOW_VAR_K": "env"})
    assert (simulation.result.reveal(), simulation.result.length) == ("", 0)
    assert any("hides every backend" in line for line in simulation.headlines)


async def test_an_empty_environment_variable_is_a_value(look: Look) -> None:
    result = (await look("k", env={"AIRFLOW_VAR_K": ""})).result
    assert (result.answered_by, result.reveal()) == ("EnvironmentVariablesBackend@worker", "")


async def test_the_environment_is_asked_for_the_key_in_capitals_and_nothing_else_changed(look: Look) -> None:
    assert (await look("my-key", env={"AIRFLOW_VAR_MY-KEY": "e"})).result.reveal() == "e"
    assert (await look("my-key", env={"AIRFLOW_VAR_MY_KEY": "e"})).result.outcome == "raises"
    assert (await look("my-key", env={"airflow_var_my-key": "e"})).result.outcome == "raises"


async def test_the_metastore_reaches_a_task_through_the_api_server(look: Look) -> None:
    simulation = await look("k", metastore={"k": "m"})
    assert simulation.result.answered_by == "MetastoreBackend@api-server"
    assert simulation.steps[2].outcome == "found"


async def test_a_metastore_that_cannot_be_seen_is_taken_for_empty_and_said_so(look: Look) -> None:
    simulation = await look("k", metastore=None)
    last = simulation.steps[-1]
    assert (last.outcome, last.detail) == ("not asked", "kvtui cannot see the metastore; assumed empty")
    assert simulation.result.assumes_metastore_empty
    assert not (await look("k", {NAME: "v"}, metastore=None)).result.assumes_metastore_empty


BAD = {NAME: "{bad"}
EXPECTING = "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"


@pytest.mark.parametrize("context", ["server", "task"])
async def test_bad_json_raises_in_airflow_2_and_on_the_server(look: Look, context: str) -> None:
    versions: dict[str, Any] = AIRFLOW_2 if context == "task" else {}
    simulation = await look("k", BAD, deserialize_json=True, default=1, context=context, **versions)
    assert raised(simulation) == ("JSONDecodeError", EXPECTING)


async def test_bad_json_in_a_task_of_airflow_3_gives_the_default(look: Look) -> None:
    simulation = await look("k", BAD, deserialize_json=True, default=1)
    assert (simulation.result.outcome, simulation.result.reveal()) == ("default", 1)
    assert [line.logger for line in simulation.logs] == ["task", "task"]


async def test_bad_json_before_3_1_1_raises_once_the_api_server_has_sent_it(look: Look) -> None:
    simulation = await look("k", BAD, deserialize_json=True, default=1, airflow="3.0.6")
    assert raised(simulation) == ("JSONDecodeError", EXPECTING)


async def test_the_first_airflow_3_ignored_deserialize_json(look: Look) -> None:
    text = {NAME: '{"a": 1}'}
    assert (await look("k", text, deserialize_json=True, airflow="3.0.1")).result.reveal() == '{"a": 1}'
    assert (await look("k", text, deserialize_json=True, airflow="3.0.2")).result.reveal() == {"a": 1}


async def test_json_null_is_none_and_no_default(look: Look) -> None:
    simulation = await look("k", {NAME: "null"}, deserialize_json=True, default="d")
    assert (simulation.result.outcome, simulation.result.reveal()) == ("value", None)
    assert simulation.result.value_type == "NoneType"


@pytest.mark.parametrize(
    ("refusal", "outcome", "words"),
    [
        (VaultError(401, "AADSTS7000215"), "refused", "could not get a token: the client secret is wrong"),
        (VaultError(403, "ForbiddenByRbac"), "refused", "the identity has no role that may read secrets"),
        (VaultError(403, "ForbiddenByPolicy"), "refused", "the vault's access policies do not allow"),
        (VaultError(403, "ForbiddenByFirewall"), "refused", "the vault's firewall blocks this host"),
        (VaultError(403, "SecretDisabled"), "refused", "the secret is disabled"),
        (VaultError(409, "Conflict"), "error", "the vault answered 409 Conflict"),
        (VaultError(429, "Throttled"), "error", "the vault throttles (429 Throttled); 4 attempts"),
        (VaultError(503), "error", "the vault failed (503); 4 attempts"),
        (VaultError(None, "dns"), "error", "the vault's name does not resolve; 4 attempts"),
        (VaultError(None, "tls"), "error", "the TLS handshake failed; 4 attempts"),
        (VaultError(None, "timeout"), "error", "the vault did not answer in time; 4 attempts"),
    ],
)
async def test_no_failure_of_the_vault_reaches_the_caller(
    look: Look, refusal: VaultError, outcome: str, words: str
) -> None:
    simulation = await look("k", {NAME: refusal}, env={"AIRFLOW_VAR_K": "env"})
    assert simulation.result.reveal() == "env"
    assert simulation.steps[0].outcome == outcome
    assert simulation.steps[0].detail.startswith(words)
    assert simulation.steps[0].logged.startswith("Unable to retrieve variable from secrets backend")
    assert any(words in line for line in simulation.headlines)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (VaultError(429, "Throttled"), "AIRFLOW__SECRETS__USE_CACHE=True"),
        (VaultError(503), "retry_total in the kwargs, which is passed to SecretClient"),
        (VaultError(None, "timeout"), "retry_total in the kwargs, which is passed to SecretClient"),
        (VaultError(403, "ForbiddenByRbac"), "If access was just granted, wait up to ten minutes"),
        (VaultError(403, "AccessDenied"), "If access was just granted, wait up to ten minutes"),
    ],
)
async def test_a_failure_of_the_vault_comes_with_what_to_do(
    look: Look, refusal: VaultError, words: str
) -> None:
    simulation = await look("k", {NAME: refusal})
    assert any(words in line for line in simulation.headlines)


async def test_what_is_known_of_a_secret_that_is_not_there_is_reported(look: Look) -> None:
    simulation = await look("k", {NAME: VaultError(404, "SecretNotFound", "it is soft-deleted")})
    assert simulation.steps[0].detail == "404, the vault has no such secret; it is soft-deleted"


async def test_a_404_is_an_answer_like_any_other(look: Look) -> None:
    simulation = await look("k", {NAME: VaultError(404, "SecretNotFound")})
    assert simulation.steps[0].outcome == "absent"
    assert simulation.logs == ()


async def test_retry_total_0_gives_up_at_once(look: Look) -> None:
    simulation = await look("k", {NAME: VaultError(429)}, kwargs={"retry_total": 0})
    assert "attempts" not in simulation.steps[0].detail


async def test_what_else_a_reader_raises_comes_through(look: Look, vault: Vault) -> None:
    class CancelledLookupError(Exception):
        pass

    async def read(name: str) -> str | None:
        raise CancelledLookupError(name)

    vault.read = read  # type: ignore[method-assign]
    with pytest.raises(CancelledLookupError):
        await look("k")


async def test_an_illegal_name_is_not_sent_by_the_newest_provider(look: Look, vault: Vault) -> None:
    simulation = await look("my.key", {"airflow-variables-my.key": "v"})
    assert (simulation.steps[0].outcome, simulation.steps[0].asked) == ("not asked", "")
    assert simulation.secret_name == "airflow-variables-my.key"
    assert vault.read_names == []


async def test_an_illegal_name_is_a_400_with_an_old_provider(look: Look, vault: Vault) -> None:
    simulation = await look("my.key", {"airflow-variables-my.key": "v"}, **AIRFLOW_2)
    assert simulation.steps[0].outcome == "error"
    assert simulation.steps[0].asked == "airflow-variables-my.key"
    assert vault.read_names == []


async def test_a_rejected_team_key_is_a_headline(look: Look) -> None:
    simulation = await look("my__key", provider="13.2.0")
    assert simulation.steps[0].outcome == "not asked"
    assert simulation.headlines[0].startswith("The vault is not asked for my__key")


async def test_an_empty_separator_is_a_headline(look: Look) -> None:
    simulation = await look("MY_KEY", kwargs={"sep": "", "variables_prefix": ""})
    assert simulation.secret_name == "MYKEY"
    assert simulation.headlines[0] == "sep is empty, which deletes underscores: MY_KEY becomes MYKEY."


async def test_multi_team_keeps_keys_with_three_underscores_from_the_environment(look: Look) -> None:
    env = {"AIRFLOW__CORE__MULTI_TEAM": "True", "AIRFLOW_VAR_A___B": "e"}
    simulation = await look("a___b", env=env)
    assert [step.outcome for step in simulation.steps[:2]] == ["not asked", "not asked"]
    assert (await look("a___b", env={"AIRFLOW_VAR_A___B": "e"})).result.reveal() == "e"


async def test_3_2_keeps_team_keys_from_the_environment_without_multi_team(look: Look) -> None:
    env = {"AIRFLOW_VAR__A___B": "e"}
    assert (await look("_a___b", env=env, airflow="3.2.2")).result.outcome == "raises"
    assert (await look("_a___b", env=env, airflow="3.3.2")).result.reveal() == "e"


@pytest.mark.parametrize("wrong", [{"airflow": "newest"}, {"provider": ""}])
async def test_what_is_no_version_is_a_problem(look: Look, wrong: dict[str, str]) -> None:
    with pytest.raises(ProblemError):
        await look("k", **wrong)


async def test_nothing_that_is_printed_holds_the_value(look: Look) -> None:
    simulation = await look("k", {NAME: "t0p-s3cret"}, kwargs={"client_secret": "als0-s3cret"})
    assert simulation.result.reveal() == "t0p-s3cret"
    assert "s3cret" not in repr(simulation)


async def test_a_value_that_is_nested_too_deeply_is_bad_json(look: Look) -> None:
    deep = {NAME: "[" * 200_000}
    assert (await look("k", deep, deserialize_json=True, default=1)).result.outcome == "default"
    error = (await look("k", deep, deserialize_json=True, context="server")).result.exception
    assert error is not None
    assert error.type == "RecursionError"


async def test_a_multi_team_that_is_no_boolean_fails_every_lookup_in_the_vault(look: Look) -> None:
    found = await look("k", {"airflow-variables-k": "v"}, env={"AIRFLOW__CORE__MULTI_TEAM": "yes"})
    assert [step.outcome for step in found.steps] == ["error", "error", "absent"]


async def test_a_task_asks_the_api_server_for_what_its_url_says(look: Look) -> None:
    found = await look("a?b", {"airflow-variables-a": "another's"})
    assert (found.result.outcome, found.steps[-1].asked) == ("value", "airflow-variables-a")


async def test_a_key_that_fits_into_no_url_never_reaches_the_api_server(look: Look) -> None:
    found = await look("tab\tkey")
    assert [step.where for step in found.steps] == ["worker", "worker", "worker"]


async def test_a_log_line_says_whose_log_it_is(look: Look, vault: Vault) -> None:
    found = await look("k", kwargs="no json")
    assert {line.where for line in found.logs} == {"worker", "api-server"}


async def test_a_version_that_ignores_deserialize_json_says_so(look: Look) -> None:
    found = await look("k", {"airflow-variables-k": "{}"}, airflow="3.0.0", deserialize_json=True)
    assert any("ignore deserialize_json" in line for line in found.headlines)


async def test_a_error_comes_with_what_would_end_it(look: Look) -> None:
    found = await look("k", {"airflow-variables-k": VaultError(403, "ForbiddenByRbac")})
    assert any("Grant the identity Key Vault Secrets User" in line for line in found.headlines)
