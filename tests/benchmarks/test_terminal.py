"""The terminal that benchmarks and the wheel's test look at programs with."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.benchmarks.terminal import Terminal


def python(program: str) -> Terminal:
    return Terminal([sys.executable, "-c", program], columns=40, rows=5)


def test_the_screen_is_what_the_program_drew() -> None:
    with python("print('one\\x1b[3;5Htwo', end='')") as terminal:
        assert terminal.wait_for(lambda t: t.exit_code is not None, 10)
        assert terminal.text() == "one\n\n    two\n\n"


def test_the_program_sees_a_terminal_of_the_given_size() -> None:
    with python("import os; print(*os.get_terminal_size())") as terminal:
        assert terminal.wait_for(lambda t: "40 5" in t.text(), 10)


def test_typed_keys_reach_the_program() -> None:
    with python("print('got', input())") as terminal:
        terminal.type(b"hello\r")
        assert terminal.wait_for(lambda t: "got hello" in t.text(), 10)


def test_a_text_has_a_time_once_it_is_on_the_screen() -> None:
    with python("print('early'); input(); print('late')") as terminal:
        assert terminal.wait_for(lambda t: "early" in t.text(), 10)
        terminal.type(b"\r")
        assert terminal.wait_for(lambda t: "late" in t.text(), 10)
        early, late = terminal.time_of("early"), terminal.time_of("early", "late")
        assert early is not None
        assert late is not None
        assert 0 < early < late
        assert terminal.time_of("never") is None


def test_the_exit_code_is_known_at_the_end() -> None:
    with python("raise SystemExit(5)") as terminal:
        assert terminal.wait_for(lambda t: t.exit_code is not None, 10)
        assert terminal.exit_code == 5


def test_leaving_ends_a_program_that_does_not_want_to() -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); signal.pause()"
    with python(stubborn) as terminal:
        terminal.patience = 0.2
        assert terminal.wait_for(lambda t: "up" in t.text(), 10)
    assert terminal.exit_code == -9


def test_a_program_that_is_not_there_ends_with_127(tmp_path: Path) -> None:
    with Terminal([tmp_path / "nothing"]) as terminal:
        assert terminal.wait_for(lambda t: t.exit_code is not None, 10)
        assert terminal.exit_code == 127
