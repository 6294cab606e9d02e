"""Which credential the kwargs give, and what they say in vain."""

from __future__ import annotations

import pytest

from kvtui.airflow.credentials import credential

APP = {"tenant_id": "contoso.com", "client_id": "c", "client_secret": "s"}
PAIR = {"managed_identity_client_id": "m", "workload_identity_tenant_id": "t"}
NEWEST = "15.2.1"


def test_all_three_give_the_app() -> None:
    choice = credential(APP, NEWEST)
    assert (choice.kind, choice.identity, choice.warnings) == ("ClientSecretCredential", "the app c", ())


@pytest.mark.parametrize("missing", list(APP))
def test_two_of_the_three_count_for_nothing(missing: str) -> None:
    choice = credential({**APP, missing: ""}, NEWEST)
    assert choice.kind == "DefaultAzureCredential"
    assert choice.warnings[0].startswith(f"{missing} is missing")


def test_both_of_the_pair_give_the_identity() -> None:
    choice = credential(PAIR, NEWEST)
    assert (choice.identity, choice.warnings) == ("the managed or workload identity m", ())


@pytest.mark.parametrize("missing", list(PAIR))
def test_one_of_the_pair_counts_for_nothing(missing: str) -> None:
    choice = credential({**PAIR, missing: None}, NEWEST)
    assert choice.identity == "the first identity that DefaultAzureCredential finds"
    assert choice.warnings[0].startswith(f"{missing} is missing")


def test_the_pair_counts_for_nothing_beside_a_full_client_secret() -> None:
    assert "are ignored when a full client secret is set" in credential({**APP, **PAIR}, NEWEST).warnings[0]


def test_providers_that_do_not_know_a_kwarg_ignore_it() -> None:
    assert credential(APP, "7.0.0").kind == "DefaultAzureCredential"
    assert credential(PAIR, "8.1.0").identity == "the first identity that DefaultAzureCredential finds"
    assert "does not support" in credential(PAIR, "8.1.0").warnings[0]
    assert credential(PAIR, "8.2.0").warnings == ()


def test_a_secrets_id_in_place_of_its_value_is_a_warnings() -> None:
    guid = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
    assert "looks like a secret's id" in credential({**APP, "client_secret": guid}, NEWEST).warnings[0]


@pytest.mark.parametrize(
    ("environment", "identity"),
    [
        (
            {"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "e", "AZURE_CLIENT_SECRET": "s"},
            "the app e of the AZURE_ variables",
        ),
        (
            {"AZURE_CLIENT_ID": "e", "AZURE_FEDERATED_TOKEN_FILE": "/run/token"},
            "the workload identity of the AZURE_ variables",
        ),
        ({"AZURE_CLIENT_ID": "e"}, "the managed identity e"),
    ],
)
def test_without_kwargs_the_environment_decides(environment: dict[str, str], identity: str) -> None:
    assert credential({}, NEWEST, environment).identity == identity
