"""Breaks long lines of a diff between words, if possible after a comma; old and new lines break alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells

if TYPE_CHECKING:
    from kvtui.outputs.diff import DiffLine

LONGEST = 12
"""The number of rows to which a long line is cut."""


def wrapped_lines(lines: Sequence[DiffLine], width: int) -> list[list[str]]:
    """The rows of each line, of at most `width` cells. A removed line and its replacement break alike."""
    rows: list[list[str]] = []
    while (at := len(rows)) < len(lines):
        old = list(takewhile(lambda line: line.sign == "-", islice(lines, at, None)))
        new = list(takewhile(lambda line: line.sign == "+", islice(lines, at + len(old), None)))
        if old and len(old) == len(new):
            pairs = [broken((one.text, other.text), width) for one, other in zip(old, new, strict=True)]
            rows += [*(first for first, _ in pairs), *(second for _, second in pairs)]
        else:
            rows += broken([lines[at].text], width) if lines[at].sign != " " else [[lines[at].text]]
    return rows


def broken(texts: Sequence[str], width: int) -> list[list[str]]:
    """The rows of each text, broken between the same words, so that each row fits in all texts."""
    words = [_words(text, width) for text in texts]
    rows: list[list[str]] = [[] for _ in texts]
    at, number = 0, max(map(len, words))
    while at < number and len(rows[0]) < LONGEST:
        end = at + 1
        while end < number and all(cell_len("".join(each[at : end + 1]).rstrip()) <= width for each in words):
            end += 1
        if end < number:
            end = _after_comma(words[0], at, end, width) or end
        for each, of_text in zip(words, rows, strict=True):
            if piece := "".join(each[at:end]):
                of_text.append(piece)
        at = end
    return rows


def _words(text: str, width: int) -> list[str]:
    """The words with their spaces; a word that is longer than a row is split after `.`, `/` and `=`."""
    words = re.findall(r"\s*\S+\s*|\s+", text) or [""]
    parts = (
        re.findall(r"[^./=]*[./=]+|[^./=]+", word) if cell_len(word) > width else [word] for word in words
    )
    return [piece for part in chain.from_iterable(parts) for piece in chop_cells(part, width)]


def _after_comma(words: Sequence[str], at: int, end: int, width: int) -> int:
    """The last place after a comma in the second half of the row; 0 without one."""
    for place in range(min(end, len(words)), at, -1):
        if words[place - 1].rstrip().endswith(","):
            return place if cell_len("".join(words[at:place])) >= width // 2 else 0
    return 0
