"""Pane 1 by keys: what each row does on Enter, → and ←."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.app.checks.facts import CheckId
from kvtui.console.actions import PaneId
from kvtui.console.dialogs.sign_in import SignInDialog
from kvtui.console.panes.setup.view import ChoiceRow, SettingRow, rows
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.emulator import company
from kvtui.settings.model import AuthMode, Target
from tests.console.changing import open_app
from tests.console.conftest import READY, SETTINGS, Console, running, said
from tests.console.driving import choose_field
from tests.emulator_support.process import EmulatorProcess


@pytest.mark.parametrize("key", ["right", "left", "enter"])
@pytest.mark.parametrize("target", Target)
async def test_no_row_ends_kvtui(
    azure: EmulatorProcess, start: ConsoleStart, target: Target, key: str
) -> None:
    settings = replace(READY, target=target)
    async with running(replace(start, settings=settings)) as console:
        shown = console.pane(PaneId.SETUP).lines.source
        for field in filter(None, map(shown.key, range(len(shown)))):
            console.controllers.settings.apply_all(settings, {})
            await console.pilot.pause()
            await choose_field(console, field)
            assert console.pane(PaneId.SETUP).lines.selected == field
            await console.press(key, "escape")
            assert console.app.screen is console.app.main, field


@pytest.mark.parametrize(
    ("key", "mode"), [("right", AuthMode.MANAGED_IDENTITY), ("left", AuthMode.WORKLOAD_IDENTITY)]
)
async def test_the_arrows_step_the_auth_mode_and_the_cursor_follows(
    console: Console, key: str, mode: AuthMode
) -> None:
    await choose_field(console, ChoiceRow("auth_mode", "client-secret"))
    await console.press(key)
    assert console.state.settings.auth_mode is mode
    assert console.pane(PaneId.SETUP).lines.selected == ChoiceRow("auth_mode", mode.value)


async def test_the_vault_keeps_its_name_in_every_cloud(console: Console) -> None:
    await choose_field(console, "cloud_name")
    await console.press("right")
    vault = console.state.settings.vault
    assert vault is not None
    assert (vault.name, vault.host in said(console)) == (company.VAULT_RBAC, True)
    await console.press("left")
    assert console.state.settings.vault == SETTINGS.vault


async def test_an_app_in_managed_identity_mode_is_said_and_fails_its_check(console: Console) -> None:
    await open_app(console, "astro-prod")
    await console.press("enter")
    await choose_field(console, ChoiceRow("auth_mode", "managed-identity"))
    await console.press("enter")
    wrong = "astro-prod is an app registration; a managed identity is needed for this auth mode."
    assert said(console) == wrong
    await console.until(
        lambda state: (
            {c.name: (c.outcome, c.detail) for c in state.checks}[CheckId.IDENTITY_CHOSEN] == ("fail", wrong)
        )
    )


async def test_an_app_that_is_chosen_in_managed_identity_mode_says_that_the_mode_changes(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    settings = replace(SETTINGS, auth_mode=AuthMode.MANAGED_IDENTITY)
    async with running(replace(start, settings=settings)) as console:
        await open_app(console, "astro-prod")
        await console.press("enter")
        assert console.state.settings.auth_mode is AuthMode.CLIENT_SECRET
        switched = "The auth mode is now Client secret, it was Managed identity: "
        assert said(console) == f"{switched}astro-prod is an app registration."


async def test_a_low_pane_without_the_focus_shows_the_chosen_auth_mode(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    settings = replace(SETTINGS, auth_mode=AuthMode.WORKLOAD_IDENTITY)
    async with running(replace(start, settings=settings)) as console:
        await console.press("1", "end", "2")
        await console.pilot.pause()
        pane = console.pane(PaneId.SETUP).lines
        top = pane.scroll_offset.y
        shown = [pane.source.key(n) for n in range(top, top + pane.size.height)]
        assert ChoiceRow("auth_mode", "workload-identity") in shown
        assert ChoiceRow("auth_mode", "client-secret") not in shown


@pytest.mark.parametrize("width", [41, 75])
def test_the_example_of_a_name_is_whole(width: int) -> None:
    shown = ["".join(text for text, _ in each.parts) for each in rows(State(settings=SETTINGS), width)]
    example = next(text for text in shown if text.startswith("Example"))
    assert example.endswith("my_key → airflow-variables-my-key")


async def test_the_edited_row_is_marked_and_in_view(console: Console) -> None:
    await console.press("1", "end", "enter")
    await console.pilot.pause()
    lines = console.pane(PaneId.SETUP).lines
    row = lines.source.index_of(SettingRow("provider_version"))
    assert row is not None
    assert lines.has_class("-prompted")
    assert lines.scroll_offset.y <= row < lines.scroll_offset.y + lines.size.height


async def test_quitting_with_a_typed_client_secret_that_is_in_no_file_asks(ready: Console) -> None:
    await ready.controllers.settings.type("client_secret", "typed-canary-typed-canary")
    await ready.press("q")
    shown = " ".join(ready.screen().replace("┃", " ").replace("│", " ").split())
    assert "The client secret that you typed for astro-prod is not in any file yet." in shown
    assert "typed-canary" not in shown
    assert ready.app._exit is False


async def test_quitting_with_a_client_secret_from_the_environment_asks_nothing(ready: Console) -> None:
    await ready.press("q")
    assert ready.app._exit


async def test_enter_on_the_signed_in_user_opens_the_kinds_of_sign_in(console: Console) -> None:
    await choose_field(console, "sign_in")
    await console.press("enter")
    assert isinstance(console.app.screen, SignInDialog)
    assert console.state.settings.sign_in is SETTINGS.sign_in


@pytest.mark.parametrize("key", ["right", "left", "space"])
async def test_no_other_key_changes_the_kind_of_sign_in_unseen(console: Console, key: str) -> None:
    await choose_field(console, "sign_in")
    await console.press(key)
    assert console.state.settings.sign_in is SETTINGS.sign_in


async def test_an_undone_kind_of_sign_in_is_named_with_what_it_is_again(console: Console) -> None:
    console.controllers.settings.pick("sign_in", "azure-cli")
    await console.press("1", "u")
    assert said(console).startswith("Undone: Sign-in is auto again.")
