"""A line that is cut to the width of its widget."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from kvtui.core.sanitize import ELLIPSIS


def cut(strip: Strip, width: int, end: Style) -> Strip:
    """`strip` with exactly `width` cells, `end` behind its text; an ellipsis where text is cut."""
    if strip.cell_length > width and cell_len(strip.text.rstrip()) > width:
        kept = strip.adjust_cell_length(max(0, width - 1), end)
        strip = Strip([*kept, Segment(ELLIPSIS, end)])
    return strip.adjust_cell_length(width, end)
