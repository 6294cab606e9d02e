"""The message above the footer, the footer itself, and what Esc does."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import replace
from pathlib import Path

import kvtui.console
from kvtui.console.actions import PaneId
from kvtui.console.panes.setup.view import SettingRow
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.console.state import Notification
from kvtui.console.status import bottom
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.settings.model import SignInKind
from tests.console.changing import dialog
from tests.console.conftest import SETTINGS, Console, running, said
from tests.emulator_support.process import EmulatorProcess


async def test_a_message_stands_on_its_own_line_above_the_footer(console: Console) -> None:
    await console.press("3", "home", "u", "r")
    console.ui.notify("[bold]nothing[/bold] was done.")
    await console.pilot.pause()
    assert "[bold]nothing[/bold] was done." in console.screen().splitlines()[-2]


LONG = Problem("What happened takes more than one line. " * 4, "s shows why.", ProblemKind.SIGN_IN)


def drawn(said: Notification, width: int) -> str:
    """The message's line."""
    return "".join(text for side in bottom.message(said, width) for text, *_ in side)


def said_of(problem: Problem) -> Notification:
    return Notification(problem.sentence(), "error", "", 0.0, problem.remedy)


def test_a_long_message_is_shortened_before_its_remedy() -> None:
    line = drawn(said_of(LONG), 80)
    assert "… s shows why." in line
    assert line.endswith("? full text ")


def test_a_message_with_a_long_remedy_keeps_the_beginning_of_both() -> None:
    remedy = "Run az login --tenant 11111111-2222-3333-4444-555555555555 and then press s here once more."
    line = drawn(said_of(replace(LONG, remedy=remedy)), 80)
    assert len(line) <= 80
    assert line.startswith(" What happened")
    assert "Run az login --tenant" in line


async def test_a_long_message_moves_no_pane(console: Console) -> None:
    heights = [pane.size.height for pane in console.app.main.query(".pane")]
    console.ui.notify_problem(LONG)
    await console.pilot.pause()
    assert [pane.size.height for pane in console.app.main.query(".pane")] == heights


async def test_the_help_has_a_shortened_message_in_full(console: Console) -> None:
    console.ui.least_shown = 0
    console.ui.notify_problem(LONG)
    await console.press("question_mark")
    await console.pilot.pause()
    assert "The last message" in console.screen()


def test_every_text_that_is_said_fits_on_a_line_of_80_columns() -> None:
    texts = []
    for file in Path(kvtui.console.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("notify", "warn", "_show")
                and node.args
            ):
                words = node.args[0]
                texts += [words.body, words.orelse] if isinstance(words, ast.IfExp) else [words]
    lengths = {ast.unparse(text): _length(text) for text in texts}
    assert len(lengths) > 20
    assert {text: length for text, length in lengths.items() if length > 78} == {}


def _length(text: ast.expr) -> int:
    """The cells of a text; a name in it counts as one of 14."""
    if isinstance(text, ast.JoinedStr):
        return sum(_length(part) for part in text.values)
    return len(str(text.value)) if isinstance(text, ast.Constant) else 14


async def test_when_no_kind_of_sign_in_worked_the_message_says_where_the_reasons_are(
    console: Console,
) -> None:
    words = "Sign-in failed: no kind of sign-in worked. s shows why."
    problem = Problem("No sign-in worked: environment: …", "Run az login.", ProblemKind.SIGN_IN)

    async def fail(*_: object) -> None:
        raise ProblemError(problem)

    await console.until(lambda state: state.sign_in.phase is Phase.DONE)
    console.app.main.session.sign_in = fail  # type: ignore[method-assign,assignment]
    console.controllers.sign_in.sign_in()
    await console.until(lambda state: state.sign_in.phase is Phase.FAILED)
    assert said(console) == words


async def test_the_next_key_takes_a_message_away(console: Console) -> None:
    console.ui.least_shown = 0
    console.ui.notify("Done.")
    await console.press("down")
    assert said(console) == ""


async def test_a_key_that_was_on_its_way_leaves_the_message(console: Console) -> None:
    console.ui.least_shown = 60
    console.ui.notify("Done.")
    await console.press("down")
    assert said(console) == "Done."


async def test_what_is_said_of_work_goes_with_the_work(console: Console) -> None:
    going_on = asyncio.Event()

    async def wait() -> None:
        await going_on.wait()

    console.ui.notify("Asking the vault…", during="checks")
    console.ui.run(wait, "checks")
    await console.press("down")
    assert said(console) == "Asking the vault…"
    going_on.set()
    await console.until(lambda state: state.notification is None)


async def test_a_sign_in_that_begins_does_not_take_a_warning_away(console: Console) -> None:
    console.ui.warn("Keys were ignored.")
    console.controllers.sign_in.sign_in()
    assert said(console) == "Keys were ignored."


