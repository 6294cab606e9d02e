"""`astro dev start`: the `env_file` of Compose.

Mirrors the package `dotenv` of compose-go 2.9.1 (Astro CLI 1.43 and later; 2.4.5 reads the same), without the
variables of the user's own shell, which override those of the file in expansions.
"""

from __future__ import annotations

import re
from typing import NoReturn

from kvtui.outputs.env.parsers.compose_template import TemplateError, substituted
from kvtui.outputs.env.parsers.reading import SPACE, Expansion, ExpansionError, Reading, endless

_BLANK = "\t\v\f\r \x85\xa0"
"""White space within a line."""
_EXPORT = re.compile(r"export[\t\n\f\r ]+")
_ESCAPE = re.compile(r'\\(?:[abcfnrtv$"\\]|0[0-9]{0,3})')
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}


class _StopError(Exception):
    """The file cannot be read; the text says why."""


def read(text: str) -> Reading:
    """The service's variables. With one bad line the project is not loaded."""
    parser = _Parser(text.removeprefix("\ufeff"))
    try:
        parser.parse()
    except _StopError as error:
        return Reading(stopped=str(error))
    except ExpansionError:
        return endless(parser.values)
    return Reading(parser.values)


class _Parser:
    """Reads the text statement by statement; a statement need not begin on a line of its own."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.values: dict[str, str] = {}
        self.expansion = Expansion()

    def parse(self) -> None:
        while self._to_statement():
            key, inherited = self._key()
            if " " in key:
                self._stop("has a space in its name")
            if not inherited:
                self.values[key] = self._value()

    def _to_statement(self) -> bool:
        """Skips white space and comments; False at the end."""
        while True:
            while self.place < len(self.text) and self.text[self.place] in SPACE:
                self.place += 1
            if self.place >= len(self.text):
                return False
            if self.text[self.place] != "#":
                return True
            end = self.text.find("\n", self.place)
            self.place = len(self.text) if end < 0 else end

    def _key(self) -> tuple[str, bool]:
        """The name, and whether it has no `=`: its value then comes from the user's shell."""
        exported = _EXPORT.match(self.text, self.place)
        if exported:
            self.place += len("export")
            self._pass_blanks()
        start = self.place
        for place in range(start, len(self.text)):
            character = self.text[place]
            if character in "=:\n":
                self.place = place + 1
                self._pass_blanks()
                return self.text[start:place].rstrip(SPACE), character == "\n"
            if character in _BLANK or character in "_.-[]" or character.isalpha() or character.isnumeric():
                continue
            self._stop("has a character in its name that is not allowed")
        self._pass_blanks()
        if start == len(self.text):
            self._stop("has no name")
        return "", False

    def _pass_blanks(self) -> None:
        while self.place < len(self.text) and self.text[self.place] in _BLANK:
            self.place += 1

    def _value(self) -> str:
        quote = self.text[self.place : self.place + 1]
        if quote and quote in "'\"":
            return self._quoted(quote)
        end = self.text.find("\n", self.place)
        line = self.text[self.place : len(self.text) if end < 0 else end]
        value = self._expanded(line.partition(" #")[0].rstrip(SPACE))
        self.place = len(self.text) if end < 0 else end + 1
        return value

    def _quoted(self, quote: str) -> str:
        parts: list[str] = []
        escaped = False
        for place in range(self.place + 1, len(self.text)):
            character = self.text[place]
            if character == quote and not escaped:
                value = "".join(parts)
                if quote == '"':
                    value = self._expanded(_ESCAPE.sub(_decoded, value))
                self.place = place + 1
                return value
            if character == "\\" and not escaped:
                escaped = True
                continue
            if escaped and character != quote:
                parts.append("\\")
            escaped = False
            parts.append(character)
        return self._stop("opens a quote that is not closed")

    def _expanded(self, value: str) -> str:
        try:
            return substituted(value, self.values, self.expansion)
        except TemplateError:
            self._stop("has a `${` that it cannot expand")

    def _stop(self, how: str) -> NoReturn:
        raise _StopError(f"line {self.text.count(chr(10), 0, self.place) + 1} {how}")


def _decoded(found: re.Match[str]) -> str:
    """One escape within double quotes.

    Text that is not an escape for Go is kept, except the 0 of a short octal.
    """
    escape = found[0]
    if escape == "\\$":
        return "$$"
    if escape[1] == "0":
        digits = escape[2:]
        octal = len(digits) == 3 and not set(digits) - set("01234567") and int(digits, 8) < 256
        return chr(int(digits, 8)) if octal else f"\\{digits}"
    return _LETTERS.get(escape[1], escape)
