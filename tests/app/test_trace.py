"""A lookup as both front ends show it."""

from __future__ import annotations

import pytest

from kvtui.airflow.vault_errors import VaultError
from kvtui.app.trace import Question, backend_name, call, result_line, trace_steps
from kvtui.settings.model import Kind
from tests.airflow.conftest import Look, look, vault

__all__ = ["look", "vault"]

NAME = "airflow-variables-k"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.VARIABLE, 'Variable.get("k")'),
        (Kind.CONNECTION, 'BaseHook.get_connection("k")'),
        (Kind.CONFIG, 'config option whose AIRFLOW__SECTION__OPTION_SECRET is "k"'),
    ],
)
def test_the_call_is_the_one_that_a_dag_makes(kind: Kind, words: str) -> None:
    assert "".join(call(Question("k", kind))) == words


def test_what_a_variable_is_asked_with_is_in_the_call() -> None:
    asked = call(Question('a"b', deserialize_json=True, default="1"))
    assert "".join(asked) == 'Variable.get("a\\"b", deserialize_json=True, default="1")'


async def test_a_hit_is_one_step_of_the_callers(look: Look) -> None:
    (step,) = trace_steps(await look("k", {NAME: "value"}))
    assert (step.number, step.backend, step.where, step.asked) == (1, "Key Vault", "worker", NAME)


async def test_what_the_api_server_does_belongs_to_the_step_that_asks_it(look: Look) -> None:
    steps = trace_steps(await look("k"))
    asks = next(step for step in steps if step.backend == "API server")
    assert (asks.instead, {step.number for step in steps if step.where == "api-server"}) == (
        "looks in:",
        {0},
    )


async def test_a_metastore_that_cannot_be_seen_is_said_to_be_taken_for_empty(look: Look) -> None:
    steps = trace_steps(await look("k", default="d", metastore=None))
    assert steps[-1].instead == "kvtui cannot ask it; assumed empty"


async def test_a_value_is_described_and_not_shown(look: Look) -> None:
    simulation = await look("k", {NAME: "value"})
    assert result_line(simulation.result) == "a value (str, 5 characters) from Key Vault (worker)"


async def test_an_exception_is_said_as_the_caller_meets_it(look: Look) -> None:
    simulation = await look("k", {NAME: VaultError(403, "SecretDisabled")}, airflow="2.11.2")
    assert result_line(simulation.result) == "raises KeyError: 'Variable k does not exist'"


def test_a_backend_without_plain_words_keeps_its_name() -> None:
    assert backend_name("MyBackend@worker") == "MyBackend"


async def test_a_value_of_one_character_is_counted_as_such(look: Look) -> None:
    assert "(str, 1 character)" in result_line((await look("k", {NAME: "v"})).result)
