"""Other people's lines over which a reader stumbles."""

from __future__ import annotations

import pytest

from kvtui.outputs.env.file import render_env
from kvtui.outputs.env.line_warnings import line_warnings
from kvtui.settings.model import Settings
from tests.outputs.samples import MODES


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("A=1\nexport B=2\n", 2, "`export` becomes part of the key B"),
        ("A=1\n  # note\n", 2, "an indented comment"),
        ("A=\n", 1, "A has no value"),
        ("A=1\nB=2\nA=3\n", 3, "A is already set in line 1"),
        ("A = 1\n", 1, "white space around A"),
        ("A= '1'\n", 1, "white space around A"),
        ("A=1 # note\n", 1, "the comment behind A becomes part of its value"),
        ("A='1' \n", 1, "white space behind A's closing quote"),
        ("A='1\n2'\n", 1, "A runs over several lines"),
        ("A=1\nFOO\n", 2, "the line assigns nothing"),
        ("A=1\n   \n", 2, "a line of white space"),
        ("\ufeffA=1\n", 1, "a byte order mark"),
        ("A=1\rB=2\n", 1, "a carriage return within the line"),
        ("A= # secret\n", 1, "would be set to `# secret`"),
        ("B=" + "x" * 65_534 + "\n", 1, "64 KiB or longer"),
        ("AIRFLOW__SECRETS__BACKEND_KWARG__SEP=x\n", 1, "overrides what kvtui writes"),
        ("AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS={}\n", 1, "overrides what kvtui writes"),
    ],
)
def test_each_warning_has_its_line(text: str, line: int, words: str) -> None:
    found = line_warnings(text)
    assert [trap.line for trap in found] == [line]
    assert words in found[0].sentence()
    assert f"Line {line} of .env" in found[0].sentence()


@pytest.mark.parametrize(
    "text", ["", "A=1\n", "# note\n\nA='x # y'\nB=\"z\"\n", "A=1\r\nB='2'\r\n", "A=a#b\n"]
)
def test_ordinary_lines_have_no_warning(text: str) -> None:
    assert line_warnings(text) == ()


@pytest.mark.parametrize("chosen", MODES)
def test_our_own_lines_have_no_warning(chosen: Settings) -> None:
    assert line_warnings(render_env(chosen)) == ()


def test_values_are_never_named() -> None:
    text = "export A=hunter2\nA= hunter2 # hunter2\nhunter2\n"
    assert "hunter2" not in " ".join(trap.sentence() for trap in line_warnings(text))
