"""`u` in pane 1 undoes changes of the settings."""

from __future__ import annotations

from dataclasses import replace

from kvtui.console.actions import PaneId
from kvtui.console.panes.setup.view import ChoiceRow, SettingRow
from kvtui.console.start import ConsoleStart
from kvtui.settings.model import AuthMode, Target
from tests.console.changing import add_secret, open_app
from tests.console.conftest import READY, SETTINGS, Console, opened, said
from tests.emulator_support.process import EmulatorProcess


async def test_u_undoes_the_last_change(console: Console) -> None:
    await console.press("1")
    console.pane(PaneId.SETUP).lines.select(ChoiceRow("auth_mode", "managed-identity"))
    await console.press("enter")
    assert console.state.settings.auth_mode is AuthMode.MANAGED_IDENTITY
    await console.press("u")
    assert console.state.settings == SETTINGS


async def test_u_twice_undoes_two_changes(ready: Console) -> None:
    ready.controllers.settings.pick("target", Target.REMOTE_EXECUTION)
    await ready.press("1")
    ready.pane(PaneId.SETUP).lines.select(SettingRow("sep"))
    await ready.press("enter", "ctrl+u")
    await ready.type("--")
    await ready.press("enter")
    assert ready.state.settings == replace(READY, target=Target.REMOTE_EXECUTION, sep="--")
    await ready.press("u", "u")
    assert ready.state.settings == READY


async def test_an_undo_says_what_it_undid(ready: Console) -> None:
    ready.controllers.settings.pick("target", Target.REMOTE_EXECUTION)
    await ready.press("1", "u")
    assert said(ready) == "Undone: Target is Astro again. Press u once more to undo an earlier change."


async def test_an_undo_names_only_the_settings_of_pane_1_if_there_are_any(ready: Console) -> None:
    settings = replace(READY, sep="--", identity_name="id-airflow")
    ready.controllers.settings.apply_all(settings, dict(ready.state.origins))
    await ready.press("1", "u")
    assert said(ready).startswith("Undone: Separator is - again. ")


async def test_where_a_setting_came_from_is_undone_as_well(ready: Console) -> None:
    before = ready.state.origins
    ready.controllers.settings.pick("target", Target.REMOTE_EXECUTION)
    await ready.press("1", "u")
    assert ready.state.origins == before


async def test_without_a_change_there_is_nothing_to_undo(ready: Console) -> None:
    await ready.press("1", "u")
    assert said(ready) == "There is no change to undo."


async def test_the_footer_offers_u_while_there_is_a_change_to_undo(ready: Console) -> None:
    await ready.press("1")
    assert "u undo" not in ready.screen()
    ready.controllers.settings.pick("target", "remote-execution")
    await ready.pilot.pause()
    assert "u undo" in ready.screen()
    await ready.press("u")
    assert "u undo" not in ready.screen()


async def test_a_client_secret_that_was_made_here_is_not_undone(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, replace(start, allow_changes=True, settings=READY)) as console:
        console.controllers.settings.pick("target", Target.REMOTE_EXECUTION)
        await open_app(console, "astro-prod")
        await add_secret(console)
        made = console.state.settings.client_secret
        await console.press("1", "u", "u")  # the choice of the app, and the target
        assert (console.state.settings.target, console.state.settings.client_secret) == (Target.ASTRO, made)
        assert made != READY.client_secret
