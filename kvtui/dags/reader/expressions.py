"""Reads expressions: what each may be, and on the way every use in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from kvtui.dags.reader import operators
from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import Call
from kvtui.dags.reader.calls import CallReader
from kvtui.dags.reader.model import Use
from kvtui.dags.reader.objects import attribute_of, element, is_context, name_in, without
from kvtui.dags.reader.run import Rules, Run, Scope, rules

Member = Callable[[Scope, str], v.Values]
"""A name of a module of the project."""


class Evaluator:
    """Each kind of expression by the method of its name; another is read for what is in it."""

    def __init__(self, run: Run, calls: CallReader, member: Member) -> None:
        self._run = run
        self._calls = calls
        self._member = member

    def ev(self, node: ast.expr) -> v.Values:
        """What `node` may be. Records the uses in it."""
        rule = RULES.get(type(node))
        return rule(self, node) if rule is not None else self._other(node)

    def part(self, node: ast.expr) -> v.Values:
        """As `ev`, but a text is not yet read as a template: it is part of a longer one."""
        rule = _PARTS.get(type(node))
        return rule(self, node) if rule is not None else self.ev(node)

    def _other(self, node: ast.expr) -> v.Values:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.ev(child)
        return v.unknown("the key is computed")

    # Texts and calls

    def _on_joinedstr_binop(self, node: ast.expr) -> v.Values:
        """A text and what it asks for as a template: the whole of it, not its parts."""
        values = self.part(node)
        self._run.text(values, node)
        return values

    def _on_constant(self, node: ast.Constant) -> v.Values:
        values = (v.Const(node.value),)
        if type(node.value) is str and ("." in node.value or "{" in node.value):
            self._run.text(values, node)
        return values

    def _on_call(self, node: ast.Call) -> v.Values:
        """A call, whose text is a template, or names one, where it is `"…".format(…)` or the like."""
        values, func = self._calls.read(node), node.func
        if isinstance(func, ast.Attribute) and (
            func.attr in ("format", "join", "joinpath")
            or isinstance(func.value, (ast.Constant, ast.JoinedStr))
        ):
            self._run.text(values, node)
        return values

    def _on_formattedvalue(self, node: ast.FormattedValue) -> v.Values:
        values = self.ev(node.value)
        spec = v.only(self.part(node.format_spec)) if node.format_spec is not None else v.Const("")
        if isinstance(spec, v.Const):
            return operators.formatted(values, node.conversion, str(spec.value))
        return v.unknown("the key's format is computed")

    # Names, attributes, elements

    def _on_name(self, node: ast.Name) -> v.Values:
        scope = self._run.scope
        held = scope.names.get(node.id)
        return held if held is not None else name_in(scope, node.id)

    def _on_attribute(self, node: ast.Attribute) -> v.Values:
        base = self.ev(node.value)
        if node.attr != "get" and self._asks_context(base, (v.Const(node.attr),), node):
            return v.unknown("the key is computed")
        values = self.attribute(base, node.attr)
        for value in values:
            if isinstance(value, v.Bound) and "builtins.property" in value.function.decorators:
                return self._calls.functions.call(value, Call(node))
        return values

    def attribute(self, base: v.Values, name: str) -> v.Values:
        """`base.name`"""
        if len(base) == 1:
            value = base[0]
            if isinstance(value, Scope):
                return self._member(value, name)
            return attribute_of(value, name, self._run.reading)
        return v.join(*(self.attribute((value,), name) for value in base))

    def _on_subscript(self, node: ast.Subscript) -> v.Values:
        base = self.ev(node.value)
        if isinstance(node.slice, ast.Slice):
            return self._slice(base, node.slice)
        index = self.ev(node.slice)
        step = v.constant(index)
        if step in ("var", "conn") and is_context(node.value):
            return v.external(f"context.{step}")
        if self._asks_context(base, index, node):
            return v.unknown("the key is computed")
        some = tuple(value for value in base if value != v.Const(None)) if len(base) > 1 else base
        return v.join(*(element(value, index) for value in some))

    def _slice(self, base: v.Values, node: ast.Slice) -> v.Values:
        """`base[start:stop:step]`"""
        bounds = [
            (v.Const(None),) if each is None else self.ev(each)
            for each in (node.lower, node.upper, node.step)
        ]
        path = self._run.module.path
        return v.join(
            *(operators.taken(each, bounds, lambda held, *b: held[slice(*b)], path) for each in base)
        )

    def _asks_context(self, base: v.Values, keys: v.Values, node: ast.expr) -> bool:
        """Records what `context["conn"].x`, `context["var"]["value"]["x"]` and the like ask for."""
        value = base[0] if len(base) == 1 else None
        name = value.name if isinstance(value, v.External) else ""
        read = self._run.vocabulary.called(f"{name}.get").read if name[:8] == "context." else None
        if read is not None:
            self._run.keys(keys, node, Use(read.kind, "", node.lineno, read.how))
        return read is not None

    def _on_yield(self, node: ast.Yield) -> v.Values:
        self._run.reading.yields.append(self.ev(node.value) if node.value else (v.Const(None),))
        return v.unknown("the key is computed")

    def _on_yieldfrom(self, node: ast.YieldFrom) -> v.Values:
        turns = v.elements(self.ev(node.value))
        self._run.reading.yields += [()] if turns is None else turns
        return v.unknown("the key is computed")

    def _on_namedexpr(self, node: ast.NamedExpr) -> v.Values:
        values = self.ev(node.value)
        self._run.scope.bind(node.target.id, values)
        return values

    # Conditions

    def _on_ifexp(self, node: ast.IfExp) -> v.Values:
        test = self.ev(node.test)
        decided = v.truth(test) if self._run.decides else None
        self._run.reading.branches |= v.by_caller(test, 0)
        if decided is not None:
            return self.ev(node.body if decided else node.orelse)
        yes = self._side(node.test, node.body, outcome=True)
        return v.join(yes, self._side(node.test, node.orelse, outcome=False))

    def _side(self, test: ast.expr, node: ast.expr, *, outcome: bool) -> v.Values:
        """One side, with what the condition's names can be there; nothing if no call gets there.

        It is read all the same: for the uses in it that need none of the arguments.
        """
        scope = self._run.scope
        before, narrowed = scope.names, operators.narrowed(scope, test, outcome=outcome)
        scope.names = before | narrowed
        values = self.ev(node)
        scope.names = before
        return values if scope.kind != "function" or all(narrowed.values()) else ()

    def _on_compare(self, node: ast.Compare) -> v.Values:
        sides = [self.ev(side) for side in (node.left, *node.comparators)]
        pairs = zip(sides, node.ops, sides[1:], strict=False)
        return operators.boolean(ast.And(), [operators.compare(*pair) for pair in pairs])

    # Collections

    def _on_list_tuple_set(self, node: ast.List | ast.Tuple | ast.Set) -> v.Values:
        items: list[v.Values] = []
        for each in node.elts:
            values = self.ev(each)
            turns = v.elements(values) if isinstance(each, ast.Starred) else [values]
            items += [v.any_element(values)] if turns is None else turns
        return v.as_items(items)

    def _on_dict(self, node: ast.Dict) -> v.Values:
        parts = zip(node.keys, node.values, strict=True)
        return v.as_table([self._table(key, value, key.lineno if key else 0) for key, value in parts])

    def _table(self, key: ast.expr | None, value: ast.expr, line: int) -> v.Table:
        """One part of a dict, at that line; without a key it is another dict."""
        values, path = self.ev(value), self._run.module.path
        if key is None:
            return v.table(values)
        keys = self.ev(key)
        known = [v.Entry(each.value, values, path, line) for each in keys if isinstance(each, v.Const)]
        return v.Table(tuple(known), len(known) == len(keys))

    def _on_listcomp_setcomp_generatorexp(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp
    ) -> v.Values:
        with self._run.inside(scope=self._run.scope.inner()):
            made = [self.ev(node.elt) for _ in self._turns_of(node.generators)]
            if v.elements(self.ev(node.generators[0].iter)) is None:
                return v.unknown("the key comes from a loop over what is computed")
            return (v.Items(tuple(made)),)

    def _on_dictcomp(self, node: ast.DictComp) -> v.Values:
        with self._run.inside(scope=self._run.scope.inner()):
            turns = self._turns_of(node.generators)
            return v.as_table([self._table(node.key, node.value, node.lineno) for _ in turns])

    def _turns_of(self, generators: list[ast.comprehension]) -> Iterator[None]:
        """Binds the targets of a comprehension, turn by turn."""
        first, *rest = generators
        run, values = self._run, self.ev(first.iter)
        turns = v.elements(values)
        unrolled = turns is not None and run.payer.may_repeat(len(turns))
        for turn in turns if turns is not None and unrolled else [v.any_element(values)]:
            self.assign(first.target, turn)
            run.module.turn += 1
            run.payer.steps += 1
            run.loops += unrolled
            if False not in [v.truth(self.ev(test)) for test in first.ifs]:
                if rest:
                    yield from self._turns_of(rest)
                else:
                    yield
            run.loops -= unrolled

    # Functions

    def _on_lambda(self, node: ast.Lambda) -> v.Values:
        return (self.function(node, "<lambda>"),)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str) -> v.Function:
        """What a definition makes: in one turn of a loop the same, however often it is read."""
        run, module = self._run, self._run.module
        place = (node, id(run.scope), module.turn if run.loops else 0)
        made = module.definitions.get(place)
        if made is None:
            scope = run.scope.as_it_is() if run.loops else run.scope
            made = module.definitions[place] = v.Function(node, name, module, scope)
            module.scopes.update((scope, run.scope))
            run.reading.functions.append(made)
        for parameter, values in self._defaults(node.args).items():
            made.defaults[parameter] = v.join(made.defaults.get(parameter, ()), values)
        return made

    def _defaults(self, arguments: ast.arguments) -> dict[str, v.Values]:
        """The defaults of the parameters that have one."""
        if not (arguments.defaults or arguments.kw_defaults):
            return {}
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = [
            *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        return {each.arg: self.ev(default) for each, default in with_default if default is not None}

    # What is at the left of `=`, or after `for`

    def assign(self, target: ast.expr, values: v.Values) -> None:
        """Gives a target its values."""
        if isinstance(target, ast.Name):
            self._run.scope.bind(target.id, values)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, values)
        elif isinstance(target, ast.Attribute):
            self._set(target, values, is_new=True)
        elif isinstance(target, ast.Subscript):
            self._assign_element(target, values)

    def change(self, target: ast.expr, values: v.Values) -> None:
        """Gives a list or a dict what it holds now: all that it held, and more."""
        run = self._run
        if isinstance(target, ast.Name):
            run.reading.depends |= target.id not in run.scope.names and v.by_caller(values)
            run.scope.change(target.id, values)
        elif isinstance(target, ast.Attribute):
            self._set(target, values, is_new=False)

    def _set(self, target: ast.Attribute, values: v.Values, *, is_new: bool) -> None:
        for base in self.ev(target.value):
            if isinstance(base, v.Instance):
                held = base.given.get(target.attr)
                new = v.join(held or (), values) if is_new else values
                is_outside = base not in self._run.scope.me
                base.changes += new != held if held is not None else is_outside
                base.given[target.attr] = new
            elif isinstance(base, v.Class):
                base.scope.names[target.attr] = values
            self._run.reading.depends |= isinstance(base, (v.Instance, v.Class)) and v.by_caller(values)

    def _unpack(self, targets: list[ast.expr], values: v.Values) -> None:
        spread = [_spread(value.items, targets) if isinstance(value, v.Items) else None for value in values]
        missing = [[v.unknown(v.why_unknown((value,)))] * len(targets) for value in values]
        every = [items or unknown for items, unknown in zip(spread, missing, strict=True)]
        for target, *parts in zip(targets, *every, strict=True):
            self.assign(target.value if isinstance(target, ast.Starred) else target, v.join(*parts))

    def _assign_element(self, target: ast.Subscript, values: v.Values) -> None:
        keys, holder = self.ev(target.slice), target.value
        held, key = v.only(self.ev(holder)), v.only(keys)
        if not isinstance(held, v.Table):
            return
        more = v.table(keys)
        if isinstance(key, v.Const):
            is_here = isinstance(holder, ast.Name) and holder.id in self._run.scope.names
            values = values if is_here else v.join(held.get(key.value) or (), values)
            held = without(held, key.value)
            more = v.Table((v.Entry(key.value, values, self._run.module.path, target.lineno),))
        self.change(holder, v.as_table([held, more]))


def _spread(items: tuple[v.Values, ...], targets: list[ast.expr]) -> list[v.Values] | None:
    """Each target's part of a sequence, that of `*rest` as a list; None if it does not fit."""
    place = next((n for n, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    more = len(items) - len(targets)
    if place is None:
        return list(items) if not more else None
    if more < -1:
        return None
    end = place + more + 1
    return [*items[:place], (v.Items(items[place:end]),), *items[end:]]


RULES: Rules = {
    **rules(Evaluator),
    ast.Starred: lambda self, node: self.ev(node.value),
    ast.BoolOp: lambda self, node: operators.boolean(node.op, [self.ev(value) for value in node.values]),
    ast.UnaryOp: lambda self, node: operators.unary(node.op, self.ev(node.operand)),
}
_PARTS: Rules = {
    ast.Constant: lambda _, node: (v.Const(node.value),),
    ast.JoinedStr: lambda self, node: operators.concat([self.part(piece) for piece in node.values]),
    ast.BinOp: lambda self, node: operators.binary(self.part(node.left), node.op, self.part(node.right)),
    ast.Call: lambda self, node: self._calls.read(node),
}
"""The expressions that may be part of a text."""
