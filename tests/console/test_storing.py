"""One secret in the vault, created in pane 3."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kvtui.console.dialogs.change import ActionRow
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.console.widgets.lines import LineList
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.settings.model import Kind, VaultAddress
from tests.console.changing import changes, dialog, words
from tests.console.conftest import SETTINGS, Console, opened, said
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess


async def create(console: Console, key: str, value: str) -> None:
    await console.press("3", "n")
    await dialog(console)
    await console.type(key)
    await console.press("enter")
    await console.type(value)
    await console.press("enter")


async def test_a_secret_is_created_under_its_prefix(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await create(allowed, "new_flag", "kvtui-canary")
    assert "kvtui-canary" not in allowed.screen()
    await allowed.press("enter")
    await allowed.until(lambda state: "airflow-variables-new-flag" in {s.name for s in state.secrets.names})
    assert set(changes(azure)) == {"airflow-variables-new-flag"}
    vault = await allowed.app.main.session.vault(allowed.state.settings, deployment=False)
    assert (await vault.value("airflow-variables-new-flag")).value == SecretText("kvtui-canary")
    assert "kvtui-canary" not in allowed.screen()


async def test_without_allow_changes_the_command_holds_no_value(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        azure.clear_log()
        await console.press("3", "n")
        await dialog(console)
        assert "Read-only" in console.screen()
        assert "Value, or @FILE" not in console.screen()
        await console.type("new_flag")
        await console.press("enter")
        assert "az keyvault secret set --vault-name kv-contoso-prod" in console.screen()
        await console.press("enter")
        assert changes(azure) == []


async def test_who_may_not_store_is_reported_the_role(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, replace(start, allow_changes=True)) as console:
        console.controllers.settings.apply(
            replace(SETTINGS, vault=VaultAddress(company.VAULT_POLICIES)), "vault"
        )
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await create(console, "new_flag", "x")
        await console.press("enter")
        await console.until(lambda _: "not created" in console.screen())
        assert "--secret-permissions get list set" in words(console)


async def test_a_key_that_key_vault_cannot_store_is_not_offered_and_has_no_command(allowed: Console) -> None:
    await create(allowed, "bad key!", "x")
    shown = words(allowed)
    assert "Key Vault cannot store airflow-variables-bad key!" in shown
    assert ("Create airflow" in shown, "az keyvault" in shown) == (False, False)


async def test_the_dialog_names_the_vault_by_name_and_address(allowed: Console) -> None:
    await allowed.press("3", "n")
    await dialog(allowed)
    assert "kv-contoso-prod, kv-contoso-prod.vault.azure.net" in allowed.screen()


async def test_with_allow_changes_the_commands_are_another_way_and_for_nobody_else(allowed: Console) -> None:
    await allowed.press("3", "n")
    await dialog(allowed)
    await allowed.type("new_flag")
    assert "Or run one of these commands yourself:" in allowed.screen()
    assert "someone with the permission" not in allowed.screen()


async def test_before_anything_is_typed_the_dialog_shows_what_can_be_created(allowed: Console) -> None:
    await allowed.press("3", "n")
    await dialog(allowed)
    shown = words(allowed)
    assert "Create airflow-variables-KEY (variable KEY): type the key first" in shown
    assert "Create airflow-connections-KEY (connection KEY): type the key first" in shown
    assert "one by one (airflow-connections-KEY): type the key first" in shown
    assert "az keyvault" not in shown


async def test_without_a_value_an_action_says_so_when_it_is_chosen(
    allowed: Console, azure: EmulatorProcess
) -> None:
    azure.clear_log()
    await create(allowed, "new_flag", "")
    assert "Create airflow-variables-new-flag (variable new_flag): type the value first" in words(allowed)
    await allowed.press("home", "enter")
    await allowed.until(lambda _: "Not possible yet: type the value first." in allowed.screen())
    assert changes(azure) == []


async def test_the_cursor_is_on_the_first_action_once_there_is_a_value(allowed: Console) -> None:
    await create(allowed, "new_flag", "x")
    assert allowed.app.screen.query_one(LineList).selected == ActionRow(Kind.VARIABLE)


async def test_without_allow_changes_no_action_is_shown(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, start) as console:
        await console.press("3", "n")
        await dialog(console)
        assert "Create airflow" not in words(console)


async def more(console: Console, *typed: str) -> None:
    """Shows the further fields and types into them, in their order."""
    await console.press("m")
    for text in typed:
        await console.type(text)
        await console.press("enter")


async def test_the_further_fields_are_hidden_until_they_are_asked_for(allowed: Console) -> None:
    await create(allowed, "new_flag", "x")
    assert "name=value, name=value" not in allowed.screen()
    await allowed.press("m")
    assert "name=value, name=value" in allowed.screen()


async def test_content_type_tags_and_dates_are_sent_with_the_value(allowed: Console) -> None:
    await create(allowed, "new_flag", "x")
    await more(allowed, "text/plain", "owner=data, env=prod", "2031-02-03", "2030-01-01")
    await allowed.press("enter")
    await allowed.until(lambda state: "airflow-variables-new-flag" in {s.name for s in state.secrets.names})
    stored = next(s for s in allowed.state.secrets.names if s.name == "airflow-variables-new-flag")
    assert (stored.content_type, stored.tags) == ("text/plain", (("owner", "data"), ("env", "prod")))
    assert (stored.expires, stored.not_before) == (
        datetime(2031, 2, 3, tzinfo=UTC),
        datetime(2030, 1, 1, tzinfo=UTC),
    )


async def test_a_new_version_keeps_content_type_and_tags_and_says_so(allowed: Console) -> None:
    name = "airflow-connections-postgres-default"
    before = next(s for s in allowed.state.secrets.names if s.name == name)
    await create(allowed, "postgres_default", "postgres://h")
    assert f"From the current version: content type {before.content_type}" in words(allowed)
    await allowed.press("down", "enter")
    await allowed.until(lambda _: f"Stored {name} in" in said(allowed))
    await allowed.until(
        lambda state: any(s.name == name and s.updated != before.updated for s in state.secrets.names)
    )
    after = next(s for s in allowed.state.secrets.names if s.name == name)
    assert (after.content_type, after.tags) == (before.content_type, before.tags)


async def test_without_allow_changes_the_command_has_what_is_typed(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        await console.press("3", "n")
        await dialog(console)
        await console.type("new_flag")
        await console.press("enter")
        await more(console, "text/plain", "owner=data platform", "2031-02-03", "2030-01-01")
        shown = words(console)
        assert "--content-type text/plain --tags 'owner=data platform'" in shown
        assert "--expires 2031-02-03T00:00:00Z --not-before 2030-01-01T00:00:00Z" in shown


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (("", "owner"), "Type tags as name=value"),
        (("", "", "soon"), "Expires on: type the day as 2027-06-30."),
        (("", "", "2020-01-01"), "The day in Expires on is over."),
        (("", "", "2031-01-01", "2032-01-01"), "has to be before the day in Expires on"),
        (("x" * 256,), "at most 255 characters"),
    ],
)
async def test_what_cannot_be_stored_is_not_offered(
    allowed: Console, typed: tuple[str, ...], why: str
) -> None:
    await create(allowed, "new_flag", "x")
    await more(allowed, *typed)
    assert why in words(allowed)
    assert ("Create airflow" in words(allowed), "az keyvault" in words(allowed)) == (False, False)


async def test_a_policy_is_explained_and_its_field_can_be_filled(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    strict = replace(SETTINGS, vault=VaultAddress(company.VAULT_STRICT))
    async with opened(azure, replace(start, settings=strict, allow_changes=True)) as console:
        await create(console, "new_flag", "x")
        await console.press("enter")
        await console.until(lambda _: "should have an expiration date” that is assigned" in words(console))
        assert "Give the secret an expiry date in the field Expires on." in words(console)
        assert "new_flag" in console.screen()
        soon = datetime.now(UTC) + timedelta(days=30)
        await console.type("text/plain")
        await console.press("tab", "tab")
        await console.type(f"{soon:%Y-%m-%d}")
        await console.press("enter", "enter", "enter")
        await console.until(lambda _: "in kv-contoso-strict" in said(console))


async def test_esc_stops_storing_and_says_that_it_may_have_arrived(
    allowed: Console, azure: EmulatorProcess
) -> None:
    azure.inject(Fault(FaultKind.DELAY, host="*.vault.azure.net", method="PUT", seconds=60, with_token=True))
    await create(allowed, "new_flag", "x")
    await allowed.press("enter")
    await allowed.until(lambda _: said(allowed) == "Storing airflow-variables-new-flag… Esc stops it.")
    await allowed.press("escape")
    await allowed.until(lambda _: "may be stored already" in said(allowed))
