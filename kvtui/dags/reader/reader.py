"""One Python file: its statements first, then the bodies of its functions with what they are called with."""

from __future__ import annotations

import ast

from kvtui.dags.reader.expressions import Evaluator
from kvtui.dags.reader.project import Sources
from kvtui.dags.reader.recorder import Recorder
from kvtui.dags.reader.scopes import Frame, Scope
from kvtui.dags.reader.statements import StatementWalker
from kvtui.dags.reader.values import CallArguments, Function, Instance, names_of_parameters, unknown

_MOST_READINGS = 4000
"""Function bodies that are read in one file, each combination of arguments counted."""


class FileReader:
    """Composes what reads one file, and decides which function bodies are read with which arguments."""

    def __init__(self, path: str, text: str, sources: Sources) -> None:
        self.scope = Scope("module", path)
        self.recorder = Recorder(path, text)
        self._frame = Frame(self.scope)
        evaluator = Evaluator(self._frame, self.recorder, sources, self._read_constructor)
        self._walker = StatementWalker(self._frame, self.recorder, sources, evaluator)
        self._functions = self._walker.functions
        self._constructors: set[Function] = set()
        """Constructors that are being read just now."""

    def read_statements(self, tree: ast.Module) -> None:
        """Reads the module's own statements: its names have their values then."""
        self._walker.block(tree.body)

    def read_functions(self) -> None:
        """Reads every function's body: with each call's arguments; with its defaults if nobody calls it."""
        taken: dict[Function, int] = {}
        opened: set[Function] = set()
        readings = 0
        while readings < _MOST_READINGS:
            before = readings
            for function in list(self._functions.values()):
                for arguments in list(function.callers)[taken.get(function, 0) :]:
                    taken[function] = taken.get(function, 0) + 1
                    self._read_body(function, arguments)
                    readings += 1
            if readings == before:
                left = [each for each in self._functions.values() if each not in opened]
                # First what fills the attributes of objects.
                function_left = min(left, key=lambda each: each.node.name != "__init__", default=None)
                if function_left is None:
                    break
                opened.add(function_left)
                if not function_left.callers or _is_open(function_left):
                    self._read_body(function_left, None)
                readings += 1
        called = {function.node for function in self._functions.values() if function.callers}
        for function in self._functions.values():
            if function.node in called:
                self.recorder.drop((function, None), undecided=not _is_open(function))

    def _read_constructor(self, function: Function) -> None:
        """Reads a constructor as soon as it is called: the attributes that it gives are asked for next."""
        if function not in self._constructors and function.callers:
            self._constructors.add(function)
            self._read_body(function, next(reversed(function.callers)))
            self._constructors.discard(function)

    def _read_body(self, function: Function, arguments: CallArguments | None) -> None:
        node, frame = function.node, self._frame
        scope = Scope("function", function.scope.path, function.scope, around=function.around)
        scope.owner = function.owner or function.scope.owner
        for name in names_of_parameters(node.args):
            missing = unknown("its value is given by the caller")
            scope.names[name] = function.defaults.get(name, missing)
        first = [each.arg for each in (*node.args.posonlyargs, *node.args.args)][:1]
        if function.owner is not None and first and not function.has_decorator("staticmethod"):
            of_class = function.has_decorator("classmethod")
            scope.names[first[0]] = (function.owner if of_class else Instance(function.owner),)
        scope.names.update(arguments or ())
        loops, frame.loops = frame.loops, 0
        with self.recorder.reading((function, arguments), scope.path), frame.inside(scope):
            self._walker.block(node.body)
        frame.loops = loops


def _is_open(function: Function) -> bool:
    """Whether other files could call it, with arguments that this one does not tell."""
    node = function.node
    required = len(node.args.args) + len(node.args.posonlyargs) - len(node.args.defaults)
    required += sum(default is None for default in node.args.kw_defaults)
    return function.scope.kind == "module" and not node.decorator_list and required > 0
