"""The line at the top and the line at the bottom of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from kvtui.console.text import Part
from kvtui.console.widgets.roles import Roles, component_classes
from kvtui.core.sanitize import inert


class Lead(Widget):
    """Parts of text on one or more lines; what does not fit is cut at the right."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = component_classes("lead")

    @dataclass
    class Clicked(Message):
        """A click on one of the parts of a line."""

        lead: Lead
        y: int
        parts: Sequence[Part]
        part: int
        """The place of the clicked one among them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._roles = Roles(self, "lead")
        self._lines: Sequence[tuple[Sequence[Part], Sequence[Part]]] = ()

    def show(self, *lines: tuple[Sequence[Part], Sequence[Part]]) -> None:
        """Each line: the parts at its left and those at its right."""
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def notify_style_update(self) -> None:
        """The theme, the focus or a class changed."""
        self._roles.forget()
        super().notify_style_update()

    def on_click(self, event: Click) -> None:
        """Says which part was clicked."""
        left, right = self._lines[event.y] if event.y < len(self._lines) else ((), ())
        begins = self.size.width - sum(cell_len(inert(text)) for text, _ in right)
        parts, x = (right, event.x - begins) if event.x >= begins else (left, event.x)
        ends = accumulate(cell_len(inert(text)) for text, _ in parts)
        for number, end in enumerate(ends):
            if x < end:
                self.post_message(self.Clicked(self, event.y, parts, number))
                break

    def render_line(self, y: int) -> Strip:
        """One line; the right parts give way to the left ones."""
        width, base = self.size.width, self._roles.style("plain")
        if y >= len(self._lines):
            return Strip.blank(width, base)
        left, right = (self._segments(parts) for parts in self._lines[y])
        taken = sum(cell_len(s.text) for s in left)
        room = width - sum(cell_len(s.text) for s in right)
        if taken + bool(right) <= room:  # never without a gap
            return Strip([*left, Segment(" " * (room - taken), base), *right]).adjust_cell_length(width, base)
        if room > width // 2:
            cut = Strip(left).adjust_cell_length(room - 2, base)
            return Strip([*cut, Segment("… ", base), *right]).adjust_cell_length(width, base)
        return Strip(left).adjust_cell_length(width, base)

    def _segments(self, parts: Sequence[Part]) -> list[Segment]:
        return [Segment(inert(text), self._roles.style(role)) for text, role in parts]
