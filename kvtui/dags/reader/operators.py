"""Sums, texts made of others as Python makes them, comparisons, and what a condition says of its names."""

from __future__ import annotations

import ast
import operator
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import chain, product
from math import prod
from typing import Any

from kvtui.dags.reader import values as v
from kvtui.dags.reader.run import Scope

_NUMBERS: dict[type[ast.operator], Callable[[int, int], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
}
_COMPARED: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}

METHODS = re.compile(
    r"lower|upper|casefold|[lr]?strip|title|capitalize|replace|removeprefix|removesuffix|startswith|endswith"
)
"""Methods of a text that need nothing but texts."""
SPLITS = ("split", "rsplit", "partition", "rpartition", "splitlines")
"""Methods of a text that give several."""
_LONGEST_TAKEN = 2_000
"""Characters of a text, or elements of a list, of which a part is taken."""
_ABOVE = v.unknown("the key is a part of the path above the project")
_LONGEST = 200_000
"""Characters of a text that the code builds; a longer one is not known: a loop could grow it."""
_MOST_WORK = 20_000_000
"""Characters that a method or a format of a text may make at the most, estimated from the lengths."""
_HUGE = re.compile(r"[0-9]{4,}")
_HUGE_INSIDE = re.compile(r"%[^a-zA-Z%]*[0-9]{4,}|\{[^{}]*:[^{}]*[0-9]{4,}")
"""A width in a format that could fill the memory; within a text that is a format."""
_NO_TEXT = v.Unknown("the key is not plain text")
_CONVERSIONS: dict[int, Callable[[object], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}


def with_default(value: object) -> str:
    """Follows a reason: ` (default: 'dev')`; an empty text is named: its quotes are easily missed."""
    return f" (default: {'empty text' if value == '' else repr(value)})"


def binary(left: v.Values, op: ast.operator, right: v.Values) -> v.Values:
    """`left + right` and the like."""
    if isinstance(op, ast.Mod) and is_text(left):
        return percent(left, right)
    if isinstance(op, ast.Add) and (is_text(left) or is_text(right)):
        return concat([left, right])
    compute = _NUMBERS.get(type(op))
    if compute is not None and all(isinstance(v.constant((each,)), int) for each in (*left, *right)):
        return each_of([left, right], compute, multiplies=False)
    known = repeated(left, right) if isinstance(op, ast.Mult) else None
    if known is not None:
        return known
    if isinstance(op, ast.Div):
        return paths([left, right], posixpath.join)
    one, other = listed(left), listed(right)
    if isinstance(op, (ast.Add, ast.BitOr)) and (one is not None or other is not None):
        sides = ((left, one), (right, other))
        parts = [[v.any_element(side)] if turns is None else turns for side, turns in sides]
        return v.as_items([*parts[0], *parts[1]])
    if isinstance(op, ast.BitOr) and any(isinstance(v.only(side), v.Table) for side in (left, right)):
        return v.as_table([v.table(left), v.table(right)])
    if isinstance(op, ast.Add):
        return concat([left, right])  # a sum of what is not known: the literal parts may be templates
    return v.unknown("the key is computed")


def listed(values: v.Values) -> list[v.Values] | None:
    """The elements of a list, or of any of the lists that it may be; None if it may be something else."""
    lists = [each.items for each in values if isinstance(each, v.Items)]
    if not lists or len(lists) < len(values):
        return None
    return list(lists[0]) if len(lists) == 1 else list(dict.fromkeys(chain.from_iterable(lists)))


def unary(op: ast.unaryop, operand: v.Values) -> v.Values:
    """`not operand`, `-operand`"""
    decided, number = v.truth(operand), v.constant(operand)
    if isinstance(op, ast.Not) and decided is not None:
        return (v.Const(not decided),)
    if isinstance(op, ast.USub) and isinstance(number, int):
        return (v.Const(-number),)
    return v.unknown(v.BY_CALLER if v.by_caller(operand, 0) else "the key is computed")


def compare(left: v.Values, op: ast.cmpop, right: v.Values) -> v.Values:
    """`left == right`, `left in right` and the like."""
    one, other, compute = v.only(left), v.only(right), _COMPARED.get(type(op))
    if isinstance(one, v.Const) and isinstance(other, v.Const) and compute is not None:
        return (v.Const(compute(one.value, other.value)),)
    members = v.elements(right) if isinstance(op, (ast.In, ast.NotIn)) and isinstance(one, v.Const) else None
    if members is not None and all(isinstance(v.only(member), v.Const) for member in members):
        return (v.Const(((one,) in members) is isinstance(op, ast.In)),)
    return v.unknown(v.BY_CALLER if v.by_caller((*left, *right), 0) else "the key is computed")


def boolean(op: ast.boolop, sides: list[v.Values]) -> v.Values:
    """`a or b`, `a and b`: the side that decides."""
    stops = isinstance(op, ast.Or)
    for side in sides[:-1]:
        decided = v.truth(side)
        if decided is None:
            last = v.only(sides[-1])
            otherwise = with_default(last.value) if isinstance(last, v.Const) and stops else ""
            why, one = v.why_unknown(side), v.only(side)
            variable = one.variable if isinstance(one, v.Unknown) and one.text == v.HOLE else ""
            return (v.Unknown(why if why is v.BY_CALLER else why + otherwise, variable=variable),)
        if decided is stops:
            return side
    return sides[-1]


def narrowed(scope: Scope, test: ast.expr, *, outcome: bool) -> dict[str, v.Values]:
    """What names of `scope` can be where `test` comes out as `outcome`.

    Where no call of a function gets there, none of its names has a value: keys made of them are not uses.
    """
    found = _narrowed(scope, test, outcome=outcome)
    if scope.kind == "function" and not all(found.values()):
        return dict.fromkeys(scope.names, ())
    return found


def _narrowed(scope: Scope, test: ast.expr, *, outcome: bool) -> dict[str, v.Values]:
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return _narrowed(scope, test.operand, outcome=not outcome)
        case ast.BoolOp() if isinstance(test.op, ast.And) is outcome:
            found: dict[str, v.Values] = {}
            for each in test.values:
                found |= _narrowed(scope, each, outcome=outcome)
            return found
        case ast.Name():
            return _kept(scope, test.id, lambda value: bool(value) is outcome)
        case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[ast.Constant(value=other)]):
            compute = _COMPARED.get(type(op))
            if compute is not None:
                return _kept(scope, name, lambda value: compute(value, other) is outcome)
    return {}