async def test_a_dialog_takes_the_message_away(console: Console) -> None:
    console.ui.notify("Done.")
    await console.press("question_mark")
    await console.until(lambda state: state.notification is None)


async def test_with_a_dialog_open_the_footer_has_the_dialogs_keys(console: Console) -> None:
    await console.press("question_mark")
    await console.pilot.pause()
    assert console.screen().splitlines()[-1].strip() == "/ search  j k scroll  Esc close"


async def test_while_a_line_of_a_dialog_is_typed_the_footer_has_no_letter(console: Console) -> None:
    await console.press("2", "n")
    await dialog(console)
    assert " ".join(console.screen().splitlines()[-1].split()) == "Enter go to the commands Esc cancel"


async def test_in_a_prompt_the_footer_has_no_key_that_is_a_letter(console: Console) -> None:
    await console.press("3", "slash")
    await console.pilot.pause()
    foot = console.screen().splitlines()[-1]
    assert " ".join(foot.split()) == "Enter go to list Esc clear Alt+1-7 panes"


async def test_in_an_editor_the_footer_says_save_and_cancel(console: Console) -> None:
    await console.press("enter")
    await console.until(lambda _: console.pane(PaneId.SETUP).editor)
    await console.pilot.pause()
    assert "Enter save  Esc cancel" in console.screen().splitlines()[-1]


async def test_an_idle_esc_says_nothing(console: Console) -> None:
    await console.until(lambda state: state.notification is None and state.entra.phase is Phase.DONE)
    await console.press("escape")
    assert said(console) == ""


async def test_esc_clears_the_search_of_pane_2(console: Console) -> None:
    await console.press("2", "slash", *"astro-prod", "enter")
    await console.until(lambda state: state.entra.text and state.entra.phase is Phase.DONE)
    await console.press("escape")
    await console.until(lambda state: not state.entra.text and state.entra.phase is Phase.DONE)
    assert console.pane(PaneId.ENTRA).prompt is None


async def test_esc_leads_back_to_the_pane_that_led_here(console: Console) -> None:
    await console.press("6", "w")
    led_to = console.state.active
    await console.press("escape")
    assert (led_to, console.state.active) == (PaneId.OUTPUT, PaneId.CHECKS)


async def test_esc_leads_nowhere_after_a_pane_was_chosen_by_its_number(console: Console) -> None:
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    await console.press("6", "w", "5", "1", "escape")
    assert console.state.active is PaneId.SETUP


async def test_esc_leaves_the_zoom(console: Console) -> None:
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    await console.press("z")
    assert console.app.main.panes.tabbed
    await console.press("escape")
    assert not console.app.main.panes.tabbed


async def test_a_failed_sign_in_is_said_and_the_first_next_step(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    settings = replace(SETTINGS, sign_in=SignInKind.ENVIRONMENT, vault=None)
    async with running(replace(start, settings=settings), (80, 24)) as console:
        await console.until(lambda state: state.sign_in.phase is Phase.FAILED and state.checks)
        await console.until(
            lambda state: any(c.name == "signed in" and c.outcome == "fail" for c in state.checks)
        )
        assert said(console).startswith("Sign-in failed: ")
        await console.pilot.pause()
        assert "Next: Sign in (s)." in console.screen()


async def test_a_header_says_that_changes_are_allowed(allowed: Console) -> None:
    assert "changes allowed" in allowed.screen().splitlines()[0]


async def test_a_prefix_that_cannot_be_is_rejected_in_the_editor(console: Console) -> None:
    console.pane(PaneId.SETUP).lines.select(SettingRow("variables_prefix"))
    await console.press("enter")
    await console.until(lambda _: console.pane(PaneId.SETUP).editor)
    await console.press("ctrl+u", *"@demo/x", "enter")
    await console.pilot.pause()
    assert "A prefix is not read from a file." in console.screen()
    assert console.state.settings.variables_prefix == SETTINGS.variables_prefix


async def test_details_are_asked_for_again_when_another_vault_is_chosen(console: Console) -> None:
    await console.press("2", "home", "d")
    await console.until(lambda state: state.entra.access or state.entra.access_problem)
    await console.controllers.settings.type("vault", "kv-contoso-dev")
    assert console.state.entra.access is None
    await console.until(lambda state: state.entra.access or state.entra.access_problem)


async def test_details_that_were_stopped_say_so(console: Console) -> None:
    await console.press("2", "home")
    console.pane(PaneId.ENTRA).action_request("details")
    await console.until(lambda state: state.entra.opened)
    console.ui.stop("entra-detail")
    await console.until(lambda state: state.entra.access_problem or state.entra.access)
    assert "asking Resource Manager" not in console.screen()
