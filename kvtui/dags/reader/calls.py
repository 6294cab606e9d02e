"""Calls: their arguments, what they ask for, and what they give back."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from kvtui.dags.reader import constructs, texts
from kvtui.dags.reader import values as v
from kvtui.dags.reader.constructs import Names
from kvtui.dags.reader.library import from_library
from kvtui.dags.reader.objects import element
from kvtui.dags.reader.run import Run
from kvtui.dags.reader.uses import Call, CallUses

if TYPE_CHECKING:
    from kvtui.dags.reader.expressions import Evaluator
    from kvtui.dags.reader.functions import FunctionReader

_NOTHING_GIVEN = v.Given()


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
        self._run.frame.payer.steps += 1
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
                self._run.frame.reading.depends = True
        given = self.arguments(node) if node.args or node.keywords else _NOTHING_GIVEN
        call = Call(node, callee, base, method, given)
        if given is not _NOTHING_GIVEN and self._uses.record(call) and "python_callable" in given.named:
            for value in given.named["python_callable"]:
                if isinstance(value, (v.Function, v.Bound)):
                    self._called_by_operator(value, call)
        if len(callee) == 1:
            return self._result(call, callee[0]) or v.unknown("the key is computed")
        return v.join(*(self._result(call, value) for value in callee)) or v.unknown("the key is computed")

    def arguments(self, node: ast.Call) -> v.Given:
        """The arguments of a call, evaluated."""
        given = v.Given()
        for each in node.args:
            values = self.evaluator.ev(each)
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
                documents = keyword.arg in constructs.DOCUMENTATION
                evaluate = self.evaluator.part if documents else self.evaluator.ev
                given.named[keyword.arg] = evaluate(keyword.value)
                given.named_nodes[keyword.arg] = keyword.value
                continue
            table = v.only(self.evaluator.ev(keyword.value))
            given.open = given.open or not isinstance(table, v.Table) or not table.whole
            for entry in table.entries if isinstance(table, v.Table) else ():
                if isinstance(entry.key, str):
                    given.named[entry.key] = entry.value
                    given.named_nodes[entry.key] = keyword.value
                    if entry.path == self._run.frame.module.path:
                        given.lines[entry.key] = entry.line
        return given

    # What a call gives

    def _result(self, call: Call, value: v.Value) -> v.Values:
        if isinstance(value, v.External):
            return self._external(call, value.name)
        if isinstance(value, (v.Function, v.Bound)):
            return self._project_function(call, value)
        if isinstance(value, v.Class):
            return self.functions.instance(value, call.given, call.node)
        if isinstance(value, v.Const) and value.value is None:
            return ()
        if isinstance(call.node.func, ast.Attribute):
            return self._method(call, call.node.func)
        return v.unknown(v.why_unknown((value,)))

    def _external(self, call: Call, name: str) -> v.Values:
        given, scope = call.given, self._run.frame.scope
        if name == "builtins.super" and scope.owner is not None:
            objects = [value for value in scope.me if isinstance(value, v.Instance)]
            return tuple(v.Super(each, scope.owner) for each in objects or [scope.owner.any])
        said = self._run.vocabulary.called(name)
        if said.makes_backend:
            self._run.hint("backend", call.node.lineno)
        if said.read is not None:
            return v.unknown(f"the key comes from {said.how}")
        known = from_library(name, given, self._run.frame.module.path, call.node.lineno)
        if known is not None:
            return known
        if name == "builtins.getattr" and len(given.args) > 1:
            of = v.constant(given.args[1])
            if isinstance(of, str):
                return self.evaluator.attribute(given.args[0], of)
        if name == "functools.partial" and given.args:
            partial = [
                v.Bound(each.function, each.first, (*each.given, *given.named.items()))
                for each in (v.Bound(one) if isinstance(one, v.Function) else one for one in given.args[0])
                if isinstance(each, v.Bound)
            ]
            if partial and len(given.args) == 1:
                return tuple(partial)
        last = name.rpartition(".")[2]
        if last[:1].isupper():
            kept = tuple(
                (argument, held)
                for argument, held in given.named.items()
                if argument == "default_args" or self._run.vocabulary.names_connections(argument) is Names.ONE
            )
            return (v.Made(name, kept),)
        return v.unknown(f"the key comes from {last}()")

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
                self._run.frame.scope.bind(func.value.id, v.as_items([*value.items, given.args[0]]))
            elif name == "extend":
                more = v.elements(given.args[0]) or [v.any_element(given.args[0])]
                self._run.frame.scope.bind(func.value.id, v.as_items([*value.items, *more]))
        text = v.constant(base)
        if name == "join" and isinstance(text, str) and given.args:
            parts = v.elements(given.args[0])
            if parts:
                return texts.joined(text, parts)
        return v.unknown(v.why_unknown(base))

    def _of_table(self, call: Call, func: ast.Attribute, table: v.Table) -> v.Values:
        given = call.given
        if func.attr == "get" and given.args:
            keys = given.args[0]
            if all(isinstance(key, v.Const) and table.get(key.value) is not None for key in keys):
                return element(table, keys)
            default = given.args[1] if len(given.args) > 1 else (v.Const(None),)
            if table.whole and all(isinstance(key, v.Const) for key in keys):
                return default
            return (
                element(v.Table((), whole=False), keys)
                if v.by_caller(keys)
                else v.unknown("the dict's key is computed")
            )
        if func.attr == "update" and isinstance(func.value, ast.Name):
            more = (v.only(given.args[0]) if given.args else None) or v.Table(())
            known_more = more if isinstance(more, v.Table) else v.Table((), whole=False)
            path, line = self._run.frame.module.path, call.node.lineno
            named = [v.Entry(name, values, path, line) for name, values in given.named.items()]
            entries = (*table.entries, *known_more.entries, *named)
            whole = table.whole and known_more.whole
            self._run.frame.scope.bind(func.value.id, v.as_table(entries, whole=whole))
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
        bound, given = value if isinstance(value, v.Bound) else v.Bound(value), call.given
        method, name = call.method, bound.function.name
        if method not in constructs.MAKES_TASKS or method == name:
            return self.functions.call(bound, given, call.node)
        kept = dict(bound.given)
        if method == "override":
            return (value,)
        for parameter, values in given.named.items():
            kept[parameter] = v.any_element(values) if method == "expand" else values
        if not all(kept.values()):
            return v.unknown("the key is mapped over an empty list")
        if method == "partial":
            return (v.Bound(bound.function, bound.first, tuple(kept.items())),)
        mapped = v.Given(named=kept, named_nodes=given.named_nodes, open=method == "expand_kwargs")
        return self.functions.call(v.Bound(bound.function, bound.first), mapped, call.node, later=True)

    def _called_by_operator(self, value: v.Function | v.Bound, call: Call) -> None:
        """`PythonOperator(python_callable=f, op_args=[…], op_kwargs={…})`"""
        given = call.given
        args, named = given.named.get("op_args", ()), given.named.get("op_kwargs", ())
        listed = v.elements(args)
        table = v.only(named) if named else v.Table(())
        known = table if isinstance(table, v.Table) else v.Table((), whole=False)
        passed = v.Given(
            args=listed or [],
            named={str(entry.key): entry.value for entry in known.entries},
            open=not known.whole or (bool(args) and listed is None),
        )
        for name, node in (("op_args", "args"), ("op_kwargs", "named")):
            where = given.named_nodes.get(name)
            if where is not None and node == "args":
                passed.nodes = [where] * len(passed.args)
            elif where is not None:
                passed.named_nodes = dict.fromkeys(passed.named, where)
        bound = value if isinstance(value, v.Bound) else v.Bound(value)
        self.functions.call(bound, passed, call.node, later=True)
