"""Esc leads back to the pane and the row that led here."""

from __future__ import annotations

from kvtui.app.checks.facts import CheckId
from kvtui.console.actions import PaneId
from kvtui.console.jumps import LONGEST, Jumps
from kvtui.console.panes.secrets.rows import SecretRow
from kvtui.console.phase import Phase
from tests.console.conftest import Console

ROW = SecretRow("airflow-variables-api-page-size")


async def looked_up(console: Console) -> None:
    """Goes from a secret in pane 3 to its lookup in pane 4, and waits for the answer."""
    await console.press("3")
    console.pane(PaneId.SECRETS).lines.select(ROW)
    await console.press("u")
    await console.until(lambda state: state.lookup.phase is Phase.DONE and not state.lookup.predicted)
    assert console.state.active is PaneId.LOOKUP


async def test_esc_leads_back_from_a_lookup_to_the_secret(console: Console) -> None:
    await looked_up(console)
    await console.press("escape")
    assert (console.state.active, console.pane(PaneId.SECRETS).lines.selected) == (PaneId.SECRETS, ROW)


async def test_esc_leads_back_to_the_row_though_the_cursor_was_moved_meanwhile(console: Console) -> None:
    await looked_up(console)
    console.pane(PaneId.SECRETS).lines.action_edge(1)
    await console.press("escape")
    assert console.pane(PaneId.SECRETS).lines.selected == ROW


async def test_esc_leads_back_over_two_jumps(console: Console) -> None:
    await console.press("6")
    console.pane(PaneId.CHECKS).lines.select(CheckId.CAN_LIST)
    await console.press("enter")
    console.pane(PaneId.SECRETS).lines.select(ROW)
    await console.press("u")
    await console.until(lambda state: state.lookup.phase is Phase.DONE and not state.lookup.predicted)
    await console.press("escape", "escape")
    assert console.state.active is PaneId.CHECKS
    assert console.pane(PaneId.CHECKS).lines.selected is CheckId.CAN_LIST


async def test_the_footer_says_where_esc_leads_back_to(console: Console) -> None:
    await looked_up(console)
    assert "Esc back to 3" in console.screen().splitlines()[-1]


async def test_the_footer_does_not_say_so_once_a_pane_was_chosen_by_its_number(console: Console) -> None:
    await looked_up(console)
    await console.press("5", "4")
    assert "back to" not in console.screen().splitlines()[-1]


async def test_the_footer_does_not_say_so_while_esc_closes_something_else(console: Console) -> None:
    await console.press("6")
    console.pane(PaneId.CHECKS).lines.select(CheckId.CAN_LIST)
    await console.press("enter")
    assert "back to 6" in console.screen().splitlines()[-1]
    console.pane(PaneId.SECRETS).lines.select(ROW)
    await console.press("enter")
    assert "back to" not in console.screen().splitlines()[-1]


def test_only_so_many_jumps_are_remembered() -> None:
    jumps = Jumps()
    for number in range(LONGEST + 3):
        jumps.add(PaneId.CHECKS, number)
    taken = [jumps.take() for _ in range(LONGEST + 1)]
    assert (taken[0], taken[-2], taken[-1]) == ((PaneId.CHECKS, LONGEST + 2), (PaneId.CHECKS, 3), None)
