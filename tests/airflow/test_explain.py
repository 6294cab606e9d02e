"""The words for a lookup, and its sealed value."""

from __future__ import annotations

import copy
import pickle

import pytest

from kvtui.airflow.explanation import call
from kvtui.core.secret_text import MASK, Sealed
from tests.airflow.conftest import Look


@pytest.mark.parametrize(
    ("kind", "airflow", "expected"),
    [
        ("variable", "3.3.2", "Variable.get('k')"),
        ("connection", "3.3.2", "Connection.get('k')"),
        ("connection", "2.11.2", "BaseHook.get_connection('k')"),
        ("config", "3.3.2", "the option set by …_SECRET=k"),
    ],
)
async def test_the_call_is_the_one_in_a_dag(look: Look, kind: str, airflow: str, expected: str) -> None:
    assert call(await look("k", kind=kind, airflow=airflow)) == expected


def test_a_sealed_value_neither_shows_nor_copies_itself() -> None:
    sealed = Sealed({"password": "p"})
    assert f"{sealed} {sealed!r}" == f"{MASK} {MASK}"
    for leak in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            leak(sealed)
