"""Where the panes stand: two columns, three on a wide terminal, tabs on a small one."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

WIDE = 170
TWO_COLUMNS = 110
TWO_COLUMNS_HIGH = 34


class Cell(NamedTuple):
    """A pane in a column, with its share of the height."""

    pane: str
    share: int
    least: int


def tabbed(size: Size) -> bool:
    """Whether the terminal is too small to show the panes side by side."""
    return size.width < TWO_COLUMNS or size.height < TWO_COLUMNS_HIGH


def columns(size: Size) -> list[tuple[int, list[Cell]]]:
    """The columns for that size: each with its width in cells and its panes from the top."""
    if size.width >= WIDE:
        left = 54
        middle = min(76, (size.width - left) * 48 // 100)
        return [
            (left, [Cell("setup", 3, 21), Cell("checks", 2, 14)]),
            (middle, [Cell("entra", 2, 14), Cell("secrets", 3, 18)]),
            (size.width - left - middle, [Cell("lookup", 1, 16), Cell("output", 1, 16)]),
        ]
    left = max(44, min(56, size.width * 36 // 100))
    return [
        (left, [Cell("setup", 5, 19), Cell("entra", 2, 7), Cell("checks", 3, 8)]),
        (size.width - left, [Cell("secrets", 3, 11), Cell("lookup", 3, 11), Cell("output", 3, 11)]),
    ]


def heights(cells: list[Cell], room: int) -> list[int]:
    """The height of each pane of a column: at least what it needs, the rest by shares."""
    least = [cell.least for cell in cells]
    spare = room - sum(least)
    if spare < 0:
        total = sum(least)
        least = [room * need // total for need in least]
        least[-1] += room - sum(least)
        return least
    shares = sum(cell.share for cell in cells)
    given = [need + spare * cell.share // shares for need, cell in zip(least, cells, strict=True)]
    given[-1] += room - sum(given)
    return given


def arrangement(size: Size) -> dict[str, Region]:
    """The region of each pane on a terminal area of that size that is not tabbed."""
    regions, x = {}, 0
    for width, cells in columns(size):
        y = 0
        for cell, height in zip(cells, heights(cells, size.height), strict=True):
            regions[cell.pane] = Region(x, y, width, height)
            y += height
        x += width
    return regions


class PanesLayout(Layout):
    """Textual's door to `arrangement`. Children are the panes, known by their id."""

    name = "panes"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """One placement a pane; in tabs the only displayed pane gets everything."""
        parent.pre_layout(self)
        whole = Region(0, 0, size.width, size.height)
        regions = {} if tabbed(size) or len(children) == 1 else arrangement(size)
        return [
            WidgetPlacement(regions.get(child.id or "", whole), NULL_OFFSET, Spacing(), child)
            for child in children
        ]
