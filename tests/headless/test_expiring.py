"""`--expiring DAYS`: the app's credentials and the vault's secrets, with exit code 5 for a cron job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kvtui.app.exits import Exit
from kvtui.emulator import company
from tests.emulator_support.process import EmulatorProcess, value_requests
from tests.headless.conftest import Run

APP = ("--client-id", company.ASTRO_PROD)
DBT = "airflow-connections-dbt-cloud"


def expiring(on_vault: Run, *words: str) -> list[dict[str, Any]]:
    document: Any = on_vault("--expiring", *words, "--json").document
    found: list[dict[str, Any]] = document["expiring"]
    return found


def test_secrets_of_vault_and_app_come_in_the_order_of_their_ends(on_vault: Run) -> None:
    ran = on_vault("--expiring", "30", *APP)
    assert ran.code == Exit.UNRESOLVED
    assert [line.split("  ")[-1].strip() or line for line in ran.out.splitlines()] == [
        "variable orders_api_token",
        'astro-prod: "astro-prod ci" (key ID 1650e1f5)',
        "connection dbt_cloud",
    ]


def test_what_ends_after_the_days_is_not_reported(on_vault: Run) -> None:
    assert DBT not in {each["name"] for each in expiring(on_vault, "3")}


def test_what_has_expired_is_reported_as_such(on_vault: Run) -> None:
    (only,) = expiring(on_vault, "0")
    assert (only["name"], only["expired"]) == ("airflow-variables-orders-api-token", True)


def test_certificates_of_the_app_are_reported(on_vault: Run) -> None:
    backup = company.made_id("client", "Vault Backup Job")
    found = expiring(on_vault, "500", "--client-id", backup)
    assert [each["name"] for each in found if each["what"] == "certificate"] == ["CN=Vault Backup Job"]


def test_a_credential_that_was_replaced_after_it_expired_is_not_reported(on_vault: Run) -> None:
    connector = company.made_id("client", "SAP Connector")
    found = expiring(on_vault, "30", "--client-id", connector)
    assert "SAP Connector 1" not in {each["name"] for each in found}
    assert "SAP Connector 2" in {each["name"] for each in found}


def test_nothing_that_expires_ends_with_0(on_vault: Run) -> None:
    ran = on_vault("--expiring", "30", vault=company.VAULT_POLICIES)
    assert (ran.code, ran.out) == (Exit.OK, "")
    assert "Nothing expires within 30 days in the vault kv-contoso-legacy." in ran.err


def test_what_has_expired_is_counted_apart_from_what_expires(on_vault: Run) -> None:
    ran = on_vault("--expiring", "30")
    assert "1 thing has expired and 1 thing expires within 30 days in the vault" in ran.err


def test_what_the_dags_use_is_marked(on_vault: Run, project: Path) -> None:
    (project / "dags").mkdir()
    (project / "dags" / "a.py").write_text(
        "from airflow.models import Variable\nVariable.get('orders_api_token')\n"
    )
    found = {each["key"]: each["used_by_dags"] for each in expiring(on_vault, "30")}
    assert found == {"orders_api_token": True, "dbt_cloud": False}


def test_the_note_says_if_the_dags_use_none_of_the_secrets(on_vault: Run, project: Path) -> None:
    (project / "dags").mkdir()
    (project / "dags" / "a.py").write_text("from airflow.models import Variable\nVariable.get('other')\n")
    said = on_vault("--expiring", "30").err
    assert "use none of the vault's secrets that expire" in said
    assert "marked" not in said


def test_without_dags_it_is_not_known_what_they_use(on_vault: Run) -> None:
    assert {each["used_by_dags"] for each in expiring(on_vault, "30")} == {None}


def test_no_value_is_asked_for(on_vault: Run, azure: EmulatorProcess) -> None:
    azure.clear_log()
    on_vault("--expiring", "30", *APP)
    assert value_requests(azure.log()) == []


@pytest.mark.parametrize("days", ["x", "-1", "1e3", "99999"])
def test_days_are_a_number(on_vault: Run, days: str) -> None:
    ran = on_vault(f"--expiring={days}")
    assert ran.code == Exit.USAGE
    assert "--expiring" in ran.err


def test_without_vault_and_identity_there_is_nothing_to_look_at(run: Run, azure: EmulatorProcess) -> None:
    assert run("--expiring", "30").code == Exit.USAGE


def test_a_vault_that_denies_ends_with_4_and_keeps_what_was_found(on_vault: Run) -> None:
    ran = on_vault("--expiring", "30", *APP, "--json", vault=company.VAULT_PRIVATE)
    assert ran.code == Exit.DENIED
    document: Any = ran.document
    assert [each["name"] for each in document["expiring"]] == ["astro-prod ci"]
    assert document["problem"]["exit"] == Exit.DENIED
