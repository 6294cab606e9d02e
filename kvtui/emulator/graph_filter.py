"""Graph's `$filter`: read into a predicate over the objects' JSON, with Graph's own limits and errors.

or      := and ("or" and)*
and     := unary ("and" unary)*
unary   := "not" unary | "(" or ")" | call | any | compare
call    := ("startswith" | "endswith") "(" path "," string ")"
any     := path "/any(" name ":" or ")"
compare := path ("eq" | "ne" | "ge" | "le") value | path "in" "(" value ("," value)* ")"
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kvtui.emulator.error_responses import ServiceError

Predicate = Callable[[dict[str, Any]], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<mark>[(),:])"
    r"|(?P<literal>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\d[\w.+:-]*|true\b|false\b|null\b)|(?P<name>[A-Za-z_@][\w/.]*))"
)
_SEE = "Refer to https://aka.ms/graph-docs/advanced-queries for more information"


def unsupported(message: str) -> ServiceError:
    """A valid query that Graph does not support."""
    return ServiceError(400, "Request_UnsupportedQuery", message)


def parse_filter(text: str, *, eventual: bool) -> Predicate:
    """The predicate for `text`.

    `eventual`: the request has the ConsistencyLevel header and `$count=true`, which `ne`, `not`, `endswith`
    and `eq null` need. Raises `ServiceError`.
    """
    parser = _Parser(_tokens(text), eventual)
    predicate = parser.either()
    parser.expect_end()
    return predicate


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position = [], 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _invalid(position)
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


def _invalid(position: int) -> ServiceError:
    return ServiceError(
        400, "BadRequest", f"Invalid filter clause: Syntax error at position {position} in the query."
    )


def _lookup(thing: dict[str, Any], path: str) -> Any:
    value: Any = thing
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    return bool(left == right)


@dataclass
class _Parser:
    tokens: list[tuple[str, str]]
    eventual: bool
    position: int = 0

    def either(self) -> Predicate:
        parts = [self._both()]
        while self._take_word("or"):
            parts.append(self._both())
        return lambda thing: any(part(thing) for part in parts)

    def expect_end(self) -> None:
        if self.position < len(self.tokens):
            raise _invalid(self.position)

    def _both(self) -> Predicate:
        parts = [self._unary()]
        while self._take_word("and"):
            parts.append(self._unary())
        return lambda thing: all(part(thing) for part in parts)

    def _unary(self) -> Predicate:
        if self._take_word("not"):
            self._needs_eventual("not")
            inner = self._unary()
            return lambda thing: not inner(thing)
        if self._take_mark("("):
            inner = self.either()
            self._mark(")")
            return inner
        name = self._next("name")
        if self._take_mark("("):
            return self._lambda(name) if name.endswith("/any") else self._call(name)
        return self._compare(name)

    def _call(self, function: str) -> Predicate:
        lowered = function.lower()
        if lowered not in ("startswith", "endswith"):
            raise unsupported(f"Unsupported Query. The function '{function}' is not supported.")
        if lowered == "endswith":
            self._needs_eventual("endsWith")
        path = self._next("name")
        self._mark(",")
        wanted = str(self._value()).casefold()
        self._mark(")")

        def matches(thing: dict[str, Any]) -> bool:
            text = str(_lookup(thing, path) or "").casefold()
            return text.startswith(wanted) if lowered == "startswith" else text.endswith(wanted)

        return matches

    def _lambda(self, name: str) -> Predicate:
        path, variable = name.removesuffix("/any"), self._next("name")
        self._mark(":")
        inner = self.either()
        self._mark(")")
        return lambda thing: any(inner({variable: one}) for one in _lookup(thing, path) or ())

    def _compare(self, path: str) -> Predicate:
        operator = self._next("name").lower()
        if operator == "in":
            values = self._list()
            return lambda thing: any(_same(_lookup(thing, path), value) for value in values)
        value = self._value()
        if operator == "ne" or value is None:
            self._needs_eventual("ne" if operator == "ne" else "eq null")
        match operator:
            case "eq":
                return lambda thing: _same(_lookup(thing, path), value)
            case "ne":
                return lambda thing: not _same(_lookup(thing, path), value)
            case "ge":
                return lambda thing: str(_lookup(thing, path) or "") >= str(value)
            case "le":
                return lambda thing: "" < str(_lookup(thing, path) or "") <= str(value)
        raise unsupported(f"Unsupported Query. The operator '{operator}' is not supported.")

    def _list(self) -> list[Any]:
        self._mark("(")
        values = [self._value()]
        while self._take_mark(","):
            values.append(self._value())
        self._mark(")")
        return values

    def _value(self) -> Any:
        kind, text = self._peek()
        self.position += 1
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind != "literal":
            raise _invalid(self.position)
        return {"true": True, "false": False, "null": None}.get(text, text)

    def _needs_eventual(self, operator: str) -> None:
        if not self.eventual:
            raise unsupported(
                f"Operator '{operator}' is not supported because the 'ConsistencyLevel:eventual' header is "
                f"missing. {_SEE}"
            )

    def _peek(self) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            raise _invalid(self.position)
        return self.tokens[self.position]

    def _next(self, kind: str) -> str:
        found, text = self._peek()
        if found != kind:
            raise _invalid(self.position)
        self.position += 1
        return text

    def _take(self, kind: str, text: str) -> bool:
        taken = self.position < len(self.tokens) and self.tokens[self.position] == (kind, text)
        self.position += taken
        return taken

    def _take_word(self, text: str) -> bool:
        return self._take("name", text)

    def _take_mark(self, text: str) -> bool:
        return self._take("mark", text)

    def _mark(self, text: str) -> None:
        if not self._take_mark(text):
            raise _invalid(self.position)
