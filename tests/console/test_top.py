"""The lines at the top of the screen at each width."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.console.actions import PANES, TITLES, PaneId
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.console.status.top import lines
from kvtui.console.widgets.status_line import StatusLine
from tests.console.conftest import READY, Console, running
from tests.emulator_support.process import EmulatorProcess


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("width", [50, 60, 80, 100])
def test_the_active_tab_shows_at_every_width(pane: PaneId, width: int) -> None:
    tabs = "".join(text for text, *_ in lines(State(active=pane), width, tabs=True)[2][0])
    assert f"[{TITLES[pane].replace(' app', '')}" in tabs[:width]


async def test_the_audit_is_on_the_screen_beside_the_other_panes(console: Console) -> None:
    assert "7 Audit: not run" in console.screen()


async def test_a_gap_stands_between_the_left_and_the_right_of_a_line(console: Console) -> None:
    top = console.app.main.query_one("#top", StatusLine)
    width = top.size.width
    top.show(((("x" * (width - 7), "plain"),), (("5 of 11", "strong"),)))
    assert "x5 of 11" not in top.render_line(0).text


@pytest.mark.parametrize(
    ("width", "shown"), [(80, "user ana  Airflow as: astro-prod"), (60, "Airflow as: astro")]
)
async def test_the_deployment_identity_shows_on_a_small_terminal_with_changes_allowed(
    azure: EmulatorProcess, start: ConsoleStart, width: int, shown: str
) -> None:
    chosen = replace(start, settings=READY, allow_changes=True, demo=True)
    async with running(chosen, (width, 24)) as console:
        await console.until(lambda state: state.sign_in.phase is Phase.DONE and state.checks)
        await console.pilot.pause()
        assert shown in console.screen().splitlines()[0]
