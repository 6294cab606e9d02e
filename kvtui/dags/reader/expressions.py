"""Reads expressions: what each may be, and on the way every use in it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kvtui.dags.reader import texts
from kvtui.dags.reader.calls import Calls
from kvtui.dags.reader.scopes import Scope
from kvtui.dags.reader.values import (
    Const,
    Entry,
    Items,
    Table,
    Unknown,
    Values,
    any_element,
    as_items,
    as_table,
    concat,
    elements,
    join,
    unknown,
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


class Expressions(Calls):
    """Every kind of expression; one that is not named here is read for what stands in it."""

    def ev(self, node: ast.expr) -> Values:
        """What `node` may be. Records the uses in it."""
        reader: Callable[[ast.expr], Values] = getattr(self, f"_{type(node).__name__}", self._other)
        return reader(node)

    def _other(self, node: ast.expr) -> Values:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.ev(child)
        return unknown("it is computed")

    # Texts

    def _Constant(self, node: ast.Constant) -> Values:  # noqa: N802 - named for the node
        return self._text(node)

    def _JoinedStr(self, node: ast.JoinedStr) -> Values:  # noqa: N802
        return self._text(node)

    def _BinOp(self, node: ast.BinOp) -> Values:  # noqa: N802
        return self._text(node)

    def _text(self, node: ast.expr) -> Values:
        """A text and what it asks for as a template: the whole of it, not its parts."""
        values = self.part(node)
        self.recorder.template(values, node)
        for value in values:
            if isinstance(value, Const) and isinstance(value.value, str):
                self.name_of_template(value.value)
        return values

    def part(self, node: ast.expr) -> Values:
        """As `ev`, but a text is not yet taken for a template: it is part of a longer one."""
        if isinstance(node, ast.Constant):
            return (Const(node.value),)
        if isinstance(node, ast.JoinedStr):
            return concat([self._piece(piece) for piece in node.values])
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        if isinstance(node, ast.Call):
            return self.call(node)
        return self.ev(node)

    def _piece(self, node: ast.expr) -> Values:
        if not isinstance(node, ast.FormattedValue):
            return self.part(node)
        values = self.ev(node.value)
        spec = self.part(node.format_spec) if node.format_spec is not None else (Const(""),)
        if len(spec) == 1 and isinstance(spec[0], Const):
            return texts.formatted(values, node.conversion, str(spec[0].value))
        return unknown("its format is computed")

    def _operation(self, node: ast.BinOp) -> Values:
        left, right = self.part(node.left), self.part(node.right)
        if isinstance(node.op, ast.Mod) and _is_text(left):
            return texts.percent(left, right)
        if isinstance(node.op, ast.Add) and (_is_text(left) or _is_text(right)):
            return concat([left, right])
        if isinstance(node.op, ast.Mult):
            repeated = texts.repeated(left, right)
            if repeated is not None:
                return repeated
        numbers = self._sum(node.op, left, right)
        if numbers is not None:
            return numbers
        if len(left) == 1 and len(right) == 1:
            one, other = left[0], right[0]
            if (
                isinstance(one, Items)
                and isinstance(other, Items)
                and isinstance(node.op, ast.Add | ast.BitOr)
            ):
                return as_items(one.items + other.items)
            if isinstance(one, Table) and isinstance(other, Table) and isinstance(node.op, ast.BitOr):
                return as_table(one.entries + other.entries, whole=one.whole and other.whole)
        if isinstance(node.op, ast.Add):
            return concat([left, right])  # a sum of what is not known: the literal parts may be templates
        return unknown("it is computed")

    @staticmethod
    def _sum(op: ast.operator, left: Values, right: Values) -> Values | None:
        """The sums or differences of whole numbers; None if one side is anything else."""
        compute = _NUMBERS.get(type(op))
        sides = [[one.value for one in side if isinstance(one, Const)] for side in (left, right)]
        whole = [[value for value in side if isinstance(value, int)] for side in sides]
        if compute is None or len(whole[0]) < len(left) or len(whole[1]) < len(right):
            return None
        return join(tuple(Const(compute(one, other)) for one in whole[0] for other in whole[1]))

    # Names, attributes, elements

    def _Name(self, node: ast.Name) -> Values:  # noqa: N802
        return self.name(node.id)

    def _Attribute(self, node: ast.Attribute) -> Values:  # noqa: N802
        if self.context_read(node):
            return unknown("it is computed")
        return self.attribute(self.ev(node.value), node.attr)

    def _Subscript(self, node: ast.Subscript) -> Values:  # noqa: N802
        if self.context_read(node):
            return unknown("it is computed")
        base, index = self.ev(node.value), self.ev(node.slice)
        return join(*(self.element(value, index) for value in base))

    def _Slice(self, node: ast.Slice) -> Values:  # noqa: N802
        return self._other(node)

    def _Starred(self, node: ast.Starred) -> Values:  # noqa: N802
        return self.ev(node.value)

    def _NamedExpr(self, node: ast.NamedExpr) -> Values:  # noqa: N802
        values = self.ev(node.value)
        self.bind(node.target.id, values)
        return values

    # Choices

    def _IfExp(self, node: ast.IfExp) -> Values:  # noqa: N802
        test = self.ev(node.test)
        with self._given_that(node.test, outcome=True) as reached:
            yes = self.ev(node.body) if reached else self._nothing_of(node.body)
        with self._given_that(node.test, outcome=False) as reached:
            no = self.ev(node.orelse) if reached else self._nothing_of(node.orelse)
        decided = truth(test) if self.turns else None
        return join(yes, no) if decided is None else yes if decided else no

    def _nothing_of(self, node: ast.expr) -> Values:
        """Reads what no call gets to: for the uses in it that need none of its arguments."""
        self.ev(node)
        return ()

    @contextmanager
    def _given_that(self, test: ast.expr, *, outcome: bool) -> Iterator[bool]:
        """Reads with what the names of a condition can be on one side; yields whether a call gets there."""
        before, narrowed = self.scope.names, self.narrowed(test, outcome=outcome)
        self.scope.names = before | narrowed
        yield self.scope.kind != "function" or all(narrowed.values())
        self.scope.names = before

    def narrowed(self, test: ast.expr, *, outcome: bool) -> dict[str, Values]:
        """What names can be where `test` comes out as `outcome`.

        Where no call of a function gets there, none of its names has a value: keys made of them are no uses.
        """
        found = self._narrowed(test, outcome=outcome)
        if self.scope.kind == "function" and not all(found.values()):
            return dict.fromkeys(self.scope.names, ())
        return found

    def _narrowed(self, test: ast.expr, *, outcome: bool) -> dict[str, Values]:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._narrowed(test.operand, outcome=not outcome)
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) is outcome:
            return {
                name: held
                for each in test.values
                for name, held in self._narrowed(each, outcome=outcome).items()
            }
        if isinstance(test, ast.Name):
            return self._kept(test.id, lambda value: bool(value) is outcome)
        if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and len(test.ops) == 1:
            compare, right = _COMPARED.get(type(test.ops[0])), test.comparators[0]
            if compare is not None and isinstance(right, ast.Constant):
                other = right.value
                return self._kept(test.left.id, lambda value: compare(value, other) is outcome)
        return {}

    def _kept(self, name: str, keeps: Callable[[object], bool]) -> dict[str, Values]:
        held = self.scope.find(name)
        if held is None:
            return {}
        return {name: tuple(one for one in held if not isinstance(one, Const) or keeps(one.value))}

    def _BoolOp(self, node: ast.BoolOp) -> Values:  # noqa: N802
        sides = [self.ev(value) for value in node.values]
        stops = isinstance(node.op, ast.Or)
        for number, side in enumerate(sides):
            if number == len(sides) - 1:
                return side
            decided = truth(side)
            if decided is None:
                why = next((value.why for value in side if isinstance(value, Unknown)), "it is computed")
                rest = sides[-1][0] if len(sides[-1]) == 1 else None
                last = f"; else {rest.value!r}" if isinstance(rest, Const) and stops else ""
                return unknown(why + last)
            if decided is stops:
                return side
        return unknown("it is computed")

    def _UnaryOp(self, node: ast.UnaryOp) -> Values:  # noqa: N802
        value = self.ev(node.operand)
        decided = truth(value)
        if isinstance(node.op, ast.Not) and decided is not None:
            return (Const(not decided),)
        only = value[0] if len(value) == 1 else None
        if isinstance(node.op, ast.USub) and isinstance(only, Const) and isinstance(only.value, int):
            return (Const(-only.value),)
        return unknown("it is computed")

    def _Compare(self, node: ast.Compare) -> Values:  # noqa: N802
        sides = [self.ev(side) for side in (node.left, *node.comparators)]
        if len(sides) == 2 and all(len(side) == 1 for side in sides):
            one, other, op = sides[0][0], sides[1][0], node.ops[0]
            compare = _COMPARED.get(type(op))
            if isinstance(one, Const) and isinstance(other, Const) and compare is not None:
                return (Const(compare(one.value, other.value)),)
            members = elements(sides[1]) if isinstance(op, ast.In | ast.NotIn) else None
            plain = [each for each in members or [] if len(each) == 1 and isinstance(each[0], Const)]
            if isinstance(one, Const) and members is not None and len(plain) == len(members):
                return (Const(((one,) in plain) is isinstance(op, ast.In)),)
        return unknown("it is computed")

    # Collections

    def _items(self, node: ast.List | ast.Tuple | ast.Set) -> Values:
        items: list[Values] = []
        for each in node.elts:
            values = self.ev(each)
            if isinstance(each, ast.Starred):
                turns = elements(values)
                if turns is None:
                    items.append(any_element(values))
                else:
                    items += turns
            else:
                items.append(values)
        return as_items(items)

    _List = _Tuple = _Set = _items

    def _Dict(self, node: ast.Dict) -> Values:  # noqa: N802
        entries: list[Entry] = []
        whole = True
        for key, value in zip(node.keys, node.values, strict=True):
            values = self.ev(value)
            if key is None:
                merged = values[0] if len(values) == 1 else None
                if isinstance(merged, Table):
                    entries += merged.entries
                whole = whole and isinstance(merged, Table) and merged.whole
                continue
            names = self.ev(key)
            for name in names:
                if isinstance(name, Const):
                    entries.append(Entry(name.value, values, self.scope.path, key.lineno))
                else:
                    whole = False
        return as_table(entries, whole=whole)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Values:
        outer = self.scope
        self.scope = Scope("function", outer.path, outer, owner=outer.owner)
        try:
            made = [self.ev(node.elt) for _ in self._turns_of(node.generators)]
            certain = all(elements(self.ev(each.iter)) is not None for each in node.generators[:1])
            return (Items(tuple(made)),) if certain else unknown("it comes from a loop over what is computed")
        finally:
            self.scope = outer

    _ListComp = _SetComp = _GeneratorExp = _comprehension

    def _DictComp(self, node: ast.DictComp) -> Values:  # noqa: N802
        outer = self.scope
        self.scope = Scope("function", outer.path, outer, owner=outer.owner)
        entries: list[Entry] = []
        whole = True
        try:
            for _ in self._turns_of(node.generators):
                values = self.ev(node.value)
                for key in self.ev(node.key):
                    if isinstance(key, Const):
                        entries.append(Entry(key.value, values, outer.path, node.lineno))
                    else:
                        whole = False
            return (Table(tuple(entries), whole),)
        finally:
            self.scope = outer

    def _turns_of(self, generators: list[ast.comprehension]) -> Iterator[None]:
        """Binds the targets of a comprehension, turn by turn."""
        first, rest = generators[0], generators[1:]
        values = self.ev(first.iter)
        turns = elements(values)
        unrolled = turns is not None and self.may_unroll(len(turns))
        for turn in turns if turns is not None and unrolled else [any_element(values)]:
            self.assign(first.target, turn)
            self.turn += 1
            self.turns += unrolled
            decided = [truth(self.ev(test)) for test in first.ifs]
            if False not in decided:
                if rest:
                    yield from self._turns_of(rest)
                else:
                    yield
            self.turns -= unrolled

    def _Lambda(self, node: ast.Lambda) -> Values:  # noqa: N802
        defaults = self.defaults(node.args)
        outer = self.scope
        self.scope = Scope("function", outer.path, outer, owner=outer.owner)
        for name in parameters(node.args):
            self.scope.names[name] = defaults.get(name, unknown("its value is given by the caller"))
        try:
            self.ev(node.body)
        finally:
            self.scope = outer
        return unknown("it is computed")

    def defaults(self, arguments: ast.arguments) -> dict[str, Values]:
        """The defaults of the parameters that have one."""
        positional = [*arguments.posonlyargs, *arguments.args]
        count = len(arguments.defaults)
        found = {
            each.arg: self.ev(default)
            for each, default in zip(positional[len(positional) - count :], arguments.defaults, strict=True)
        }
        for each, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if given is not None:
                found[each.arg] = self.ev(given)
        return found


def parameters(arguments: ast.arguments) -> list[str]:
    """All parameters by name."""
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return [each.arg for each in every]


def truth(values: Values) -> bool | None:
    """Whether it counts as true; None if that cannot be told."""
    found = {bool(value.value) if isinstance(value, Const) else None for value in values}
    return found.pop() if len(found) == 1 else None


def _is_text(values: Values) -> bool:
    return any(
        (isinstance(value, Const) and isinstance(value.value, str))
        or (isinstance(value, Unknown) and value.text != "kvtui_hole")
        for value in values
    )
