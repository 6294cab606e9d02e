"""The terminal's screen as cells: what has to be sent to it is only what differs from what it shows.

It knows Rich's segments and a terminal's control sequences, and neither Textual nor kvtui.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.segment import Segment

from kvtui.console.terminal.cells import Abilities, Cell, Look, Row, cells, on_blank, wide
from kvtui.console.terminal.pen import Pen


class Frame:
    """Two screens: what the terminal shows and what it should show.

    `put` changes the second, `changes` brings the first to it. What is put between two calls of `changes`
    is merged: nothing is kept of a state that was never sent.
    """

    def __init__(self, width: int, height: int, can: Abilities | None = None) -> None:
        self._can = can or Abilities()
        self._cursor: tuple[int, int] | None = None
        self._cursor_shown: tuple[int, int] | None = None
        self.resize(width, height)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._width, len(self._wanted)

    def resize(self, width: int, height: int) -> None:
        """Another size: nothing is known, nothing is wanted."""
        self._width = width
        self._wanted: list[Row] = [[None] * width for _ in range(height)]
        self._touched: set[int] = set()
        self.forget()

    def forget(self) -> None:
        """The terminal may show anything: all that is wanted is sent again."""
        self._shown: list[Row] = [[None] * self._width for _ in self._wanted]
        self._touched.update(range(len(self._wanted)))

    def point(self, x: int, y: int) -> None:
        """Where the terminal's cursor should be. It is hidden, but input methods follow it."""
        self._cursor = (x, y)

    def put(self, x: int, y: int, segments: Iterable[Segment]) -> None:
        """What should be at that place of row `y`; what would be outside of the screen is left out."""
        if not 0 <= y < len(self._wanted):
            return
        row = self._wanted[y]
        new: Row = []
        for text, style, control in segments:
            if not control:
                new += cells(text, style, self._can)
        del new[max(self._width - x, 0) :]
        if new and new[-1] is not None and wide(new[-1][0]):
            new[-1] = (" ", new[-1][1])  # its other half would be outside
        if row[x : x + len(new)] == new:
            return
        row[x : x + len(new)] = new
        _repair(row, x)
        _repair(row, x + len(new))
        self._touched.add(y)

    def changes(self) -> str:
        """What to send so that the terminal shows what is wanted; empty if it does."""
        pen = Pen()
        for y in sorted(self._touched):
            wanted, shown = self._wanted[y], self._shown[y]
            if wanted != shown:
                self._bring(pen, y)
                self._shown[y] = wanted[:]
        self._touched.clear()
        if self._cursor is not None and (pen.length or self._cursor != self._cursor_shown):
            pen.move(*self._cursor)
            self._cursor_shown = self._cursor
        return pen.finished()

    def _bring(self, pen: Pen, y: int) -> None:
        """Draws what differs in a row, or all from the first to the last of it if that is shorter."""
        wanted = self._wanted[y]
        runs = list(_runs(self._shown[y], wanted))
        if not runs:
            return
        drawn = [self._drawn(pen.copy(), y, runs)]
        begin, end = runs[0][0], runs[-1][1]
        if len(runs) > 1 and None not in wanted[begin:end]:
            drawn.append(self._drawn(pen.copy(), y, [(begin, end)]))
        pen.follow(min(drawn, key=lambda each: each.length))

    def _drawn(self, pen: Pen, y: int, runs: list[tuple[int, int]]) -> Pen:
        row = self._wanted[y]
        for x, end in runs:
            while x < end:
                cell, blanks = row[x], 0
                if self._can.erases and cell is not None and cell[0] == " " and not cell[1].attributes:
                    blanks = next((n for n in range(x, end) if row[n] != cell), end) - x
                if cell is not None and cell[0]:
                    pen.move(x, y)
                    if blanks >= _MANY:
                        pen.erase(blanks, cell[1])
                    else:
                        pen.draw(cell)
                x += blanks if blanks >= _MANY else 1
        return pen


_MANY = 10
"""Blanks that are cheaper erased, and jumped over, than drawn."""
_CLOSE = 5
"""Cells that are cheaper sent again than jumped over: a jump is five bytes or more."""


def _runs(shown: Row, wanted: Row) -> Iterator[tuple[int, int]]:
    """The stretches of a row that differ; two with little between them are one."""
    if not any(shown) and all(wanted):  # nothing is known: the first frame
        yield 0, len(wanted)
        return
    begin = end = -1
    for x, (old, new) in enumerate(zip(shown, wanted, strict=True)):
        if new is None or old == new:
            continue
        if end < 0 or x - end > _CLOSE or not _alike(wanted[end:x], new[1]):
            if end >= 0:
                yield begin, end
            begin = x
        end = x + 1
    if end >= 0:
        yield begin, end


def _alike(between: Row, look: Look) -> bool:
    """Whether all of them can be drawn without another look."""
    blank: Cell = (" ", on_blank(look))
    return all(cell is not None and (cell[1] == look or cell == blank) for cell in between)


def _repair(row: Row, x: int) -> None:
    """Where a wide character was cut in two, what is left of it is blank."""
    if not 0 < x < len(row):
        return
    left, right = row[x - 1], row[x]
    is_half = right is not None and right[0] == ""
    is_whole = left is not None and wide(left[0])
    if is_half and not is_whole and right is not None:
        row[x] = (" ", right[1])
    elif is_whole and not is_half and left is not None:
        row[x - 1] = (" ", left[1])
