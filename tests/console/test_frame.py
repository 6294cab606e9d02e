"""What is sent to the terminal: only the cells that differ, and never a wrong screen."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

import kvtui.console.terminal
from kvtui.console.terminal.cells import Abilities
from kvtui.console.terminal.frame import Frame
from tests.console.random_frames import compare_random_updates


def sent(frame: Frame, *rows: str) -> str:
    """What is sent when these rows are wanted."""
    for y, row in enumerate(rows):
        frame.put(0, y, [Segment(row)])
    return frame.changes()


def test_the_first_frame_is_sent_whole() -> None:
    assert sent(Frame(3, 2), "abc", "def") == "\x1b[1Habc\x1b[2Hdef"


def test_the_same_frame_again_sends_nothing() -> None:
    frame = Frame(3, 1)
    sent(frame, "abc")
    assert sent(frame, "abc") == ""


def test_one_changed_character_is_sent_alone() -> None:
    frame = Frame(9, 1)
    sent(frame, "one lines")
    assert sent(frame, "one linen") == "\x1b[1;9Hn"


def test_a_short_gap_is_sent_again_and_a_long_one_is_jumped_over() -> None:
    frame = Frame(20, 1)
    sent(frame, "a" * 20)
    assert sent(frame, "baab" + "a" * 15 + "b") == "\x1b[1Hbaab\x1b[20Gb"


def test_a_change_of_one_attribute_does_not_repeat_the_others() -> None:
    frame = Frame(2, 1)
    blue = Style(color="#aaaaff", bgcolor="#101010")
    frame.put(0, 0, [Segment("a", blue), Segment("b", blue + Style(bold=True))])
    assert frame.changes() == "\x1b[1H\x1b[38;2;170;170;255;48;2;16;16;16ma\x1b[1mb\x1b[m"


def test_the_colour_of_a_blank_is_not_a_difference() -> None:
    frame = Frame(1, 1)
    frame.put(0, 0, [Segment(" ", Style(color="red"))])
    frame.changes()
    frame.put(0, 0, [Segment(" ", Style(color="blue"))])
    assert frame.changes() == ""


def test_after_another_program_wrote_everything_is_sent_again() -> None:
    frame = Frame(3, 1)
    sent(frame, "abc")
    frame.forget()
    assert frame.changes() == "\x1b[1Habc"


def test_a_wide_character_whose_half_is_overwritten_leaves_a_blank() -> None:
    frame = Frame(4, 1)
    sent(frame, "日本")
    frame.put(1, 0, [Segment("x")])
    assert frame.changes() == "\x1b[1H x"


def test_a_wide_character_that_does_not_fit_is_a_blank() -> None:
    assert sent(Frame(3, 1), "日本") == "\x1b[1H日 "


def test_a_control_character_never_reaches_the_terminal() -> None:
    assert sent(Frame(3, 1), "a\x1bb") == "\x1b[1Ha b"


def test_what_is_outside_of_the_screen_is_left_out() -> None:
    frame = Frame(2, 1)
    frame.put(1, 5, [Segment("x")])
    frame.put(1, 0, [Segment("xyz")])
    assert frame.changes() == "\x1b[1;2Hx"


@pytest.mark.parametrize(("colors", "code"), [("EIGHT_BIT", "38;5;75;48;5;16"), ("STANDARD", "96;40")])
def test_fewer_colours_are_sent_as_such(colors: str, code: str) -> None:
    frame = Frame(1, 1, Abilities(ColorSystem[colors]))
    frame.put(0, 0, [Segment("a", Style(color="#5fafff", bgcolor="#000000"))])
    assert f"\x1b[{code}ma" in frame.changes()


@pytest.mark.parametrize("seed", range(4))
def test_after_any_updates_the_screen_is_as_after_a_full_repaint(seed: int) -> None:
    compare_random_updates(1_500, random.Random(seed), every=50)  # noqa: S311


def test_a_row_is_sent_from_its_first_to_its_last_difference_where_that_is_shorter() -> None:
    frame = Frame(40, 1)
    bold, both = Style(bold=True), Style(bold=True, underline=True)
    frame.put(0, 0, [Segment("a" * 20), Segment("b", bold), Segment("a" * 19)])
    frame.changes()
    frame.put(19, 0, [Segment("x"), Segment("b", bold), Segment("x", both)])
    assert frame.changes() == "\x1b[1;20Hx\x1b[1mb\x1b[4mx\x1b[m"


def test_many_blanks_are_erased_and_jumped_over() -> None:
    frame = Frame(40, 1, Abilities(erases=True))
    frame.put(0, 0, [Segment("a" * 40)])
    frame.changes()
    frame.put(0, 0, [Segment(" " * 30 + "b", Style(bgcolor="#101010"))])
    assert frame.changes() == "\x1b[1H\x1b[48;2;16;16;16m\x1b[30X\x1b[31G\x1b[38;2;255;255;255mb\x1b[m"


def test_the_cursor_is_left_where_it_is_pointed_to() -> None:
    frame = Frame(5, 2)
    frame.point(3, 1)
    assert sent(frame, "ab   ", "     ").endswith("\x1b[4G")


def test_it_knows_nothing_of_kvtui() -> None:
    folder = Path(kvtui.console.terminal.__file__).parent
    for path in folder.glob("*.py"):
        imported = re.findall(r"^\s*(?:from|import) (kvtui[\w.]*)", path.read_text(), re.MULTILINE)
        assert all(name.startswith("kvtui.console.terminal.") for name in imported), path.name
