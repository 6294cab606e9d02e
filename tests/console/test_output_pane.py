"""Pane 5 by keys: what is shown, written, refused and taken out again."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.app.checks.facts import CheckId, Outcome
from kvtui.app.checks.results import CheckResult
from kvtui.app.next_steps import Ended
from kvtui.console.actions import PaneId
from kvtui.console.panes.checks.view import tally
from kvtui.console.panes.output import texts
from kvtui.console.panes.output.view import OutputRow
from kvtui.console.panes.setup.view import SettingRow
from kvtui.console.panes.setup.view import rows as setup_rows
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.headless.export import run as export
from kvtui.headless.request import Request
from kvtui.project.files import read_project
from kvtui.project.model import MANIFEST_NAME
from kvtui.settings.model import Target
from tests.console.conftest import READY, SECRET, Console, running
from tests.emulator_support.process import EmulatorProcess

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
    assert ready.state.active is PaneId.OUTPUT
    assert (project / ".env").read_text() == before


async def test_a_tab_that_is_selected_while_it_is_planned_stays_selected(ready: Console) -> None:
    output = ready.app.main.controllers.output

    async def select_the_last_tab() -> None:
        output.next_view(-1)

    await ready.press("5")
    await asyncio.gather(output.plan(), select_the_last_tab())
    assert ready.state.output.view == texts.NEXT_STEPS


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
    await ready.until(lambda state: state.output.write_problem)
    assert (project / ".env").read_text() == "SOMEBODY=else\n"


async def test_after_a_error_the_new_difference_is_shown_and_w_writes_it(
    ready: Console, project: Path
) -> None:
    await ready.press("5")
    (project / ".env").write_text("SOMEBODY=else\n")
    before = ready.state.output.plan
    await ready.press("w")
    await ready.until(lambda state: state.output.write_problem and state.output.plan is not before)
    await ready.press("z")
    await ready.until(lambda _: "Review the new diff" in ready.screen())
    assert "SOMEBODY=" in ready.screen()
    await ready.press("w")
    await ready.until(lambda state: state.output.written)
    assert (project / ".env").read_text().startswith("SOMEBODY=else\nAIRFLOW__SECRETS__BACKEND=")


async def test_esc_puts_the_words_of_a_error_away(ready: Console, project: Path) -> None:
    await ready.press("5")
    (project / ".env").write_text("SOMEBODY=else\n")
    await ready.press("w")
    await ready.until(lambda state: state.output.write_problem)
    await ready.press("escape")
    assert ready.state.output.write_problem is None


async def test_helm_values_hold_no_secret(azure: EmulatorProcess, start: ConsoleStart, project: Path) -> None:
    agents = replace(READY, target=Target.REMOTE_EXECUTION)
    async with running(replace(start, settings=agents)) as console:
        await console.until(lambda state: state.output.plan)
        await console.press("w", "w")
        await console.until(lambda state: state.output.written)
    assert SECRET not in (project / "values.yaml").read_text()


async def test_incomplete_settings_say_what_is_missing(console: Console) -> None:
    await console.press("w", "w")
    assert "client ID" in console.screen()


async def test_w_beside_the_diffs_shows_one_before_it_writes(ready: Console, project: Path) -> None:
    before = (project / ".env").read_text()
    await ready.press("5", "left", "w")
    await ready.pilot.pause(0.1)
    assert "[.env]" in ready.screen()
    assert (project / ".env").read_text() == before


async def test_the_parsers_of_the_env_have_a_view_of_their_own(ready: Console) -> None:
    await ready.press("5", "right", "right")
    screen = ready.screen()
    assert "[.env parsers]" in screen
    assert "astro dev start --standalone" in screen
    assert "a shell would run the rest of the line as a command" in screen


async def test_the_secret_is_taken_out_of_the_env_after_a_look_at_the_diff(
    ready: Console, project: Path
) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x")
    await ready.until(lambda state: state.output.plan and state.output.plan.files[0].changed)
    assert "w removes the client secret from .env." in ready.screen()
    assert "client_secret" in (project / ".env").read_text()
    await ready.press("w")
    await ready.until(lambda state: any(each.removal for each in state.output.written))
    assert "client_secret" not in (project / ".env").read_text()
    assert "The client secret was removed from .env." in ready.screen()


async def test_the_second_x_takes_out_all_and_esc_goes_back_to_writing(ready: Console, project: Path) -> None:
    before = (project / ".env").read_text()
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x", "x")
    await ready.until(lambda state: state.output.plan and state.output.plan.files[0].changed)
    await ready.press("w")
    await ready.until(lambda state: any(each.removal for each in state.output.written))
    assert (project / ".env").read_text() == before
    await ready.until(lambda state: state.output.plan and state.output.removal is None)


async def test_what_was_taken_out_on_purpose_is_not_asked_back(ready: Console, project: Path) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x", "w")
    await ready.until(lambda state: state.output.left_out and state.output.differences == ())
    files = next(check for check in ready.state.checks if check.name == "files written")
    assert (files.outcome, files.detail) == (
        "skipped",
        "requirements.txt matches the settings; you removed kvtui's lines from .env.",
    )
    assert "w writes" not in ready.screen()
    ready.controllers.output.show_changes()
    await ready.pilot.pause()
    assert "You removed kvtui's lines from this file. w writes it again" in ready.screen()


async def test_with_another_secret_the_env_is_to_be_written_again(ready: Console) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x", "w")
    await ready.until(lambda state: state.output.left_out and state.output.differences == ())
    await ready.controllers.settings.type("client_secret", "another~secret~of~the~app")
    await ready.until(lambda state: [file.path.name for file in state.output.pending] == [".env"])


async def test_another_setting_ends_a_planned_removal(ready: Console) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x")
    await ready.until(lambda state: state.output.removal)
    await ready.controllers.settings.type("sep", "--")
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
        console.controllers.output.plan_soon()
        await console.until(lambda state: state.output.left_out == (MANIFEST_NAME,))
        assert not any(each.path.name == MANIFEST_NAME for each in console.state.output.written)
        assert console.state.output.pending == ()


async def test_w_from_another_pane_opens_the_first_file_that_would_change(
    ready: Console, project: Path
) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: state.output.written and state.output.differences == ())
    (project / "requirements.txt").write_text("pandas\n")
    ready.controllers.output.plan_soon()
    await ready.until(lambda state: state.output.pending)
    await ready.press("1", "w")
    assert "[requirements.txt]" in ready.screen()


async def test_the_removal_is_offered_behind_the_next_steps(ready: Console) -> None:
    await ready.press("5", "w")
    await ready.until(lambda state: state.output.written and state.output.differences == ())
    ready.pane(PaneId.OUTPUT).lines.select(OutputRow.REMOVE)
    await ready.press("enter")
    await ready.until(lambda state: state.output.removal == "secret" and state.output.plan)


async def test_after_a_write_that_mended_gitignore_the_next_steps_show(ready: Console, project: Path) -> None:
    (project / ".gitignore").write_text("*.log\n")
    ready.controllers.output.plan_soon()
    await ready.press("5")
    await ready.until(lambda state: state.output.plan and len(state.output.plan.files) == 3)
    await ready.press("w")
    await ready.until(lambda state: len(state.output.written) == 3 and state.output.differences == ())
    assert (project / ".gitignore").read_text() == "*.log\n.env\n"
    assert "[next steps]" in ready.screen()


async def written(console: Console) -> None:
    await console.press("w", "w")
    await console.until(lambda state: state.output.written and state.output.differences == ())


def verdict(state: State, name: str) -> str:
    return next(check.outcome for check in state.checks if check.name == name)


async def test_x_undoes_every_file_that_was_written_diff_first(ready: Console, project: Path) -> None:
    names = (".env", "requirements.txt")
    before = {name: (project / name).read_text() for name in names}
    await written(ready)
    await ready.press("x")
    await ready.until(lambda state: state.output.removal == "secret" and state.output.plan)
    await ready.press("x")
    await ready.until(lambda state: state.output.removal == "undo" and state.output.plan)
    assert [file.path.name for file in ready.state.output.pending][:1] == [".env"]
    assert {name: (project / name).read_text() for name in names} != before
    await ready.press("w")
    await ready.until(lambda state: state.output.written and state.output.removal is None)
    assert {name: (project / name).read_text() for name in names} == before


async def undo_shown(console: Console) -> None:
    await written(console)
    await console.press("x")
    await console.until(lambda state: state.output.removal == "secret" and state.output.plan)
    await console.press("x")
    await console.until(lambda state: state.output.removal == "undo" and state.output.plan)


async def test_while_an_undo_is_shown_the_header_says_how_it_ends(ready: Console) -> None:
    await undo_shown(ready)
    await ready.pilot.pause()
    assert "Next: Pane 5 shows a removal: w carries it out, Esc cancels." in ready.screen()


async def test_while_a_removal_is_shown_esc_has_one_meaning_in_the_footer(ready: Console) -> None:
    await ready.press("2", "w", "w")
    await ready.until(lambda state: len(state.output.written) == 2)
    await ready.press("x")
    await ready.until(lambda state: state.output.removal and state.output.plan)
    await ready.pilot.pause()
    footer = ready.screen().splitlines()[-1]
    assert (footer.count("Esc"), "Esc cancel" in footer) == (1, True)


async def test_after_an_undo_no_next_steps_of_the_undone_files_remain(ready: Console) -> None:
    await undo_shown(ready)
    ready.app.main.store.change(output=replace(ready.state.output, ran={"Deploy": Ended("astro", 0, 0.0)}))
    await ready.press("w")
    await ready.until(lambda state: state.output.written and state.output.removal is None)
    await ready.until(lambda state: state.output.plan)
    plan = ready.state.output.plan
    assert plan is not None
    assert (plan.next_steps, ready.state.output.ran) == ((), {})


async def test_x_where_nothing_was_written_says_so_and_shows_no_removal(ready: Console) -> None:
    await ready.press("5", "x")
    await ready.until(lambda state: state.notification and "othing" in state.notification.words)
    assert ready.state.output.removal is None


@pytest.mark.parametrize("key", ["5", "6"])
async def test_a_file_that_others_changed_is_noticed_on_entering_a_pane(
    ready: Console, project: Path, key: str
) -> None:
    await written(ready)
    await ready.until(lambda state: verdict(state, "files written") == "ok")
    await ready.press("1")
    (project / ".env").write_text("A=1\n")
    await ready.press(key)
    await ready.until(lambda state: verdict(state, "files written") == "fail")


async def test_c_in_the_checklist_reads_the_files_again(ready: Console, project: Path) -> None:
    await written(ready)
    await ready.press("6")
    await ready.until(lambda state: verdict(state, "files written") == "ok")
    (project / ".env").write_text("A=1\n")
    await ready.press("c")
    await ready.until(lambda state: verdict(state, "files written") == "fail")


async def test_entering_a_pane_plans_nothing_where_no_file_changed(ready: Console) -> None:
    plan = ready.state.output.plan
    await ready.press("5", "6", "5")
    await ready.until(lambda _: not list(ready.app.workers))
    assert ready.state.output.plan is plan


async def test_after_writing_the_next_thing_is_the_deployment(ready: Console) -> None:
    await written(ready)
    await ready.press("6", "c")
    await ready.until(lambda state: verdict(state, "identity can read") == "ok")
    await ready.until(lambda _: "Next: Set the variables on the Deployment (pane 5)." in ready.screen())


def test_what_is_unproved_or_warned_about_has_not_passed() -> None:
    outcomes = (Outcome.OK, Outcome.OK, Outcome.WARN, Outcome.SKIPPED)
    checks = tuple(CheckResult(each, "", name=CheckId.CAN_READ) for each in outcomes)
    assert tally(checks) == "2/4 passed, 1 warning, 1 not checked"


async def test_f_plans_the_env_for_shells_and_back(ready: Console) -> None:
    await ready.press("5", "f")
    await ready.until(lambda state: state.output.plan and "KWARGS='{" in state.output.plan.files[0].after)
    await ready.press("f")
    await ready.until(lambda state: state.output.plan and "KWARGS={" in state.output.plan.files[0].after)


async def test_where_a_setting_came_from_is_cut_with_an_ellipsis(ready: Console) -> None:
    origins = {**ready.state.origins, "client_secret": "AZURE_CLIENT_SECRET in a place with a long name"}
    ready.app.main.store.change(origins=origins)
    await ready.until(lambda _: "from AZURE" in ready.screen())
    line = next(line for line in ready.screen().splitlines() if "from AZURE" in line)
    assert "…" in line


def test_the_note_on_where_a_setting_came_from_never_cuts_its_value() -> None:
    state = State(settings=READY, origins={"tenant_id": "profile a-team-with-a-long-name, tenant-id"})
    tenant = next(row for row in setup_rows(state, 56) if row.key == SettingRow("tenant_id"))
    assert tenant.parts[1][0] == READY.tenant_id
