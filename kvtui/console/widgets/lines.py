"""The list that every pane is made of: a ScrollView that paints only the rows that show.

A DataTable takes 1.8 s to fill with 25,000 rows; this takes about 1 ms, because a row is made when
it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar, Protocol

from rich.segment import Segment
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kvtui.console.text import Row
from kvtui.console.widgets.roles import Roles, component_classes
from kvtui.inert import inert


class Source(Protocol):
    """Rows by number. `row` is asked only for what shows."""

    def __len__(self) -> int:
        """How many rows there are."""

    def key(self, index: int) -> str:
        """The key of a row; empty when it cannot be chosen."""

    def row(self, index: int, width: int) -> Row:
        """The row as drawn on `width` cells."""

    def index_of(self, key: str) -> int | None:
        """Where the row with that key is now."""


class Built:
    """A source over rows that were built beforehand for one width."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> str:
        """The row's own key."""
        return self._rows[index].key

    def row(self, index: int, width: int) -> Row:
        """The row as it was built."""
        return self._rows[index]

    def index_of(self, key: str) -> int | None:
        """The first row with that key."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), None)


class LineList(ScrollView, can_focus=True):
    """Rows with a cursor. The selection stays on its item when rows come and go."""

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "move(1)", "Down"),
        ("up", "move(-1)", "Up"),
        ("pagedown", "page(1)", "Page down"),
        ("pageup", "page(-1)", "Page up"),
        ("home", "edge(-1)", "First"),
        ("end", "edge(1)", "Last"),
        ("enter", "choose", "Choose"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines--cursor", "lines--held"} | component_classes("lines")

    @dataclass
    class Chosen(Message):
        """Enter on a row."""

        lines: LineList
        key: str

        @property
        def control(self) -> LineList:
            """The list it happened in."""
            return self.lines

    @dataclass
    class Moved(Message):
        """The cursor came to another item."""

        lines: LineList
        key: str

        @property
        def control(self) -> LineList:
            """The list it happened in."""
            return self.lines

    def __init__(self, *, id: str | None = None, cursor: bool = True) -> None:
        super().__init__(id=id)
        self._roles = Roles(self, "lines")
        self._source: Source = Built(())
        self._build: Callable[[int], Sequence[Row]] | None = None
        self._cursor = 0
        self._selectable = cursor
        self._touched = False
        """The user moved the cursor: from now on it stays on its item."""

    @property
    def selected(self) -> str:
        """The key under the cursor, or empty."""
        return self._source.key(self._cursor) if self._cursor < len(self._source) else ""

    @property
    def source(self) -> Source:
        """The rows that are shown."""
        return self._source

    def show_rows(self, build: Callable[[int], Sequence[Row]]) -> None:
        """Shows the rows that `build` makes for a width; asked again when the width changes."""
        self._build = build
        self._replace(Built(build(self._width)))

    def show(self, source: Source) -> None:
        """Shows rows that are made as they are drawn."""
        self._build = None
        self._replace(source)

    def select(self, key: str) -> None:
        """Puts the cursor on the row with that key, if it is there."""
        index = self._source.index_of(key)
        if index is not None:
            self._go(index)

    @property
    def _width(self) -> int:
        width: int = self.scrollable_content_region.width or self.size.width
        return int(max(10, width or 40))

    def _replace(self, source: Source) -> None:
        held = self.selected if self._touched else ""
        before, self._source = self._source, source
        index = source.index_of(held) if held else None
        if index is None:
            index = self._near(min(self._cursor, max(0, len(source) - 1)) if self._touched else 0)
        moved, self._cursor = index - self._cursor, index
        size = Size(self._width, len(source))
        same_place = size == self.virtual_size and not moved
        self.virtual_size = size
        if not self._touched:
            self.scroll_to(y=0, animate=False)
        elif moved and held and self.selected == held:
            self.scroll_to(y=max(0, self.scroll_offset.y + moved), animate=False)
        if same_place and isinstance(before, Built) and isinstance(source, Built):
            self._refresh_changed(before, source)
        else:
            self.refresh()
        if self.selected != held:
            self.post_message(self.Moved(self, self.selected))

    def _refresh_changed(self, before: Built, after: Built) -> None:
        """Paints only the lines that changed: over SSH every line counts."""
        top, width = self.scroll_offset.y, self._width
        for y in range(min(self.size.height, len(after) - top)):
            if before.row(top + y, width) != after.row(top + y, width):
                self.refresh(Region(0, y, self.size.width, 1))

    def _near(self, index: int) -> int:
        """The chosable row nearest to `index`, downwards first."""
        count = len(self._source)
        for candidate in chain(range(index, count), range(min(index, count) - 1, -1, -1)):
            if self._source.key(candidate):
                return candidate
        return 0

    def on_resize(self, event: Resize) -> None:
        """Another width means other rows where text wraps."""
        if self._build is not None:
            self._replace(Built(self._build(self._width)))
        self.virtual_size = Size(self._width, len(self._source))

    def on_focus(self) -> None:
        """The cursor shows its colours."""
        self.refresh()

    def on_blur(self) -> None:
        """And loses them."""
        self.refresh()

    def _go(self, index: int) -> None:
        self._put_cursor(index)
        self.scroll_to_region(Region(0, index, 1, 1), animate=False, immediate=True)

    def _put_cursor(self, index: int) -> None:
        """The cursor alone: what shows stays."""
        self._touched = True
        old, self._cursor = self._cursor, index
        top = self.scroll_offset.y
        for line in (old, index):
            self.refresh(Region(0, line - top, self.size.width, 1))
        if old != index:
            self.post_message(self.Moved(self, self.selected))

    def _scroll_top(self, top: int) -> None:
        """Makes that row the first that shows; it stays when the rows are made anew."""
        self._touched = True
        self.scroll_to(y=top, animate=False, immediate=True)

    def from_top(self) -> None:
        """Other rows are to come, which are read from their beginning."""
        self._touched = False

    @property
    def _page(self) -> int:
        """Rows that a page goes on: all that show but one."""
        return int(max(1, self.scrollable_content_region.height - 1))

    def action_move(self, step: int) -> None:
        """To the next item in that direction; where that is a page away or more, the text scrolls first."""
        index, top, page = self._cursor + step, self.scroll_offset.y, self._page
        while 0 <= index < len(self._source):
            if self._source.key(index):
                if abs(index - self._cursor) < page or top <= index <= top + page:
                    self._go(index)
                    return
                break
            index += step
        self._scroll_top(top + step)

    def action_page(self, step: int) -> None:
        """A screenful on or back. The cursor goes along if an item shows there, else it stays behind."""
        page, top = self._page, self.scroll_offset.y
        new_top = max(0, min(self.max_scroll_y, top + step * page))
        held = self._cursor if top <= self._cursor <= top + page else top
        target = held + step * page
        showing = range(new_top, min(new_top + page + 1, len(self._source)))
        items = [index for index in showing if self._source.key(index)]
        self._scroll_top(new_top)
        if items:
            self._put_cursor(min(items, key=lambda index: abs(index - target)))

    def action_edge(self, end: int) -> None:
        """To the first or the last item, and to the text that stands before or after it."""
        if len(self._source):
            self._put_cursor(self._near(0 if end < 0 else len(self._source) - 1))
            self._scroll_top(0 if end < 0 else self.max_scroll_y)

    def action_choose(self) -> None:
        """Enter."""
        if self.selected:
            self.post_message(self.Chosen(self, self.selected))

    def on_click(self, event: Click) -> None:
        """A click moves the cursor; on the row under it, it chooses."""
        index = event.y + self.scroll_offset.y
        if index < len(self._source) and self._source.key(index):
            if index == self._cursor and event.chain > 1:
                self.action_choose()
            self._go(index)

    def notify_style_update(self) -> None:
        """The theme, the focus or a class changed."""
        self._roles.forget()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One visible row, every part of it inert."""
        index, width = y + self.scroll_offset.y, self._width
        base = self._roles.style("plain")
        if index >= len(self._source):
            return Strip.blank(self.size.width, base)
        drawn = self._source.row(index, width)
        over = ""
        if self._selectable and index == self._cursor and self._source.key(index):
            over = "lines--cursor" if self.has_focus else "lines--held"
        segments = [Segment(inert(text, 1000), self._roles.style(role, over)) for text, role in drawn.parts]
        end = self._roles.style("plain", over)
        return Strip(segments).adjust_cell_length(self.size.width, end)
