"""Text can be read in each of kvtui's themes on any terminal: computed of the cells as they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from rich.color import Color, ColorSystem

from kvtui.console.start import ConsoleStart
from kvtui.console.terminal.cells import Abilities, Look, cells
from kvtui.console.terminal.charset import is_drawing
from kvtui.console.terminal.contrast import BLACK, LEAST, PALETTES, WHITE, Rgb, legible, ratio
from kvtui.console.themes import CYCLE
from tests.console.conftest import READY, Console, running
from tests.emulator_support.process import EmulatorProcess

KEYS = (("2",), ("3",), ("down",), ("4",), ("5",), ("6",), ("1",), ("down", "enter"), ("escape", "?"))


@pytest.fixture(params=CYCLE)
async def themed(
    request: pytest.FixtureRequest, azure: EmulatorProcess, start: ConsoleStart
) -> AsyncIterator[Console]:
    """A console in one of the themes, with something in each pane."""
    async with running(replace(start, settings=READY, theme=request.param), size=(80, 24)) as console:
        await console.until(lambda state: state.secrets.seconds > 0 and state.output.plan)
        yield console


def color_of(codes: str, palette: tuple[Rgb, ...], default: Rgb) -> Rgb:
    """What the SGR codes of a colour are drawn as."""
    numbers = [int(code) for code in codes.split(";") if code]
    match numbers:
        case []:
            return default
        case [38 | 48, 2, red, green, blue]:
            return (red, green, blue)
        case [38 | 48, 5, number]:
            return palette[number] if number < 16 else tuple(Color.from_ansi(number).get_truecolor())  # type: ignore[return-value]
        case [number]:
            return palette[number % 10 + 8 * (number >= 90)]
    raise ValueError(codes)


def texts(console: Console, can: Abilities) -> Iterator[tuple[str, Look]]:
    """Each character of text on the screen as it is sent; no lines, no blanks."""
    for strip in console.app.screen._compositor.render_strips():
        for text, style, control in strip:
            if not control:
                for each, look in cells(text, style, can):
                    if each.strip() and not is_drawing(each):
                        yield each, look


def worst_contrast(console: Console, can: Abilities) -> tuple[float, str, Look]:
    """The text that is hardest to read, over the usual palettes, on a terminal of black and one of white."""
    found = (21.0, "", Look())
    for palette in PALETTES:
        for text, back in ((BLACK, WHITE), (WHITE, BLACK)):
            if can.background is not None and back != can.background:
                continue
            for each, look in set(texts(console, can)):
                fore = color_of(look.foreground, palette, text)
                contrast = ratio(fore, color_of(look.background, palette, back))
                found = min(found, (contrast, each, look))
    return found


async def test_text_has_a_contrast_of_at_least_four_and_a_half(themed: Console) -> None:
    for keys in KEYS:
        await themed.press(*keys)
        for colors in (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD):
            contrast, text, look = worst_contrast(themed, Abilities(colors))
            assert contrast >= LEAST, (keys, colors, text, look)
            assert "2" not in look.attributes, "a terminal dims by as much as it likes"


@pytest.mark.parametrize("background", [BLACK, WHITE])
@pytest.mark.parametrize("number", range(16))
def test_a_colour_of_the_terminal_can_be_read_on_its_background(background: Rgb, number: int) -> None:
    shown = legible(Color.from_ansi(number), None, ColorSystem.TRUECOLOR, background)
    assert shown is not None
    assert shown.number is not None
    assert min(ratio(palette[shown.number], background) for palette in PALETTES) >= LEAST


def test_where_the_background_is_not_known_text_has_the_terminals_own_colour() -> None:
    assert legible(Color.from_ansi(2), None, ColorSystem.TRUECOLOR, None) is None


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    blue = Color.parse("#6fb3ff")
    assert legible(blue, Color.parse("#10151c"), ColorSystem.TRUECOLOR, None) == blue


def test_yellow_on_white_is_replaced_by_what_is_nearest_to_it_in_sixteen_colours() -> None:
    shown = legible(Color.parse("#945700"), Color.parse("#ffffff"), ColorSystem.STANDARD, None)
    assert shown is not None
    assert shown.name != "yellow"
