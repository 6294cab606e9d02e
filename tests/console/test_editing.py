"""One secret of the vault changed in pane 3: enabled, disabled, deleted, with another expiry."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kvtui.console.actions import PaneId
from kvtui.console.panes.secrets.rows import SecretRow
from kvtui.console.start import ConsoleStart
from kvtui.emulator import contents
from tests.console.changing import changes, dialog
from tests.console.conftest import Console, opened, said
from tests.emulator_support.process import EmulatorProcess, value_requests

NAME = "airflow-variables-api-page-size"


async def edit(console: Console, name: str = NAME) -> None:
    await console.press("3")
    console.pane(PaneId.SECRETS).lines.select(SecretRow(name))
    await console.press("e")
    await dialog(console)


def words(console: Console) -> str:
    return " ".join(console.screen().replace("┃", " ").split())


async def test_a_secret_is_disabled_and_its_value_is_not_read(
    allowed: Console, azure: EmulatorProcess
) -> None:
    azure.clear_log()
    await edit(allowed)
    await allowed.press("tab", "tab", "down", "enter")
    await allowed.until(lambda state: any(s.name == NAME and not s.enabled for s in state.secrets.names))
    assert f"{NAME} is disabled" in said(allowed)
    assert value_requests(azure.log()) == []


async def test_a_disabled_secret_is_enabled(allowed: Console) -> None:
    await edit(allowed, contents.DISABLED)
    await allowed.press("tab", "tab", "down", "enter")
    await allowed.until(
        lambda state: any(s.name == contents.DISABLED and s.enabled for s in state.secrets.names)
    )


async def test_a_typed_day_becomes_the_expiry(allowed: Console) -> None:
    await edit(allowed)
    await allowed.type("2031-02-03")
    await allowed.press("tab", "tab", "enter")
    await allowed.until(lambda _: "has a new expiry" in said(allowed))
    await allowed.until(
        lambda state: any(
            s.name == NAME and s.expires == datetime(2031, 2, 3, tzinfo=UTC) for s in state.secrets.names
        )
    )


async def test_what_is_not_a_day_is_not_offered(allowed: Console) -> None:
    await edit(allowed)
    await allowed.type("soon")
    assert "Type the day of the expiry as 2027-06-30." in words(allowed)
    assert "Set the expiry" not in words(allowed)


async def test_a_day_that_is_over_is_not_offered_and_the_reason_is_said(allowed: Console) -> None:
    await edit(allowed)
    await allowed.type("2020-01-01")
    assert "The day in Expires on is over." in words(allowed)
    assert "Set the expiry" not in words(allowed)


async def test_a_day_that_is_no_longer_valid_gives_the_cursor_back(
    allowed: Console, azure: EmulatorProcess
) -> None:
    azure.clear_log()
    await edit(allowed)
    await allowed.type("2031-02-03x")
    await allowed.press("tab", "tab", "enter")
    assert changes(azure) == []


async def test_choosing_to_change_nothing_says_so(allowed: Console) -> None:
    await edit(allowed)
    await allowed.press("tab", "tab", "enter")
    await allowed.until(lambda _: said(allowed) == "Nothing was changed.")


async def test_deleting_needs_the_whole_name(allowed: Console) -> None:
    await edit(allowed)
    await allowed.press("tab")
    await allowed.type(NAME[:-1])
    assert "with all its versions" not in words(allowed)
    await allowed.type(NAME[-1])
    assert f"Delete {NAME} with all its versions" in words(allowed)


async def test_a_deleted_secret_is_gone_and_can_be_recovered(allowed: Console) -> None:
    await edit(allowed)
    await allowed.press("tab")
    await allowed.type(NAME)
    await allowed.press("tab", "down", "down", "enter")
    await allowed.until(
        lambda state: NAME not in {s.name for s in state.secrets.names} and state.secrets.seconds
    )
    assert "az keyvault secret recover" in said(allowed)
    vault = await allowed.app.main.session.vault(allowed.state.settings)
    await vault.recover(NAME)
    assert NAME in {name.name async for page in vault.names() for name in page.items}


async def test_enter_at_once_changes_nothing(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await edit(allowed)
    await allowed.press("enter", "enter", "enter")
    assert changes(azure) == []


async def test_esc_changes_nothing(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await edit(allowed)
    await allowed.press("escape")
    assert changes(azure) == []


async def test_without_allow_changes_there_is_the_command(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        azure.clear_log()
        await edit(console)
        assert "az keyvault secret set-attributes --vault-name kv-contoso-prod" in words(console)
        assert "--enabled false" in words(console)
        await console.press("tab", "tab", "enter")
        assert changes(azure) == []


@pytest.mark.parametrize("row", [None, "a heading"])
async def test_without_a_secret_it_says_to_select_one(console: Console, row: str | None) -> None:
    console.controllers.editing.edit(row)
    await console.pilot.pause()
    assert said(console) == "Select a secret first."
