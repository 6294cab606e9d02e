"""The keys that move in lists, the palette, and the search in the help, as in other terminal programs."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette

from kvtui.console.actions import ACTIONS, PANES, PaneId
from kvtui.console.app import NOT_IN_PALETTE
from kvtui.console.dialogs.help import Help
from kvtui.console.panes.secrets.rows import SecretRow
from kvtui.console.widgets.lines import LineList
from tests.console.conftest import Console


async def helped(console: Console) -> LineList:
    """Opens the help; its list."""
    await console.press("question_mark")
    await console.until(lambda _: isinstance(console.app.screen, Help))
    return console.app.screen.query_one(LineList)


@pytest.mark.parametrize("pane", [PaneId.SETUP, PaneId.ENTRA, PaneId.SECRETS, PaneId.CHECKS])
async def test_j_and_k_move_in_a_pane(console: Console, pane: PaneId) -> None:
    await console.until(lambda state: state.entra.entries)
    await console.press(str(PANES.index(pane) + 1), "home")
    lines = console.pane(pane).lines
    first = lines.selected
    await console.press("j", "j")
    assert lines.selected != first
    await console.press("k", "k")
    assert lines.selected == first


async def test_capital_g_goes_to_the_last_row_and_g_to_the_first(console: Console) -> None:
    lines = console.pane(PaneId.SECRETS).lines
    await console.press("3", "home")
    first = lines.selected
    await console.press("G")
    assert lines.selected == SecretRow("vpn-preshared-key")
    await console.press("g")
    assert lines.selected == first


async def test_ctrl_d_goes_half_a_page_down_and_ctrl_u_back(console: Console) -> None:
    lines = console.pane(PaneId.SECRETS).lines
    await console.press("3", "home", "ctrl+d")
    half = lines.scroll_offset.y
    await console.press("ctrl+u", "pagedown")
    assert half == lines.scroll_offset.y // 2 > 0
    await console.press("ctrl+u", "ctrl+u", "ctrl+u")
    assert lines.scroll_offset.y == 0


async def test_letters_go_into_a_filter_and_do_not_move(console: Console) -> None:
    await console.press("3", "slash")
    await console.type("jkgG")
    assert console.state.secrets.filter == "jkgG"


async def test_capital_j_scrolls_the_details_below_the_list(console: Console) -> None:
    await console.press("3", "G", "enter")
    await console.until(lambda state: state.secrets.opened and state.secrets.opened.versions)
    details = console.app.main.query_one("#details", LineList)
    details.styles.max_height = 3  # as on a small terminal
    await console.pilot.pause()
    await console.press("J", "J")
    assert details.scroll_offset.y == 2
    await console.press("K")
    assert (details.scroll_offset.y, bool(console.state.secrets.opened)) == (1, True)


async def test_a_colon_opens_the_command_palette(console: Console) -> None:
    await console.press("colon")
    assert isinstance(console.app.screen, CommandPalette)


async def test_the_palette_has_the_words_of_the_table_of_keys(console: Console) -> None:
    entries = {command.title for command in console.app.get_system_commands(console.app.screen)}
    assert {action.words for action in ACTIONS if action.id not in NOT_IN_PALETTE} <= entries


async def test_the_palette_finds_what_has_the_typed_words(console: Console) -> None:
    await console.press("colon")
    await console.type("secret rotate")
    await console.until(lambda _: "Rotate: remove an old client secret" in console.screen())
    shown = console.screen()
    assert "Rotate: add a client secret" in shown
    assert "Look up a key" not in shown


async def test_the_palette_finds_letters_where_no_command_has_the_words(console: Console) -> None:
    await console.press("colon")
    await console.type("rgstr")
    await console.until(lambda _: "Register a new app" in console.screen())


async def test_j_scrolls_the_help(console: Console) -> None:
    keys = await helped(console)
    await console.press("j", "j")
    assert keys.scroll_offset.y == 2


async def test_a_search_in_the_help_shows_only_what_has_the_text(console: Console) -> None:
    await helped(console)
    await console.press("slash")
    await console.type("federated")
    shown = console.screen()
    assert "Add federated credentials" in shown
    assert "Register a new app" not in shown


async def test_one_letter_searches_the_keys_of_the_help(console: Console) -> None:
    await helped(console)
    await console.press("slash", "z")
    shown = console.screen()
    assert "Zoom the pane" in shown
    assert "Go to the next pane" not in shown


async def test_a_search_in_the_help_that_finds_nothing_says_so(console: Console) -> None:
    await helped(console)
    await console.press("slash")
    await console.type("zebra")
    assert "No key or topic matches “zebra”." in console.screen()


async def test_esc_ends_the_search_in_the_help_and_then_closes_it(console: Console) -> None:
    await helped(console)
    await console.press("slash", "z", "escape")
    assert "Go to the next pane" in console.screen()
    await console.press("escape")
    assert not isinstance(console.app.screen, Help)
