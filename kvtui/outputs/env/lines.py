"""Where in a `.env` each assignment begins and ends, so that everything else is left unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BOM = "\ufeff"

_ASSIGNMENT = re.compile(
    r"[^\S\n]*(?P<export>export[^\S\n]+)?(?P<key>'[^']+'|[^'\s=#][^\s=#]*)[^\S\n]*=[^\S\n]*"
)
_QUOTED = {
    "'": re.compile(r"'(?:[^'\\]++|\\'?+)*+'|'[\s\S]*'"),
    '"': re.compile(r'"(?:[^"\\]++|\\"?+)*+"|"[\s\S]*"'),
}
"""To the first quote without a backslash before it, else to the last one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a `.env`, or one assignment whose quoted value runs over several lines."""

    key: str
    """Empty for blank lines, comments and lines that assign nothing."""
    start: int
    """Offset of its first character, after a byte order mark."""
    value: int
    """Offset of the value's first character; for other lines the same as `start`."""
    end: int
    """Offset after its line ending."""
    line: int
    """The number of its first line, from 1."""
    exported: bool = False

    def ending(self, text: str) -> str:
        """Its line ending: LF, CRLF, or nothing at the end of the file."""
        if text.endswith("\r\n", self.start, self.end):
            return "\r\n"
        return "\n" if text.endswith("\n", self.start, self.end) else ""

    def raw(self, text: str) -> str:
        """The value as in the file, with quotes, without the line ending."""
        return text[self.value : self.end - len(self.ending(text))]


def entries(text: str) -> Iterator[Entry]:
    """Every entry of `text`, in order. A value may span lines where it is quoted, as the shell reads it."""
    position, line = (1 if text.startswith(BOM) else 0), 1
    while position < len(text):
        entry = _entry(text, position, line)
        yield entry
        line += text.count("\n", position, entry.end)
        position = entry.end


def _entry(text: str, start: int, line: int) -> Entry:
    match = _ASSIGNMENT.match(text, start)
    if match is None:
        return Entry("", start, start, line_end(text, start), line)
    value = match.end()
    quote = _QUOTED.get(text[value : value + 1])
    closed = quote.match(text, value) if quote else None
    end = line_end(text, closed.end() if closed else value)
    key = match["key"]
    if len(key) > 2 and key[0] == key[-1] == "'":
        key = key[1:-1]
    return Entry(key, start, value, end, line, match["export"] is not None)


def line_end(text: str, position: int) -> int:
    """Offset after the line ending of the line that holds `position`."""
    found = text.find("\n", position)
    return len(text) if found < 0 else found + 1


def line_ending(text: str) -> str:
    """The line ending for new lines of `text`: CRLF if every line of it has that, else LF."""
    feeds = text.count("\n")
    return "\r\n" if feeds and text.count("\r\n") == feeds else "\n"


def appended(text: str, lines: Iterable[str]) -> str:
    """`text` with whole lines added at its end."""
    newline = line_ending(text)
    lead = newline if text.removeprefix(BOM) and not text.endswith("\n") else ""
    return text + lead + "".join(f"{line}{newline}" for line in lines)
