"""python-dotenv, as `load_dotenv` and many tools of Python use it.

Mirrors python-dotenv 1.2.4 without the variables of the process. A model, because importing the library costs
a headless export more than everything else together; `readback` asks the library itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kvtui.outputs.env.parsers.reading import Expansion, ExpansionError, Reading, endless

_WHITE = re.compile(r"\s*")
_BLANKS = re.compile(r"[^\S\r\n]*")
_EXPORT = re.compile(r"(?:export[^\S\r\n]+)?")
_QUOTED_KEY = re.compile(r"'([^']+)'")
_KEY = re.compile(r"([^=#\s]+)")
_QUOTED = {
    "'": re.compile(r"'((?:[^'\\]++|\\.)*+)'", re.DOTALL),
    '"': re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL),
}
_ESCAPES = {"'": re.compile(r"\\([\\'])"), '"': re.compile(r"\\([\\'\"abfnrtv])")}
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LINE = re.compile(r"[^\r\n]*")
_COMMENT = re.compile(r"\s+#.*")
_END = re.compile(r"(?:[^\S\r\n]*#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|$)")
_REST = re.compile(r"[^\r\n]*(?:\r|\n|\r\n)?")
MOST_REFERENCES = 500
"""`${NAME}`s of one value that are followed: each may be searched to the value's end."""
_VARIABLE = re.compile(r"\$\{(?P<name>[^}:]*+)(?::-(?P<default>[^}]*+))?\}")


def read(text: str) -> Reading:
    """The variables that are set. What it cannot parse is passed over; of equal keys the last counts."""
    scanner = _Scanner(text.removeprefix("\ufeff"))
    values: dict[str, str | None] = {}
    complaints: list[int] = []
    expansion = Expansion()
    line = counted = 0
    while scanner.more():
        start = scanner.place
        try:
            key, value = scanner.binding()
        except ValueError:
            line, counted = line + scanner.text.count("\n", counted, start), start
            complaints.append(line + 1)
            scanner.take(_REST)
            continue
        if key is not None:
            try:
                values[key] = None if value is None else _expanded(value, values, expansion)
            except ExpansionError:
                return endless({})
    lost = {key: "a name without `=` has no value" for key, value in values.items() if value is None}
    given = {key: value for key, value in values.items() if value is not None}
    return Reading(given, lost=lost, complaints=tuple(complaints))


def unexpanded(text: str) -> dict[str, str | None]:
    """The variables as they are before any `${NAME}` is expanded. None: a name without `=`."""
    scanner = _Scanner(text)
    values: dict[str, str | None] = {}
    while scanner.more():
        try:
            key, value = scanner.binding()
        except ValueError:
            scanner.take(_REST)
            continue
        if key is not None:
            values[key] = value
    return values


class _Scanner:
    """A place in the text that only moves forward."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def more(self) -> bool:
        """Passes white space; whether anything is left."""
        self.take(_WHITE)
        return self.place < len(self.text)

    def binding(self) -> tuple[str | None, str | None]:
        """The next name and value; no name for a comment. `ValueError` where the line cannot be parsed."""
        self.take(_EXPORT)
        key = None
        if self._next() != "#":
            key = self.take(_QUOTED_KEY if self._next() == "'" else _KEY)
        self.take(_BLANKS)
        value = None
        if self._next() == "=":
            self.place += 1
            blanks = self.take(_BLANKS)
            value = "" if blanks and self._next() == "#" else self._value()
        self.take(_END)
        return key, value

    def take(self, pattern: re.Pattern[str]) -> str:
        """What `pattern` finds here (its group, if it has one); `ValueError` if that is nothing."""
        found = pattern.match(self.text, self.place)
        if found is None:
            raise ValueError
        self.place = found.end()
        return found[pattern.groups]

    def _next(self) -> str:
        return self.text[self.place : self.place + 1]

    def _value(self) -> str:
        quote = self._next()
        if quote not in _QUOTED:
            return _COMMENT.sub("", self.take(_LINE)).rstrip()
        raw = self.take(_QUOTED[quote])
        return _ESCAPES[quote].sub(lambda found: _LETTERS.get(found[1], found[1]), raw)


def _expanded(value: str, known: Mapping[str, str | None], expansion: Expansion) -> str:
    def one(found: re.Match[str]) -> str:
        return expansion.put(known.get(found["name"], found["default"] or "") or "")

    if value.count("${") > MOST_REFERENCES:
        raise ExpansionError
    return _VARIABLE.sub(one, value)
