"""Texts made of other texts, as Python makes them: sums, f-strings, `%`, `format`, `lower` and the like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod

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
    only,
    unknown,
)

METHODS = re.compile(r"lower|upper|[lr]?strip|title|capitalize|replace|removeprefix|removesuffix")
"""Methods of a text that give a text and need nothing but texts."""
_MOST_WORK = 20_000_000
"""Characters that a method or a format of a text may make at the most, estimated from the lengths."""
_HUGE = re.compile(r"[0-9]{4,}")
_HUGE_INSIDE = re.compile(r"%[^a-zA-Z%]*[0-9]{4,}|\{[^{}]*:[^{}]*[0-9]{4,}")
"""A width in a format that could fill the memory; within a text that is a format."""
_CONVERSIONS: dict[int, Callable[[object], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}


def is_text(values: Values) -> bool:
    """Whether some alternative is a text, or known in part as one."""
    return any(
        isinstance(value.value, str) if isinstance(value, Const) else value.text != HOLE
        for value in values
        if isinstance(value, Const | Unknown)
    )


def concat(parts: Sequence[Values]) -> Values:
    """The texts that one alternative of each part make, one after the other."""
    return _each(parts, lambda *made: "".join(map(str, made)), multiplies=False)


def method(name: str, text: Values, args: Sequence[Values]) -> Values:
    """`text.name(*args)` for one of `METHODS`."""
    return _each([text, *args], lambda made, *rest: getattr(made, name)(*rest))


def repeated(left: Values, right: Values) -> Values | None:
    """`"x" * 3`, either way round; None where no text is repeated a number of times that is known."""
    one, other = only(left), only(right)
    if not (isinstance(one, Const) and isinstance(other, Const)):
        return None
    text, times = (other.value, one.value) if isinstance(one.value, int) else (one.value, other.value)
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
    convert = _CONVERSIONS.get(conversion, lambda value: value)
    return _each([values], lambda value: format(convert(value), spec))


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


def _each(parts: Sequence[Values], make: Callable[..., object], *, multiplies: bool = True) -> Values:
    """`make` with one alternative of each part; what is not known becomes a hole in the text.

    `multiplies`: the first part is a format, or may take up the others many times.
    """
    if prod(map(len, parts)) > MOST:
        return unknown(f"it has more than {MOST} possible values")
    out: list[Value] = []
    for combination in product(*parts):
        plain = [value.value if isinstance(value, Const) else _text(value) for value in combination]
        why = next((_why(value) for value in combination if not isinstance(value, Const)), "")
        too_much = _too_much(combination[0], plain) if multiplies else ""
        if too_much:
            return unknown(too_much)
        try:
            made = make(*plain)
        except (TypeError, ValueError, LookupError, AttributeError):
            return unknown(why or "it cannot be computed")
        text = made if isinstance(made, str) else HOLE
        if len(text) > LONGEST:
            return unknown(f"it is longer than {LONGEST} characters")
        out.append(Unknown(why, text) if why or not isinstance(made, str) else Const(text))
    return join(tuple(out))


def _too_much(first: Value, plain: Sequence[object]) -> str:
    """Why a text cannot be made without filling the memory; empty if it can."""
    if len(plain) > 1 and isinstance(first, Const) and _HUGE_INSIDE.search(str(first.value)):
        return "its format is too wide"
    lengths = [len(value) for value in plain if isinstance(value, str)]
    return "it is too long" if lengths and lengths[0] * max(lengths[1:], default=1) > _MOST_WORK else ""


def _why(value: Value) -> str:
    return value.why if isinstance(value, Unknown) else "it is no plain text"


def _text(value: Value) -> str:
    return value.text if isinstance(value, Unknown) else HOLE
