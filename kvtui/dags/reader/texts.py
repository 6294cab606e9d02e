"""Texts made of other texts, as Python makes them: f-strings, `%`, `format`, and methods such as `lower`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product

from kvtui.dags.reader.values import (
    HOLE,
    LONGEST,
    MOST,
    Const,
    Items,
    Table,
    Unknown,
    Value,
    Values,
    join,
    unknown,
)

METHODS = (
    "lower",
    "upper",
    "strip",
    "lstrip",
    "rstrip",
    "title",
    "capitalize",
    "replace",
    "removeprefix",
    "removesuffix",
)
"""Methods of a text that give a text and need nothing but texts."""
_MOST_WORK = 20_000_000
"""Characters that a method or a format of a text may make at the most, estimated from the lengths."""
_HUGE = re.compile(r"[0-9]{4,}")
_HUGE_INSIDE = re.compile(r"%[^a-zA-Z%]*[0-9]{4,}|\{[^{}]*:[^{}]*[0-9]{4,}")
"""A width in a format that could fill the memory; within a text that is a format."""


def method(name: str, text: Values, args: Sequence[Values]) -> Values:
    """`text.name(*args)` for one of `METHODS`."""
    return _each([text, *args], lambda made, *rest: getattr(made, name)(*rest))


def repeated(left: Values, right: Values) -> Values | None:
    """`"x" * 3`, either way round; None where no text is repeated a number of times that is known."""
    if len(left) != 1 or len(right) != 1:
        return None
    one, other = left[0], right[0]
    if isinstance(one, Const) and isinstance(one.value, int):
        one, other = other, one
    if not (isinstance(one, Const) and isinstance(other, Const)):
        return None
    text, times = one.value, other.value
    if not (isinstance(text, str) and isinstance(times, int)) or len(text) * times > LONGEST:
        return None
    return (Const(text * times),)


def as_text(values: Values) -> Values:
    """`str(…)`"""
    return _each([values], str)


def formatted(values: Values, conversion: int, spec: str) -> Values:
    """One part of an f-string."""
    if _HUGE.search(spec):
        return unknown("its format is too wide")

    def write(value: object) -> str:
        turn: dict[int, Callable[[object], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}
        return format(turn[conversion](value) if conversion in turn else value, spec)

    return _each([values], write)


def percent(text: Values, right: Values) -> Values:
    """`text % right`"""
    out: list[Values] = []
    for value in right:
        if isinstance(value, Items):
            out.append(_each([text, *value.items], lambda made, *args: made % args))
        elif isinstance(value, Table):
            names = [entry.key for entry in value.entries]
            given = [entry.value for entry in value.entries]
            out.append(
                _each([text, *given], lambda made, *args, n=names: made % dict(zip(n, args, strict=True)))
            )
        else:
            out.append(_each([text, (value,)], lambda made, arg: made % (arg,)))
    return join(*out)


def format_call(text: Values, args: Sequence[Values], named: Mapping[str, Values]) -> Values:
    """`text.format(*args, **named)`"""
    count, names = len(args), list(named)

    def write(made: str, *given: object) -> str:
        return made.format(*given[:count], **dict(zip(names, given[count:], strict=True)))

    return _each([text, *args, *named.values()], write)


def _each(parts: Sequence[Values], make: Callable[..., object]) -> Values:
    """`make` with one alternative of each part; what is not known becomes a hole in the text."""
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST:
        return unknown(f"it has more than {MOST} possible values")
    out: list[Value] = []
    for combination in product(*parts):
        first = combination[0]
        is_format = isinstance(first, Const) and isinstance(first.value, str) and len(parts) > 1
        if is_format and isinstance(first, Const) and _HUGE_INSIDE.search(str(first.value)):
            return unknown("its format is too wide")
        why = next((_why(value) for value in combination if not isinstance(value, Const)), "")
        plain = [value.value if isinstance(value, Const) else _text(value) for value in combination]
        lengths = [len(value) for value in plain if isinstance(value, str)]
        if lengths and lengths[0] * max(lengths[1:], default=1) > _MOST_WORK:
            return unknown("it is too long")
        try:
            made = make(*plain)
        except (TypeError, ValueError, LookupError, AttributeError):
            return unknown(why or "it cannot be computed")
        text = made if isinstance(made, str) else HOLE
        if len(text) > LONGEST:
            return unknown(f"it is longer than {LONGEST} characters")
        out.append(Unknown(why, text) if why or not isinstance(made, str) else Const(text))
    return join(tuple(out))


def _why(value: Value) -> str:
    return value.why if isinstance(value, Unknown) else "it is no plain text"


def _text(value: Value) -> str:
    return value.text if isinstance(value, Unknown) else HOLE
