"""How Compose expands `$NAME`, `${NAME}` and `${NAME:-default}` in a value.

Mirrors the package `template` of compose-go 2.9.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAME = r"[_a-z][_a-z0-9]*"
_PATTERN = re.compile(
    rf"\$(?:(?P<dollar>\$)|(?P<named>{_NAME})|\{{(?:(?P<braced>{_NAME}(?::?[-+?].*)?)\}}|(?P<broken>)))",
    re.IGNORECASE | re.ASCII,
)
_OPERATORS = (":?", "?", ":-", "-", ":+", "+")


class TemplateError(Exception):
    """The value is not one that Compose can expand."""


def substituted(value: str, known: Mapping[str, str]) -> str:
    """`value` with the variables of `known` put in, or nothing. Raises `TemplateError`."""
    return _PATTERN.sub(lambda found: _one(found[0], known), value)


def _one(piece: str, known: Mapping[str, str]) -> str:
    operator = _first_operator(piece)
    end = _closing_brace(piece)
    piece, rest = (piece[: end + 1], piece[end + 1 :]) if end >= 0 else (piece, "")
    found = _PATTERN.match(piece)
    if found is None or found["broken"] is not None:
        raise TemplateError
    if found["dollar"]:
        return "$"
    if found["braced"] and operator and operator in found["braced"]:
        return _applied(operator, found["braced"], known) + substituted(rest, known)
    return known.get(found["named"] or found["braced"], "")


def _first_operator(piece: str) -> str:
    there = [(piece.find(operator), operator) for operator in _OPERATORS if operator in piece]
    return min(there, key=lambda each: each[0])[1] if there else ""


def _applied(operator: str, braced: str, known: Mapping[str, str]) -> str:
    name, _, word = braced.partition(operator)
    word = substituted(word, known)
    value = known.get(name)
    counts = value is not None and (not operator.startswith(":") or value != "")
    if operator.endswith("?") and not counts:
        raise TemplateError
    if operator.endswith("-"):
        return value or "" if counts else word
    if operator.endswith("+"):
        return word if counts else value or ""
    return value or ""


def _closing_brace(piece: str) -> int:
    """Where the first brace is closed; the character behind an opening one is passed over."""
    depth = place = 0
    while place < len(piece):
        if piece[place] == "}":
            depth -= 1
            if depth == 0:
                return place
        if piece[place] == "{":
            depth += 1
            place += 1
        place += 1
    return -1
