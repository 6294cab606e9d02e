"""The details of a secret in pane 3."""

from __future__ import annotations

from kvtui.console.actions import PaneId
from kvtui.console.panes.secrets.rows import SecretRow
from kvtui.emulator import contents
from tests.console.conftest import Console, said
from tests.emulator_support.process import EmulatorProcess, value_requests


def words(console: Console) -> str:
    return " ".join(console.screen().replace("│", " ").replace("┃", " ").split())


async def details(console: Console, name: str) -> None:
    await console.press("3", "z")
    console.pane(PaneId.SECRETS).lines.select(SecretRow(name))
    await console.press("enter")
    await console.until(lambda state: state.secrets.opened and state.secrets.opened.versions, "the versions")
    await console.pilot.pause()


async def test_each_version_has_its_date(console: Console) -> None:
    await details(console, "airflow-variables-etl-config")
    opened = console.state.secrets.opened
    assert opened
    assert opened.versions
    assert len(opened.versions) == 3
    for version in opened.versions:
        assert f"{version.version[:8]} {version.created:%Y-%m-%d %H:%M} UTC" in words(console)
    assert words(console).count("current") == 1


async def test_the_details_say_what_becomes_of_a_deleted_secret(console: Console) -> None:
    await details(console, "airflow-variables-etl-config")
    assert "If deleted can be recovered for 90 days (Recoverable+Purgeable)" in words(console)


async def test_a_secret_that_is_not_valid_yet_has_its_first_day(console: Console) -> None:
    await details(console, "airflow-variables-forecast-model-name")
    found = next(s for s in console.state.secrets.names if s.name == "airflow-variables-forecast-model-name")
    assert f"Not before {found.not_before:%Y-%m-%d}" in words(console)


async def test_opening_the_details_fetches_no_value(console: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await details(console, "airflow-connections-snowflake-default")
    assert value_requests(azure.log()) == []


async def test_a_revealed_connection_has_its_fields_with_the_password_masked(console: Console) -> None:
    await details(console, "airflow-connections-postgres-default")
    assert "Airflow reads" not in console.screen()
    await console.press("r")
    await console.until(lambda state: state.reveal)
    await console.pilot.pause()
    after = words(console).partition("Airflow reads")[2]
    assert "conn_type=postgres" in after
    assert "password=••••••••" in after


async def test_a_revealed_variable_has_no_fields(console: Console) -> None:
    await details(console, "airflow-variables-etl-config")
    await console.press("r")
    await console.until(lambda state: state.reveal)
    await console.pilot.pause()
    assert "Airflow reads" not in console.screen()


async def test_a_disabled_secret_offers_to_enable_it_and_not_to_reveal_it(allowed: Console) -> None:
    await details(allowed, contents.DISABLED)
    assert "•••••••• e enables it" in words(allowed)
    assert "reveal" not in allowed.screen()


async def test_without_allow_changes_e_shows_how_to_enable_a_secret(console: Console) -> None:
    await details(console, contents.DISABLED)
    assert "•••••••• e shows how to enable it" in words(console)


async def test_r_says_why_a_disabled_secret_has_no_value_and_sends_no_request(
    allowed: Console, azure: EmulatorProcess
) -> None:
    azure.clear_log()
    await details(allowed, contents.DISABLED)
    await allowed.press("r")
    assert "Key Vault returns no value of a disabled secret: e enables it." in said(allowed)
    assert value_requests(azure.log()) == []
