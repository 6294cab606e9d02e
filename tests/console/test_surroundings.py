"""What the environment says of a terminal, and what is drawn where it has few characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvtui.console.terminal.charset import IN_ASCII, in_charset
from kvtui.console.terminal.contrast import BLACK, WHITE, Rgb
from kvtui.console.terminal.surroundings import Ascii, surroundings

MODERN = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}


@pytest.mark.parametrize(
    "environment",
    [
        {"TERM": "xterm-256color", "LANG": "de_DE.ISO-8859-1"},
        {"TERM": "xterm-256color", "LANG": "C"},
        {"TERM": "xterm-256color"},
        {"TERM": "xterm-256color", "LANG": "C", "LC_CTYPE": "C.UTF-8"},
        MODERN | {"LC_ALL": "POSIX"},
        MODERN | {"TERM": "linux"},
        MODERN | {"TERM": "vt100"},
        MODERN | {"TERM": "vt220"},
    ],
    ids=str,
)
def test_marks_are_ascii_where_locale_or_font_lack_them(environment: dict[str, str]) -> None:
    assert surroundings(environment).ascii_marks


@pytest.mark.parametrize(
    "environment",
    [
        MODERN,
        MODERN | {"LC_ALL": "C.utf8"},
        {"TERM": "xterm", "LC_CTYPE": "UTF-8"},
        MODERN | {"TERM": "screen"},
    ],
    ids=str,
)
def test_marks_are_themselves_elsewhere(environment: dict[str, str]) -> None:
    assert not surroundings(environment).ascii_marks


@pytest.mark.parametrize(("answer", "ascii_marks"), [("0", True), ("1", False)])
def test_tmux_says_whether_its_client_has_them(
    answer: str, ascii_marks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmux").write_text(f"#!/bin/sh\necho {answer}\n")
    (tmp_path / "tmux").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert surroundings(MODERN | {"TMUX": "/tmp/tmux,1,0"}).ascii_marks is ascii_marks  # noqa: S108


def test_a_choice_is_stronger_than_what_is_found() -> None:
    assert surroundings(MODERN, Ascii.ALWAYS).ascii_marks
    assert not surroundings({"TERM": "linux"}, Ascii.NEVER).ascii_marks


@pytest.mark.parametrize(
    ("colors", "background"),
    [("15;0", BLACK), ("0;default;15", WHITE), ("", None), ("0;default", None), ("12;4", None)],
)
def test_the_background_is_known_where_the_terminal_says_it(colors: str, background: Rgb | None) -> None:
    assert surroundings(MODERN | {"COLORFGBG": colors}).background == background


def test_a_lone_esc_is_waited_for_longer_over_ssh() -> None:
    assert surroundings(MODERN | {"SSH_TTY": "/dev/pts/1"}).escape_delay > surroundings(MODERN).escape_delay


def test_escdelay_is_the_users_word() -> None:
    assert surroundings(MODERN | {"SSH_TTY": "x", "ESCDELAY": "40"}).escape_delay == 0.04


@pytest.mark.parametrize(
    ("environment", "erases"),
    [
        ({}, True),
        ({"STY": "1.a"}, False),
        ({"TERM": "vt100"}, False),
        ({"TERM": "screen"}, False),
        ({"TERM": "screen", "TMUX": "x"}, True),
    ],
)
def test_screen_and_old_terminals_do_not_erase_in_the_background(
    environment: dict[str, str], erases: bool
) -> None:
    assert surroundings(MODERN | environment, Ascii.NEVER).erases is erases


@pytest.mark.parametrize("pair", ["●○", "✓✗", "✓·", "✗·", "▸▾", "→←"])
def test_marks_that_differ_differ_in_ascii(pair: str) -> None:
    assert len({in_charset(mark, 1, "ascii", True) for mark in pair}) == 2


def test_every_mark_is_one_character_of_ascii() -> None:
    assert all(len(mark) == 1 and mark.isascii() for mark in IN_ASCII.values())


def test_letters_are_drawn_if_the_character_set_has_them() -> None:
    assert in_charset("é", 1, "iso8859-1", True) == "é"


def test_what_cannot_be_drawn_takes_the_same_cells() -> None:
    assert in_charset("日", 2, "ascii", True) == "??"
