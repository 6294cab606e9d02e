"""The places of the panes: two columns, three on a wide terminal, tabs on a small one."""

from __future__ import annotations

from typing import NamedTuple

from textual.geometry import NULL_OFFSET, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

WIDE = 170
TWO_COLUMNS = 110
TWO_COLUMNS_HIGH = 30
"""The height of the panes on a terminal of 34 rows."""

LEAST = Size(60, 15)
"""Below it no pane fits between the lines at top and bottom."""


class Cell(NamedTuple):
    """A pane in a column, with its share of the height that is left."""

    pane: str
    share: int
    least: int
    """The rows that it always gets, on terminals that are high enough."""
    small: int = 6
    """The rows that it keeps while another pane of the column has the focus."""
    wants: int = 20
    """The rows that it gets while it has the focus, if the others can give them."""


def tabbed(size: Size) -> bool:
    """Whether the terminal is too small to show the panes side by side."""
    return size.width < TWO_COLUMNS or size.height < TWO_COLUMNS_HIGH


def too_small(size: Size) -> bool:
    """Whether not even one pane can be shown."""
    return size.width < LEAST.width or size.height < LEAST.height


def columns(size: Size) -> list[tuple[int, list[Cell]]]:
    """The columns for that size, each with its width in cells and its panes from top to bottom."""
    if size.width >= WIDE:
        left = 54
        middle = min(76, (size.width - left) * 51 // 100)
        return [
            (left, [Cell("setup", 3, 21, 12), Cell("checks", 2, 14, 12)]),
            (middle, [Cell("entra", 2, 14, 10), Cell("secrets", 3, 18, 12, 32)]),
            (size.width - left - middle, [Cell("lookup", 1, 16, 12, 26), Cell("output", 1, 16, 12, 30)]),
        ]
    left = max(46, min(56, size.width * 36 // 100))
    return [
        (left, [Cell("setup", 5, 19, 10, 22), Cell("entra", 2, 7, 5, 19), Cell("checks", 3, 8, 8, 16)]),
        (size.width - left, [Cell("secrets", 3, 11, 8), Cell("lookup", 3, 11, 7), Cell("output", 3, 11, 7)]),
    ]


def heights(cells: list[Cell], room: int, active: str = "") -> list[int]:
    """The height of each pane of a column: `least`, and the rest by shares; less on a low terminal.

    The active pane gets the rows that it wants from the others, which keep `small`.
    """
    needed = sum(cell.least for cell in cells)
    least = [cell.least * min(room, needed) // needed for cell in cells]
    spare = room - sum(least)
    shares = sum(cell.share for cell in cells)
    given = [need + spare * cell.share // shares for need, cell in zip(least, cells, strict=True)]
    given[-1] += room - sum(given)
    place = next((n for n, cell in enumerate(cells) if cell.pane == active), None)
    if place is not None:
        for n, cell in enumerate(cells):
            moved = min(cells[place].wants - given[place], given[n] - cell.small)
            if n != place and moved > 0:
                given[n] -= moved
                given[place] += moved
    return given


def arrangement(size: Size, active: str = "") -> dict[str, Region]:
    """The region of each pane, on an area of that size without tabs."""
    regions, x = {}, 0
    for width, cells in columns(size):
        y = 0
        for cell, height in zip(cells, heights(cells, size.height, active), strict=True):
            regions[cell.pane] = Region(x, y, width, height)
            y += height
        x += width
    return regions


class PanesLayout(Layout):
    """`arrangement` as a Textual layout. The children are the panes, with their ids."""

    name = "panes"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """One placement for each pane; with tabs the displayed pane gets the whole area."""
        parent.pre_layout(self)
        whole = Region(0, 0, size.width, size.height)
        active = next((child.id or "" for child in children if child.has_class("-active")), "")
        one = len(children) == 1 or tabbed(size)
        regions = {} if one else arrangement(size, active)
        return [
            WidgetPlacement(regions.get(child.id or "", whole), NULL_OFFSET, Spacing(), child)
            for child in children
        ]
