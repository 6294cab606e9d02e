"""A backend of another vault than the one that is read: it is not asked, and that is said."""

from __future__ import annotations

import json

from kvtui.airflow.kwargs import BACKEND_CLASS
from tests.airflow.conftest import URL, Look

ELSEWHERE = {
    "AIRFLOW__WORKERS__SECRETS_BACKEND": BACKEND_CLASS,
    "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS": json.dumps(
        {"vault_url": "https://kv-other.vault.azure.net/"}
    ),
}


async def test_the_other_vault_is_not_asked_and_taken_for_empty(look: Look) -> None:
    found = await look("k", {"airflow-variables-k": "v"}, env=ELSEWHERE, vault_url=URL)
    assert [(step.where, step.outcome) for step in found.steps[:2]] == [
        ("worker", "not asked"),
        ("worker", "absent"),
    ]


async def test_what_rests_on_it_is_said_to_be_unknown(look: Look) -> None:
    found = await look("k", env=ELSEWHERE, vault_url=URL)
    assert "its vault is kv-other.vault.azure.net" in found.unknown


async def test_the_same_vault_in_another_spelling_is_asked(look: Look) -> None:
    found = await look("k", {"airflow-variables-k": "v"}, vault_url="HTTPS://KV-Demo.vault.azure.net:443")
    assert (found.result.outcome, found.unknown) == ("value", "")
