"""The main job, by keys alone, on the embedded Azure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.console.actions import REVEAL_SECONDS, PaneId
from kvtui.console.controllers import reveal as reveal_controller
from kvtui.console.dialogs.device_code import DeviceCodeDialog
from kvtui.console.panes.setup.view import ChoiceRow
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.settings.model import AuthMode, Settings, SignInKind, VaultAddress
from tests.console.conftest import SECRET, SETTINGS, Console, running, said
from tests.console.driving import choose_field, type_setting
from tests.emulator_support.faults import Fault, FaultKind, value_requests
from tests.emulator_support.process import EmulatorProcess

# The vault and its names


async def test_a_vault_is_chosen_by_typing_its_name(console: Console) -> None:
    await type_setting(console, "vault", company.VAULT_POLICIES)
    await console.until(lambda state: state.secrets.phase is Phase.DONE)
    assert console.state.settings.vault == VaultAddress(company.VAULT_POLICIES)


async def test_an_address_that_is_no_vault_is_rejected_where_it_was_typed(console: Console) -> None:
    await type_setting(console, "vault", "https://evil.example/")
    assert "evil.example" in console.screen()
    assert console.state.settings.vault == SETTINGS.vault


async def test_browsing_asks_for_no_value(console: Console, azure: EmulatorProcess) -> None:
    await console.press("3", "down", "down", "down", "enter")
    await console.until(lambda state: state.secrets.opened and state.secrets.opened.versions)
    await console.press("pagedown", "slash", "e", "t", "l", "escape")
    assert value_requests(azure.log()) == []


async def test_a_filter_keeps_the_names_that_hold_it(console: Console) -> None:
    await console.press("3", "slash")
    await console.type("batch")
    assert "etl_batchsize" in console.screen()
    assert "api_base_url" not in console.screen()


async def test_a_vault_that_may_not_be_listed_says_what_to_do(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.set_scenario(az_user=company.USER_WITHOUT_RIGHTS)
    async with running(start) as console:
        await console.until(lambda state: state.secrets.phase is Phase.FAILED)
        await console.until(lambda _: "Enter a key in pane 4" in console.screen())


async def test_esc_stops_a_listing_and_keeps_what_has_come(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.inject(
        Fault(FaultKind.DELAY, host="*.vault.azure.net", path="/secrets", seconds=30, after=3, times=None)
    )
    async with running(start) as console:
        await console.until(lambda state: len(state.secrets.names) > 0)
        await console.press("3", "escape")
        await console.until(lambda state: state.secrets.phase is Phase.STOPPED)
        assert console.state.secrets.names


# One value


async def reveal(console: Console, key: str) -> None:
    await console.press("3", "slash")
    await console.type(key)
    await console.press("enter", "end", "r")
    await console.until(lambda state: state.reveal)


async def test_a_revealed_value_is_on_the_screen(console: Console) -> None:
    await reveal(console, "api_base_url")
    assert console.state.reveal is not None
    assert console.state.reveal.value.reveal() in console.screen()


@pytest.mark.parametrize("key", ["escape", "1", "tab", "question_mark", "colon", "ctrl+p", "c", "ctrl+q"])
async def test_a_revealed_value_is_gone_when_the_user_turns_away(console: Console, key: str) -> None:
    await reveal(console, "api_base_url")
    assert console.state.reveal is not None
    value = console.state.reveal.value.reveal()
    await console.press(key)
    assert console.state.reveal is None
    assert value not in console.screen()


async def test_a_revealed_value_hides_itself_by_the_clock(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reveal(console, "api_base_url")
    later = reveal_controller.clock() + REVEAL_SECONDS
    monkeypatch.setattr(reveal_controller, "clock", lambda: later)
    console.controllers.tick()
    assert console.state.reveal is None


async def test_no_screenshot_is_taken_of_a_revealed_value(console: Console) -> None:
    await reveal(console, "api_base_url")
    with pytest.raises(RuntimeError):
        console.app.export_screenshot()


# The deployment identity


async def test_an_app_found_by_name_becomes_the_deployment_identity(console: Console) -> None:
    await console.press("2", "slash")
    await console.type("astro-prod")
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == ["astro-prod"])
    await console.press("enter")
    await console.press("enter")
    assert console.state.settings.client_id == company.ASTRO_PROD


async def test_a_managed_identity_brings_its_mode(console: Console) -> None:
    await console.press("2", "slash")
    await console.type("mi-airflow")
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == ["mi-airflow-prod"])
    await console.press("enter")
    await console.press("enter")
    assert console.state.settings.auth_mode is AuthMode.MANAGED_IDENTITY


async def test_the_details_show_the_access_to_the_vault(console: Console) -> None:
    await console.press("2", "slash")
    await console.type("astro-dev")
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == ["astro-dev"])
    await console.press("enter")
    await console.press("d")
    await console.until(lambda _: "no access" in console.screen())
    assert "no access (Azure RBAC)" in console.screen()


async def test_a_typed_secret_is_masked_and_never_shown(console: Console) -> None:
    await type_setting(console, "client_id", company.ASTRO_PROD)
    await type_setting(console, "client_secret", SECRET)
    assert console.state.settings.client_secret == SecretText(SECRET)
    assert SECRET not in console.screen()


async def test_a_secret_is_read_from_a_file(console: Console) -> None:
    await type_setting(console, "client_id", company.ASTRO_PROD)
    await type_setting(console, "client_secret", "@demo-secrets/astro-prod")
    assert console.state.settings.client_secret == SecretText(SECRET)


async def test_a_secrets_id_in_place_of_its_value_is_rejected(console: Console) -> None:
    await type_setting(console, "client_secret", "12345678-1234-1234-1234-123456789012")
    assert console.state.settings.client_secret is None


async def test_another_mode_changes_the_outputs(ready: Console) -> None:
    await choose_field(ready, ChoiceRow("auth_mode", "workload-identity"))
    await ready.press("enter")
    await ready.until(
        lambda state: state.output.plan and "managed_identity_client_id" in state.output.plan.files[0].after
    )
    assert ready.state.settings.auth_mode is AuthMode.WORKLOAD_IDENTITY


# The checklist


async def test_what_ends_soon_is_the_only_warning_when_all_is_done(ready: Console) -> None:
    await ready.press("w", "w")
    await ready.until(lambda state: state.output.differences == ())
    await ready.press("6", "c")
    left = "private endpoint"  # the demo looks up no address
    await ready.until(lambda s: [c.name for c in s.checks if c.outcome not in ("ok", "warn")] == [left])
    assert [check.name for check in ready.state.checks if check.outcome == "warn"] == [
        "identity chosen",
        "nothing expires soon",
    ]
    await ready.pilot.pause()
    assert "12/15 passed, 2 warnings, 1 not checked" in ready.screen()


async def test_enter_on_a_check_goes_where_it_is_put_right(console: Console) -> None:
    await console.press("6")
    console.pane(PaneId.CHECKS).lines.select("identity chosen")
    await console.press("enter")
    assert console.state.active is PaneId.ENTRA


@pytest.mark.parametrize(
    ("do", "pane"),
    [
        (Do.ROTATE_SECRET, PaneId.ENTRA),
        (Do.FIND_APP, PaneId.ENTRA),
        (Do.SHOW_RIGHTS, PaneId.ENTRA),
        (Do.SET_PREFIX, PaneId.SETUP),
        (Do.REVIEW_FILES, PaneId.OUTPUT),
    ],
)
async def test_enter_on_a_check_goes_to_the_pane_that_its_advice_names(
    console: Console, do: Do, pane: PaneId
) -> None:
    await console.until(lambda state: bool(state.checks))
    await console.press("6")
    remedy = Remedy(do, f"Do it {HOW}.")
    console.app.main.store.change(checks=tuple(replace(each, remedy=remedy) for each in console.state.checks))
    console.pane(PaneId.CHECKS).lines.select("identity chosen")
    await console.press("enter")
    assert console.state.active is pane


# Every size


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50), (40, 12), (20, 5)])
async def test_every_pane_can_be_reached_at_every_size(
    azure: EmulatorProcess, start: ConsoleStart, size: tuple[int, int]
) -> None:
    async with running(start, size) as console:
        await console.until(lambda state: state.secrets.seconds > 0)
        reached = []
        for key in "123456":
            await console.press(key)
            reached.append(console.state.active)
        assert reached == ["setup", "entra", "secrets", "lookup", "output", "checks"]


async def test_settings_that_nobody_gave_teach(azure: EmulatorProcess, project: Path) -> None:
    async with running(ConsoleStart(settings=Settings(), project_directory=project)) as console:
        await console.until(lambda state: state.sign_in.phase is Phase.DONE)
        assert "Enter the vault's name or address" in console.screen()


# Signing in by a code


async def test_a_device_code_is_shown_large_and_goes_when_it_was_used(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.set_scenario(device_polls=2)
    by_code = replace(SETTINGS, sign_in=SignInKind.DEVICE_CODE)
    async with running(replace(start, settings=by_code)) as console:
        await console.until(lambda _: isinstance(console.app.screen, DeviceCodeDialog))
        await console.until(lambda _: "microsoft.com/devicelogin" in console.screen())
        await console.until(lambda state: state.sign_in.phase is Phase.DONE)
        await console.pilot.pause()
        assert console.app.screen is console.app.main


async def test_esc_gives_a_device_code_up(azure: EmulatorProcess, start: ConsoleStart) -> None:
    azure.set_scenario(device_polls=500)
    by_code = replace(SETTINGS, sign_in=SignInKind.DEVICE_CODE)
    async with running(replace(start, settings=by_code)) as console:
        await console.until(lambda _: isinstance(console.app.screen, DeviceCodeDialog))
        await console.press("escape")
        await console.until(lambda state: state.sign_in.phase is Phase.STOPPED)
        assert console.app.screen is console.app.main


async def test_an_object_id_is_not_taken_for_a_client_id(console: Console) -> None:
    object_id = company.made_id("object", "astro-prod")
    await type_setting(console, "client_id", object_id)
    wanted = f"{object_id} is the object ID of astro-prod; its client ID is {company.ASTRO_PROD}."
    await console.until(lambda _: said(console) == wanted)
    assert console.state.settings.client_id == ""
