"""Profiles in the console: chosen, saved, and the vault kept for the next start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.console.dialogs.profiles import ProfilesDialog
from kvtui.console.start import ConsoleStart
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput
from kvtui.settings.model import Settings, Target
from kvtui.settings.store.profiles import profile_names, read_profile, save_profile
from tests.console.conftest import READY, SETTINGS, Console, running, said
from tests.emulator_support.process import EmulatorProcess


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


async def open_profiles(console: Console) -> None:
    await console.press("1", "p")
    await console.until(lambda _: isinstance(console.app.screen, ProfilesDialog), "the dialog")
    await console.pilot.pause()


async def test_a_profile_is_taken_with_enter_and_the_secret_stays_with_its_app(ready: Console) -> None:
    save_profile("agents", replace(READY, target=Target.REMOTE_EXECUTION, sep="--"))
    await open_profiles(ready)
    assert "agents" in ready.screen()
    await ready.press("enter")
    await ready.until(lambda state: state.settings.sep == "--")
    assert ready.state.settings.target is Target.REMOTE_EXECUTION
    assert ready.state.settings.client_secret == READY.client_secret
    assert ready.state.origins["sep"] == "profile agents"


async def test_typing_filters_the_profiles(ready: Console) -> None:
    for name, sep in (("agents", "--"), ("prod", "-"), ("prod-eu", "---")):
        save_profile(name, replace(READY, sep=sep))
    await open_profiles(ready)
    await ready.type("eu")
    assert "agents" not in ready.screen().partition("Profiles")[2].partition("Save the present")[0]
    await ready.press("enter")
    await ready.until(lambda state: state.settings.sep == "---")


async def test_letters_go_into_the_name_of_a_profile_while_it_is_typed(ready: Console) -> None:
    await open_profiles(ready)
    await ready.press("enter")
    await ready.type("eu")
    assert ready.app.screen.query_one(LineInput).value == "eu"
    assert "filter" not in ready.app.screen.query_one(LineList).source.row(0, 80).parts[0][0]


async def test_a_profile_of_the_same_identity_keeps_what_the_directory_said_of_it(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    known = replace(READY, identity_name="mi-airflow", resource_group="rg-airflow", identity_is_managed=True)
    async with running(replace(start, settings=known)) as console:
        save_profile("agents", replace(known, sep="--"))
        await open_profiles(console)
        await console.press("enter")
        await console.until(lambda state: state.settings.sep == "--")
        assert console.state.settings == replace(known, sep="--")


async def test_a_profile_of_another_app_takes_no_secret_with_it(ready: Console) -> None:
    save_profile("other", replace(READY, client_id="bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"))
    await open_profiles(ready)
    await ready.press("enter")
    await ready.until(lambda state: state.settings.client_id.startswith("bbbb"))
    assert ready.state.settings.client_secret is None


async def test_the_present_settings_are_saved_under_a_typed_name(ready: Console) -> None:
    await open_profiles(ready)
    assert "No profiles yet." in ready.screen()
    await ready.press("enter")
    await ready.type("prod")
    await ready.press("enter")
    await ready.until(lambda _: profile_names() == ["prod"], "the profile")
    assert "client-secret" not in read_profile("prod").given


async def test_a_name_that_cannot_be_one_is_rejected_where_it_is_typed(ready: Console) -> None:
    await open_profiles(ready)
    await ready.press("enter")
    await ready.type("_x")
    await ready.press("enter")
    await ready.until(lambda _: "cannot be a" in ready.screen(), "the refusal")
    assert profile_names() == []


async def test_esc_leaves_the_input_first_and_then_the_dialog(ready: Console) -> None:
    await open_profiles(ready)
    await ready.press("enter", "x", "escape")
    assert isinstance(ready.app.screen, ProfilesDialog)
    await ready.press("escape")
    assert not isinstance(ready.app.screen, ProfilesDialog)
    assert ready.state.settings == READY


async def test_vault_and_target_are_kept_at_the_start_and_at_each_change(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    kept: list[Settings] = []
    async with running(replace(start, remember=kept.append)) as console:
        await console.until(lambda _: kept, "the first")
        console.controllers.settings.pick("target", "remote-execution")
        await console.until(lambda _: len(kept) == 2, "the second")
        console.controllers.settings.pick("chart", "airflow")
        await console.until(lambda state: state.output.plan or state.output.errors)
    assert [(each.vault, each.target.value) for each in kept] == [
        (SETTINGS.vault, "astro"),
        (SETTINGS.vault, "remote-execution"),
    ]


async def test_a_profile_that_is_saved_in_the_demo_is_said_to_end_with_it(ready: Console) -> None:
    ready.app.main.store.change(demo=True)
    await open_profiles(ready)
    await ready.press("enter")
    await ready.type("eu")
    await ready.press("enter")
    await ready.until(
        lambda _: said(ready) == "Profile eu saved for this demo only: it is deleted at the end."
    )
