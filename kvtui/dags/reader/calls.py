"""Calls: their arguments, what they give back, and with which arguments functions are read later."""

from __future__ import annotations

import ast
from abc import abstractmethod

from kvtui.dags.reader import constructs, texts
from kvtui.dags.reader.library import from_library
from kvtui.dags.reader.reads import Given, Reads
from kvtui.dags.reader.values import (
    Bound,
    Class,
    Const,
    Entry,
    External,
    Function,
    Instance,
    Items,
    Made,
    Table,
    Unknown,
    Value,
    Values,
    any_element,
    as_items,
    as_table,
    elements,
    join,
    unknown,
)

_MOST_CALLERS = 300
"""Combinations of arguments with which one function is read."""


class Calls(Reads):
    """Calls, and what they record."""

    def _Call(self, node: ast.Call) -> Values:  # noqa: N802 - named for the node
        values = self.call(node)
        func = node.func
        if isinstance(func, ast.Attribute) and (
            func.attr == "format" or isinstance(func.value, ast.Constant | ast.JoinedStr)
        ):
            self.recorder.template(values, node)
        return values

    def call(self, node: ast.Call) -> Values:
        """What a call gives; records what it asks for. A text it makes is not yet taken for a template."""
        if self.context_read(node):
            given = self._given(node)
            return unknown("it is computed")
        func = node.func
        base: Values = ()
        if isinstance(func, ast.Attribute):
            base = self._text_or_value(func.value)
            callee = self.attribute(base, func.attr)
        else:
            callee = self.ev(func)
        given = self._given(node)
        read = self.reads(node, callee, base, given)
        self.arguments(node, callee, given, read)
        out = [self._result(node, value, base, given) for value in callee] if callee else []
        return join(*out) if out else unknown("it is computed")

    def _text_or_value(self, node: ast.expr) -> Values:
        """The object of a method: a literal text is not yet a template, its `format` may make one of it."""
        if isinstance(node, ast.Constant | ast.JoinedStr):
            return self.part(node)
        return self.ev(node)

    @abstractmethod
    def part(self, node: ast.expr) -> Values:
        """See `Expressions`."""

    # Arguments

    def _given(self, node: ast.Call) -> Given:
        given = Given()
        for each in node.args:
            values = self.ev(each)
            if isinstance(each, ast.Starred):
                turns = elements(values)
                given.open = given.open or turns is None
                given.args += turns or []
                given.nodes += [each.value] * len(turns or [])
            else:
                given.args.append(values)
                given.nodes.append(each)
        for keyword in node.keywords:
            documents = keyword.arg is not None and constructs.documents(keyword.arg)
            values = self.part(keyword.value) if documents else self.ev(keyword.value)
            if keyword.arg is not None:
                given.named[keyword.arg] = values
                given.named_nodes[keyword.arg] = keyword.value
                continue
            table = values[0] if len(values) == 1 else None
            given.open = given.open or not isinstance(table, Table) or not table.whole
            for entry in table.entries if isinstance(table, Table) else ():
                if isinstance(entry.key, str):
                    given.named[entry.key] = entry.value
                    given.named_nodes[entry.key] = keyword.value
        return given

    # What a call gives

    def _result(self, node: ast.Call, value: Value, base: Values, given: Given) -> Values:
        if isinstance(value, Function | Bound):
            return self._project_function(node, value, given)
        if isinstance(value, Class):
            return self._instance(value, given)
        if isinstance(value, External):
            if value.name == "builtins.super" and self.scope.owner is not None:
                return (Instance(self.scope.owner, from_bases=True),)
            asked = constructs.read_of(value.name)
            if asked is not None:
                return unknown(f"it is what {asked.how} gives")
            known = from_library(value.name, given.args, given.named, self.scope.path, node.lineno)
            if known is not None:
                return known
            if value.name == "builtins.getattr" and len(given.args) > 1:
                only = given.args[1][0] if len(given.args[1]) == 1 else None
                if isinstance(only, Const) and isinstance(only.value, str):
                    return self.attribute(given.args[0], only.value)
            last = value.name.rpartition(".")[2]
            if last[:1].isupper():
                return (Made(value.name),)
            return unknown(f"it is what {last}() gives")
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, base, given)
        return unknown(value.why if isinstance(value, Unknown) else "it is computed")

    def _method(self, node: ast.Call, func: ast.Attribute, base: Values, given: Given) -> Values:
        """A method of a text, a dict or a list of the project."""
        name, only = func.attr, base[0] if len(base) == 1 else None
        if name == "format":
            return texts.format_call(base, given.args, given.named)
        if name in texts.METHODS and base:
            return texts.method(name, base, given.args)
        if isinstance(only, Table):
            return self._of_table(func, only, given, node.lineno)
        if isinstance(only, Items) and isinstance(func.value, ast.Name) and given.args:
            if name == "append":
                self.bind(func.value.id, (Items((*only.items, given.args[0])),))
            elif name == "extend":
                more = elements(given.args[0])
                self.bind(func.value.id, as_items([*only.items, *(more or [any_element(given.args[0])])]))
        why = next((value.why for value in base if isinstance(value, Unknown)), "it is computed")
        return unknown(why)

    def _of_table(self, func: ast.Attribute, table: Table, given: Given, line: int) -> Values:
        pairs = [((Const(entry.key),), entry.value) for entry in table.entries]
        if func.attr == "get" and given.args:
            keys = given.args[0]
            if all(isinstance(key, Const) and table.get(key.value) is not None for key in keys):
                return self.element(table, keys)
            default = given.args[1] if len(given.args) > 1 else (Const(None),)
            known = table.whole and all(isinstance(key, Const) for key in keys)
            return default if known else unknown("the dict's key is computed")
        if func.attr == "update" and isinstance(func.value, ast.Name):
            more = given.args[0][0] if given.args and len(given.args[0]) == 1 else Table(())
            entries = more.entries if isinstance(more, Table) else ()
            named = tuple(Entry(key, values, self.scope.path, line) for key, values in given.named.items())
            whole = table.whole and isinstance(more, Table) and more.whole
            self.bind(func.value.id, as_table((*table.entries, *entries, *named), whole=whole))
        if not table.whole:
            return unknown("the dict is computed in part")
        if func.attr == "items":
            return (Items(tuple((Items(pair),) for pair in pairs)),)
        if func.attr in ("keys", "values"):
            return (Items(tuple(pair[func.attr == "values"] for pair in pairs)),)
        return (table,) if func.attr == "copy" else unknown("it is computed")

    def _instance(self, made: Class, given: Given) -> Values:
        instance = Instance(made)
        start = self._of_class(made, "__init__", (instance,), with_own=True)
        starts = [each for each in start if isinstance(each, Bound)]
        for each in starts:
            self._called(each, given)
            self.read_now(each.function)
        if not starts:
            fields = [
                each.target.id
                for each in made.node.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            ]
            values = dict(zip(fields, given.args, strict=False)) | given.named
            for name, held in values.items():
                made.given[name] = join(made.given.get(name, ()), held)
        return (instance,)

    @abstractmethod
    def read_now(self, function: Function) -> None:
        """See `Statements`."""

    def _project_function(self, node: ast.Call, value: Function | Bound, given: Given) -> Values:
        """Remembers the arguments; the body is read with them later."""
        bound = value if isinstance(value, Bound) else Bound(value)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method in constructs.MAKES_TASKS and method != bound.function.node.name:
            if method == "override":
                return (value,)
            named = {
                name: any_element(values) if method == "expand" else values
                for name, values in given.named.items()
            }
            kept = {**dict(bound.given), **named}
            if not all(kept.values()):
                return unknown("it is mapped over an empty list")
            if method == "partial":
                return (Bound(bound.function, bound.first, tuple(kept.items())),)
            self._called(bound, Given(named=kept, open=method == "expand_kwargs"))
        else:
            named = {**dict(bound.given), **given.named}
            self._called(bound, Given(given.args, given.nodes, named, given.named_nodes, given.open))
        return unknown(f"it is what {bound.function.node.name}() gives")

    def called_by_operator(self, value: Function | Bound, given: Given) -> None:
        """`PythonOperator(python_callable=f, op_args=[…], op_kwargs={…})`"""
        args = given.named.get("op_args", ())
        named = given.named.get("op_kwargs", ())
        table = named[0] if len(named) == 1 else Table((), whole=not named)
        entries = table.entries if isinstance(table, Table) else ()
        is_open = not isinstance(table, Table) or not table.whole or (bool(args) and elements(args) is None)
        passed = Given(
            args=elements(args) or [] if args else [],
            named={str(entry.key): entry.value for entry in entries},
            open=is_open,
        )
        self._called(value if isinstance(value, Bound) else Bound(value), passed)

    def _called(self, bound: Bound, given: Given) -> None:
        function = bound.function
        args = ([bound.first] if bound.first else []) + given.args
        arguments = function.node.args
        positional = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        values: dict[str, Values] = dict(zip(positional, args, strict=False))
        accepted = {*positional, *(each.arg for each in arguments.kwonlyargs)}
        values |= {name: held for name, held in given.named.items() if name in accepted}
        for name in accepted:
            if name not in values:
                missing = unknown("its value is given by the caller")
                values[name] = missing if given.open else function.defaults.get(name, missing)
        if arguments.vararg is not None:
            values[arguments.vararg.arg] = (Items(tuple(args[len(positional) :])),)
        if arguments.kwarg is not None:
            rest = [
                Entry(name, held, self.scope.path, function.node.lineno)
                for name, held in given.named.items()
                if name not in accepted
            ]
            values[arguments.kwarg.arg] = (Table(tuple(rest), whole=not given.open),)
        if len(function.callers) < _MOST_CALLERS:
            function.callers[tuple(sorted(values.items(), key=lambda item: item[0]))] = None
