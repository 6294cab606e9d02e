"""The list of the panes and dialogs: a ScrollView that draws only the visible rows.

A DataTable takes 1.8 s to fill with 25,000 rows; this, about 1 ms: a row is made when it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click, MouseDown, Resize
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from kvtui.console.actions import LIST_KEYS
from kvtui.console.widgets.cut import cut
from kvtui.console.widgets.roles import Roles
from kvtui.console.widgets.row_source import RowSource, StaticRows
from kvtui.core.sanitize import sanitized

if TYPE_CHECKING:
    from kvtui.console.text import Row, RowKey


POINTER = "▸ "
AROUND = 5
"""The columns of a pane that are not for rows: its border, its padding, the place of the scrollbar."""


def _any_row(key: RowKey) -> bool:
    return True


def _shown(rows: RowSource, index: int, width: int) -> tuple[Row, bool] | None:
    """What is drawn of a row, and whether the cursor can be on it; None behind the last one."""
    return (rows.row(index, width), rows.key(index) is not None) if index < len(rows) else None


class LineList(ScrollView, can_focus=True):
    """Rows with a cursor, which stays on its row when others are added or removed."""

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(action.keys, action.textual, action.words, show=False) for action in LIST_KEYS),
        ("enter", "choose", "Choose"),
    ]

    @dataclass
    class Chosen(Message):
        """Enter on a row."""

        key: RowKey

    @dataclass
    class Clicked(Message):
        """A click on a row that can be selected."""

        key: RowKey
        part: int
        """The number of the clicked part of the row; behind the last part, the number of parts."""

    @dataclass
    class Moved(Message):
        """The cursor moved to another row."""

        lines: LineList
        key: RowKey | None

    def __init__(
        self,
        *,
        id: str | None = None,
        cursor: bool = True,
        follows_without_focus: bool = True,
        pointer: bool = False,
    ) -> None:
        """`follows_without_focus`: a new size scrolls to the cursor also while the pane is not in focus.

        `pointer`: the row at the cursor has a mark in place of its indent.
        """
        super().__init__(id=id)
        self._follows_without_focus = follows_without_focus
        self._roles = Roles(self, "lines")
        self._source: RowSource = StaticRows(())
        self._build: Callable[[int], Sequence[Row]] | None = None
        self._cursor = 0
        self._selectable, self._pointer = cursor, pointer
        self._touched = False
        """The user moved the cursor: it stays on its row from now on."""
        self._held: RowKey | None = None
        """The key of that row; kept while rows without keys are shown."""
        self._starts_on: Callable[[RowKey], bool] = _any_row
        """The rows on which the cursor may be until the user moves it: it is on the first of them."""
        self._page_shown: RowKey | None = None
        self._first_page: tuple[int, RowKey | None] = (0, None)
        """The first visible row of the first page, and the key under its cursor."""
        self._return_to: int | None = None
        self._height = 0
        """The height before the last change of the size."""
        self._had_width = 0
        """The width of the rows when it was last shown; 0 before."""
        self._pressed: tuple[Offset, float, RowKey | None, int] = (Offset(-1, -1), 0.0, None, 0)
        """Place and time of the last press of the mouse, the row and the part."""
        self._pressed_again = False

    @property
    def selected(self) -> RowKey | None:
        """The key under the cursor, if there is one."""
        return self._source.key(self._cursor) if self._cursor < len(self._source) else None

    @property
    def source(self) -> RowSource:
        """The rows that are shown."""
        return self._source

    def show_rows(self, build: Callable[[int], Sequence[Row]]) -> None:
        """Shows the rows that `build` returns for a width; calls it again when the width changes."""
        self._build = build
        self._replace(StaticRows(build(self._width)))

    def show(self, source: RowSource) -> None:
        """Shows rows that are built when they are drawn."""
        self._build = None
        self._replace(source)

    def select(self, key: RowKey) -> None:
        """Moves the cursor to the row with that key, if there is one."""
        index = self._source.index_of(key)
        if index is not None:
            self._go(index)

    @property
    def _width(self) -> int:
        """The width of the rows; of a hidden list what it had, or will have where its pane fills the screen.

        Rows that were built for another width would be drawn once before they are right.
        """
        width = self.scrollable_content_region.width or self.size.width or self._had_width
        return int(max(10, width or self.app.size.width - AROUND))

    def _replace(self, source: RowSource) -> None:
        was = self.selected
        before, self._source = self._source, source
        place = source.index_of(self._held) if self._touched and self._held is not None else None
        index = self._first() if place is None else place
        moved, self._cursor = index - self._cursor, index
        size, top = Size(self._width, len(source)), self.scroll_offset.y
        laid_out = size.width == self.virtual_size.width and not moved
        self._resize_rows(size)
        if place is not None and self._return_to is not None:
            self._jump(self._return_to)
            self._show_cursor()
        elif place is None and (self._held is not None or not self._touched):
            self._jump(0)
        elif moved and place is not None:
            self._jump(self.scroll_offset.y + moved)
        self._return_to = None
        if laid_out and top == self.scroll_offset.y and self.is_on_screen:
            self._refresh_changed(before, source)
        else:  # a hidden list has no lines on the screen to compare with
            self.refresh()
        self._held = self._held if self.selected is None else self.selected
        if self.selected != was:
            self.post_message(self.Moved(self, self.selected))

    def _resize_rows(self, size: Size) -> None:
        """Sets the size of all rows; lays the screen out again only if that changes more than this list."""
        scrolls = size.height > self.size.height
        if self.styles.is_auto_height or scrolls != self.show_vertical_scrollbar or not self.size:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            if scrolls:
                self.vertical_scrollbar.window_virtual_size = size.height
                self.vertical_scrollbar.refresh()
            if self.scroll_offset.y > self.max_scroll_y:
                self._jump(self.max_scroll_y)

    def _jump(self, top: int) -> None:
        """Scrolls until that row is the first visible one, also before the scrollbar is updated."""
        self.scroll_to(y=max(0, top), animate=False, immediate=True, force=True)

    def _show_cursor(self) -> None:
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, immediate=True, force=True)

    def _first(self) -> int:
        """The first row of `_starts_on`; if there is none, the first row that can be selected."""
        for index in range(len(self._source)):
            key = self._source.key(index)
            if key is not None and self._starts_on(key):
                return index
        return self._near(0)

    def _refresh_changed(self, before: RowSource, after: RowSource) -> None:
        """Draws only the lines that changed, which takes less time, and few bytes over SSH."""
        top, width = self.scroll_offset.y, self._width
        for y in range(self.size.height):
            if _shown(before, top + y, width) != _shown(after, top + y, width):
                self.refresh(Region(0, y, self.size.width, 1))

    def _near(self, index: int) -> int:
        """The nearest row that can be selected: first downwards from `index`, then upwards."""
        count = len(self._source)
        for candidate in chain(range(index, count), range(min(index, count) - 1, -1, -1)):
            if self._source.key(candidate) is not None:
                return candidate
        return 0

    def on_resize(self, event: Resize) -> None:
        """Builds the rows for the new width; keeps a visible cursor visible."""
        top = self.scroll_offset.y
        showed = self.selected is not None and top <= self._cursor < top + self._height
        self._height, self._had_width = self.size.height, self._width
        if self._build is not None:
            self._replace(StaticRows(self._build(self._width)))
        self.virtual_size = Size(self._width, len(self._source))
        in_use = isinstance(self.parent, Widget) and self.parent.has_focus_within
        if showed if self._follows_without_focus else in_use:
            self._show_cursor()

    def on_focus(self) -> None:
        """Draws the cursor in its colours."""
        self.refresh()

    def on_blur(self) -> None:
        """Draws the cursor without its colours."""
        self.refresh()

    def _go(self, index: int) -> None:
        self._put_cursor(index)
        self._show_cursor()

    def _put_cursor(self, index: int) -> None:
        """Moves the cursor without scrolling."""
        self._touched = True
        old, self._cursor = self._cursor, index
        self._held = self.selected
        top = self.scroll_offset.y
        for line in (old, index):
            self.refresh(Region(0, line - top, self.size.width, 1))
        if old != index:
            self.post_message(self.Moved(self, self.selected))

    def _scroll_top(self, top: int) -> None:
        """Scrolls until that row is the first visible one; this is kept when the rows are built again."""
        self._touched = True
        self.scroll_to(y=top, animate=False, immediate=True)

    def from_top(self, starts_on: Callable[[RowKey], bool] | None = None) -> None:
        """Puts the cursor of the next rows on the first row, or on the first of `starts_on`."""
        self._touched = False
        self._starts_on = starts_on or _any_row

    def turn(self, page: RowKey | None, back_to: RowKey | None = None) -> None:
        """Announces the rows of another page, shown from its beginning; None: the first page.

        Back on the first page, the cursor is on the row `back_to`, or where it was, and the same rows are
        visible.
        """
        if page == self._page_shown:
            return
        if self._page_shown is None:
            self._first_page = (self.scroll_offset.y, self._held)
        self._page_shown = page
        self.from_top()
        self._held = None
        if page is None:
            self._return_to, held = self._first_page
            self._held = held if back_to is None else back_to
            self._touched = self._held is not None

    @property
    def _page(self) -> int:
        """The rows of a page: all visible rows but one."""
        return int(max(1, self.scrollable_content_region.height - 1))

    def action_move(self, step: int) -> None:
        """Moves to the next row in that direction; scrolls if it is a page away or more."""
        index, top, page = self._cursor + step, self.scroll_offset.y, self._page
        while 0 <= index < len(self._source):
            if self._source.key(index) is not None:
                if abs(index - self._cursor) < page or top <= index <= top + page:
                    self._go(index)
                    return
                break
            index += step
        self._scroll_top(top + step)

    def action_page(self, step: int) -> None:
        """Moves by a page."""
        self._turn_over(step * self._page)

    def action_half_page(self, step: int) -> None:
        """Moves by half a page."""
        self._turn_over(step * max(1, self._page // 2))

    def action_below(self, step: int) -> None:
        """Scrolls the list below this one, which shows the details of a row."""
        for sibling in self.siblings:
            if isinstance(sibling, LineList) and sibling.display:
                sibling._scroll_top(sibling.scroll_offset.y + step)

    def _turn_over(self, rows: int) -> None:
        """Scrolls by `rows`. The cursor moves too, if a visible row can be selected."""
        page, top = self._page, self.scroll_offset.y
        new_top = max(0, min(self.max_scroll_y, top + rows))
        held = self._cursor if top <= self._cursor <= top + page else top
        target = held + rows
        showing = range(new_top, min(new_top + page + 1, len(self._source)))
        items = [index for index in showing if self._source.key(index) is not None]
        self._scroll_top(new_top)
        if items:
            self._put_cursor(min(items, key=lambda index: abs(index - target)))

    def action_edge(self, end: int) -> None:
        """Moves to the first or the last row, and scrolls to the beginning or the end of the text."""
        if len(self._source):
            self._put_cursor(self._near(0 if end < 0 else len(self._source) - 1))
            self._scroll_top(0 if end < 0 else self.max_scroll_y)

    def action_choose(self) -> None:
        """Posts `Chosen` for the row under the cursor."""
        if self.selected is not None:
            self.post_message(self.Chosen(self.selected))

    def on_mouse_down(self, event: MouseDown) -> None:
        """Moves the cursor to the clicked row, before the focus moves the rows.

        The second press of a double click is on the same row, whatever came under the pointer meanwhile.
        """
        where, when, key, part = self._pressed
        chained = event.time - when <= self.app.CLICK_CHAIN_TIME_THRESHOLD
        self._pressed_again = key is not None and chained and event.screen_offset == where
        if not self._pressed_again:
            index = event.y + self.scroll_offset.y
            key = self._source.key(index) if index < len(self._source) else None
            part = self._part(index, event.x) if key is not None else 0
        self._pressed = (event.screen_offset, event.time, key, part)
        if key is not None:
            self.select(key)

    def _part(self, index: int, x: int) -> int:
        ends = 0
        parts = self._source.row(index, self._width).parts
        for number, (text, _) in enumerate(parts):
            ends += cell_len(sanitized(text, 1000))
            if x < ends:
                return number
        return len(parts)

    def on_click(self, event: Click) -> None:
        """Posts `Clicked` for the pressed row; a double click chooses it."""
        _, _, key, part = self._pressed
        if key is None or key != self.selected:
            return
        if event.chain == 2 and self._pressed_again:
            self.action_choose()
        elif event.chain == 1:
            self.post_message(self.Clicked(key, part))

    def notify_style_update(self) -> None:
        """Drops the kept styles after the theme, the focus or a class changed."""
        self._roles.forget()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Draws one visible row; all texts are sanitized."""
        index, width = y + self.scroll_offset.y, self._width
        base = self._roles.style("plain")
        if index >= len(self._source):
            return Strip.blank(self.size.width, base)
        parts = self._source.row(index, width).parts
        over = ""
        if self._selectable and index == self._cursor and self._source.key(index) is not None:
            in_use = self.has_focus or self.has_class("-prompted")
            over = "lines--cursor" if in_use else "lines--held"
            if self._pointer:
                parts = ((POINTER, "todo"), *parts[1:])
        segments = [Segment(sanitized(text, 1000), self._roles.style(role, over)) for text, role in parts]
        return cut(Strip(segments), self.size.width, self._roles.style("plain", over))
