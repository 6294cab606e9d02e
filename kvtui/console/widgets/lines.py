"""The list that every pane is made of: a ScrollView that paints only the rows that show.

A DataTable takes 1.8 s to fill with 25,000 rows; this takes about 1 ms, because a row is made when
it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import BindingType
from textual.events import Click, MouseDown, Resize
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kvtui.console.text import Row
from kvtui.console.widgets.roles import Roles, component_classes
from kvtui.core.sanitize import inert


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
    """Rows with a cursor. It stays on its item when rows come and go; without the item it is on the first."""

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
    class Clicked(Message):
        """A click on a row that can be chosen."""

        lines: LineList
        key: str
        part: int
        """The place of the clicked part among the row's parts; after the last one, their number."""

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
        self._held = ""
        """The key of that item, also while rows are shown that have none."""
        self._first_begins = ""
        """How the key of the row begins that an untouched cursor is on."""
        self._page_shown = ""
        self._first_page = (0, "")
        """The first row that showed of the first page, and its item under the cursor."""
        self._return_to: int | None = None
        self._height = 0
        """Rows that showed before the last change of the size."""
        self._pressed: tuple[Offset, float, str, int] = (Offset(-1, -1), 0.0, "", 0)
        """Where and when the mouse was pressed, on which row and part."""
        self._pressed_again = False

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
        was = self.selected
        before, self._source = self._source, source
        place = source.index_of(self._held) if self._touched and self._held else None
        index = self._first() if place is None else place
        moved, self._cursor = index - self._cursor, index
        size = Size(self._width, len(source))
        same_place = size == self.virtual_size and not moved
        self.virtual_size = size
        if place is not None and self._return_to is not None:
            self._jump(self._return_to)
            self._show_cursor()
        elif place is None and (self._held or not self._touched):
            self._jump(0)
        elif moved and place is not None:
            self._jump(self.scroll_offset.y + moved)
        self._return_to = None
        if same_place and isinstance(before, Built) and isinstance(source, Built):
            self._refresh_changed(before, source)
        else:
            self.refresh()
        self._held = self.selected or self._held
        if self.selected != was:
            self.post_message(self.Moved(self, self.selected))

    def _jump(self, top: int) -> None:
        """Makes that row the first that shows, also while the new rows' scrollbar is not there yet."""
        self.scroll_to(y=max(0, top), animate=False, immediate=True, force=True)

    def _show_cursor(self) -> None:
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, immediate=True, force=True)

    def _first(self) -> int:
        """The first row that can be chosen and whose key begins as wished; without one, the first."""
        keys = range(len(self._source))
        wished = self._first_begins
        found = (n for n in keys if self._source.key(n) and self._source.key(n).startswith(wished))
        index = next(found, None)
        return self._near(0) if index is None else index

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
        """Another width means other rows where text wraps. A cursor that showed still shows."""
        top = self.scroll_offset.y
        showed = bool(self.selected) and top <= self._cursor < top + self._height
        self._height = self.size.height
        if self._build is not None:
            self._replace(Built(self._build(self._width)))
        self.virtual_size = Size(self._width, len(self._source))
        if showed:
            self._show_cursor()

    def on_focus(self) -> None:
        """The cursor shows its colours."""
        self.refresh()

    def on_blur(self) -> None:
        """And loses them."""
        self.refresh()

    def _go(self, index: int) -> None:
        self._put_cursor(index)
        self._show_cursor()

    def _put_cursor(self, index: int) -> None:
        """The cursor alone: what shows stays."""
        self._touched = True
        old, self._cursor = self._cursor, index
        self._held = self.selected
        top = self.scroll_offset.y
        for line in (old, index):
            self.refresh(Region(0, line - top, self.size.width, 1))
        if old != index:
            self.post_message(self.Moved(self, self.selected))

    def _scroll_top(self, top: int) -> None:
        """Makes that row the first that shows; it stays when the rows are made anew."""
        self._touched = True
        self.scroll_to(y=top, animate=False, immediate=True)

    def from_top(self, begins: str = "") -> None:
        """Other rows are to come, read from their beginning: the cursor is on the first with such a key."""
        self._touched = False
        self._first_begins = begins

    def turn(self, page: str, back_to: str = "") -> None:
        """The rows to come are another page's, read from its beginning; the first page's name is empty.

        Back on the first page, the cursor is on the item `back_to`, or on the one that it was on, and the
        same rows show.
        """
        if page == self._page_shown:
            return
        if not self._page_shown:
            self._first_page = (self.scroll_offset.y, self._held)
        self._page_shown = page
        self.from_top()
        self._held = ""
        if not page:
            self._return_to, held = self._first_page
            self._held = back_to or held
            self._touched = bool(self._held)

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

    def on_mouse_down(self, event: MouseDown) -> None:
        """Puts the cursor on the row, before the focus that comes with it moves the rows.

        The second press of a double click is on the same row, whatever came under the pointer meanwhile.
        """
        where, when, key, part = self._pressed
        chained = event.time - when <= self.app.CLICK_CHAIN_TIME_THRESHOLD
        self._pressed_again = bool(key) and chained and event.screen_offset == where
        if not self._pressed_again:
            index = event.y + self.scroll_offset.y
            key = self._source.key(index) if index < len(self._source) else ""
            part = self._part(index, event.x) if key else 0
        self._pressed = (event.screen_offset, event.time, key, part)
        if key:
            self.select(key)

    def _part(self, index: int, x: int) -> int:
        ends = 0
        parts = self._source.row(index, self._width).parts
        for number, (text, _) in enumerate(parts):
            ends += cell_len(inert(text, 1000))
            if x < ends:
                return number
        return len(parts)

    def on_click(self, event: Click) -> None:
        """A click is on the row that was pressed; a second one on it chooses."""
        _, _, key, part = self._pressed
        if not key or key != self.selected:
            return
        if event.chain == 2 and self._pressed_again:
            self.action_choose()
        elif event.chain == 1:
            self.post_message(self.Clicked(self, key, part))

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
