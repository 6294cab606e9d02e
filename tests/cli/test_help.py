"""What is printed without doing anything: the help, its topics, the version."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from kvtui import __version__
from kvtui.cli.main import help_text, main
from kvtui.cli.options import OPTIONS, TOPICS
from tests.cli.program import kvtui


def test_help_shows_every_option_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert [option.flag for option in OPTIONS if f"{option.flag} " not in printed.replace("\n", " ")] == []


@pytest.mark.parametrize("width", [70, 80, 110])
def test_help_keeps_to_the_width_of_the_terminal(width: int) -> None:
    assert max(len(line) for line in help_text(width).splitlines()) <= width


@pytest.mark.parametrize(("columns", "widest"), [("", 79), ("72", 72), ("200", 110)])
def test_help_in_a_pipe_keeps_to_columns_or_79(tmp_path: Path, columns: str, widest: int) -> None:
    printed = kvtui("--help", cwd=tmp_path, COLUMNS=columns).stdout
    assert widest - 8 < max(len(line) for line in printed.splitlines()) <= widest


def test_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"kvtui {__version__}\n"


def test_help_lists_the_topics_in_the_order_of_the_work(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    printed = capsys.readouterr().out
    places = [printed.index(f"\n{title}:\n") for title in TOPICS.values()]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("topic", "title"),
    [*TOPICS.items(), ("simulate", "Commands"), ("--dry-run", "Output"), ("vault-url", TOPICS["identity"])],
)
def test_help_prints_the_group_of_a_topic_or_an_option(
    topic: str, title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"--help={topic}"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{title}:\n")
    assert [title for title in TOPICS.values() if f"{title}:\n" in printed] == [title]


def test_help_beside_a_command_is_the_whole_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--help"]) == 0
    assert capsys.readouterr().out == help_text()


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_and_version_load_nothing_heavier_than_argparse(word: str) -> None:
    program = (
        "import argparse, sys; before = set(sys.modules)\n"
        f"from kvtui.cli.main import main; main([{word!r}])\n"
        "print(sorted(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    others = [name for name in ast.literal_eval(done.stderr) if not name.startswith("kvtui")]
    assert others == ["__future__"]
