"""A client secret is rotated: the new one is tried, and the old one stays until its removal is chosen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kvtui.app.checks.facts import CheckId, Outcome
from kvtui.app.checks.results import CheckResult
from kvtui.console.app import report_lost_secrets
from kvtui.console.dialogs.change import ActionRow
from kvtui.console.dialogs.leave import Choice, LeaveDialog
from kvtui.console.panes.checks.view import next_thing
from kvtui.console.panes.entra.details import details
from kvtui.console.phase import Phase
from kvtui.console.provisioning.state import MadeSecret
from kvtui.console.provisioning.view import next_of_rotation, still_needed
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import now
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from tests.console.changing import add_secret, changes, dialog, done, open_app
from tests.console.conftest import READY, SETTINGS, Console, opened, said
from tests.emulator_support.process import EmulatorProcess

DEV = replace(
    SETTINGS,
    client_id=company.ASTRO_DEV,
    identity_name="astro-dev",
    client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_DEV]),
)


@pytest.fixture
async def rotated(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console in which the secret of astro-prod was rotated and written."""
    async with opened(azure, replace(start, allow_changes=True, settings=READY)) as console:
        await open_app(console, "astro-prod")
        await add_secret(console)
        await console.press("w", "w")
        await console.until(lambda state: state.output.differences == ())
        await console.until(lambda state: state.rotation is None or state.rotation.written)
        await console.press("2")
        yield console


async def test_a_rotation_reads_the_vault_with_the_new_secret(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, replace(start, allow_changes=True, settings=READY)) as console:
        await open_app(console, "astro-prod")
        await add_secret(console)
        assert console.state.provisioning.steps[-1].words == "Reading the vault with the new client secret"
        assert [s.phase for s in console.state.provisioning.steps] == [Phase.DONE] * 3
        await console.until(
            lambda state: {c.name: c.outcome for c in state.checks}[CheckId.IDENTITY_CAN_READ] == "ok"
        )


async def test_a_rotation_of_an_app_that_may_not_read_says_so(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, replace(start, allow_changes=True, settings=DEV)) as console:
        await open_app(console, "astro-dev")
        await add_secret(console)
        assert console.state.provisioning.steps[-1].phase is Phase.FAILED
        assert "a grants the app read access to the vault" in console.state.provisioning.next


async def test_a_first_secret_of_an_app_that_may_read_is_not_followed_by_advice_to_grant(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, replace(start, allow_changes=True)) as console:
        await open_app(console, "astro-remote-agents")
        await add_secret(console)
        said = "astro-remote-agents can read kv-contoso-prod. w shows the files to be written."
        assert console.state.provisioning.next == said


