"""Where the panes stand at each size."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from kvtui.console.actions import PANES, WHOLE_SCREEN, PaneId
from kvtui.console.layout import arrangement, tabbed
from kvtui.console.panes.container import AROUND
from kvtui.console.start import ConsoleStart
from kvtui.console.text import Row
from tests.console.conftest import running
from tests.emulator_support.process import EmulatorProcess

BESIDE = [pane for pane in PANES if pane not in WHOLE_SCREEN]
SIZES = [
    Size(110, 30),
    Size(110, 34),
    Size(120, 37),
    Size(160, 50),
    Size(170, 40),
    Size(200, 47),
    Size(300, 80),
]


@pytest.mark.parametrize("active", ["", *BESIDE])
@pytest.mark.parametrize("size", SIZES)
def test_the_panes_cover_the_area_without_overlap(size: Size, active: str) -> None:
    regions = arrangement(size, active).values()
    assert sum(region.area for region in regions) == size.area


@pytest.mark.parametrize("pane", BESIDE)
@pytest.mark.parametrize("size", SIZES)
def test_the_pane_in_focus_is_never_smaller_for_it(size: Size, pane: str) -> None:
    assert arrangement(size, pane)[pane].height >= arrangement(size)[pane].height


@pytest.mark.parametrize("size", SIZES)
def test_every_pane_has_a_place_but_those_that_take_the_whole_screen(size: Size) -> None:
    assert set(arrangement(size)) == set(BESIDE)


@pytest.mark.parametrize("size", SIZES)
def test_no_pane_leaves_the_area(size: Size) -> None:
    assert all(size.region.contains_region(region) for region in arrangement(size).values())


def test_a_wide_terminal_gets_three_columns() -> None:
    assert len({region.x for region in arrangement(Size(200, 47)).values()}) == 3


@pytest.mark.parametrize("size", [Size(80, 21), Size(109, 60), Size(140, 29)])
def test_a_small_terminal_gets_tabs(size: Size) -> None:
    assert tabbed(size)


@pytest.mark.parametrize("size", [Size(110, 34), Size(120, 40)])
def test_a_common_terminal_gets_panes(size: Size) -> None:
    assert not tabbed(Size(size.width, size.height - AROUND))


def test_the_pane_in_focus_grows_on_few_rows_too() -> None:
    size = Size(110, 34 - AROUND)
    assert arrangement(size, "lookup")["lookup"].height > arrangement(size)["lookup"].height


async def test_rows_of_a_hidden_pane_have_the_width_that_they_get_when_it_is_shown(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start, (80, 24)) as console:
        widths: list[int] = []
        lines = console.pane(PaneId.CHECKS).lines

        def build(width: int) -> list[Row]:
            widths.append(width)
            return []

        lines.show_rows(build)
        await console.press("6")
        lines.show_rows(build)
    assert widths[0] == widths[-1] == 75
