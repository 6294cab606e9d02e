"""Running the next steps from the console, on a terminal, with stand-ins for the tools."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.console.actions import PaneId
from kvtui.console.dialogs.run import RunDialog
from kvtui.console.panes.output.view import CommandRow
from kvtui.console.panes.setup.view import SettingRow
from kvtui.console.start import ConsoleStart
from kvtui.outputs.plan import plan
from kvtui.outputs.writer import check_all, write
from kvtui.project.files import read_project
from kvtui.settings.model import Target
from tests.benchmarks.terminal import Terminal
from tests.console.conftest import Console, running, said
from tests.emulator_support.process import EmulatorProcess
from tests.outputs.samples import CLIENT, MANAGED, TENANT

DEPLOYMENT = "clx0abc123def456"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A project whose files are written."""
    directory = tmp_path / "project"
    directory.mkdir()
    for file in check_all(plan(MANAGED, read_project(directory), "all").files):
        write(file)
    return directory


@pytest.fixture
async def steps(azure: EmulatorProcess, directory: Path) -> AsyncIterator[Console]:
    """A console that shows the next steps."""
    start = ConsoleStart(settings=MANAGED, project_directory=directory)
    async with running(start, (80, 24)) as console:
        await console.until(lambda state: state.output.plan)
        await console.press("5", "left")
        yield console


async def choose(console: Console, row: int | SettingRow) -> None:
    """Enter on a setting, or on a command by the number of its step."""
    plan = console.state.output.plan
    assert plan is not None
    chosen = CommandRow(plan.next_steps[row].title) if isinstance(row, int) else row
    console.pane(PaneId.OUTPUT).lines.select(chosen)
    await console.press("enter")


async def test_what_a_command_needs_to_know_is_typed_where_it_stands(steps: Console) -> None:
    await choose(steps, 3)
    await steps.until(lambda _: steps.pane(PaneId.OUTPUT).editor)
    await steps.type(DEPLOYMENT)
    await steps.press("enter")
    await steps.until(lambda state: state.output.plan and state.settings.deployment_id)
    assert f"astro deploy {DEPLOYMENT}" in steps.screen()


async def test_the_namespace_is_shown_with_where_it_was_read(azure: EmulatorProcess, directory: Path) -> None:
    (directory / "values.yaml").write_text("namespace: astro-agents\n")
    chosen = replace(MANAGED, target=Target.REMOTE_EXECUTION)
    async with running(ConsoleStart(settings=chosen, project_directory=directory), (80, 24)) as console:
        await console.until(lambda state: state.output.plan)
        await console.press("5", "left")
        await console.pilot.pause()
        assert "Namespace astro-agents (from values.yaml)" in " ".join(console.screen().split())


async def test_a_row_that_is_no_command_has_nothing_to_copy(steps: Console) -> None:
    steps.pane(PaneId.OUTPUT).lines.select(SettingRow("deployment_id"))
    await steps.press("y")
    await steps.until(lambda state: state.notification)
    assert said(steps) == "There is nothing to copy here."


async def test_what_is_no_deployments_id_is_rejected_there(steps: Console) -> None:
    await choose(steps, SettingRow("deployment_id"))
    await steps.type("--help")
    await steps.press("enter")
    await steps.pilot.pause()
    assert "is not a Deployment ID" in steps.screen()
    assert steps.state.settings.deployment_id == ""


async def test_the_command_is_shown_whole_before_it_runs_and_esc_leaves_it(steps: Console) -> None:
    await choose(steps, 0)
    await steps.until(lambda _: isinstance(steps.app.screen, RunDialog))
    await steps.pilot.pause()
    assert "$ astro dev restart" in steps.screen()
    await steps.press("escape")
    await steps.until(lambda _: not isinstance(steps.app.screen, RunDialog))
    assert steps.state.output.ran == {}


async def test_a_line_that_somebody_else_added_meanwhile_is_not_in_the_way(
    steps: Console, directory: Path
) -> None:
    with (directory / ".env").open("a") as file:
        file.write("THEIRS=1\n")
    await choose(steps, 0)
    await steps.until(lambda _: isinstance(steps.app.screen, RunDialog))


async def test_what_is_in_the_way_is_said_in_place_of_asking(steps: Console, directory: Path) -> None:
    (directory / ".env").unlink()
    await choose(steps, 0)
    await steps.until(lambda state: state.notification)
    assert said(steps) == "There is no .env yet: write it first (w)."


