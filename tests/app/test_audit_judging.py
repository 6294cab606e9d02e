"""What the audit makes of each key, from names alone."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from kvtui.airflow.kwargs import BACKEND_CLASS
from kvtui.app.audit.judging import Audit, ResolvedKey, resolve_keys
from kvtui.dags.reader import Use
from kvtui.dags.scanning import AskedKey

URL = "https://kv-demo.vault.azure.net/"
NAMES = {
    "airflow-variables-api-url": True,
    "Airflow-Connections-Orders-DB": True,
    "airflow-variables-off": False,
}


def environment(**kwargs: object) -> dict[str, str]:
    given = json.dumps({"vault_url": URL, **kwargs})
    return {"AIRFLOW__SECRETS__BACKEND": BACKEND_CLASS, "AIRFLOW__SECRETS__BACKEND_KWARGS": given}


def asked(key: str, kind: str = "variable", *, default: bool = False) -> AskedKey:
    return AskedKey(kind, key, (Use(kind, key, 12, "Variable.get", default, "dags/x.py"),))


def judged(
    key: AskedKey,
    among: Mapping[str, str] | None = None,
    *,
    names: Mapping[str, bool] = NAMES,
    airflow: str = "3.3.2",
    provider: str = "15.2.1",
) -> ResolvedKey:
    found, _ = resolve_keys(
        [key],
        environment=environment() if among is None else among,
        names=names,
        airflow_version=airflow,
        provider_version=provider,
    )
    return found[0]


def test_a_key_whose_secret_the_vault_lists_resolves() -> None:
    found = judged(asked("api_url"))
    assert (found.outcome, found.secret_name) == ("resolves", "airflow-variables-api-url")


def test_the_case_of_a_name_does_not_matter() -> None:
    assert judged(asked("orders_db", "connection")).outcome == "resolves"


def test_a_key_whose_secret_is_not_listed_is_missing() -> None:
    found = judged(asked("nowhere_to_be"))
    assert (found.outcome, found.fix) == ("missing", "Store the value as airflow-variables-nowhere-to-be.")


def test_a_missing_key_comes_with_the_name_that_was_perhaps_meant() -> None:
    found = judged(asked("apiurl"))
    assert found.near[0].name == "airflow-variables-api-url"
    assert "airflow-variables-api-url" in found.detail


def test_a_disabled_secret_is_rejected() -> None:
    found = judged(asked("off"))
    assert (found.outcome, found.disabled) == ("unreachable", True)


@pytest.mark.parametrize(
    ("key", "provider", "detail"),
    [
        ("my.key", "15.2.1", "'.'"),
        ("my.key", "12.10.3", "'.'"),
        ("my__key", "13.2.0", "team separator"),
        ("k" * 120, "15.2.1", "at most 127 fit"),
    ],
)
def test_a_key_that_no_secret_can_be_called_is_unreachable(key: str, provider: str, detail: str) -> None:
    found = judged(asked(key), provider=provider)
    assert found.outcome == "unreachable"
    assert detail in found.detail


def test_a_kind_that_is_never_asked_for_is_unreachable() -> None:
    found = judged(asked("api_url"), environment(variables_prefix=None))
    assert (found.outcome, found.fix) == ("unreachable", "Set a prefix for variables.")


@pytest.mark.parametrize(
    ("key", "kind", "variable"),
    [("region", "variable", "AIRFLOW_VAR_REGION"), ("lake", "connection", "AIRFLOW_CONN_LAKE")],
)
def test_an_environment_variable_answers_elsewhere(key: str, kind: str, variable: str) -> None:
    found = judged(asked(key, kind), {**environment(), variable: "http://x"})
    assert found.outcome == "elsewhere"
    assert variable in found.detail


def test_the_vault_comes_before_the_environment() -> None:
    assert judged(asked("api_url"), {**environment(), "AIRFLOW_VAR_API_URL": "x"}).outcome == "resolves"


def test_the_environment_answers_for_a_key_that_no_secret_can_be_called() -> None:
    assert judged(asked("my.key"), {**environment(), "AIRFLOW_VAR_MY.KEY": "x"}).outcome == "elsewhere"


def test_without_a_backend_everything_is_missing_and_says_why() -> None:
    found = judged(asked("api_url"), {})
    assert (found.outcome, found.detail) == ("missing", "Airflow's secrets backend is not Azure Key Vault.")


def test_with_a_backend_that_cannot_ask_everything_is_missing_and_says_why() -> None:
    found = judged(asked("api_url"), environment(vault_url=""))
    assert found.outcome == "missing"
    assert "vault_url must be the URL" in found.detail


def test_another_prefix_is_judged_by_the_same_rules_as_a_lookup() -> None:
    found = judged(asked("api_url"), environment(variables_prefix="team_", sep="-"))
    assert found.secret_name == "team--api-url"


def test_a_missing_key_fails_unless_every_place_gives_a_default() -> None:
    assert judged(asked("nowhere")).fails
    assert not judged(asked("nowhere", default=True)).fails


def test_one_place_without_a_default_is_enough_to_fail() -> None:
    places = (
        Use("variable", "k", 1, "Variable.get", True, "a.py"),
        Use("variable", "k", 1, "Variable.get", file="b.py"),
    )
    assert judged(AskedKey("variable", "nowhere", places)).fails


def test_what_is_missing_comes_first() -> None:
    keys = [asked("api_url"), asked("my.key"), asked("nowhere")]
    found, _ = resolve_keys(
        keys, environment=environment(), names=NAMES, airflow_version="3.3.2", provider_version="15.2.1"
    )
    assert [each.outcome for each in found] == ["missing", "unreachable", "resolves"]


def test_keys_that_lead_to_one_secret_are_reported() -> None:
    keys = [asked("api_url"), asked("api-url"), asked("API_URL", "connection")]
    _, shared = resolve_keys(
        keys, environment=environment(), names=NAMES, airflow_version="3.3.2", provider_version="15.2.1"
    )
    assert [(each.kind, each.secret_name, each.keys) for each in shared] == [
        ("variable", "airflow-variables-api-url", ("api_url", "api-url"))
    ]


def test_the_counts_are_by_result() -> None:
    report = Audit((judged(asked("nowhere")), judged(asked("api_url"))))
    assert [report.count(outcome) for outcome in ("missing", "resolves", "elsewhere", "undecidable")] == [
        1,
        1,
        0,
        0,
    ]


@pytest.mark.parametrize(("airflow", "said"), [("3.3.2", True), ("2.11.2", False)])
def test_an_except_key_error_that_airflow_3_passes_by_is_said(airflow: str, said: bool) -> None:
    place = Use("variable", "k", 12, "Variable.get", file="dags/x.py", key_error="dags/x.py:14")
    found = judged(AskedKey("variable", "nowhere_to_be", (place,)), airflow=airflow)
    assert ("`except KeyError` at dags/x.py:14 does not catch" in found.fix) is said


@pytest.mark.parametrize(("airflow", "fails"), [("3.3.2", True), ("2.11.2", False)])
def test_a_missing_key_whose_key_error_is_caught_fails_only_where_airflow_raises_another(
    airflow: str, fails: bool
) -> None:
    place = Use("variable", "k", 12, "Variable.get", file="dags/x.py", key_error="dags/x.py:14")
    found = judged(AskedKey("variable", "nowhere_to_be", (place,)), airflow=airflow)
    assert (found.outcome, found.fails) == ("missing", fails)


def test_an_except_key_error_around_a_key_that_resolves_needs_no_word() -> None:
    place = Use("variable", "k", 12, "Variable.get", file="dags/x.py", key_error="dags/x.py:14")
    assert "KeyError" not in judged(AskedKey("variable", "api_url", (place,))).fix
