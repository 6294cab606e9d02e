"""Sums, comparisons and conditions: what they give, and what a condition says of its names."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

from kvtui.dags.reader import texts
from kvtui.dags.reader.scopes import Scope
from kvtui.dags.reader.values import (
    Const,
    Items,
    Table,
    Values,
    as_items,
    as_table,
    constant,
    elements,
    join,
    only,
    truth,
    unknown,
    why_unknown,
)

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


def binary(left: Values, op: ast.operator, right: Values) -> Values:
    """`left + right` and the like."""
    if isinstance(op, ast.Mod) and texts.is_text(left):
        return texts.percent(left, right)
    if isinstance(op, ast.Add) and (texts.is_text(left) or texts.is_text(right)):
        return texts.concat([left, right])
    known = texts.repeated(left, right) if isinstance(op, ast.Mult) else _sum(left, op, right)
    if known is not None:
        return known
    one, other = only(left), only(right)
    if isinstance(one, Items) and isinstance(other, Items) and isinstance(op, ast.Add | ast.BitOr):
        return as_items(one.items + other.items)
    if isinstance(one, Table) and isinstance(other, Table) and isinstance(op, ast.BitOr):
        return as_table(one.entries + other.entries, whole=one.whole and other.whole)
    if isinstance(op, ast.Add):
        return texts.concat([left, right])  # a sum of what is not known: the literal parts may be templates
    return unknown("it is computed")


def _sum(left: Values, op: ast.operator, right: Values) -> Values | None:
    """The sums or differences of whole numbers; None if one side is anything else."""
    compute = _NUMBERS.get(type(op))
    if compute is None:
        return None
    ones, others = (
        [one.value for one in side if isinstance(one, Const) and isinstance(one.value, int)]
        for side in (left, right)
    )
    if len(ones) < len(left) or len(others) < len(right):
        return None
    return join(tuple(Const(compute(one, other)) for one in ones for other in others))


def unary(op: ast.unaryop, operand: Values) -> Values:
    """`not operand`, `-operand`"""
    decided, number = truth(operand), constant(operand)
    if isinstance(op, ast.Not) and decided is not None:
        return (Const(not decided),)
    if isinstance(op, ast.USub) and isinstance(number, int):
        return (Const(-number),)
    return unknown("it is computed")


def compare(left: Values, op: ast.cmpop, right: Values) -> Values:
    """`left == right`, `left in right` and the like."""
    one, other, compute = only(left), only(right), _COMPARED.get(type(op))
    if isinstance(one, Const) and isinstance(other, Const) and compute is not None:
        return (Const(compute(one.value, other.value)),)
    members = elements(right) if isinstance(op, ast.In | ast.NotIn) and isinstance(one, Const) else None
    if members is not None and all(isinstance(only(member), Const) for member in members):
        return (Const(((one,) in members) is isinstance(op, ast.In)),)
    return unknown("it is computed")


def boolean(op: ast.boolop, sides: list[Values]) -> Values:
    """`a or b`, `a and b`: the side that decides."""
    stops = isinstance(op, ast.Or)
    for side in sides[:-1]:
        decided = truth(side)
        if decided is None:
            last = only(sides[-1])
            otherwise = f"; else {last.value!r}" if isinstance(last, Const) and stops else ""
            return unknown(why_unknown(side) + otherwise)
        if decided is stops:
            return side
    return sides[-1]


def narrowed(scope: Scope, test: ast.expr, *, outcome: bool) -> dict[str, Values]:
    """What names of `scope` can be where `test` comes out as `outcome`.

    Where no call of a function gets there, none of its names has a value: keys made of them are no uses.
    """
    found = _narrowed(scope, test, outcome=outcome)
    if scope.kind == "function" and not all(found.values()):
        return dict.fromkeys(scope.names, ())
    return found


def _narrowed(scope: Scope, test: ast.expr, *, outcome: bool) -> dict[str, Values]:
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return _narrowed(scope, test.operand, outcome=not outcome)
        case ast.BoolOp() if isinstance(test.op, ast.And) is outcome:
            found: dict[str, Values] = {}
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


def _kept(scope: Scope, name: str, keeps: Callable[[object], bool]) -> dict[str, Values]:
    held = scope.find(name)
    if held is None:
        return {}
    return {name: tuple(one for one in held if not isinstance(one, Const) or keeps(one.value))}