def _kept(scope: Scope, name: str, keeps: Callable[[object], bool]) -> dict[str, v.Values]:
    held = scope.find(name)
    kept = tuple(one for one in held or () if not isinstance(one, v.Const) or keeps(one.value))
    return {name: kept} if held is not None else {}


def is_text(values: v.Values) -> bool:
    """Whether some alternative is a text, or known in part as one."""
    return any(
        isinstance(value.value, str) if isinstance(value, v.Const) else value.text != v.HOLE
        for value in values
        if isinstance(value, (v.Const, v.Unknown))
    )


def concat(parts: Sequence[v.Values], between: str = "") -> v.Values:
    """`between.join(parts)`: the texts that one alternative of each part make."""
    return each_of(parts, lambda *made: between.join(map(str, made)), multiplies=False)


def method(name: str, text: v.Values, args: Sequence[v.Values]) -> v.Values:
    """`text.name(*args)` for one of `METHODS`."""
    return each_of([text, *args], lambda made, *rest: getattr(made, name)(*rest))


def taken(value: v.Value, given: Sequence[v.Values], take: Callable[..., Any], path: str) -> v.Values:
    """What `take` takes of a text or a list that is known: a part of it, or all parts of a text.

    Of the text that is the file's own `path`, or begins it, only the end is known.
    """
    if isinstance(value, v.Unknown) and value.among:
        return value.of_each(lambda each: taken(each, given, take, path))
    held = value.value if isinstance(value, v.Const) else getattr(value, "items", None)
    is_short = isinstance(held, (str, tuple)) and len(held) <= _LONGEST_TAKEN
    if is_short and all(isinstance(v.only(each), v.Const) for each in given):
        is_path = isinstance(held, str) and "/" in held and path.startswith(held)
        with suppress(TypeError, ValueError, AttributeError):
            made = take(held, *map(v.constant, given))
            if isinstance(held, tuple):
                return (v.Items(made),)
            if not isinstance(made, str):
                # A path may have any number of folders above the project: only indexes from the end are sure.
                return v.as_items([_ABOVE] * 20 * is_path + [(v.Const(each),) for each in made])
            if not is_path:
                return (v.Const(made),)
    return v.unknown(v.why_unknown((value, *v.join(*given))))


def repeated(left: v.Values, right: v.Values) -> v.Values | None:
    """`"x" * 3`, either way round; None where no text is repeated a number of times that is known."""
    text, times = v.constant(left), v.constant(right)
    if isinstance(text, int):
        text, times = times, text
    if not (isinstance(text, str) and isinstance(times, int)) or len(text) * times > _LONGEST:
        return None
    return (v.Const(text * times),)


