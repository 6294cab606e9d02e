"""One table of actions feeds everything."""

from pathlib import Path

import pytest

from kvtui.console.actions import (
    ACTIONS,
    LIST_KEYS,
    PANES,
    ActionId,
    PaneId,
    fitting,
    footer,
    for_pane,
    key_table,
)
from kvtui.console.screen import MainScreen
from kvtui.console.start import ConsoleStart

PAGE = Path(__file__).parents[2] / "docs/reference/keys.md"


def test_the_documentation_has_the_table_of_keys() -> None:
    assert key_table() in PAGE.read_text(encoding="utf-8")


def test_the_footer_keeps_the_place_of_a_key_that_is_blank_free() -> None:
    usual, blank = (
        footer(PaneId.SECRETS, blank=keys) for keys in (frozenset[ActionId](), frozenset({ActionId.REVEAL}))
    )
    changed = [(one, other) for one, other in zip(usual, blank, strict=True) if one != other]
    assert changed == [(("r", "reveal"), (" ", "      "))]


@pytest.mark.parametrize("pane", PANES)
def test_no_key_means_two_things_in_a_pane(pane: PaneId) -> None:
    actions = (*for_pane(pane), *for_pane(None), *LIST_KEYS)
    keys = [key for action in actions for key in action.keys.split(",") if key]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("pane", PANES)
def test_the_footer_fits_80_columns_with_help_and_the_way_out(pane: PaneId) -> None:
    shown = fitting(footer(pane), 80)
    assert sum(len(key) + len(words) + 3 for key, words in shown) <= 80
    assert shown[-2:] == (("?", "help"), ("q", "quit"))


@pytest.mark.parametrize("pane", PANES)
def test_the_footer_of_60_columns_keeps_help_and_the_way_out(pane: PaneId) -> None:
    shown = fitting(footer(pane), 60)
    assert sum(len(key) + len(words) + 3 for key, words in shown) <= 60
    assert shown[-2:] == (("?", "help"), ("q", "quit"))


def test_the_footer_of_pane_4_keeps_context_and_files_at_80_columns() -> None:
    assert {("c", "context"), ("f", "files")} <= set(fitting(footer(PaneId.LOOKUP), 80))


@pytest.mark.parametrize("pane", PANES)
def test_the_footer_shows_how_to_get_help(pane: PaneId) -> None:
    assert ("?", "help") in footer(pane)


@pytest.mark.parametrize("pane", PANES)
def test_the_footer_shows_how_to_find_a_command(pane: PaneId) -> None:
    assert (":", "commands") in footer(pane)


def test_every_action_says_what_it_does() -> None:
    assert all(action.words and action.shows for action in (*ACTIONS, *LIST_KEYS))


def test_every_key_of_a_pane_does_something() -> None:
    done = set(MainScreen(ConsoleStart()).controllers.actions)
    assert done == {(action.pane, action.id) for action in ACTIONS if action.pane}
