"""The widget of the lines at the top and at the bottom of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Click
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from kvtui.console.text import Role
from kvtui.console.widgets.roles import Roles
from kvtui.core.sanitize import sanitized

StatusPart = tuple[str, Role] | tuple[str, Role, str]
"""A text, its role, and the Textual name of the key that a click on it presses, if any."""
Line = tuple[Sequence[StatusPart], Sequence[StatusPart]]
"""The parts at the left and those at the right."""


class StatusLine(Widget):
    """Parts of text on one or more lines; what does not fit is cut at the right."""

    ALLOW_SELECT = False

    @dataclass
    class Clicked(Message):
        """A click on a part that presses a key."""

        key: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._roles = Roles(self, "status")
        self._lines: Sequence[Line] = ()

    def show(self, *lines: Line) -> None:
        """Shows these lines."""
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def notify_style_update(self) -> None:
        """Drops the kept styles after the theme, the focus or a class changed."""
        self._roles.forget()
        super().notify_style_update()

    def on_click(self, event: Click) -> None:
        """Posts the key of the clicked part."""
        self.press(event.x, event.y)

    def press(self, x: int, y: int) -> None:
        """Posts `Clicked` if the part at that cell of the widget presses a key."""
        left, right = self._lines[y] if y < len(self._lines) else ((), ())
        begins = self.size.width - sum(cell_len(sanitized(part[0])) for part in right)
        parts, x = (right, x - begins) if x >= begins else (left, x)
        ends = accumulate(cell_len(sanitized(part[0])) for part in parts)
        part = next((part for part, end in zip(parts, ends, strict=True) if x < end), None)
        if part is not None and len(part) == 3:
            self.post_message(self.Clicked(part[2]))

    def render_line(self, y: int) -> Strip:
        """One line; if not all parts fit, the left ones are cut first, then the right ones left out."""
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

    def _segments(self, parts: Sequence[StatusPart]) -> list[Segment]:
        return [Segment(sanitized(part[0]), self._roles.style(part[1])) for part in parts]
