"""A terminal's cells: Rich's segments as characters, each with the SGR parameters that it is drawn with."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.cells import split_graphemes
from rich.color import Color, ColorSystem
from rich.style import Style

from kvtui.console.terminal.charset import in_charset, is_drawing
from kvtui.console.terminal.contrast import Rgb, behind_text, legible

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
_SEEN_ON_BLANKS = frozenset({"4", "5", "6", "7", "9", "21", "51", "52", "53"})


class Abilities(NamedTuple):
    """What the terminal can draw."""

    colors: ColorSystem = ColorSystem.TRUECOLOR
    encoding: str = "utf-8"
    ascii_marks: bool = False
    """Borders and marks in ASCII: its font lacks them."""
    erases: bool = False
    """It can blank several cells by one sequence, and gives them the background that is set (ECH, bce)."""
    background: Rgb | None = None
    """Its own background, if it is known."""


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


@lru_cache(maxsize=4096)
def wide(text: str) -> bool:
    """Whether a character takes two cells."""
    return split_graphemes(text)[1] == 2


@lru_cache(maxsize=8192)
def cells(text: str, style: Style | None, can: Abilities) -> tuple[Cell, ...]:
    """A segment as cells."""
    look, line = _looks(style, can) if style else (PLAIN, PLAIN)
    blank = on_blank(look)
    if text.isascii():
        return tuple((each, look) if each > " " and each != "\x7f" else (" ", blank) for each in text)
    found: list[Cell] = []
    for begin, end, width in split_graphemes(text)[0]:
        each = text[begin:end]
        if width == 0:  # a control character, or a combining mark without a character
            continue
        drawn = in_charset(each, width, can.encoding, can.ascii_marks)
        if drawn == " ":
            found.append((" ", blank))
        elif drawn != each:
            found += ((one, line if is_drawing(each) else look) for one in drawn)
        else:
            found.append((each, line if is_drawing(each) else look))
            if width == 2:
                found.append(("", look))
    return tuple(found)


@lru_cache(maxsize=1024)
def _looks(style: Style, can: Abilities) -> tuple[Look, Look]:
    """How text is drawn in a style, which can be read always, and how lines are."""
    fore, back = style.color, style.bgcolor
    attributes = tuple(code for name, code in _ATTRIBUTES.items() if getattr(style, name))
    behind = "" if back is None or back.is_default else _codes(behind_text(back, can.colors), False)
    text = legible(fore, back, can.colors, can.background)
    line = fore.downgrade(can.colors) if fore is not None and not fore.is_default else None
    as_text, as_line = (_codes(each) if each is not None else "" for each in (text, line))
    link = style.link or ""
    return Look(attributes, as_text, behind, link), Look(attributes, as_line, behind, link)


def _codes(color: Color, foreground: bool = True) -> str:
    return ";".join(color.get_ansi_codes(foreground))


@lru_cache(maxsize=1024)
def on_blank(look: Look) -> Look:
    """The same look as far as it is seen on a blank."""
    seen = tuple(each for each in look.attributes if each in _SEEN_ON_BLANKS)
    return Look(seen, look.foreground if seen else "", look.background, look.link)
