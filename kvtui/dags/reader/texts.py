"""Texts made of other texts, as Python makes them: sums, f-strings, `%`, `format`, `lower` and the like."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod

from kvtui.dags.reader import values as v

METHODS = re.compile(r"lower|upper|[lr]?strip|title|capitalize|replace|removeprefix|removesuffix")
"""Methods of a text that give a text and need nothing but texts."""
_MOST_WORK = 20_000_000
"""Characters that a method or a format of a text may make at the most, estimated from the lengths."""
_HUGE = re.compile(r"[0-9]{4,}")
_HUGE_INSIDE = re.compile(r"%[^a-zA-Z%]*[0-9]{4,}|\{[^{}]*:[^{}]*[0-9]{4,}")
"""A width in a format that could fill the memory; within a text that is a format."""
_CONVERSIONS: dict[int, Callable[[object], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}


def is_text(values: v.Values) -> bool:
    """Whether some alternative is a text, or known in part as one."""
    return any(
        isinstance(value.value, str) if isinstance(value, v.Const) else value.text != v.HOLE
        for value in values
        if isinstance(value, (v.Const, v.Unknown))
    )


def concat(parts: Sequence[v.Values]) -> v.Values:
    """The texts that one alternative of each part make, one after the other."""
    return _each(parts, lambda *made: "".join(map(str, made)), multiplies=False)


def joined(between: str, parts: Sequence[v.Values]) -> v.Values:
    """`between.join(parts)`"""
    return _each(parts, lambda *made: between.join(map(str, made)), multiplies=False)


def method(name: str, text: v.Values, args: Sequence[v.Values]) -> v.Values:
    """`text.name(*args)` for one of `METHODS`."""
    return _each([text, *args], lambda made, *rest: getattr(made, name)(*rest))


def repeated(left: v.Values, right: v.Values) -> v.Values | None:
    """`"x" * 3`, either way round; None where no text is repeated a number of times that is known."""
    one, other = v.only(left), v.only(right)
    if not (isinstance(one, v.Const) and isinstance(other, v.Const)):
        return None
    text, times = (other.value, one.value) if isinstance(one.value, int) else (one.value, other.value)
    if not (isinstance(text, str) and isinstance(times, int)) or len(text) * times > v.LONGEST:
        return None
    return (v.Const(text * times),)


def as_text(values: v.Values) -> v.Values:
    """`str(…)`"""
    return _each([values], str)


def formatted(values: v.Values, conversion: int, spec: str) -> v.Values:
    """One part of an f-string."""
    if _HUGE.search(spec):
        return v.unknown("the key's format is too wide")
    convert = _CONVERSIONS.get(conversion, lambda value: value)
    return _each([values], lambda value: format(convert(value), spec))


def percent(text: v.Values, right: v.Values) -> v.Values:
    """`text % right`"""
    out: list[v.Values] = []
    for value in right:
        if isinstance(value, v.Items):
            out.append(_each([text, *value.items], lambda made, *args: made % args))
        elif isinstance(value, v.Table):
            names = [entry.key for entry in value.entries]
            given = [entry.value for entry in value.entries]
            out.append(
                _each([text, *given], lambda made, *args, n=names: made % dict(zip(n, args, strict=True)))
            )
        else:
            out.append(_each([text, (value,)], lambda made, arg: made % (arg,)))
    return v.join(*out)


def format_call(text: v.Values, args: Sequence[v.Values], named: Mapping[str, v.Values]) -> v.Values:
    """`text.format(*args, **named)`"""
    count, names = len(args), list(named)

    def write(made: str, *given: object) -> str:
        return made.format(*given[:count], **dict(zip(names, given[count:], strict=True)))

    return _each([text, *args, *named.values()], write)


def _each(parts: Sequence[v.Values], make: Callable[..., object], *, multiplies: bool = True) -> v.Values:
    """`make` with one alternative of each part; what is not known becomes a hole in the text.

    `multiplies`: the first part is a format, or may take up the others many times.
    """
    if prod(map(len, parts)) > v.MOST:
        return v.unknown(f"the key has more than {v.MOST} possible values")
    out: list[v.Value] = []
    for combination in product(*parts):
        plain = [value.value if isinstance(value, v.Const) else _text(value) for value in combination]
        why = next((_why(value) for value in combination if not isinstance(value, v.Const)), "")
        too_much = _too_much(combination[0], plain) if multiplies else ""
        if too_much:
            return v.unknown(too_much)
        try:
            made = make(*plain)
        except (TypeError, ValueError, LookupError, AttributeError):
            return v.unknown(why or "the key cannot be computed")
        text = made if isinstance(made, str) else v.HOLE
        if len(text) > v.LONGEST:
            return v.unknown(f"the key is longer than {v.LONGEST} characters")
        out.append(v.Unknown(why, text) if why or not isinstance(made, str) else v.Const(text))
    return v.join(tuple(out))


def _too_much(first: v.Value, plain: Sequence[object]) -> str:
    """Why a text cannot be made without filling the memory; empty if it can."""
    if len(plain) > 1 and isinstance(first, v.Const) and _HUGE_INSIDE.search(str(first.value)):
        return "the key's format is too wide"
    lengths = [len(value) for value in plain if isinstance(value, str)]
    return "the key is too long" if lengths and lengths[0] * max(lengths[1:], default=1) > _MOST_WORK else ""


def _why(value: v.Value) -> str:
    return value.why if isinstance(value, v.Unknown) else "the key is not plain text"


def _text(value: v.Value) -> str:
    return value.text if isinstance(value, v.Unknown) else v.HOLE