async def test_the_details_of_an_app_that_may_read_do_not_offer_to_grant(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        await open_app(console, "astro-prod")
        shown = " ".join(text for row in details(console.state, 80, now()) for text, *_ in row.parts)
        assert "adds a client secret" in shown
        assert "grants read access" not in shown


@pytest.fixture
async def added(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console in which astro-prod has a new client secret that is in no file."""
    async with opened(azure, replace(start, allow_changes=True, settings=READY)) as console:
        await open_app(console, "astro-prod")
        await add_secret(console)
        await console.until(lambda state: state.made)
        yield console


async def test_an_unwritten_new_secret_comes_before_failing_checks_in_the_top_line(added: Console) -> None:
    keys = CheckResult(Outcome.FAIL, "", "Review the failing keys.", name=CheckId.NAMES_RESOLVE)
    failing = replace(added.state, checks=(keys,))
    assert next_thing(failing) == "Write the new client secret of astro-prod (w): it is in memory only."
    assert next_thing(replace(failing, made=())) == "Review the failing keys."


async def test_an_unwritten_new_secret_of_another_app_is_not_said_to_be_written_by_w_alone(
    added: Console,
) -> None:
    other = replace(added.state.settings, client_id=company.ASTRO_DEV, client_secret=None)
    added.controllers.settings.apply(other, "client_id")
    await added.until(lambda state: state.output.errors)
    said = "Choose astro-prod again (pane 2) and write its new client secret (w)."
    assert next_thing(added.state) == said


async def test_what_is_missing_comes_before_an_unwritten_new_secret_that_cannot_be_written(
    added: Console,
) -> None:
    added.controllers.settings.apply(replace(added.state.settings, vault=None), "vault")
    await added.until(lambda state: state.output.errors)
    assert "vault" in next_thing(added.state)


async def test_once_it_is_written_the_top_line_goes_on_with_the_rotation(rotated: Console) -> None:
    assert "client secret" in next_of_rotation(rotated.state)
    assert "in memory" not in next_thing(rotated.state)


async def test_quitting_with_an_unwritten_secret_asks_and_names_app_and_secret(added: Console) -> None:
    await added.press("q")
    shown = " ".join(added.screen().replace("┃", " ").replace("│", " ").split())
    made = added.state.made[0]
    assert isinstance(added.app.screen, LeaveDialog)
    for part in (made.name, made.key_id, made.app, made.client_id):
        assert part in shown


async def test_enter_in_that_question_stays(added: Console) -> None:
    await added.press("q", "enter")
    assert (added.app.screen is added.app.main, added.app._exit) == (True, False)


async def test_the_second_choice_of_that_question_quits(added: Console) -> None:
    await added.press("q", "down", "enter")
    assert added.app._exit


async def test_after_the_end_stderr_says_how_to_remove_the_lost_secret_without_its_value(
    added: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    made = added.state.made[0]
    report_lost_secrets(added.app)
    said = capsys.readouterr().err
    assert f"az ad app credential delete --id {made.client_id} --key-id {made.key_id}" in said
    assert made.value.reveal() not in said


async def test_quitting_after_the_secret_is_written_asks_nothing(rotated: Console) -> None:
    await rotated.press("q")
    assert rotated.app._exit


async def test_an_old_secret_is_not_removed_before_the_new_one_is_written(
    added: Console, azure: EmulatorProcess
) -> None:
    azure.clear_log()
    await added.press("o")
    await added.until(lambda _: not any(worker.group == "change" for worker in added.app.workers))
    assert "First write the new client secret of astro-prod" in still_needed(added.state, company.ASTRO_PROD)
    assert (added.app.screen is added.app.main, changes(azure)) == (True, [])


async def test_enter_makes_the_secret_at_once_and_a_key_after_it_is_no_name(added: Console) -> None:
    assert added.state.made[0].name.startswith("kvtui ")


async def test_written_files_alone_remove_no_old_secret(rotated: Console) -> None:
    assert rotated.app.screen is rotated.app.main
    shown = " ".join(rotated.screen().replace("┃", " ").split())
    assert "Next: Update the Deployment (pane 5). Then remove the old client secret (o in pane 2)." in shown
    assert "astro deployment variable update" in shown


async def test_after_a_rotation_the_next_steps_begin_with_the_deployments_update(rotated: Console) -> None:
    plan = rotated.state.output.plan
    assert plan is not None
    assert plan.next_steps[0].command == "kvtui --export env -o deploy.env"
    assert plan.next_steps[1].command.startswith("astro deployment variable update ")
    assert "instead of `create`" not in plan.next_steps[1].note


async def test_the_old_secret_is_kept_unless_its_removal_is_chosen(
    rotated: Console, azure: EmulatorProcess
) -> None:
    azure.clear_log()
    await rotated.press("o")
    await dialog(rotated)
    assert "Before that" in rotated.screen()
    await rotated.press("enter")
    assert rotated.app.screen is rotated.app.main
    assert changes(azure) == []


async def test_the_old_secret_of_a_rotation_is_removed(rotated: Console, azure: EmulatorProcess) -> None:
    (new,) = rotated.state.made
    azure.clear_log()
    await rotated.press("o")
    await dialog(rotated)
    await rotated.press("down", "enter")
    await done(rotated, "Remove")
    left = {credential.key_id for credential in rotated.state.entra.entries[0].credentials}
    assert new.key_id in left
    assert changes(azure) == ["removePassword"]
    assert rotated.state.rotation is None


@pytest.fixture
async def twice(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console in which the secret of astro-prod was rotated twice; the second one is written."""
    async with opened(azure, replace(start, allow_changes=True, settings=READY)) as console:
        await open_app(console, "astro-prod")
        await add_secret(console)
        await add_secret(console)
        await console.until(lambda state: len(state.made) == 2 and state.made[1].proved)
        await console.press("w", "w")
        await console.until(lambda state: state.made[1].written)
        await console.press("2")
        yield console


async def test_a_secret_that_was_replaced_before_it_was_written_can_be_removed(
    twice: Console, azure: EmulatorProcess
) -> None:
    first, second = twice.state.made
    await twice.press("o")
    await dialog(twice)
    shown = twice.screen()
    removable = [line for line in shown.splitlines() if "  Remove “" in line]
    assert any(first.key_id[:8] in line and "never written" in line for line in removable)
    assert len(removable) > 1, "the one before both, too"
    assert not any(second.key_id[:8] in line for line in removable)


async def test_the_top_line_offers_what_o_does_after_two_rotations(twice: Console) -> None:
    assert "Then remove the old client secret (o in pane 2)." in next_of_rotation(twice.state)
    assert still_needed(twice.state, company.ASTRO_PROD) == ""


async def test_quitting_names_a_replaced_secret_as_removable(twice: Console) -> None:
    await twice.press("q")
    shown = " ".join(twice.screen().replace("┃", " ").replace("│", " ").split())
    first, second = twice.state.made
    assert first.key_id in shown
    assert "A newer one replaced it, so it can be removed." in shown
    assert second.key_id not in shown


async def test_quitting_after_the_replaced_secret_is_removed_asks_nothing(twice: Console) -> None:
    first = twice.state.made[0]
    await twice.press("o")
    await dialog(twice)
    lines = twice.app.screen.query_one(LineList)
    lines.select(ActionRow(first.key_id))
    await twice.press("enter")
    await done(twice, "Remove")
    await twice.press("q")
    assert twice.app._exit


async def test_two_secrets_of_the_same_name_differ_in_the_details(twice: Console) -> None:
    shown = str(details(twice.state, 58, now()))
    assert all(f"key ID {made.key_id[:8]}" in shown for made in twice.state.made)


async def test_an_app_that_is_chosen_again_has_the_secret_that_was_made_here(added: Console) -> None:
    main, made = added.app.main, added.state.made[0]
    apps = {entry.display_name: entry for entry in added.state.entra.known.values()}
    main.controllers.settings.use_entry(apps["astro-dev"])
    main.controllers.settings.use_entry(apps["astro-prod"])
    assert added.state.settings.client_secret == made.value


async def test_a_new_secret_settles_what_was_said_of_the_expired_one(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, replace(start, allow_changes=True)) as console:
        await console.press("2", "slash")
        await console.type("astro-staging")
        await console.until(lambda state: [e.display_name for e in state.entra.entries] == ["astro-staging"])
        await console.press("enter", "enter")
        assert "has expired" in said(console)
        await console.press("x")
        await dialog(console)
        await console.press("enter")
        await done(console)
        await console.until(lambda state: outcome(state, CheckId.IDENTITY_CHOSEN) == "ok")
        assert said(console) == ""


def test_without_the_app_of_a_secret_in_the_settings_staying_does_not_write_it() -> None:
    made = MadeSecret("id", "astro-dev", "key", "new", SecretText("s3cr3t"))
    assert stay(LeaveDialog((made,), SecretText("another"))).startswith("Stay; choose astro-dev again")
    assert stay(LeaveDialog((made,), made.value)) == "Stay; then w writes the client secret of astro-dev"


def stay(dialog: LeaveDialog) -> str:
    row = next(each for each in dialog._rows(100) if each.key is Choice.STAY)
    return row.parts[1][0]


def outcome(state: State, check: CheckId) -> str:
    return {each.name: each.outcome for each in state.checks}[check]
