"""The terminal's screen as cells: what has to be sent to it is only what differs from what it shows.

It knows Rich's segments and a terminal's control sequences, and neither Textual nor kvtui.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

_ATTRIBUTES = {
    "bold": "1",
    "dim": "2",
    "italic": "3",
    "underline": "4",
    "blink": "5",
    "blink2": "6",
    "reverse": "7",
    "conceal": "8",
    "strike": "9",
    "underline2": "21",
    "frame": "51",
    "encircle": "52",
    "overline": "53",
}
_ENDED_BY = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
}
"""SGR attributes and what ends each; what is not in it is ended by a full reset."""
_SEEN_ON_BLANKS = frozenset({"4", "5", "6", "7", "9", "21", "51", "52", "53"})


class Look(NamedTuple):
    """How a cell is drawn, as SGR parameters; empty: the terminal's default."""

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""
    link: str = ""


PLAIN = Look()
Cell = tuple[str, Look]
"""A character with its look. The second half of a wide character has no text of its own."""
Row = list[Cell | None]
"""None: what the terminal shows there is not known."""


class Frame:
    """Two screens: what the terminal shows and what it should show.

    `put` changes the second, `changes` brings the first to it.
    """

    def __init__(self, width: int, height: int, colors: ColorSystem = ColorSystem.TRUECOLOR) -> None:
        self._colors = colors
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

    def put(self, x: int, y: int, segments: Iterable[Segment]) -> None:
        """What should be at that place of row `y`; what would be outside of the screen is left out."""
        if not 0 <= y < len(self._wanted):
            return
        row = self._wanted[y]
        cells: Row = []
        for text, style, control in segments:
            if not control:
                cells += _cells(text, style, self._colors)
        del cells[max(self._width - x, 0) :]
        if cells and cells[-1] is not None and _wide(cells[-1][0]):
            cells[-1] = (" ", cells[-1][1])  # its other half would be outside
        if row[x : x + len(cells)] == cells:
            return
        row[x : x + len(cells)] = cells
        _repair(row, x)
        _repair(row, x + len(cells))
        self._touched.add(y)

    def changes(self) -> str:
        """What to send so that the terminal shows what is wanted; empty if it does."""
        pen = _Pen()
        for y in sorted(self._touched):
            wanted, shown = self._wanted[y], self._shown[y]
            if wanted != shown:
                for begin, end in _runs(shown, wanted):
                    pen.move(begin, y)
                    for cell in wanted[begin:end]:
                        if cell is not None:
                            pen.draw(cell)
                self._shown[y] = wanted[:]
        self._touched.clear()
        return pen.finished()


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


def _alike(cells: Row, look: Look) -> bool:
    """Whether all of them can be drawn without another look."""
    blank = _blank(look)
    return all(cell is not None and (cell[1] == look or cell == (" ", blank)) for cell in cells)


def _repair(row: Row, x: int) -> None:
    """Where a wide character was cut in two, what is left of it is blank."""
    if not 0 < x < len(row):
        return
    left, right = row[x - 1], row[x]
    is_half = right is not None and right[0] == ""
    is_whole = left is not None and _wide(left[0])
    if is_half and not is_whole and right is not None:
        row[x] = (" ", right[1])
    elif is_whole and not is_half and left is not None:
        row[x - 1] = (" ", left[1])


@lru_cache(maxsize=4096)
def _wide(text: str) -> bool:
    return split_graphemes(text)[1] == 2


@lru_cache(maxsize=8192)
def _cells(text: str, style: Style | None, colors: ColorSystem) -> tuple[Cell, ...]:
    """A segment as cells."""
    look = _look(style, colors) if style else PLAIN
    blank = _blank(look)
    if text.isascii():
        return tuple((each, look) if each > " " and each != "\x7f" else (" ", blank) for each in text)
    cells: list[Cell] = []
    for begin, end, width in split_graphemes(text)[0]:
        each = text[begin:end]
        if width == 0:  # a control character, or a mark with nothing to stand on
            continue
        cells.append((each, look) if each != " " else (" ", blank))
        if width == 2:
            cells.append(("", look))
    return tuple(cells)


@lru_cache(maxsize=1024)
def _look(style: Style, colors: ColorSystem) -> Look:
    fore, back = style.color, style.bgcolor
    return Look(
        tuple(code for name, code in _ATTRIBUTES.items() if getattr(style, name)),
        "" if fore is None or fore.is_default else ";".join(fore.downgrade(colors).get_ansi_codes()),
        "" if back is None or back.is_default else ";".join(back.downgrade(colors).get_ansi_codes(False)),
        style.link or "",
    )


@lru_cache(maxsize=1024)
def _blank(look: Look) -> Look:
    """The same look as far as it is seen on a blank."""
    seen = tuple(each for each in look.attributes if each in _SEEN_ON_BLANKS)
    return Look(seen, look.foreground if seen else "", look.background, look.link)


class _Pen:
    """Collects output, and knows where the cursor is and how the terminal draws now."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._look = PLAIN
        self._x = self._y = -1

    def move(self, x: int, y: int) -> None:
        """Puts the cursor there."""
        if (x, y) == (self._x, self._y):
            return
        if y == self._y:
            self._out.append(f"\x1b[{x + 1}G")
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._x, self._y = x, y

    def draw(self, cell: Cell) -> None:
        """One cell where the cursor is."""
        text, look = cell
        if text:
            if text == " " and _blank(self._look) == look:
                look = self._look  # the colour of a character that is not seen does not matter
            if look != self._look:
                self._out.append(_transition(self._look, look))
                self._look = look
            self._out.append(text)
            self._x += 1
            if not text.isascii() and _wide(text):
                self._x += 1

    def finished(self) -> str:
        """All that was drawn, the look given back."""
        if self._look != PLAIN:
            self._out.append(_link("") * bool(self._look.link) + "\x1b[m")
        return "".join(self._out)


def _link(address: str) -> str:
    return f"\x1b]8;;{address}\x1b\\"


@lru_cache(maxsize=4096)
def _transition(old: Look, new: Look) -> str:
    """The shortest sequence from one look to another."""
    link = _link(new.link) if old.link != new.link else ""
    return link + min(filter(None, (_step(old, new), _afresh(new))), key=len, default="")


def _afresh(new: Look) -> str:
    parameters = [part for part in ("0", *new.attributes, new.foreground, new.background) if part]
    return f"\x1b[{';'.join(parameters)}m" if len(parameters) > 1 else "\x1b[m"


def _step(old: Look, new: Look) -> str:
    """Only what differs; empty if that cannot be said without a reset, or nothing differs."""
    gone = [each for each in old.attributes if each not in new.attributes]
    ends = {_ENDED_BY.get(each, "") for each in gone}
    if "" in ends:
        return ""
    kept = [each for each in old.attributes if each in new.attributes and _ENDED_BY.get(each) not in ends]
    parameters = [*sorted(ends), *(each for each in new.attributes if each not in kept)]
    if old.foreground != new.foreground:
        parameters.append(new.foreground or "39")
    if old.background != new.background:
        parameters.append(new.background or "49")
    return f"\x1b[{';'.join(parameters)}m" if parameters else ""
