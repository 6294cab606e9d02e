"""Calls: their arguments, what they give back, and with which arguments functions are read later."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from kvtui.dags.reader import constructs, texts
from kvtui.dags.reader import values as v
from kvtui.dags.reader.library import from_library
from kvtui.dags.reader.names import attribute, class_attribute, element
from kvtui.dags.reader.project import Sources
from kvtui.dags.reader.recorder import Recorder
from kvtui.dags.reader.scopes import Frame
from kvtui.dags.reader.uses import Call, CallUses

if TYPE_CHECKING:
    from kvtui.dags.reader.expressions import Evaluator

_MOST_CALLERS = 300
"""Combinations of arguments with which one function is read."""
_BY_CALLER = "its value is given by the caller"
ReadConstructor = Callable[[v.Function], None]
"""Reads an `__init__` with the arguments of its newest call."""


class CallReader:
    """Evaluates calls, and has recorded what they ask for."""

    def __init__(
        self,
        evaluator: Evaluator,
        frame: Frame,
        recorder: Recorder,
        sources: Sources,
        read_constructor: ReadConstructor,
    ) -> None:
        self._evaluator = evaluator
        self._frame = frame
        self._sources = sources
        self._uses = CallUses(frame, recorder)
        self._read_constructor = read_constructor

    def read(self, node: ast.Call) -> v.Values:
        """What a call gives; records what it asks for. A text it makes is not yet taken for a template."""
        func = node.func
        base: v.Values = ()
        if isinstance(func, ast.Attribute):
            # A literal text is not yet a template: its `format` may make one of it.
            literal = isinstance(func.value, ast.Constant | ast.JoinedStr)
            base = self._evaluator.part(func.value) if literal else self._evaluator.ev(func.value)
            callee = attribute(base, func.attr, self._sources)
        else:
            callee = self._evaluator.ev(func)
        call = Call(node, callee, base, self.arguments(node))
        if self._uses.record(call):
            for value in call.given.named.get("python_callable", ()):
                if isinstance(value, v.Function | v.Bound):
                    self._called_by_operator(value, call.given)
        out = [self._result(call, value) for value in callee]
        return v.join(*out) if out else v.unknown("it is computed")

    def arguments(self, node: ast.Call) -> v.Given:
        """The arguments of a call, evaluated."""
        given = v.Given()
        for each in node.args:
            values = self._evaluator.ev(each)
            if isinstance(each, ast.Starred):
                turns = v.elements(values)
                given.open = given.open or turns is None
                given.args += turns or []
                given.nodes += [each.value] * len(turns or [])
            else:
                given.args.append(values)
                given.nodes.append(each)
        for keyword in node.keywords:
            if keyword.arg is not None:
                documents = constructs.documents(keyword.arg)
                evaluate = self._evaluator.part if documents else self._evaluator.ev
                given.named[keyword.arg] = evaluate(keyword.value)
                given.named_nodes[keyword.arg] = keyword.value
                continue
            table = v.only(self._evaluator.ev(keyword.value))
            given.open = given.open or not isinstance(table, v.Table) or not table.whole
            for entry in table.entries if isinstance(table, v.Table) else ():
                if isinstance(entry.key, str):
                    given.named[entry.key] = entry.value
                    given.named_nodes[entry.key] = keyword.value
        return given

    # What a call gives

    def _result(self, call: Call, value: v.Value) -> v.Values:
        if isinstance(value, v.Function | v.Bound):
            return self._project_function(call, value)
        if isinstance(value, v.Class):
            return self._instance(value, call.given)
        if isinstance(value, v.External):
            return self._external(call, value.name)
        if isinstance(call.node.func, ast.Attribute):
            return self._method(call, call.node.func)
        return v.unknown(v.why_unknown((value,)))

    def _external(self, call: Call, name: str) -> v.Values:
        given, scope = call.given, self._frame.scope
        if name == "builtins.super" and scope.owner is not None:
            return (v.Instance(scope.owner, from_bases=True),)
        asked = constructs.read_of(name)
        if asked is not None:
            return v.unknown(f"it is what {asked[1]} gives")
        known = from_library(name, given, scope.path, call.node.lineno)
        if known is not None:
            return known
        if name == "builtins.getattr" and len(given.args) > 1:
            of = v.constant(given.args[1])
            if isinstance(of, str):
                return attribute(given.args[0], of, self._sources)
        last = name.rpartition(".")[2]
        return (v.Made(name),) if last[:1].isupper() else v.unknown(f"it is what {last}() gives")

    def _method(self, call: Call, func: ast.Attribute) -> v.Values:
        """A method of a text, a dict or a list of the project."""
        name, base, given = func.attr, call.base, call.given
        if name == "format":
            return texts.format_call(base, given.args, given.named)
        if base and texts.METHODS.fullmatch(name):
            return texts.method(name, base, given.args)
        value = v.only(base)
        if isinstance(value, v.Table):
            return self._of_table(call, func, value)
        if isinstance(value, v.Items) and isinstance(func.value, ast.Name) and given.args:
            if name == "append":
                self._frame.scope.bind(func.value.id, (v.Items((*value.items, given.args[0])),))
            elif name == "extend":
                more = v.elements(given.args[0]) or [v.any_element(given.args[0])]
                self._frame.scope.bind(func.value.id, v.as_items([*value.items, *more]))
        return v.unknown(v.why_unknown(base))

    def _of_table(self, call: Call, func: ast.Attribute, table: v.Table) -> v.Values:
        given = call.given
        if func.attr == "get" and given.args:
            keys = given.args[0]
            if all(isinstance(key, v.Const) and table.get(key.value) is not None for key in keys):
                return element(table, keys)
            default = given.args[1] if len(given.args) > 1 else (v.Const(None),)
            known = table.whole and all(isinstance(key, v.Const) for key in keys)
            return default if known else v.unknown("the dict's key is computed")
        if func.attr == "update" and isinstance(func.value, ast.Name):
            more = (v.only(given.args[0]) if given.args else None) or v.Table(())
            known_more = more if isinstance(more, v.Table) else v.Table((), whole=False)
            named = self._entries(given.named, call.node.lineno)
            entries = (*table.entries, *known_more.entries, *named)
            self._frame.scope.bind(func.value.id, v.as_table(entries, whole=table.whole and known_more.whole))
        if not table.whole:
            return v.unknown("the dict is computed in part")
        pairs = [((v.Const(entry.key),), entry.value) for entry in table.entries]
        if func.attr == "items":
            return (v.Items(tuple((v.Items(pair),) for pair in pairs)),)
        if func.attr in ("keys", "values"):
            return (v.Items(tuple(pair[func.attr == "values"] for pair in pairs)),)
        return (table,) if func.attr == "copy" else v.unknown("it is computed")

    def _entries(self, named: dict[str, v.Values], line: int) -> list[v.Entry]:
        return [v.Entry(name, values, self._frame.scope.path, line) for name, values in named.items()]

    def _instance(self, made: v.Class, given: v.Given) -> v.Values:
        instance = v.Instance(made)
        starts = [
            each for each in class_attribute(made, "__init__", (instance,)) if isinstance(each, v.Bound)
        ]
        for each in starts:
            self._called(each, given)
            self._read_constructor(each.function)
        if not starts:  # a dataclass, or the like
            fields = [
                each.target.id
                for each in made.node.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            ]
            values = dict(zip(fields, given.args, strict=False)) | given.named
            for name, held in values.items():
                made.give(name, held)
        return (instance,)

    # With which arguments functions are called

    def _project_function(self, call: Call, value: v.Function | v.Bound) -> v.Values:
        """Remembers the arguments; the body is read with them later."""
        bound, given = value if isinstance(value, v.Bound) else v.Bound(value), call.given
        method, name = call.method, bound.function.node.name
        kept = dict(bound.given)
        if method not in constructs.MAKES_TASKS or method == name:
            self._called(bound, v.Given(given.args, named={**kept, **given.named}, open=given.open))
            return v.unknown(f"it is what {name}() gives")
        if method == "override":
            return (value,)
        for parameter, values in given.named.items():
            kept[parameter] = v.any_element(values) if method == "expand" else values
        if not all(kept.values()):
            return v.unknown("it is mapped over an empty list")
        if method == "partial":
            return (v.Bound(bound.function, bound.first, tuple(kept.items())),)
        self._called(bound, v.Given(named=kept, open=method == "expand_kwargs"))
        return v.unknown(f"it is what {name}() gives")

    def _called_by_operator(self, value: v.Function | v.Bound, given: v.Given) -> None:
        """`PythonOperator(python_callable=f, op_args=[…], op_kwargs={…})`"""
        args, named = given.named.get("op_args", ()), given.named.get("op_kwargs", ())
        listed = v.elements(args)
        table = v.only(named) if named else v.Table(())
        known = table if isinstance(table, v.Table) else v.Table((), whole=False)
        passed = v.Given(
            args=listed or [],
            named={str(entry.key): entry.value for entry in known.entries},
            open=not known.whole or (bool(args) and listed is None),
        )
        self._called(value if isinstance(value, v.Bound) else v.Bound(value), passed)

    def _called(self, bound: v.Bound, given: v.Given) -> None:
        function = bound.function
        args = ([bound.first] if bound.first else []) + given.args
        parameters = function.node.args
        positional = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
        accepted = [*positional, *(each.arg for each in parameters.kwonlyargs)]
        values: dict[str, v.Values] = dict(zip(positional, args, strict=False))
        values |= {name: held for name, held in given.named.items() if name in accepted}
        for name in accepted:
            if name not in values:
                missing = v.unknown(_BY_CALLER)
                values[name] = missing if given.open else function.defaults.get(name, missing)
        if parameters.vararg is not None:
            values[parameters.vararg.arg] = (v.Items(tuple(args[len(positional) :])),)
        if parameters.kwarg is not None:
            rest = {name: held for name, held in given.named.items() if name not in accepted}
            entries = self._entries(rest, function.node.lineno)
            values[parameters.kwarg.arg] = (v.Table(tuple(entries), whole=not given.open),)
        if len(function.callers) < _MOST_CALLERS:
            function.callers[tuple(sorted(values.items(), key=lambda item: item[0]))] = None
