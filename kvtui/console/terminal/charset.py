"""What a terminal can draw: marks and borders in ASCII where its font or its character set lacks them."""

from __future__ import annotations

from functools import lru_cache

_LINES = "─┄┈┉╌▔▁▂▀▄"
_HEAVY = "━┅╍═"
_UPRIGHTS = "│┃┆┇┊┋╎╏║▏▎▍▌▋▊▉▐▕"
_CORNERS = "┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼╋╭╮╯╰╔╗╚╝╠╣╦╩╬▛▜▙▟"
_MARKS = {
    "●": "*",
    "○": "o",
    "✓": "+",
    "✗": "x",
    "·": ".",
    "•": "*",
    "…": "~",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "↳": ">",
    "⏎": "&",
    "≈": "~",
    "▸": ">",
    "▾": "v",
    "▶": ">",
    "▼": "v",
    "█": "#",
    "▇": "#",
    "▆": "#",
    "▅": "#",
    "▃": "_",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "−": "-",
    "×": "x",
    "\u00a0": " ",
}
IN_ASCII = {
    **dict.fromkeys(_LINES, "-"),
    **dict.fromkeys(_HEAVY, "="),
    **dict.fromkeys(_UPRIGHTS, "|"),
    **dict.fromkeys(_CORNERS, "+"),
    **_MARKS,
}
"""Each is as wide as the character it replaces."""


def is_drawing(text: str) -> bool:
    """Whether it is a line or a block, and no text."""
    return "\u2500" <= text <= "\u259f"


@lru_cache(maxsize=4096)
def in_charset(text: str, width: int, encoding: str, ascii_marks: bool) -> str:
    """One character, or what is drawn for it in as many cells: itself, its mark in ASCII, question marks."""
    if ascii_marks and text in IN_ASCII:
        return IN_ASCII[text]
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "?" * width
    return text
