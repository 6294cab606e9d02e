"""What is under the cursor stays under it, whatever happens to the rows around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvtui.console.actions import PaneId
from kvtui.console.panes.pane import Pane
from kvtui.console.panes.secrets.rows import SecretRow
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from tests.console.conftest import SETTINGS, Console, running
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

SIZES = [(80, 24), (120, 40)]


def row_under_cursor(pane: Pane) -> str:
    """The text of the row under the cursor, as it is drawn; empty when it does not show."""
    lines = pane.lines
    y = lines._cursor - lines.scroll_offset.y
    return lines.render_line(y).text.strip() if 0 <= y < lines.size.height else ""


async def cursor_on(console: Console, name: str) -> Pane:
    """Pane 2 with the cursor on that entry, by keys."""
    pane = console.pane(PaneId.ENTRA)
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


# Pane 3


async def on_secret(console: Console, name: str) -> Pane:
    """Pane 3 with the cursor on that secret, its value revealed."""
    pane = console.pane(PaneId.SECRETS)
    await console.press("3")
    pane.lines.select(SecretRow(name))
    await console.press("r")
    await console.until(lambda state: state.reveal)
    await console.pilot.pause()
    return pane


async def test_moving_the_cursor_hides_the_details_and_the_value_of_the_secret_left(console: Console) -> None:
    await on_secret(console, "airflow-variables-etl-config")
    await console.press("down")
    assert (console.state.secrets.opened, console.state.reveal) == (None, None)


async def test_a_filter_that_takes_the_opened_secret_away_hides_its_details(console: Console) -> None:
    await on_secret(console, "airflow-variables-etl-config")
    await console.press("slash")
    await console.type("warehouse")
    await console.until(lambda state: state.secrets.opened is None and state.reveal is None)


@pytest.mark.parametrize("size", SIZES)
async def test_the_opened_secret_is_never_behind_its_details(
    azure: EmulatorProcess, project: Path, size: tuple[int, int]
) -> None:
    async with running(ConsoleStart(settings=SETTINGS, project_directory=project), size) as console:
        await console.until(lambda state: state.secrets.seconds > 0)
        pane = console.pane(PaneId.SECRETS)
        await console.press("3", "end", "enter")
        await console.until(lambda state: state.secrets.opened and state.secrets.opened.versions)
        await console.pilot.pause()
        assert row_under_cursor(pane)


async def test_after_a_filter_the_cursor_is_on_the_first_secret_so_that_r_reveals_it(
    console: Console,
) -> None:
    await console.press("3", "slash")
    await console.type("etl_config")
    await console.press("enter", "r")
    await console.until(lambda state: state.reveal)
    assert console.state.reveal
    assert console.state.reveal.name == "airflow-variables-etl-config"


async def test_without_the_filter_the_cursor_is_on_the_same_secret(console: Console) -> None:
    await console.press("3", "slash")
    await console.type("etl_config")
    await console.press("enter", "escape")
    assert not console.state.secrets.filter
    assert "etl_config" in row_under_cursor(console.pane(PaneId.SECRETS))


async def test_a_name_that_airflow_never_asks_for_stays_in_pane_3_and_says_why(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(console.ui, "warn", said.append)
    await console.press("3", "end", "u")
    assert console.state.active is PaneId.SECRETS
    assert "has none of the prefixes" in said[0]


# Searching in pane 2


def found(console: Console) -> list[str]:
    return [entry.display_name for entry in console.state.entra.entries]


async def search(console: Console, text: str) -> None:
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    await console.press("2", "slash")
    await console.type(text)
    await console.until(lambda state: state.entra.text == text and state.entra.phase is Phase.DONE)


async def test_a_search_finds_a_text_inside_the_words_of_loaded_names(console: Console) -> None:
    await search(console, "rod")
    assert "astro-prod" in found(console)


async def test_a_search_without_a_hit_says_what_was_searched(console: Console) -> None:
    await search(console, "zzz")
    await console.press("enter", "z")
    shown = " ".join(console.screen().replace("┃", " ").split())
    assert "No app or managed identity matches “zzz”: no word of a name begins with it" in shown


async def test_a_changed_query_puts_the_cursor_on_the_top_hit(console: Console) -> None:
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    await console.press("2", "down", "down", "down", "slash")
    await console.type("astro-p")
    await console.press("enter")
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    await console.press("enter")
    assert console.state.settings.identity_name == "astro-prod"


async def test_without_the_search_the_cursor_is_on_the_same_app(console: Console) -> None:
    await search(console, "astro-staging")
    await console.press("enter", "escape")
    await console.until(lambda state: not state.entra.text and state.entra.phase is Phase.DONE)
    await console.pilot.pause()
    assert "astro-staging" in row_under_cursor(console.pane(PaneId.ENTRA))


async def test_before_the_directory_answers_only_names_with_the_typed_text_are_shown(
    console: Console, azure: EmulatorProcess
) -> None:
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    azure.inject(Fault(FaultKind.DELAY, host="graph.microsoft.com", path="/v1.0/*", seconds=30, times=3))
    await console.press("2", "slash")
    await console.type("astro-prod")
    assert (found(console), console.state.entra.phase) == (["astro-prod"], Phase.BUSY)
