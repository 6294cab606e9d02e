"""Functions and classes: what defines them is read at once, their bodies later."""

from __future__ import annotations

import ast

from kvtui.dags.reader.expressions import parameters
from kvtui.dags.reader.scopes import Scope
from kvtui.dags.reader.statements import Statements
from kvtui.dags.reader.values import Class, Function, Instance, Values, join, unknown

_MOST_READINGS = 4000
"""Function bodies that are read in one file, each combination of arguments counted."""


class Reader(Statements):
    """Reads one file: every statement and every function."""

    def _do_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:  # noqa: N802
        for decorator in node.decorator_list:
            self.ev(decorator)
        defaults = self.defaults(node.args)
        place = (node, id(self.scope), self.turn if self.turns else 0)
        function = self.functions.get(place)
        if function is None:
            around = dict(self.scope.names) if self.turns else {}
            function = Function(node, self.scope, defaults, around)
            self.functions[place] = function
        function.defaults = {
            name: join(function.defaults.get(name, ()), held) for name, held in defaults.items()
        }
        if self.scope.kind == "class":
            function.owner = self.scope.owner
        self.bind(node.name, (function,))

    _do_AsyncFunctionDef = _do_FunctionDef  # noqa: N815

    def _do_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802
        for decorator in node.decorator_list:
            self.ev(decorator)
        bases = join(*(self.ev(base) for base in node.bases))
        for keyword in node.keywords:
            self.ev(keyword.value)
        outer = self.scope
        inner = Scope("class", outer.path, outer)
        made = Class(node, inner, bases)
        inner.owner = made
        self.scope = inner
        self.block(node.body)
        self.scope = outer
        self.bind(node.name, (made,))

    def read_functions(self) -> None:
        """Reads every function's body: with each call's arguments; with its defaults if nobody calls it."""
        taken: dict[Function, int] = {}
        opened: set[Function] = set()
        readings = 0
        while readings < _MOST_READINGS:
            before = readings
            for function in list(self.functions.values()):
                for arguments in list(function.callers)[taken.get(function, 0) :]:
                    taken[function] = taken.get(function, 0) + 1
                    self._read_body(function, arguments)
                    readings += 1
            if readings == before:
                left = [each for each in self.functions.values() if each not in opened]
                # First what fills the attributes of objects.
                function_left = min(left, key=lambda each: each.node.name != "__init__", default=None)
                if function_left is None:
                    break
                opened.add(function_left)
                if not function_left.callers or _is_open(function_left):
                    self._read_body(function_left, None)
                readings += 1
        called = {function.node for function in self.functions.values() if function.callers}
        for function in self.functions.values():
            if function.node in called:
                self.recorder.drop_uses((function, None), undecided=not _is_open(function))

    def read_now(self, function: Function) -> None:
        """Reads a constructor as soon as it is called: the attributes that it gives are asked for next."""
        if function in self.reading or not function.callers:
            return
        self.reading.add(function)
        scope, turns, bucket = self.scope, self.turns, self.recorder.now
        self._read_body(function, list(function.callers)[-1])
        self.scope, self.turns, self.recorder.now = scope, turns, bucket
        self.reading.discard(function)

    def _read_body(self, function: Function, arguments: tuple[tuple[str, Values], ...] | None) -> None:
        node = function.node
        scope = Scope("function", function.scope.path, function.scope, around=function.snapshot)
        scope.owner = function.owner or function.scope.owner
        for name in parameters(node.args):
            missing = unknown("its value is given by the caller")
            scope.names[name] = function.defaults.get(name, missing)
        first = [each.arg for each in (*node.args.posonlyargs, *node.args.args)][:1]
        if function.owner is not None and first and not _has_decorator(node, "staticmethod"):
            of_class = _has_decorator(node, "classmethod")
            scope.names[first[0]] = (function.owner if of_class else Instance(function.owner),)
        scope.names.update(dict(arguments or ()))
        before = self.scope
        self.recorder.begin((function, arguments))
        file = self.recorder.read_from(scope.path)
        self.scope, self.turns = scope, 0
        self.block(node.body)
        self.scope = before
        self.recorder.read_from(file)


def _has_decorator(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in node.decorator_list)


def _is_open(function: Function) -> bool:
    """Whether other files could call it, with arguments that this one does not tell."""
    node = function.node
    required = len(node.args.args) + len(node.args.posonlyargs) - len(node.args.defaults)
    required += sum(default is None for default in node.args.kw_defaults)
    return function.scope.kind == "module" and not node.decorator_list and required > 0
