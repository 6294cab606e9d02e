"""What is drawn on terminals that are small, old, or drawn over by another program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.benchmarks.starts import KVTUI, plain_environment
from tests.benchmarks.terminal import Terminal


def opened(
    directory: Path, *words: str, variables: Mapping[str, str], size: tuple[int, int] = (80, 24)
) -> Terminal:
    """kvtui without any settings, on a terminal whose environment has `variables`."""
    environment = plain_environment(directory)
    for name in ("LC_ALL", "LC_CTYPE", "STY", "TMUX"):
        environment.pop(name, None)
    return Terminal(
        [KVTUI, "--no-memory", *words],
        columns=size[0],
        rows=size[1],
        environment=environment,
        directory=directory,
        variables=variables,
    )


def sent(terminal: Terminal) -> bytes:
    """All bytes so far."""
    return b"".join(data for _, data in terminal.chunks)


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        (["--ascii"], {}),
        ([], {"LANG": "C"}),
        ([], {"LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}),
        ([], {"TERM": "linux"}),
    ],
    ids=["--ascii", "C", "C, not coerced", "linux"],
)
def test_borders_and_marks_are_ascii(words: list[str], variables: dict[str, str], tmp_path: Path) -> None:
    with opened(tmp_path, *words, variables=variables) as terminal:
        marks = ("+= 1 Setup ==", "* Client secret", "o Managed identity")
        assert terminal.wait_for(lambda t: all(each in t.text() for each in marks), 30), terminal.text()
        assert sent(terminal).isascii()
        assert b"\\u" not in sent(terminal)


def test_a_terminal_that_is_too_small_is_told_what_is_needed(tmp_path: Path) -> None:
    with opened(tmp_path, variables={}, size=(40, 10)) as terminal:
        assert terminal.wait_for(lambda t: "kvtui needs 60 x 15" in t.text(), 30), terminal.text()
        assert "Now 40 x 10" in terminal.text()
        assert "Setup" not in terminal.text()


def test_the_screen_is_drawn_again_after_another_program_wrote_on_it(tmp_path: Path) -> None:
    with opened(tmp_path, variables={}) as terminal:
        assert terminal.wait_for(lambda t: "1 Setup" in t.text(), 30), terminal.text()
        while terminal.read(0.5):
            pass
        terminal.chunks.append((0.0, b"\x1b[7;7Hwritten by another"))
        assert "written by another" in terminal.text()
        terminal.type(b"\x0c")
        assert terminal.wait_for(lambda t: "another" not in t.text() and "1 Setup" in t.text(), 10)


@pytest.mark.parametrize(("variables", "mouse"), [({}, True), ({"STY": "1.pts-0.host"}, False)])
def test_in_screen_the_mouse_is_left_alone(variables: dict[str, str], mouse: bool, tmp_path: Path) -> None:
    with opened(tmp_path, variables=variables) as terminal:
        assert terminal.wait_for(lambda t: "1 Setup" in t.text(), 30), terminal.text()
        assert (b"\x1b[?1000h" in sent(terminal)) is mouse
