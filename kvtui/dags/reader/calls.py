"""Calls: their arguments, what they ask for, and what they give back."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from kvtui.dags.reader import constructs, operators
from kvtui.dags.reader import values as v
from kvtui.dags.reader.arguments import (
    NOT_GIVEN,
    Argument,
    Call,
    first_parameter,
    open_places,
    unknown_arguments,
)
from kvtui.dags.reader.constructs import Names
from kvtui.dags.reader.objects import element, from_library
from kvtui.dags.reader.run import Run
from kvtui.dags.reader.uses import CallUses

if TYPE_CHECKING:
    from kvtui.dags.reader.expressions import Evaluator
    from kvtui.dags.reader.functions import FunctionReader

_FUNCTIONS = (v.Function, v.Bound)


class CallReader:
    """Evaluates calls, and has recorded what they ask for."""

    evaluator: Evaluator
    functions: FunctionReader

    def __init__(self, run: Run, uses: CallUses) -> None:
        self._run = run
        self._uses = uses

    def read(self, node: ast.Call) -> v.Values:
        """What a call gives; records what it asks for. A text it makes is not yet read as a template."""
        func = node.func
        self._run.payer.steps += 1
        base: v.Values = ()
        method = ""
        if isinstance(func, ast.Attribute):
            method = func.attr
            # A literal text is not yet a template: its `format` may make one of it.
            literal = isinstance(func.value, (ast.Constant, ast.JoinedStr))
            base = self.evaluator.part(func.value) if literal else self.evaluator.ev(func.value)
            callee = self.evaluator.attribute(base, method)
            for value in base if method == "__init__" else ():
                if isinstance(value, v.Super):
                    value.below.lines["__init__"] = node.lineno
        else:
            callee = self.evaluator.ev(func)
            if isinstance(func, ast.Name) and v.by_caller(callee, 0):
                self._run.reading.depends = True
        call = self.arguments(node)
        call.callee, call.base, call.method = callee, base, method
        if (node.args or node.keywords) and self._uses.record(call):
            for value in call.at(len(call.args), "python_callable").values:
                if isinstance(value, _FUNCTIONS):
                    self._called_by_operator(value, call)
        if len(callee) == 1:
            return self._result(call, callee[0]) or v.unknown("the key is computed")
        return v.join(*(self._result(call, value) for value in callee)) or v.unknown("the key is computed")

    def arguments(self, node: ast.Call) -> Call:
        """The arguments of a call, evaluated."""
        given = Call(node, node.func)
        for each in node.args:
            values = self.evaluator.ev(each)
            if not isinstance(each, ast.Starred):
                given.args.append(Argument(values, each))
                continue
            turns = v.elements(values)
            given.open = given.open or turns is None
            given.args += [Argument(turn, each.value) for turn in turns or ()]
        for keyword in node.keywords:
            name, value = keyword.arg, keyword.value
            if name is not None:
                evaluate = self.evaluator.part if name in constructs.DOCUMENTATION else self.evaluator.ev
                given.named[name] = Argument(evaluate(value), value)
                continue
            table = v.table(self.evaluator.ev(value))
            given.open = given.open or not table.whole
            for entry in table.entries:
                if isinstance(entry.key, str):
                    line = entry.line if entry.path == self._run.module.path else 0
                    given.named[entry.key] = Argument(entry.value, value, line)
        return given

    # What a call gives

    def _result(self, call: Call, value: v.Value) -> v.Values:
        of = v.only(call.base) if call.method in constructs.MAKES_TASKS else None
        if isinstance(of, (v.Class, v.Partial)) and not isinstance(value, _FUNCTIONS):
            return self._mapped(call, v.Partial(of) if isinstance(of, v.Class) else of)
        if isinstance(value, v.External):
            return self._external(call, value.name)
        if isinstance(value, _FUNCTIONS):
            return self._project_function(call, value)
        if isinstance(value, v.Class):
            return self.functions.instance(value, call)
        if isinstance(value, v.Const) and value.value is None:
            return ()
        if isinstance(call.func, ast.Attribute):
            return self._method(call, call.func)
        return v.unknown(v.why_unknown((value,)))

    def _external(self, call: Call, name: str) -> v.Values:
        scope = self._run.scope
        if name == "builtins.super" and scope.owner is not None:
            objects = [value for value in scope.me if isinstance(value, v.Instance)]
            return tuple(v.Super(each, scope.owner) for each in objects or [scope.owner.any])
        said = self._run.vocabulary.called(name)
        if said.does == "backend":
            self._run.hint("backend", call.node.lineno)
        if said.read is not None:
            return v.unknown(f"the key comes from {said.how}")
        known = from_library(name, call, self._run.module.path, call.node.lineno)
        if known is not None:
            return known
        if name == "builtins.getattr" and isinstance(of := v.constant(call.at(1).values), str):
            return self.evaluator.attribute(call.at(0).values, of)
        if name == "functools.partial" and call.args:
            functions = [_bound(each) for each in call.args[0].values if isinstance(each, _FUNCTIONS)]
            if functions:
                return tuple(_filled(each, call.positional()[1:], call.keywords()) for each in functions)
        last = name.rpartition(".")[2]
        if last[:1].isupper():
            names = self._run.vocabulary.names_connections
            held = call.keywords().items()
            kept = {n: values for n, values in held if n == "default_args" or names(n) is Names.ONE}
            return (v.Made(name, tuple(kept.items())),)
        return v.unknown(f"the key comes from {last}()")

    def _method(self, call: Call, func: ast.Attribute) -> v.Values:
        """A method of a text, a dict or a list of the project."""
        name, base = func.attr, call.base
        if name == "format":
            return operators.format_call(base, call.positional(), call.keywords())
        if base and operators.METHODS.fullmatch(name):
            return operators.method(name, base, call.positional())
        value = v.only(base)
        if isinstance(value, v.Table):
            return self._of_table(call, func, value)
        if isinstance(value, v.Unknown) and value.among and name == "get" and call.args:
            return value.of_each(lambda each: self._of_table(call, func, v.table((each,))))
        items = operators.listed(base)
        if items is not None and isinstance(func.value, ast.Name) and call.args:
            more = call.args[0].values
            if name in ("append", "extend"):
                added = [more] if name == "append" else v.elements(more) or [v.any_element(more)]
                self._run.scope.bind(func.value.id, v.as_items([*items, *added]))
        text = v.constant(base)
        if name == "join" and isinstance(text, str) and (parts := v.elements(call.at(0).values)):
            return operators.concat(parts, text)
        return v.unknown(v.why_unknown(base))

    def _of_table(self, call: Call, func: ast.Attribute, table: v.Table) -> v.Values:
        if func.attr == "get" and call.args:
            keys = call.args[0].values
            if all(isinstance(key, v.Const) and table.get(key.value) is not None for key in keys):
                return element(table, keys)
            if table.whole and all(isinstance(key, v.Const) for key in keys):
                return call.args[1].values if len(call.args) > 1 else (v.Const(None),)
            found = element(table, keys)
            default = call.at(1).values
            return tuple(each.or_of(default) if isinstance(each, v.Unknown) else each for each in found)
        if func.attr == "update" and isinstance(func.value, ast.Name):
            named = v.keywords_table(call.keywords(), self._run.module.path, call.node.lineno)
            together = v.as_table([table, v.table(call.at(0).values), named])
            self._run.scope.bind(func.value.id, together)
        if not table.whole:
            return v.unknown("the dict is computed in part")
        pairs = [((v.Const(entry.key),), entry.value) for entry in table.entries]
        if func.attr == "items":
            return (v.Items(tuple((v.Items(pair),) for pair in pairs)),)
        if func.attr in ("keys", "values"):
            return (v.Items(tuple(pair[func.attr == "values"] for pair in pairs)),)
        return (table,) if func.attr == "copy" else v.unknown("the key is computed")

    # Functions of the project

    def _project_function(self, call: Call, value: v.Function | v.Bound) -> v.Values:
        bound, method = _bound(value), call.method
        if method not in constructs.MAKES_TASKS or method == bound.function.name:
            return self.functions.call(bound, call)
        return self._mapped(call, bound)

    def _mapped(self, call: Call, mapped: v.Bound | v.Partial) -> v.Values:
        """`partial(…)`, `expand(…)` and the like of a task or an operator of the project."""
        method, named = call.method, call.named
        if method == "override":
            return (mapped,)
        kept = dict(mapped.given)
        for name, each in named.items():
            kept[name] = v.any_element(each.values) if method == "expand" else each.values
        if not all(kept.values()):
            return v.unknown("the key is mapped over an empty list")
        if method == "partial":
            return (replace(mapped, given=tuple(kept.items())),)
        listed = call.at(0, "kwargs") if method == "expand_kwargs" else NOT_GIVEN
        start = mapped.function if isinstance(mapped, v.Bound) else mapped.of.methods().get("__init__")
        made: list[v.Values] = []
        for turn in v.any_element(listed.values) or (v.Table(()),):
            table = v.table((turn,))
            given = Call(call.node, open=not table.whole)
            if start is not None and not table.whole:
                why = v.why_unknown((turn,), "the arguments are computed")
                rest = unknown_arguments(start, (), why)
                rest.pop(first_parameter(start), None)
                given.named = {name: Argument(values, listed.node) for name, values in rest.items()}
            for name, values in kept.items():
                given.named[name] = Argument(values, named.get(name, NOT_GIVEN).node)
            for entry in table.entries:
                given.named[str(entry.key)] = Argument(entry.value, listed.node)
            if isinstance(mapped, v.Partial):
                made.append(self.functions.instance(mapped.of, given))
            else:
                bound = v.Bound(mapped.function, mapped.first)
                made.append(self.functions.call(bound, given, later=True))
        return v.join(*made)

    def _called_by_operator(self, value: v.Function | v.Bound, call: Call) -> None:
        """`PythonOperator(python_callable=f, op_args=[…], op_kwargs={…})`"""
        args, named = (call.named.get(name, NOT_GIVEN) for name in ("op_args", "op_kwargs"))
        listed, table = v.elements(args.values), v.table(named.values)
        passed = Call(
            call.node,
            args=[Argument(each, args.node) for each in listed or ()],
            named={str(entry.key): Argument(entry.value, named.node) for entry in table.entries},
            open=not table.whole or (bool(args.values) and listed is None),
        )
        self.functions.call(_bound(value), passed, later=True)


def _filled(bound: v.Bound, args: list[v.Values], named: dict[str, v.Values]) -> v.Bound:
    """`partial(bound, *args, **named)`"""
    places = open_places(bound)[bool(bound.first) :]
    by_place = zip(places, args, strict=False)
    return replace(bound, given=(*bound.given, *by_place, *named.items()))


def _bound(value: v.Function | v.Bound) -> v.Bound:
    return value if isinstance(value, v.Bound) else v.Bound(value)