def as_text(values: v.Values) -> v.Values:
    """`str(…)`"""
    return each_of([values], str)


def formatted(values: v.Values, conversion: int, spec: str) -> v.Values:
    """One part of an f-string."""
    if _HUGE.search(spec):
        return v.unknown("the key's format is too wide")
    convert = _CONVERSIONS.get(conversion, lambda value: value)
    return each_of([values], lambda value: format(convert(value), spec))


def percent(text: v.Values, right: v.Values) -> v.Values:
    """`text % right`"""
    out: list[v.Values] = []
    for value in right:
        if isinstance(value, v.Items):
            out.append(each_of([text, *value.items], lambda made, *args: made % args))
        elif isinstance(value, v.Table):
            names = [entry.key for entry in value.entries]
            given = [entry.value for entry in value.entries]
            out.append(
                each_of([text, *given], lambda made, *args, n=names: made % dict(zip(n, args, strict=True)))
            )
        else:
            out.append(each_of([text, (value,)], lambda made, arg: made % (arg,)))
    return v.join(*out)


def format_call(text: v.Values, args: Sequence[v.Values], named: Mapping[str, v.Values]) -> v.Values:
    """`text.format(*args, **named)`"""
    count, names = len(args), list(named)

    def write(made: str, *given: object) -> str:
        return made.format(*given[:count], **dict(zip(names, given[count:], strict=True)))

    return each_of([text, *args, *named.values()], write)


def each_of(parts: Sequence[v.Values], make: Callable[..., object], *, multiplies: bool = True) -> v.Values:
    """`make` of one alternative of each part; what is not known becomes a hole in the text.

    `multiplies`: the first part is a format, or may take up the others many times.
    """
    if not parts:
        return v.unknown("the key cannot be computed")
    if prod(map(len, parts)) > v.MOST:
        return v.unknown(f"the key has more than {v.MOST} possible values")
    out: list[v.Value] = []
    for combination in product(*parts):
        known = [*map(_plain, combination)]
        plain = [each.value if isinstance(each, v.Const) else each.text for each in known]
        hidden = next((each for each in known if isinstance(each, v.Unknown)), None)
        why = hidden.why if hidden is not None else ""
        if None in plain:  # no text that anybody means: a name that gets its value later
            continue
        too_much = _too_much(combination[0], plain) if multiplies else ""
        if too_much:
            return v.unknown(too_much)
        try:
            made = make(*plain)
        except (TypeError, ValueError, LookupError, AttributeError):
            return v.unknown(why or "the key cannot be computed")
        text = made if isinstance(made, str) else v.HOLE
        if len(text) > _LONGEST:
            return v.unknown(f"the key is longer than {_LONGEST} characters")
        out.append(v.Unknown(why, text, (), hidden.variable) if hidden is not None else v.Const(made))
    if not out:
        return v.unknown("a part of the key has no value yet")
    if any(isinstance(one, v.Unknown) and one.among for part in parts for one in part):
        among = each_of([v.candidates(part) for part in parts], make, multiplies=multiplies)
        out = [one.or_of(among) if isinstance(one, v.Unknown) else one for one in out]
    return v.join(tuple(out))


def _plain(value: v.Value) -> v.Const | v.Unknown:
    """An alternative as a part of a text."""
    if isinstance(value, v.File) and not value.is_read:
        return v.Unknown(value.why, value.path) if value.why else v.Const(value.path)
    return value if isinstance(value, (v.Const, v.Unknown)) else _NO_TEXT


def paths(parts: Sequence[v.Values], make: Callable[..., str]) -> v.Values:
    """What `make` makes of texts and paths, as paths."""
    made = [_plain(each) for each in each_of(parts, make)]
    return tuple(
        v.File(each.text, each.why) if isinstance(each, v.Unknown) else v.File(str(each.value))
        for each in made
    )


def _too_much(first: v.Value, plain: Sequence[object]) -> str:
    """Why a text cannot be made without filling the memory; empty if it can."""
    if len(plain) > 1 and isinstance(first, v.Const) and _HUGE_INSIDE.search(str(first.value)):
        return "the key's format is too wide"
    lengths = [len(value) for value in plain if isinstance(value, str)]
    return "the key is too long" if lengths and lengths[0] * max(lengths[1:], default=1) > _MOST_WORK else ""
