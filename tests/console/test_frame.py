"""What is sent to the terminal: only the cells that differ, and never a wrong screen."""

from __future__ import annotations

import random

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from kvtui.console.terminal.frame import Frame

STYLES = [
    None,
    Style(color="#6fb3ff"),
    Style(color="#6fb3ff", bgcolor="#10151c"),
    Style(color="#ff7b72", bgcolor="#10151c", bold=True),
    Style(bgcolor="#1f2733"),
    Style(bold=True, reverse=True),
    Style(underline=True, color="red"),
    Style(strike=True, italic=True),
]
TEXTS = ["a", "words and words", "   ", "━━━━", "日本語", "e\u0301t\u00e9", "│ ✓ ok │", "x" * 40]


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
    blue = Style(color="#0000ff", bgcolor="#101010")
    frame.put(0, 0, [Segment("a", blue), Segment("b", blue + Style(bold=True))])
    assert frame.changes() == "\x1b[1H\x1b[38;2;0;0;255;48;2;16;16;16ma\x1b[1mb\x1b[m"


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


@pytest.mark.parametrize(("colors", "code"), [("EIGHT_BIT", "38;5;75"), ("STANDARD", "96")])
def test_fewer_colours_are_sent_as_such(colors: str, code: str) -> None:
    frame = Frame(1, 1, ColorSystem[colors])
    frame.put(0, 0, [Segment("a", Style(color="#5fafff"))])
    assert f"\x1b[{code}ma" in frame.changes()


def terminal(width: int, height: int) -> tuple[pyte.Screen, pyte.Stream]:
    """A terminal that does not wrap lines, as Textual sets it up."""
    screen = pyte.Screen(width, height)
    screen.reset_mode(pyte.modes.DECAWM)
    return screen, pyte.Stream(screen)


def looks(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """Every cell; of a blank only what is seen."""
    return [[look(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def look(cell: pyte.screens.Char) -> tuple[object, ...]:
    """What is seen of a cell."""
    marks = (cell.reverse, cell.underscore, cell.strikethrough)
    if cell.data != " ":
        return (cell.data, cell.fg, cell.bg, *marks, cell.bold, cell.italics)
    return (cell.data, cell.fg if any(marks) else "", cell.bg, *marks)


@settings(max_examples=12, deadline=None)
@given(chance=st.randoms(use_true_random=True))
def test_after_any_updates_the_screen_is_as_after_a_full_repaint(chance: random.Random) -> None:
    width, height = chance.randint(1, 60), chance.randint(1, 12)
    frame, whole, (screen, stream) = Frame(width, height), Frame(width, height), terminal(width, height)
    for y in range(height):
        for each in (frame, whole):
            each.put(0, y, [Segment(" " * width)])
    for number in range(400):
        x, y = chance.randrange(width), chance.randrange(height)
        segments = [Segment(chance.choice(TEXTS), chance.choice(STYLES)) for _ in range(chance.randint(1, 4))]
        frame.put(x, y, segments)
        whole.put(x, y, segments)
        if chance.random() < 0.7:
            stream.feed(frame.changes())
        if number % 40 == 39:
            stream.feed(frame.changes())
            fresh, painting = terminal(width, height)
            whole.forget()
            painting.feed(whole.changes())
            assert looks(screen) == looks(fresh)
