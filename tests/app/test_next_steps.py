"""What is in a step's way, and what running it on a terminal is like."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.app.next_steps import Ended, obstacle
from kvtui.console.remedies import words
from kvtui.outputs.model import NextStep, Plan
from kvtui.outputs.plan import plan
from kvtui.outputs.writer import check_all, write
from kvtui.project.files import read_project
from tests.benchmarks.terminal import Terminal
from tests.outputs.samples import MANAGED

CHOSEN = replace(MANAGED, deployment_id="clx0abc123def456")


def program(directory: Path, name: str, script: str) -> None:
    """A stand-in for a tool, in a directory that is on PATH."""
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory on PATH, with an astro in it."""
    tools = tmp_path / "tools"
    tools.mkdir()
    program(tools, "astro", "exit 0")
    monkeypatch.setenv("PATH", str(tools))
    return tools


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An empty project."""
    directory = tmp_path / "project"
    directory.mkdir()
    return directory


def planned(directory: Path) -> Plan:
    return plan(CHOSEN, read_project(directory), "all")


def step(made: Plan, beginning: str) -> NextStep:
    return next(step for step in made.next_steps if step.command.startswith(beginning))


def test_nothing_is_in_the_way_of_a_step_whose_files_are_written(tools: Path, directory: Path) -> None:
    for file in check_all(planned(directory).files):
        write(file)
    made = planned(directory)
    assert [obstacle(each, made) for each in made.next_steps if each.command] == ["", "", ""]


def test_a_file_that_is_not_there_stops_the_command_that_would_end_well_without_it(
    tools: Path, directory: Path
) -> None:
    made = planned(directory)
    assert (
        words(obstacle(step(made, "astro deployment"), made)) == "There is no .env yet: write it first (w)."
    )


def test_a_file_that_is_not_as_planned_stops_it(tools: Path, directory: Path) -> None:
    for file in check_all(planned(directory).files):
        write(file)
    made = planned(directory)
    (directory / ".env").write_text("A=1\n", "utf-8")
    assert ".env differs from the settings" in obstacle(step(made, "astro deployment"), made)


def test_what_is_not_known_yet_is_reported_in_words(tools: Path, directory: Path) -> None:
    made = plan(MANAGED, read_project(directory), "all")
    assert obstacle(step(made, "astro deploy "), made) == "Not known yet: the Deployment's id."


def test_a_program_that_is_not_on_path_is_reported(tools: Path, directory: Path) -> None:
    (tools / "astro").unlink()
    made = planned(directory)
    assert "astro is not on PATH here" in obstacle(step(made, "astro dev"), made)


def test_a_step_without_a_command_says_so(tools: Path, directory: Path) -> None:
    made = planned(directory)
    assert "no command" in obstacle(next(each for each in made.next_steps if not each.command), made)


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        (Ended("astro", 0, 12.2), "astro finished (exit 0, 12 s)."),
        (Ended("astro", 3, 0.4), "astro failed (exit 3, 0 s)."),
        (Ended("astro", -2, 1.0), "astro was stopped by SIGINT after 1 s."),
        (Ended("astro", 127, 0.0, "permission denied"), "astro could not be started: permission denied."),
    ],
)
def test_how_a_program_ended_is_a_sentence(ended: Ended, sentence: str) -> None:
    assert ended.sentence() == sentence
    assert ended.well is (ended.code == 0)


def test_in_the_demo_a_program_is_not_said_to_have_finished() -> None:
    ended = Ended("az", 2, 0.1, stand_in=True)
    assert (ended.sentence(), ended.well) == ("The demo does not run az.", True)


def on_a_terminal(command: str, directory: Path, tools: Path) -> Terminal:
    """A program that runs one command as the console does, then prints what it was told of its end."""
    code = (
        "import sys; from pathlib import Path; from kvtui.app.next_steps import Run; "
        "print('told', Run(sys.argv[1], Path(sys.argv[2])).on_terminal().code)"
    )
    environment = {"PATH": f"{tools}:/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
    return Terminal(
        [sys.executable, "-c", code, command, directory], environment=environment, directory=directory
    )


def test_the_program_has_the_terminal_for_its_own(tools: Path, directory: Path) -> None:
    program(tools, "astro", 'test -t 0 && test -t 1 && read answer && echo "got $answer"')
    with on_a_terminal("astro login", directory, tools) as terminal:
        assert terminal.wait_for(lambda t: "$ astro login" in t.text(), 10)
        terminal.type(b"yes\n")
        assert terminal.wait_for(lambda t: "got yes" in t.text(), 10)


def test_it_gets_its_arguments_as_they_are(tools: Path, directory: Path) -> None:
    program(tools, "astro", 'for word in "$@"; do echo "[$word]"; done')
    with on_a_terminal("astro --env '$(touch x) y'", directory, tools) as terminal:
        assert terminal.wait_for(lambda t: "[$(touch x) y]" in t.text(), 10)
    assert not (directory / "x").exists()


def test_it_runs_in_the_projects_directory(tools: Path, directory: Path) -> None:
    (directory / "here.txt").touch()
    program(tools, "astro", "/bin/ls")
    with on_a_terminal("astro", directory, tools) as terminal:
        assert terminal.wait_for(lambda t: "here.txt" in t.text(), 10)


def test_its_end_is_reported_and_a_key_is_waited_for(tools: Path, directory: Path) -> None:
    program(tools, "astro", "exit 7")
    with on_a_terminal("astro", directory, tools) as terminal:
        assert terminal.wait_for(lambda t: "Press a key to go back to kvtui." in t.text(), 10)
        assert "astro failed (exit 7" in terminal.text()
        assert "told" not in terminal.text()
        terminal.type(b"x")
        assert terminal.wait_for(lambda t: "told 7" in t.text(), 10)


def test_a_program_that_cannot_be_started_is_reported(tools: Path, directory: Path) -> None:
    (tools / "astro").write_text("#!/nowhere/sh\n", "utf-8")
    with on_a_terminal("astro", directory, tools) as terminal:
        assert terminal.wait_for(lambda t: "astro could not be started: no such file" in t.text(), 10)
