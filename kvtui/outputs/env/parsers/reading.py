"""What one program gets from a `.env`, and two habits that the programs written in Go share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""White space by Go's `unicode.IsSpace`; Python's `str.strip` removes a little more."""
LONGEST_LINE = 65_536
"""Bytes of one line, line feed included, that fit into the buffer of Go's `bufio.Scanner`."""

MOST_EXPANDED = 4 * 1024 * 1024
"""Characters that the `$NAME`s of one file may expand to; a few lines can expand to terabytes."""


class ExpansionError(Exception):
    """A value expands to more than a model allows."""


class Expansion:
    """Counts the expanded characters while one file is read."""

    def __init__(self) -> None:
        self._left = MOST_EXPANDED

    def put(self, text: str) -> str:
        """`text` itself. Raises `ExpansionError` once all of it together is too much."""
        self._left -= len(text)
        if self._left < 0:
            raise ExpansionError
        return text


@dataclass(frozen=True, slots=True)
class Reading:
    """The variables that one program would have after reading a file."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """May hold secrets: not shown."""
    stopped: str = ""
    """Why it did not read to the end, with the number of the line; empty: it did."""
    lost: Mapping[str, str] = field(default_factory=dict)
    """Why a name that is assigned has no value: short, without the value."""
    runs: Collection[str] = ()
    """The names among them whose value the program runs as a command."""
    doubt: str = ""
    """Why the names are not known, with the line's number: a command runs; empty: they are known."""
    fatal: bool = False
    """The program itself ends where it stopped, and what it read before is lost."""


def endless(values: Mapping[str, str]) -> Reading:
    """The reading of a file whose values are larger or nested deeper than a model allows."""
    return Reading(values, doubt="its `$` expansions are larger or deeper than kvtui follows")


def too_long(line: str) -> bool:
    """Whether a line, given without its line feed, is more than `bufio.Scanner` accepts."""
    return len(line.encode("utf-8", "surrogatepass")) >= LONGEST_LINE
