"""A simulation in sentences."""

from __future__ import annotations

import copy
import pickle

import pytest

from kvtui.airflow.explanation import explain
from kvtui.airflow.model import Sealed
from kvtui.airflow.refusals import Refusal
from kvtui.core.secret_text import MASK
from tests.airflow.conftest import Look

NAME = "airflow-variables-k"


async def test_a_hit_is_two_lines(look: Look) -> None:
    assert explain(await look("k", {NAME: "value"})) == (
        f"✓ Key Vault (worker) asked for {NAME}: found, 5 characters",
        "Variable.get('k') gives a str of 5 characters from Key Vault (worker)",
    )


async def test_a_refusal_and_its_consequence_can_be_read(look: Look) -> None:
    lines = explain(await look("k", {NAME: Refusal(403, "SecretDisabled")}, airflow="2.11.2"))
    assert lines[0] == f"✗ Key Vault asked for {NAME}: refused, the secret is disabled (403 SecretDisabled)"
    assert lines[-1] == "Variable.get('k') raises KeyError: 'Variable k does not exist'"


async def test_the_metastore_that_cannot_be_seen_is_part_of_the_verdict(look: Look) -> None:
    lines = explain(await look("k", default="d", metastore=None))
    assert lines[-1] == "Variable.get('k') gives the default, if the metastore holds nothing"


@pytest.mark.parametrize(
    ("kind", "airflow", "call"),
    [
        ("connection", "3.3.2", "Connection.get('k') raises"),
        ("connection", "2.11.2", "BaseHook.get_connection('k') raises"),
        ("config", "3.3.2", "the option set by …_SECRET=k gives the default"),
    ],
)
async def test_the_call_is_the_one_that_a_dag_makes(look: Look, kind: str, airflow: str, call: str) -> None:
    assert explain(await look("k", kind=kind, airflow=airflow))[-1].startswith(call)


async def test_airflow_that_does_not_start_asks_nothing(look: Look) -> None:
    assert explain(await look("k", kwargs={"sep": 5}))[0] == "– nothing is asked"


def test_a_sealed_value_neither_shows_nor_copies_itself() -> None:
    sealed = Sealed({"password": "p"})
    assert f"{sealed} {sealed!r}" == f"{MASK} {MASK}"
    for leak in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            leak(sealed)
