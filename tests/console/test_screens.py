"""What whole screens look like, characters and colours, held against `__snapshots__`.

A change of layout, words or colour is seen in review as a difference of text. To accept what is drawn now:
`pytest tests/console/test_screens.py --snapshot-update`.
"""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from string import ascii_letters

import pyte
import pytest
from rich.console import Console as RichConsole
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from kvtui.emulator.sample_project import create_sample_project
from tests.console.conftest import Console
from tests.emulator_support.process import EmulatorProcess
from tests.screenshots import AGENTS, DENIED, NEW, READY, SHOTS, Shot, entra, found, help_, shown


class Screens(SingleFileSnapshotExtension):
    """One readable text file for each screen."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


def keys(*pressed: str) -> Callable[[Console], Awaitable[None]]:
    """The steps of a shot that only presses keys."""

    async def steps(console: Console) -> None:
        await console.until(lambda state: state.output.plan or not state.settings.client_id)
        await console.press(*pressed)

    return steps


MORE = (
    Shot("smallest", READY, (60, 20), keys("3")),
    Shot("setup-80x24", NEW, (80, 24), keys("1")),
    Shot("entra-80x24", NEW, (80, 24), entra),
    Shot("secrets-80x24", READY, (80, 24), keys("3", "down", "down", "down", "enter")),
    Shot("secrets-filter", READY, (80, 24), keys("3", "slash", "a", "p", "i")),
    Shot("checks-80x24", DENIED, (80, 24), keys("6")),
    Shot("output-remote-execution", AGENTS, (120, 40), keys("5")),
    Shot("setup-editor", NEW, (80, 24), keys("1", "enter")),
    Shot("help-light-120x40", READY, (120, 40), help_, "kvtui-light"),
    Shot("dialog-sign-in", READY, (80, 24), keys("s")),
    Shot("dialog-profiles", READY, (80, 24), keys("1", "p")),
    Shot("lookup-found-light", READY, (120, 40), found, "kvtui-light"),
)


def cells(console: Console) -> str:
    """The screen as text; below it each cell's style as a letter, and what the letters mean."""
    width, height = console.app.size
    terminal = RichConsole(
        file=io.StringIO(),
        width=width,
        height=height,
        force_terminal=True,
        color_system="truecolor",
        record=True,
    )
    terminal.print(
        console.app.screen._compositor.render_update(full=True, screen_stack=console.app._background_screens)
    )
    screen = pyte.Screen(width, height)
    screen.set_mode(pyte.modes.LNM)
    pyte.Stream(screen).feed(terminal.export_text(styles=True).rstrip("\n"))
    letters: dict[str, str] = {}
    text, styles = [], []
    for row in range(height):
        line = [screen.buffer[row][column] for column in range(width)]
        text.append("".join(each.data for each in line).rstrip())
        styles.append("".join(letters.setdefault(style(each), ascii_letters[len(letters)]) for each in line))
    legend = [f"{letter} {words}" for words, letter in letters.items()]
    return "\n".join([*map(steady, text), "", *styles, "", *legend, ""])


def style(cell: pyte.screens.Char) -> str:
    """One cell's colours and attributes."""
    marks = [
        name for name in ("bold", "italics", "underscore", "reverse", "strikethrough") if getattr(cell, name)
    ]
    return " ".join([f"{cell.fg} on {cell.bg}", *marks])


def steady(line: str) -> str:
    """What differs from run to run is made equal; its place counts."""
    line = re.sub(r"\b\d\d:\d\d(?= UTC)", "00:00", line)
    line = re.sub(r"(?<=127\.0\.0\.1:)\d{5}", "00000", line)
    line = re.sub(r"\d{4}-\d\d-\d\d", "2026-01-01", line)
    return re.sub(r"\b[\d.]+(?= (ms|s)\b)", lambda number: "0" * len(number[0]), line)


@pytest.mark.parametrize("shot", [*SHOTS, *MORE], ids=lambda shot: shot.name)
async def test_the_screen_looks_as_it_did(
    shot: Shot,
    azure: EmulatorProcess,
    tmp_path: Path,
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # paths are shown as ~/astro
    project = create_sample_project(tmp_path).rename(tmp_path / "astro")
    async with shown(shot, project) as console:
        assert cells(console) == snapshot(extension_class=Screens)
