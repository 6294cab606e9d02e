"""How Compose expands `$NAME`, `${NAME}` and `${NAME:-default}` in a value.

Mirrors the package `template` of compose-go 2.9.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kvtui.outputs.env.parsers.reading import Expansion, ExpansionError

DEEPEST = 10
"""Nested defaults that are expanded."""

_NAME = r"[_a-z][_a-z0-9]*+"
_START = re.compile(
    rf"\$(?:(?P<dollar>\$)|(?P<named>{_NAME})"
    rf"|\{{(?:(?P<braced>{_NAME})(?:(?P<operator>:?[-+?])|\}})|(?P<broken>)))",
    re.IGNORECASE | re.ASCII,
)
_BRACES = re.compile(r"\{[\s\S]?|\}")


class TemplateError(Exception):
    """Compose cannot expand the value."""


def substituted(value: str, known: Mapping[str, str], expansion: Expansion, depth: int = 0) -> str:
    """`value` with the variables of `known` expanded, unknown ones to nothing.

    Raises `TemplateError`, and `ExpansionError` if it is too large or nested too deeply.
    """
    return "\n".join(_line(line, known, expansion, depth) for line in value.split("\n"))


def _line(line: str, known: Mapping[str, str], expansion: Expansion, depth: int) -> str:
    """One line: a brace is closed in the line that opens it, at the latest by the last one there."""
    if "$" not in line:
        return line
    if depth > DEEPEST:
        raise ExpansionError
    parts: list[str] = []
    place, last = 0, line.rfind("}")
    while found := _START.search(line, place):
        parts.append(line[place : found.start()])
        place = found.end()
        if found["dollar"]:
            parts.append("$")
        elif found["operator"] and last >= place:
            end = _closing_brace(line, found.start(), last)
            word = substituted(line[place:end], known, expansion, depth + 1)
            parts.append(expansion.put(_applied(found["operator"], known.get(found["braced"]), word)))
            place = end + 1
        elif found["operator"] or found["broken"] is not None:
            raise TemplateError
        else:
            parts.append(expansion.put(known.get(found["named"] or found["braced"], "")))
    return "".join([*parts, line[place:]])


def _applied(operator: str, value: str | None, word: str) -> str:
    counts = value is not None and (not operator.startswith(":") or value != "")
    if operator.endswith("?") and not counts:
        raise TemplateError
    if operator.endswith("-"):
        return value or "" if counts else word
    if operator.endswith("+"):
        return word if counts else value or ""
    return value or ""


def _closing_brace(line: str, start: int, last: int) -> int:
    """Where the first brace is closed, or `last`; the character behind an opening one is passed over."""
    depth = 0
    for found in _BRACES.finditer(line, start, last + 1):
        depth += -1 if found[0] == "}" else 1
        if depth == 0:
            return found.start()
    return last
