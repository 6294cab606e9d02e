"""What is under the cursor stays under it, whatever happens to the rows around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvtui.console.panes.pane import Pane
from kvtui.console.state import Phase
from kvtui.emulator.process import EmulatorProcess
from kvtui.settings.start import ConsoleStart
from tests.console.conftest import SETTINGS, Console, running

SIZES = [(80, 24), (120, 40)]


def row_under_cursor(pane: Pane) -> str:
    """The text of the row under the cursor, as it is drawn; empty when it does not show."""
    lines = pane.lines
    y = lines._cursor - lines.scroll_offset.y
    return lines.render_line(y).text.strip() if 0 <= y < lines.size.height else ""


async def cursor_on(console: Console, name: str) -> Pane:
    """Pane 2 with the cursor on that entry, by keys."""
    pane = console.app.main.pane("entra")
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    await console.press("2", "down")
    for _ in range(100):
        if name in row_under_cursor(pane):
            return pane
        await console.press("down")
    raise AssertionError(f"{name} is not in the list")


@pytest.mark.parametrize("size", SIZES)
async def test_closing_the_details_of_an_app_leaves_the_cursor_on_it(
    azure: EmulatorProcess, project: Path, size: tuple[int, int]
) -> None:
    async with running(ConsoleStart(settings=SETTINGS, project_directory=project), size) as console:
        pane = await cursor_on(console, "astro-prod")
        await console.press("d")
        await console.until(lambda state: state.entra.access and state.entra.host_view)
        await console.press("down", "down", "escape")
        assert row_under_cursor(pane).startswith("astro-prod")


async def test_enter_after_the_details_uses_the_app_that_was_opened(console: Console) -> None:
    await cursor_on(console, "astro-prod")
    await console.press("d")
    await console.until(lambda state: state.entra.access)
    await console.press("escape", "enter")
    assert console.state.settings.identity_name == "astro-prod"


async def test_closing_the_details_shows_the_same_part_of_the_list(console: Console) -> None:
    pane = await cursor_on(console, "invoice-ocr-trial")
    top = pane.lines.scroll_offset.y
    await console.press("d")
    await console.until(lambda state: state.entra.access)
    await console.press("escape")
    assert (top > 0, pane.lines.scroll_offset.y) == (True, top)


@pytest.mark.parametrize("size", SIZES)
async def test_details_open_at_their_beginning(
    azure: EmulatorProcess, project: Path, size: tuple[int, int]
) -> None:
    async with running(ConsoleStart(settings=SETTINGS, project_directory=project), size) as console:
        pane = await cursor_on(console, "invoice-ocr-trial")
        await console.press("d")
        await console.until(lambda state: state.entra.access and state.entra.host_view)
        assert pane.lines.scroll_offset.y == 0
        assert pane.lines.render_line(0).text.startswith("invoice-ocr-trial")