async def test_a_terminal_that_cannot_be_lent_is_reported(steps: Console) -> None:
    await choose(steps, 0)
    await steps.until(lambda _: isinstance(steps.app.screen, RunDialog))
    await steps.press("enter")
    await steps.until(lambda state: state.notification)
    assert "cannot give this terminal to a program" in said(steps)


@pytest.fixture
def tool(tmp_path: Path, azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An astro that asks, obeys what it is told, and notes when it is ended."""
    path = tmp_path / "tools" / "astro"
    path.parent.mkdir()
    path.write_text(
        "#!/bin/sh\n"
        f"trap 'echo ended > {tmp_path}/ended; exit 143' TERM\n"
        'echo "asked: $*"\nwhile read answer; do test "$answer" = wait || exit "$answer"; done\n',
        "utf-8",
    )
    path.chmod(0o755)
    return path


@pytest.fixture
def terminal(tool: Path, directory: Path) -> Iterator[Terminal]:
    """The console on a real terminal, at its next steps. There is nothing to sign in with."""
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "kvtui",
        "--project",
        directory,
        "--vault-url",
        "kv-demo",
    ]
    words += ["--tenant-id", TENANT, "--client-id", CLIENT, "--auth-mode", "managed-identity"]
    words += ["--deployment-id", DEPLOYMENT, "--sign-in", "environment"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AZURE_", "KVTUI_"))}
    environment = {
        **kept,
        "PATH": f"{tool.parent}:/usr/bin:/bin",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    environment["XDG_CONFIG_HOME"] = str(tool.parent)
    with Terminal(words, columns=80, rows=24, environment=environment) as terminal:
        assert terminal.wait_for(lambda t: "1 Setup" in t.text(), 20)
        terminal.type(b"5")
        assert terminal.wait_for(lambda t: "[.env]" in t.text() and "next steps" in t.text(), 20)
        terminal.type(b"\x1b[D")
        assert terminal.wait_for(lambda t: "[next steps]" in t.text(), 20), terminal.text()
        yield terminal


def run_the_first(terminal: Terminal) -> None:
    """From the next steps into the first command: past the row of the Deployment, Enter, and yes."""
    terminal.type(b"\x1b[B\r")
    assert terminal.wait_for(lambda t: "Esc cancel" in t.text(), 10), terminal.text()
    terminal.type(b"\r")
    assert terminal.wait_for(lambda t: "asked: dev restart" in t.text(), 10), terminal.text()


def test_the_program_runs_and_the_console_comes_back_with_its_end(terminal: Terminal) -> None:
    run_the_first(terminal)
    terminal.type(b"3\n")
    assert terminal.wait_for(lambda t: "Press a key" in t.text(), 10)
    terminal.type(b" ")
    assert terminal.wait_for(lambda t: "astro failed (exit 3" in t.text() and "5 Output" in t.text(), 10)


def test_the_program_gets_the_terminal_as_the_shell_had_it(terminal: Terminal) -> None:
    run_the_first(terminal)
    drawn = b"".join(data for _, data in terminal.chunks)
    left = drawn.index(b"\x1b[?1049l")  # the console's own screen is put away
    assert drawn.index(b"asked: dev restart") > left
    assert b"\x1b[?1049h" not in drawn[left:]


def test_the_console_takes_keys_again_afterwards(terminal: Terminal) -> None:
    run_the_first(terminal)
    terminal.type(b"0\n")
    assert terminal.wait_for(lambda t: "Press a key" in t.text(), 10)
    terminal.type(b" ")
    assert terminal.wait_for(lambda t: "astro finished (exit 0" in t.text() and "5 Output" in t.text(), 10)
    terminal.type(b"1")
    assert terminal.wait_for(lambda t: "[1 Setup]" in t.text(), 10)


def test_ctrl_c_stops_the_program_and_not_the_console(terminal: Terminal) -> None:
    run_the_first(terminal)
    terminal.type(b"\x03")
    assert terminal.wait_for(lambda t: "astro was stopped by SIGINT" in t.text(), 10), terminal.text()
    terminal.type(b" ")
    assert terminal.wait_for(lambda t: "5 Output" in t.text(), 10)


def test_when_the_console_is_ended_so_is_the_program(terminal: Terminal, tmp_path: Path) -> None:
    run_the_first(terminal)
    terminal.end()
    assert (tmp_path / "ended").exists()
    assert terminal.exit_code == 128 + 15
