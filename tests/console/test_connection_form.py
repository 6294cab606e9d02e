"""A connection created by its fields in pane 3."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kvtui.airflow.connections import parse_connection
from kvtui.console.dialogs.connection_types import ConnectionTypesDialog
from kvtui.console.start import ConsoleStart
from tests.console.changing import changes, dialog, words
from tests.console.conftest import Console, opened, said
from tests.emulator_support.process import EmulatorProcess

NAME = "airflow-connections-new-db"
CANARY = "kvtui-canary"


async def types(console: Console) -> None:
    """Opens the list of types for the connection new_db."""
    await console.press("3", "n")
    await dialog(console)
    await console.type("new_db")
    await console.press("enter")
    if console.state.allow_changes:
        await console.press("enter")
    await console.press("enter")
    await console.until(lambda _: isinstance(console.app.screen, ConnectionTypesDialog), "the types")
    await console.pilot.pause()


async def form(console: Console, conn_type: str, *typed: str) -> None:
    """Opens the form of a type and types into its fields, in their order."""
    await types(console)
    await console.type(conn_type)
    await console.press("enter")
    await dialog(console)
    for text in typed:
        await console.type(text)
        await console.press("enter")


POSTGRES = ("db.example.com", "5432", "sales", "etl", CANARY, '{"sslmode":"require"}')


async def stored(console: Console) -> str:
    """The value that came to be in the vault."""
    await console.until(lambda _: f"Stored {NAME} in" in said(console), "the message")
    vault = await console.app.main.session.vault(console.state.settings, deployment=False)
    return (await vault.value(NAME)).value.reveal()


async def test_typing_filters_the_types_that_kvtui_knows(allowed: Console) -> None:
    await types(allowed)
    await allowed.type("snow")
    assert "snowflake" in allowed.screen()
    assert "postgres" not in allowed.screen()


async def test_the_fields_have_the_labels_of_the_type(allowed: Console) -> None:
    await form(allowed, "aws")
    assert "AWS Secret Access Key" in allowed.screen()
    assert "Host" not in allowed.screen()


async def test_a_type_that_kvtui_does_not_know_has_all_fields(allowed: Console) -> None:
    await form(allowed, "my_own")
    assert all(
        label in allowed.screen() for label in ("Host", "Port", "Schema", "Login", "Password", "Extra")
    )


async def test_the_form_says_what_airflow_will_read_without_the_password(allowed: Console) -> None:
    await form(allowed, "postgres", *POSTGRES)
    assert "conn_type=postgres, host=db.example.com, schema=sales, login=etl" in words(allowed)
    assert CANARY not in allowed.screen()


async def test_the_fields_are_stored_as_json(allowed: Console) -> None:
    await form(allowed, "postgres", *POSTGRES)
    await allowed.press("enter")
    written = json.loads(await stored(allowed))
    assert (written["conn_type"], written["port"], written["password"]) == ("postgres", 5432, CANARY)
    assert written["extra"] == {"sslmode": "require"}


async def test_f_writes_them_as_a_uri(allowed: Console) -> None:
    await form(allowed, "postgres", *POSTGRES)
    await allowed.press("f")
    assert "Write as JSON (now: a URI)" in allowed.screen()
    await allowed.press("enter")
    text = await stored(allowed)
    assert text.startswith("postgres://etl:")
    assert parse_connection("new_db", text, "3.1.0", task=True)["password"] == CANARY


async def test_enter_in_a_field_sends_nothing(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await form(allowed, "http", "h", "80", "", "u")
    assert changes(azure) == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (("h", "eighty"), "Airflow cannot read it: its port is not a number."),
        (("h", "", "", "", "", "not json"), "Airflow cannot read it: its extra is not JSON."),
    ],
)
async def test_what_airflow_would_not_read_is_not_offered(
    allowed: Console, typed: tuple[str, ...], why: str
) -> None:
    await form(allowed, "http", *typed)
    assert why in words(allowed)
    assert f"Create {NAME}" not in words(allowed)


async def test_a_host_that_a_uri_would_change_is_not_sent_as_one(allowed: Console) -> None:
    await form(allowed, "http", "MyHost", "", "", "", "", "")
    assert f"Create {NAME}" in words(allowed)
    await allowed.press("f")
    assert "Airflow reads another host from it." in words(allowed)
    assert f"Create {NAME}" not in words(allowed)


async def test_a_password_from_a_file_is_read_when_it_is_sent(allowed: Console, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(CANARY)
    await form(allowed, "http", "h", "", "", "u", f"@{tmp_path}/password", "")
    assert "password=" in words(allowed)
    await allowed.press("enter")
    assert json.loads(await stored(allowed))["password"] == CANARY


async def test_a_file_with_an_extra_that_airflow_would_not_read_is_not_sent(
    allowed: Console, azure: EmulatorProcess, tmp_path: Path
) -> None:
    (tmp_path / "extra").write_text("[1, 2]")
    azure.clear_log()
    await form(allowed, "http", "h", "", "", "", "", f"@{tmp_path}/extra")
    await allowed.press("enter")
    await allowed.until(lambda _: "its extra is not a JSON object" in words(allowed))
    assert changes(azure) == []


async def test_esc_goes_back_to_the_key(allowed: Console) -> None:
    await types(allowed)
    await allowed.press("escape")
    await dialog(allowed)
    assert "new_db" in allowed.screen()


async def test_a_whole_uri_can_be_pasted_and_says_what_airflow_reads(allowed: Console) -> None:
    await allowed.press("3", "n")
    await dialog(allowed)
    await allowed.type("new_db")
    await allowed.press("enter")
    await allowed.type(f"postgres://etl:{CANARY}@db.example.com:5432/sales")
    assert "conn_type=postgres, host=db.example.com" in words(allowed)
    assert CANARY not in allowed.screen()
    await allowed.press("enter", "down", "enter")
    assert (await stored(allowed)).startswith("postgres://etl:")


async def test_a_value_that_airflow_cannot_read_is_not_offered_as_a_connection(allowed: Console) -> None:
    await allowed.press("3", "n")
    await dialog(allowed)
    await allowed.type("new_db")
    await allowed.press("enter")
    await allowed.type('{"user": "x"}')
    assert "Airflow cannot read it" in words(allowed)
    assert f"Create {NAME}" not in words(allowed)


async def test_without_allow_changes_the_form_shows_command_and_text_without_a_password(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        azure.clear_log()
        await form(console, "postgres", "db.example.com")
        assert '"host": "db.example.com"' in words(console)
        assert "PASSWORD" in console.screen()
        assert f"--name {NAME}" in words(console)
        assert changes(azure) == []
