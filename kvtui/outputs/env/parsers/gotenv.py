"""`astro env variable create|update --from-file` (Astro CLI 1.43 and later).

Mirrors `StrictParse` of subosito/gotenv 1.6.0, without the variables of the user's own environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kvtui.outputs.env.parsers.reading import SPACE, Expansion, ExpansionError, Reading, endless, too_long

_LINE = re.compile(
    r"""[\t\n\f\r ]*+(?:export[\t\n\f\r ]++)?(?P<key>[A-Za-z0-9_.]++)
    (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+|:[\t\n\f\r ]{1,99}?)
    (?P<value>'[\s\S]*'|"[\s\S]*"|[^#\n]++)?
    [\t\n\f\r ]*+(?:\#[^\n]*+)?""",
    re.VERBOSE,
)
_VARIABLE = re.compile(r"(?P<escaped>\\)?\$\{?(?P<name>[A-Z0-9_]+)?\}?")
_ESCAPE = re.compile(r"\\([^$])")


def read(text: str) -> Reading:
    """The variables that the command would send. With one bad line it sends none."""
    values: dict[str, str] = {}
    expansion = Expansion()
    lines = _lines(text.removeprefix("\ufeff"))
    for number, line in lines:
        if too_long(line):
            return Reading(stopped=f"line {number} is 64 KiB or longer")
        line = line.strip(SPACE)
        if not line or line.startswith("#"):
            continue
        quote = _open_quote(line)
        parts = [line]
        while quote:
            later = next(lines, None)
            if later is None or too_long(later[1]):
                return Reading(stopped=f"the quote opened in line {number} is not closed")
            parts.append(later[1])
            place = later[1].rfind(quote)
            if place == 0 or (place > 0 and later[1][place - 1] != "\\"):
                quote = ""
        found = _LINE.fullmatch("\n".join(parts))
        if found is None:
            return Reading(stopped=f"line {number} is not an assignment")
        try:
            values[found["key"]] = _value((found["value"] or "").strip(SPACE), values, expansion)
        except ExpansionError:
            return endless(values)
    return Reading(values)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines, which end with LF, CRLF or CR; the numbers are those of an editor."""
    number = 1
    for part in text.split("\n"):
        for line in part.removesuffix("\r").split("\r"):
            yield number, line
        number += 1


def _open_quote(line: str) -> str:
    """The quote that the value begins with and that its own line does not close; empty if there is none."""
    place = line.find("=")
    if place == -1:
        place = line.find(":")
    if not 0 < place < len(line) - 1:
        return ""
    value = line[place + 1 :].strip(SPACE)
    if value[0] not in "'\"":
        return ""
    end = value[1:].strip(SPACE).rfind(value[0])
    return "" if end >= 0 and value[end] != "\\" else value[0]


def _value(value: str, known: Mapping[str, str], expansion: Expansion) -> str:
    quote = value[0] if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"" else ""
    if quote:
        value = value[1:-1]
    if quote == '"':
        value = _ESCAPE.sub(r"\1", value.replace("\\n", "\n").replace("\\r", "\r"))
    if quote == "'":
        return value
    return _VARIABLE.sub(lambda found: expansion.put(_expanded(found, known)), value)


def _expanded(found: re.Match[str], known: Mapping[str, str]) -> str:
    if found["escaped"]:
        return found[0][1:]
    return known.get(found["name"], "") if found["name"] else found[0]
