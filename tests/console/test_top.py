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
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from tests.console.changing import open_app
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


def test_how_the_user_signed_in_stays_while_there_is_room_for_it() -> None:
    from kvtui.azure.model import Identity
    from kvtui.console.state import SignInState

    user = Identity("az CLI", "ana@contoso.com", is_user=True)
    state = State(settings=READY, sign_in=SignInState(Phase.DONE, identity=user))
    shown = "".join(text for text, *_ in lines(state, 90, tabs=False)[0][0])
    assert "ana@contoso.com (az CLI)" in shown
    assert "(client secret)" not in shown


async def test_before_the_checks_ran_they_are_next_and_not_the_files(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(replace(start, settings=READY), (120, 40)) as console:
        await console.until(lambda state: state.secrets.seconds > 0 and state.output.plan)
        await console.pilot.pause()
        assert "Next: Run the checks (c in pane 6)." in console.screen()
        await console.press("6", "c")
        await console.until(lambda state: state.facts.deployment_read)
        await console.until(
            lambda _: "Next: Review the diff" in console.screen() or "add the provider" in console.screen()
        )


async def test_a_missing_grant_stays_the_next_thing_when_the_details_are_closed(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    identity = replace(
        READY,
        client_id=company.ASTRO_DEV,
        identity_name="astro-dev",
        client_secret=SecretText(company.CLIENT_SECRETS[company.ASTRO_DEV]),
    )
    async with running(replace(start, settings=identity)) as console:
        await open_app(console, "astro-dev")
        await console.press("escape")
        assert console.state.entra.opened is None
        await console.until(lambda _: "Next: Grant the app read access" in console.screen())
