"""The mouse: a click is on what was seen when the button went down."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import MouseDown, MouseScrollDown, MouseScrollUp, MouseUp

from kvtui.console.actions import PaneId
from kvtui.console.app import KvtuiApp
from kvtui.console.dialogs.help import Help
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.settings.model import AuthMode, Target
from tests.console.conftest import SETTINGS, Console, running
from tests.emulator_support.process import EmulatorProcess


def place(console: Console, text: str) -> tuple[int, int]:
    """Column and row of the last place where the screen shows a text."""
    lines = console.screen().splitlines()
    y = max(n for n, line in enumerate(lines) if text in line)
    return lines[y].index(text), y


async def click(console: Console, text: str, times: int = 1) -> None:
    """Presses and releases the left button on a text, as a terminal reports it."""
    x, y = place(console, text)
    for kind in [MouseDown, MouseUp] * times:
        console.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        await console.pilot.pause()


async def test_a_click_on_a_row_of_another_pane_selects_that_row(console: Console) -> None:
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    await console.until(lambda _: "airflow-legacy" in console.screen())
    await click(console, "airflow-legacy")
    selected = console.controllers.entra.entry_at(console.pane(PaneId.ENTRA).lines.selected)
    assert selected
    assert selected.display_name == "airflow-legacy"


async def test_a_double_click_in_another_pane_chooses_the_row_that_was_clicked(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KvtuiApp, "CLICK_CHAIN_TIME_THRESHOLD", 30)  # however slow this machine is
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    await console.until(lambda _: "airflow-legacy" in console.screen())
    await click(console, "airflow-legacy", times=2)
    assert console.state.settings.identity_name == "airflow-legacy"


async def test_a_click_on_a_check_selects_it(console: Console) -> None:
    await click(console, "signed in")
    assert console.pane(PaneId.CHECKS).lines.selected == "signed in"


async def test_a_click_on_a_tab_goes_to_its_pane(azure: EmulatorProcess, project: Path) -> None:
    async with running(ConsoleStart(settings=SETTINGS, project_directory=project), (80, 24)) as console:
        await console.pilot.pause()
        await click(console, "3 Secrets ")
        await console.until(lambda state: state.active is PaneId.SECRETS)


async def test_a_click_on_a_key_of_the_footer_does_what_the_key_does(console: Console) -> None:
    await click(console, "help")
    await console.until(lambda _: isinstance(console.app.screen, Help))


async def test_a_click_on_an_option_of_pane_1_chooses_it(console: Console) -> None:
    await click(console, "Managed identity")
    assert console.state.settings.auth_mode is AuthMode.MANAGED_IDENTITY


async def test_a_click_on_one_of_two_options_in_a_row_chooses_it(console: Console) -> None:
    await click(console, "Remote Execution")
    assert console.state.settings.target is Target.REMOTE_EXECUTION


async def test_a_click_on_the_footer_of_a_dialog_does_what_the_key_does(console: Console) -> None:
    await click(console, "help")
    await console.until(lambda _: isinstance(console.app.screen, Help))
    await console.until(lambda _: "Esc close" in console.screen().splitlines()[-1])
    await click(console, "Esc close")
    await console.until(lambda _: console.app.screen is console.app.main)


async def test_a_click_on_the_footer_of_a_prompt_does_what_the_key_does(console: Console) -> None:
    await console.press("3", "slash", "x")
    await click(console, "Esc clear")
    await console.until(lambda state: not state.secrets.filter and not console.pane(PaneId.SECRETS).prompt)


@pytest.mark.parametrize(("kind", "moves"), [(MouseScrollDown, 1), (MouseScrollUp, -1)])
async def test_the_wheel_scrolls_the_list_under_it(
    console: Console, kind: type[MouseScrollDown | MouseScrollUp], moves: int
) -> None:
    await console.press("6")
    lines = console.pane(PaneId.SECRETS).lines
    lines.scroll_to(y=6, animate=False, immediate=True)
    await console.pilot.pause()
    before = lines.scroll_offset.y
    x, y = place(console, "airflow-variables-")
    console.app.post_message(kind(None, x, y, 0, 0, 0, False, False, False, x, y))
    await console.until(lambda _: (lines.scroll_offset.y - before) * moves > 0)
    assert console.state.active is PaneId.CHECKS
