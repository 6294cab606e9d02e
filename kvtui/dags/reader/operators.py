"""Sums, comparisons and conditions: what they give, and what a condition says of its names."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from kvtui.dags.reader import texts
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


def binary(left: v.Values, op: ast.operator, right: v.Values) -> v.Values:
    """`left + right` and the like."""
    if isinstance(op, ast.Mod) and texts.is_text(left):
        return texts.percent(left, right)
    if isinstance(op, ast.Add) and (texts.is_text(left) or texts.is_text(right)):
        return texts.concat([left, right])
    known = texts.repeated(left, right) if isinstance(op, ast.Mult) else _sum(left, op, right)
    if known is not None:
        return known
    one, other = v.only(left), v.only(right)
    if isinstance(one, v.Items) and isinstance(other, v.Items) and isinstance(op, (ast.Add, ast.BitOr)):
        return v.as_items(one.items + other.items)
    tables = [each for each in (one, other) if isinstance(each, v.Table)]
    if tables and isinstance(op, ast.BitOr):
        whole = len(tables) == 2 and all(each.whole for each in tables)
        return v.as_table([entry for each in tables for entry in each.entries], whole=whole)
    if isinstance(op, ast.Add):
        return texts.concat([left, right])  # a sum of what is not known: the literal parts may be templates
    return v.unknown("the key is computed")


def _sum(left: v.Values, op: ast.operator, right: v.Values) -> v.Values | None:
    """The sums or differences of whole numbers; None if one side is anything else."""
    compute = _NUMBERS.get(type(op))
    if compute is None:
        return None
    ones, others = (
        [one.value for one in side if isinstance(one, v.Const) and isinstance(one.value, int)]
        for side in (left, right)
    )
    if len(ones) < len(left) or len(others) < len(right):
        return None
    return v.join(tuple(v.Const(compute(one, other)) for one in ones for other in others))


def unary(op: ast.unaryop, operand: v.Values) -> v.Values:
    """`not operand`, `-operand`"""
    decided, number = v.truth(operand), v.constant(operand)
    if isinstance(op, ast.Not) and decided is not None:
        return (v.Const(not decided),)
    if isinstance(op, ast.USub) and isinstance(number, int):
        return (v.Const(-number),)
    return v.unknown("the key is computed")


def compare(left: v.Values, op: ast.cmpop, right: v.Values) -> v.Values:
    """`left == right`, `left in right` and the like."""
    one, other, compute = v.only(left), v.only(right), _COMPARED.get(type(op))
    if isinstance(one, v.Const) and isinstance(other, v.Const) and compute is not None:
        return (v.Const(compute(one.value, other.value)),)
    members = v.elements(right) if isinstance(op, (ast.In, ast.NotIn)) and isinstance(one, v.Const) else None
    if members is not None and all(isinstance(v.only(member), v.Const) for member in members):
        return (v.Const(((one,) in members) is isinstance(op, ast.In)),)
    return v.unknown("the key is computed")


def boolean(op: ast.boolop, sides: list[v.Values]) -> v.Values:
    """`a or b`, `a and b`: the side that decides."""
    stops = isinstance(op, ast.Or)
    for side in sides[:-1]:
        decided = v.truth(side)
        if decided is None:
            last = v.only(sides[-1])
            otherwise = v.with_default(last.value) if isinstance(last, v.Const) and stops else ""
            why = v.why_unknown(side)
            return v.unknown(why if why is v.BY_CALLER else why + otherwise)
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
    if held is None:
        return {}
    return {name: tuple(one for one in held if not isinstance(one, v.Const) or keeps(one.value))}
