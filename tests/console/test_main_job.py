"""The main job, by keys alone, on the embedded Azure."""

from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.airflow.versions import NEWEST_AIRFLOW, NEWEST_AIRFLOW_2
from kvtui.console.dialogs.device_code import DeviceCodeDialog
from kvtui.console.state import LookupState, Phase, State
from kvtui.console.text import whole
from kvtui.console.views import lookup
from kvtui.emulator import company
from kvtui.emulator.faults import Fault, FaultKind, value_requests
from kvtui.emulator.process import EmulatorProcess
from kvtui.headless.export import run as export
from kvtui.headless.request import Request
from kvtui.outputs.kubernetes_secret import MANIFEST_NAME
from kvtui.project import read_project
from kvtui.secret_text import SecretText
from kvtui.settings.model import AuthMode, Settings, SignInKind, Target, VaultAddress
from kvtui.settings.start import ConsoleStart
from tests.console.conftest import SETTINGS, Console, running

SECRET = company.CLIENT_SECRETS[company.ASTRO_PROD]
READY = replace(
    SETTINGS, client_id=company.ASTRO_PROD, identity_name="astro-prod", client_secret=SecretText(SECRET)
)


@pytest.fixture
async def ready(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console whose settings are complete."""
    async with running(replace(start, settings=READY)) as console:
        await console.until(lambda state: state.secrets.seconds > 0 and state.output.plan)
        yield console


async def choose_field(console: Console, key: str) -> None:
    """Puts the cursor of pane 1 on a setting."""
    await console.press("1")
    console.app.main.pane("setup").lines.select(key)


async def type_setting(console: Console, key: str, text: str) -> None:
    await choose_field(console, key)
    await console.press("enter")
    field = console.app.main.pane("setup").editor
    assert field is not None
    await console.press("home", "shift+end", "delete")
    await console.type(text)
    await console.press("enter")


async def look_up(console: Console, key: str) -> None:
    await console.press("4", "enter")
    await console.type(key)
    await console.press("enter")
    await console.until(
        lambda state: state.lookup.phase in (Phase.DONE, Phase.FAILED) and not state.lookup.foretold
    )


# The vault and its names


async def test_a_vault_is_chosen_by_typing_its_name(console: Console) -> None:
    await type_setting(console, "vault", company.VAULT_POLICIES)
    await console.until(lambda state: state.secrets.phase is Phase.DONE)
    assert console.state.settings.vault == VaultAddress(company.VAULT_POLICIES)


async def test_an_address_that_is_no_vault_is_refused_where_it_was_typed(console: Console) -> None:
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
        assert "type a key in pane 4" in console.screen()


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


@pytest.mark.parametrize("key", ["escape", "1", "tab", "question_mark"])
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
    from kvtui.console.flows import names

    later = names.clock() + names.REVEAL_SECONDS
    monkeypatch.setattr(names, "clock", lambda: later)
    console.app.main.tick()
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


async def test_the_details_tell_what_the_identity_may_do(console: Console) -> None:
    await console.press("2", "slash")
    await console.type("astro-dev")
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == ["astro-dev"])
    await console.press("enter")
    await console.press("d")
    await console.until(lambda state: state.entra.access)
    assert "no access" in console.screen()
    assert "This vault uses roles." in console.screen()


async def test_a_typed_secret_is_masked_and_never_shown(console: Console) -> None:
    await type_setting(console, "client_id", company.ASTRO_PROD)
    await type_setting(console, "client_secret", SECRET)
    assert console.state.settings.client_secret == SecretText(SECRET)
    assert SECRET not in console.screen()


async def test_a_secret_is_read_from_a_file(console: Console) -> None:
    await type_setting(console, "client_id", company.ASTRO_PROD)
    await type_setting(console, "client_secret", "@demo-secrets/astro-prod")
    assert console.state.settings.client_secret == SecretText(SECRET)


async def test_a_secrets_id_in_place_of_its_value_is_refused(console: Console) -> None:
    await type_setting(console, "client_secret", "12345678-1234-1234-1234-123456789012")
    assert console.state.settings.client_secret is None


async def test_another_mode_changes_the_outputs(ready: Console) -> None:
    await choose_field(ready, "auth_mode=workload-identity")
    await ready.press("enter")
    await ready.until(
        lambda state: state.output.plan and "managed_identity_client_id" in state.output.plan.files[0].after
    )
    assert ready.state.settings.auth_mode is AuthMode.WORKLOAD_IDENTITY


# The lookup


async def test_typing_a_key_asks_for_no_value_and_entering_it_for_one(
    ready: Console, azure: EmulatorProcess
) -> None:
    await ready.press("4", "enter")
    await ready.type("api_base_url")
    await ready.until(lambda state: state.lookup.foretold)
    assert value_requests(azure.log()) == []
    await ready.press("enter")
    await ready.until(lambda state: state.lookup.simulation and not state.lookup.foretold)
    assert len(value_requests(azure.log())) == 1


async def test_a_lookup_says_as_whom_it_was_asked(ready: Console) -> None:
    await look_up(ready, "api_base_url")
    assert "as astro-prod (deployment)" in ready.screen()


async def test_the_value_of_a_lookup_stays_masked(ready: Console) -> None:
    await look_up(ready, "api_base_url")
    simulation = ready.state.lookup.simulation
    assert simulation is not None
    assert str(simulation.result.reveal()) not in ready.screen()


async def test_a_revealed_connection_shows_each_field_on_a_line(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(replace(start, settings=READY), size=(80, 24)) as console:
        await console.until(lambda state: state.secrets.seconds > 0)
        console.app.main.lookup_action("kind")
        await look_up(console, "orders_db")
        await console.press("r")
        screen = console.screen()
    assert "→ a task gets this Connection  hidden again in 15 s" in screen
    assert "\n┃     conn_type: postgres " in screen
    assert "\n┃     password: " in screen


def test_a_long_revealed_value_is_wrapped_not_cut() -> None:
    rows = whole("x" * 100 + "\n" + "\x1b[2J", 52)
    assert [part[1][0] for part in (row.parts for row in rows)] == ["x" * 50, "x" * 50, "\\e[2J"]


async def test_v_turns_from_the_projects_airflow_to_3_to_2_and_back(ready: Console) -> None:
    own = ready.state.versions
    seen = []
    for _ in range(3):
        await ready.press("4", "v")
        seen.append(ready.state.versions.airflow)
    assert seen == [NEWEST_AIRFLOW, NEWEST_AIRFLOW_2, own.airflow]
    assert (ready.state.versions, ready.state.settings.airflow_version) == (own, "")


@pytest.mark.parametrize(
    ("key", "width", "head"),
    [
        ("k", 100, 'Variable.get("k")  in a task, Airflow {0}, provider {1}'),
        ("k" * 25, 78, 'Variable.get("{2}")  in a task, Airflow {0}'),
        ("k" * 38, 78, 'Variable.get("{2}")  task, Airflow {0}'),
        ("k" * 45, 78, 'Variable.get("{2}")  in a task'),
        ("k" * 60, 78, 'Variable.get("{2}")'),
    ],
)
def test_the_head_of_a_lookup_leaves_out_whole_words(key: str, width: int, head: str) -> None:
    state = State(lookup=LookupState(key=key))
    versions = state.versions
    assert "".join(text for text, _ in lookup.rows(state, width)[0].parts) == head.format(
        versions.airflow, versions.provider, key
    )


def said(console: Console) -> str:
    """The notices that are shown, one after the other."""
    return " ".join(notice.message for notice in console.app._notifications)


async def test_j_means_something_for_variables_only_and_says_so(ready: Console) -> None:
    await ready.press("4", "k", "j")
    assert "for variables" in said(ready)
    assert not ready.state.lookup.deserialize


async def test_a_lookup_from_the_secrets_begins_without_deserialize_json(ready: Console) -> None:
    await ready.press("4", "j")
    assert ready.state.lookup.deserialize
    await ready.press("3", "slash")
    await ready.type("api_base_url")
    await ready.press("enter", "end", "g")
    assert (ready.state.lookup.key, ready.state.lookup.deserialize) == ("api_base_url", False)


async def test_a_without_a_client_secret_says_so_and_keeps_the_result(console: Console) -> None:
    await look_up(console, "api_base_url")
    shown = console.state.lookup
    await console.press("a")
    assert "needs its client secret" in said(console)
    assert console.state.lookup == shown


async def test_a_miss_names_the_near_one(ready: Console) -> None:
    await look_up(ready, "etl_batch_size")
    assert "airflow-variables-etl-batchsize" in ready.screen()


async def test_an_identity_without_a_role_is_a_headline(azure: EmulatorProcess, start: ConsoleStart) -> None:
    denied = replace(
        READY,
        client_id=company.ASTRO_DEV,
        identity_name="astro-dev",
        client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_DEV]),
    )
    async with running(replace(start, settings=denied)) as console:
        await console.until(lambda state: state.secrets.seconds > 0)
        await look_up(console, "api_base_url")
        assert "403" in console.screen()


# The files


async def test_what_is_written_is_what_export_prints(
    ready: Console, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await ready.press("w", "w")
    await ready.until(lambda state: state.output.written)
    ours = [line for line in (project / ".env").read_text().splitlines() if "SECRETS__BACKEND" in line]
    assert export(Request(READY, read_project(project), {"export": "env"})) == 0
    assert "\n".join(ours) + "\n" == capsys.readouterr().out


async def test_the_first_w_only_shows(ready: Console, project: Path) -> None:
    before = (project / ".env").read_text()
    await ready.press("w")
    assert ready.state.active == "output"
    assert (project / ".env").read_text() == before


async def test_the_env_with_a_secret_is_for_its_owner_alone(ready: Console, project: Path) -> None:
    await ready.press("w", "w")
    await ready.until(lambda state: state.output.written)
    assert stat.S_IMODE((project / ".env").stat().st_mode) == 0o600


async def test_other_peoples_lines_stay(ready: Console, project: Path) -> None:
    before = (project / ".env").read_text()
    await ready.press("w", "w")
    await ready.until(lambda state: state.output.written)
    assert (project / ".env").read_text().startswith(before)


async def test_a_file_that_changed_since_it_was_shown_is_not_overwritten(
    ready: Console, project: Path
) -> None:
    await ready.press("w")
    (project / ".env").write_text("SOMEBODY=else\n")
    await ready.press("w")
    await ready.until(lambda state: state.output.refused)
    assert (project / ".env").read_text() == "SOMEBODY=else\n"


async def test_after_a_refusal_the_new_difference_is_shown_and_w_writes_it(
    ready: Console, project: Path
) -> None:
    await ready.press("5")
    (project / ".env").write_text("SOMEBODY=else\n")
    before = ready.state.output.plan
    await ready.press("w")
    await ready.until(lambda state: state.output.refused and state.output.plan is not before)
    await ready.press("z")
    await ready.until(lambda _: "Look at the new difference" in ready.screen())
    assert "SOMEBODY=" in ready.screen()
    await ready.press("w")
    await ready.until(lambda state: state.output.written)
    assert (project / ".env").read_text().startswith("SOMEBODY=else\nAIRFLOW__SECRETS__BACKEND=")


async def test_esc_puts_the_words_of_a_refusal_away(ready: Console, project: Path) -> None:
    await ready.press("5")
    (project / ".env").write_text("SOMEBODY=else\n")
    await ready.press("w")
    await ready.until(lambda state: state.output.refused)
    await ready.press("escape")
    assert ready.state.output.refused is None


async def test_helm_values_hold_no_secret(azure: EmulatorProcess, start: ConsoleStart, project: Path) -> None:
    agents = replace(READY, target=Target.REMOTE_EXECUTION)
    async with running(replace(start, settings=agents)) as console:
        await console.until(lambda state: state.output.plan)
        await console.press("w", "w")
        await console.until(lambda state: state.output.written)
    assert SECRET not in (project / "values.yaml").read_text()


async def test_incomplete_settings_say_what_is_missing(console: Console) -> None:
    await console.press("w", "w")
    assert "client id" in console.screen()


# The checklist


async def test_the_checklist_is_well_when_all_is_done(ready: Console) -> None:
    await ready.press("w", "w")
    await ready.until(lambda state: state.output.differences == ())
    await ready.press("6", "c")
    await ready.until(lambda state: all(check.verdict in ("ok", "warn") for check in state.checks))
    assert "11 of 11" in ready.screen()


async def test_enter_on_a_check_goes_where_it_is_put_right(console: Console) -> None:
    await console.press("6")
    console.app.main.pane("checks").lines.select("identity chosen")
    await console.press("enter")
    assert console.state.active == "entra"


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
        assert "Vault URI" in console.screen()


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


async def test_the_readers_of_the_env_have_a_view_of_their_own(ready: Console) -> None:
    await ready.press("5", "right", "right")
    screen = ready.screen()
    assert "[readers]" in screen
    assert "astro dev start --standalone" in screen
    assert "the shell takes what follows for a command" in screen


async def test_the_secret_is_taken_out_of_the_env_after_a_look_at_the_diff(
    ready: Console, project: Path
) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x")
    await ready.until(lambda state: state.output.plan and state.output.plan.files[0].changed)
    assert "w takes the client secret out of .env" in ready.screen()
    assert "client_secret" in (project / ".env").read_text()
    await ready.press("w")
    await ready.until(lambda state: "is without" in "".join(state.output.written))
    assert "client_secret" not in (project / ".env").read_text()
    assert ".env is without the client secret" in ready.screen()


async def test_the_second_x_takes_out_all_and_esc_goes_back_to_writing(ready: Console, project: Path) -> None:
    before = (project / ".env").read_text()
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x", "x")
    await ready.until(lambda state: state.output.plan and state.output.plan.files[0].changed)
    await ready.press("w")
    await ready.until(lambda state: "is without" in "".join(state.output.written))
    assert (project / ".env").read_text() == before
    await ready.until(lambda state: state.output.plan and state.output.removal is None)


async def test_what_was_taken_out_on_purpose_is_not_asked_back(ready: Console, project: Path) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x", "w")
    await ready.until(lambda state: state.output.left_out and state.output.differences == ())
    files = next(check for check in ready.state.checks if check.name == "files written")
    assert (files.verdict, files.detail) == (
        "ok",
        "requirements.txt as the settings give; .env without ours, on purpose.",
    )
    assert "w writes" not in ready.screen()
    ready.app.main.show_changes()
    await ready.pilot.pause()
    assert "Ours was taken out of it on purpose. w writes it again" in ready.screen()


async def test_with_another_secret_the_env_is_to_be_written_again(ready: Console) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x", "w")
    await ready.until(lambda state: state.output.left_out and state.output.differences == ())
    await ready.app.main.typed("client_secret", "another~secret~of~the~app")
    await ready.until(lambda state: [file.path.name for file in state.output.pending] == [".env"])


async def test_another_setting_ends_a_planned_removal(ready: Console) -> None:
    await ready.press("5", "x")
    await ready.until(lambda state: state.output.removal)
    await ready.app.main.typed("sep", "--")
    assert ready.state.output.removal is None


async def test_a_deleted_manifest_is_not_asked_back(
    azure: EmulatorProcess, start: ConsoleStart, project: Path
) -> None:
    agents = replace(READY, target=Target.REMOTE_EXECUTION)
    async with running(replace(start, settings=agents)) as console:
        await console.until(lambda state: state.output.plan)
        await console.press("5", "w")
        await console.until(lambda state: state.output.written and state.output.differences == ())
        (project / MANIFEST_NAME).unlink()
        console.app.main.plan_soon()
        await console.until(lambda state: state.output.left_out == (MANIFEST_NAME,))
        assert not any(MANIFEST_NAME in words for words in console.state.output.written)
        assert console.state.output.pending == ()


async def test_w_from_another_pane_opens_the_first_file_that_would_change(
    ready: Console, project: Path
) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: state.output.written and state.output.differences == ())
    (project / "requirements.txt").write_text("pandas\n")
    ready.app.main.plan_soon()
    await ready.until(lambda state: state.output.pending)
    await ready.press("1", "w")
    assert "[requirements.txt]" in ready.screen()


async def test_the_removal_is_offered_behind_the_next_steps(ready: Console) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: state.output.written and state.output.differences == ())
    ready.app.main.pane("output").lines.select("afterwards")
    await ready.press("enter")
    await ready.until(lambda state: state.output.removal == "secret" and state.output.plan)


async def test_after_a_write_that_mended_gitignore_the_next_steps_show(ready: Console, project: Path) -> None:
    (project / ".gitignore").write_text("*.log\n")
    ready.app.main.plan_soon()
    await ready.press("5")
    await ready.until(lambda state: state.output.plan and len(state.output.plan.files) == 3)
    await ready.press("w")
    await ready.until(lambda state: len(state.output.written) == 3 and state.output.differences == ())
    assert (project / ".gitignore").read_text() == "*.log\n.env\n"
    assert "[next steps]" in ready.screen()


async def test_f_plans_the_env_for_shells_and_back(ready: Console) -> None:
    await ready.press("5", "f")
    await ready.until(lambda state: state.output.plan and "KWARGS='{" in state.output.plan.files[0].after)
    await ready.press("f")
    await ready.until(lambda state: state.output.plan and "KWARGS={" in state.output.plan.files[0].after)


async def test_where_a_setting_came_from_is_cut_with_an_ellipsis(ready: Console) -> None:
    origins = {**ready.state.origins, "client_secret": "AZURE_CLIENT_SECRET in a place with a long name"}
    ready.app.main.change(origins=origins)
    await ready.until(lambda _: "AZURE_CLIENT_SE" in ready.screen())
    line = next(line for line in ready.screen().splitlines() if "AZURE_CLIENT_SE" in line)
    assert "…" in line
