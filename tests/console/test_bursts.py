"""What a terminal sends in one piece, from its bytes on."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from kvtui.console.actions import PaneId
from kvtui.console.bursts import (
    REST_IGNORED,
    SEVERAL_LINES,
    TOO_EARLY,
    Reads,
    let_alt_digits_through,
    why_ignored,
)
from kvtui.console.dialogs.leave import LeaveDialog
from kvtui.console.dialogs.vaults import VaultsDialog
from kvtui.console.panes.setup.view import SettingRow
from kvtui.console.widgets.lines import LineList
from kvtui.core.secret_text import SecretText
from tests.benchmarks.terminal import Terminal
from tests.console.conftest import Console, said

let_alt_digits_through()


def send(console: Console, text: str) -> None:
    """The bytes of one read, as the driver passes them on."""
    for event in Reads().marked(XTermParser().feed(text)):
        console.app.post_message(event)


async def editing_the_secret(console: Console) -> None:
    """The masked editor is open."""
    console.pane(PaneId.SETUP).lines.select(SettingRow("client_secret"))
    await console.press("enter")
    await console.until(lambda _: console.pane(PaneId.SETUP).editor)
    await console.pilot.pause()


@pytest.mark.parametrize("digit", range(1, 8))
def test_escape_and_a_digit_are_alt_and_the_digit_without_a_character(digit: int) -> None:
    (key,) = XTermParser().feed(f"\x1b{digit}")
    assert isinstance(key, Key)
    assert (key.key, key.character) == (f"alt+{digit}", None)


async def test_alt_and_a_digit_leave_the_masked_line_as_it_is_and_change_the_pane(console: Console) -> None:
    await editing_the_secret(console)
    send(console, "\x1b3")
    await console.until(lambda state: state.active is PaneId.SECRETS)
    assert console.app.main.query_one("LineInput").value == ""  # type: ignore[attr-defined]


async def test_of_several_lines_in_one_piece_none_becomes_the_secret(console: Console) -> None:
    await editing_the_secret(console)
    send(console, "first-line\rq\rw")
    await console.until(lambda _: said(console) == SEVERAL_LINES)
    assert console.state.settings.client_secret is None
    assert console.app.is_running


async def test_one_pasted_line_with_its_end_becomes_the_secret(console: Console) -> None:
    await editing_the_secret(console)
    send(console, "only-line\r")
    await console.until(lambda state: state.settings.client_secret)
    assert console.state.settings.client_secret == SecretText("only-line")


@pytest.mark.parametrize("text", ["quit", "xw", "12q"])
async def test_pasted_letters_neither_quit_nor_write(console: Console, text: str) -> None:
    send(console, text)
    await console.until(lambda _: "arrived together with other keys" in said(console))
    assert console.app.is_running


async def test_what_comes_in_one_piece_behind_enter_is_not_run_as_keys(console: Console) -> None:
    await console.press("4", "enter")
    send(console, "api_base\r\x1b[B\r\r")
    await console.until(lambda _: said(console) == REST_IGNORED)
    assert console.state.active is PaneId.LOOKUP


async def test_a_key_that_moves_may_arrive_several_times_in_one_piece_in_a_dialog(console: Console) -> None:
    await console.press("question_mark")
    send(console, "jjj")
    await console.until(lambda _: console.app.screen.query_one(LineList).scroll_offset.y == 3)
    assert said(console) == ""


async def test_ctrl_q_asks_before_it_quits(console: Console) -> None:
    await console.press("ctrl+q")
    assert isinstance(console.app.screen, LeaveDialog)
    assert "Quit kvtui?" in console.screen()
    assert console.app._exit is False


async def test_ctrl_q_and_enter_stay(console: Console) -> None:
    await console.press("ctrl+q", "enter")
    assert console.app.screen is console.app.main
    assert console.app._exit is False


async def test_letters_that_arrive_together_filter_the_vaults(console: Console) -> None:
    await console.press("1", "v")
    await console.until(lambda _: isinstance(console.app.screen, VaultsDialog))
    send(console, "contoso-prod")
    await console.until(lambda _: "Filter  contoso-prod" in console.screen())
    assert said(console) == ""


async def test_enter_that_arrives_with_a_filter_chooses_no_vault(console: Console) -> None:
    before = console.state.settings.vault
    await console.press("1", "v")
    await console.until(lambda _: isinstance(console.app.screen, VaultsDialog))
    send(console, "dev\r")
    await console.until(lambda _: "arrived together with other keys" in said(console))
    assert console.state.settings.vault == before


@pytest.mark.parametrize(("sign", "named"), [("{", "{"), ("x", "x"), (" ", "space")])
def test_an_ignored_sign_is_named_as_it_was_typed(sign: str, named: str) -> None:
    keys = Reads().marked(XTermParser().feed(f"{sign}{sign}"))
    (first, _) = (key for key in keys if isinstance(key, Key))
    assert why_ignored(first, typing=False, dialog=True).startswith(f"{named} was ignored")


def early(reads: Reads, text: str, *, drawn: bool) -> bool:
    """Whether the keys of a read are ignored as typed too early."""
    keys = [event for event in reads.marked(XTermParser().feed(text), drawn=drawn) if isinstance(event, Key)]
    return {why_ignored(key, typing=False, dialog=False) == TOO_EARLY for key in keys} == {True}


def test_what_is_typed_before_the_first_frame_is_ignored_up_to_the_next_breath(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = iter((10.0, 10.3, 10.6, 11.5))
    monkeypatch.setattr("kvtui.console.bursts.time", SimpleNamespace(monotonic=lambda: next(at)))
    reads = Reads()
    blind, going_on = early(reads, "4\n", drawn=False), early(reads, "api", drawn=True)
    still_going_on, afterwards = early(reads, "base", drawn=True), early(reads, "4", drawn=True)
    assert (blind, going_on, still_going_on, afterwards) == (True, True, True, False)


async def test_keys_that_were_typed_blindly_do_nothing_and_this_is_said(console: Console) -> None:
    for event in Reads().marked(XTermParser().feed("4\napi_base\n"), drawn=False):
        console.app.post_message(event)
    await console.until(lambda _: said(console) == TOO_EARLY)
    assert console.state.active is PaneId.SETUP


def test_the_console_ignores_what_was_typed_while_it_started(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "kvtui", "--demo"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(tmp_path)}
    with Terminal(words, columns=100, rows=24, environment=environment, directory=tmp_path) as terminal:
        terminal.type(b"4\rapi_base_url\r")
        assert terminal.wait_for(lambda t: TOO_EARLY in t.text(), 30), terminal.text()
