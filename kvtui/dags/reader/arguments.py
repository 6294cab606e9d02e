"""Calls, their arguments by the names of the parameters, and what a body depends on."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from kvtui.dags.reader import values as v
from kvtui.dags.reader.run import Reading

MISSING = "this call does not give the key"
Arguments = dict[str, v.Values]
_CONTEXT = (
    *("ti", "task_instance", "task", "dag", "dag_run", "run_id", "params", "var", "conn"),
    *("ds", "ts", "logical_date", "execution_date", "data_interval_start", "data_interval_end"),
)
"""Parameters that Airflow fills in when a task runs."""
_BY_RUN = "the key comes from the task's context"
_ITS_OWN = ("__class__", "__name__")
"""What each class has for itself."""


@dataclass(eq=False, slots=True)
class Argument:
    """One argument of a call."""

    values: v.Values
    node: ast.expr | None = None
    """Where it is written."""
    line: int = 0
    """Its own line, where it comes out of a dict of the same file."""


NOT_GIVEN = Argument(())
_NOBODY = ast.Name("")


@dataclass(slots=True)
class Call:
    """One call, its parts evaluated."""

    node: ast.expr
    func: ast.expr = _NOBODY
    """What is called, as it is written."""
    args: list[Argument] = field(default_factory=list)
    named: dict[str, Argument] = field(default_factory=dict)
    rest: Argument = NOT_GIVEN
    """What may be given besides, by `*` or `**`, without being known."""
    callee: v.Values = ()
    base: v.Values = ()
    """The object whose method is called."""
    method: str = ""
    """The method's name; empty where no method is called."""
    in_task: bool = False
    """Airflow makes it when a task runs, and gives it the context, too."""

    @property
    def holder(self) -> ast.expr:
        """Of a method: where its object is written."""
        return self.func.value if isinstance(self.func, ast.Attribute) else _NOBODY

    def spread(self, listed: Argument) -> None:
        """Adds what `*listed` gives."""
        turns = v.elements(listed.values)
        self.args += [Argument(turn, listed.node) for turn in turns or ()]
        self._more(listed, known=turns is not None)

    def spread_named(self, named: Argument, path: str = "") -> None:
        """Adds what `**named` gives, with the lines of what is written in the file `path`."""
        table = v.table(named.values)
        for entry in table.entries:
            line = entry.line if entry.path == path else 0
            self.named[str(entry.key)] = Argument(entry.value, named.node, line)
        self._more(named, known=table.whole)

    def _more(self, argument: Argument, *, known: bool) -> None:
        if not known and argument.values:
            why = v.why_unknown(argument.values, "the arguments are computed")
            self.rest = Argument(v.unknown(why), argument.node)

    def at(self, place: int, *names: str) -> Argument:
        """The argument at a position, or else of the first of those names; or `NOT_GIVEN`."""
        if place < len(self.args):
            return self.args[place]
        for name in names:
            if name in self.named:
                return self.named[name]
        return NOT_GIVEN

    def all(self) -> list[Argument]:
        """Every argument."""
        return [*self.args, *self.named.values()]

    def hands_on(self) -> bool:
        """Whether something that can be called may be among the arguments, or they are mapped."""
        if self.method == "expand" or "default_args" in self.named:
            return True
        for each in self.all():
            for value in each.values:
                if not isinstance(value, (v.Const, v.Unknown)):
                    return True
        return False

    def positional(self) -> list[v.Values]:
        """What the positional arguments may be."""
        return [each.values for each in self.args]

    def keywords(self) -> Arguments:
        """What the arguments by name may be."""
        return {name: each.values for name, each in self.named.items()}

    def line_of(self, key: str) -> int:
        """The line of the argument that the key is made of; else that of the call."""
        given = [(each.values, each.node.lineno) for each in self.all() if each.node]
        parts = [(text, line) for values, line in given for text in v.texts_in(values) if text]
        partly = next((line for text, line in parts if text in key), self.node.lineno)
        return next((line for text, line in parts if text == key), partly)


def keywords_table(named: Mapping[str, v.Values], path: str, line: int) -> v.Table:
    """The dict that a call of that file and line makes of its arguments by name."""
    return v.Table(tuple([v.Entry(name, values, path, line) for name, values in named.items()]))


def parameters(function: v.Function) -> tuple[list[str], list[str]]:
    """The names of the parameters by position, and of all but `*args` and `**kwargs`."""
    if function.node is None:
        return [], []
    every = function.node.args
    positional = [each.arg for each in every.posonlyargs + every.args]
    return positional, positional + [each.arg for each in every.kwonlyargs]


def first_parameter(function: v.Function) -> str:
    """The name of a method's first parameter, which is the object; empty if there is none."""
    is_static = function.owner is None or "builtins.staticmethod" in function.decorators
    return "" if is_static else next(iter(parameters(function)[0]), "")


def unknown_arguments(function: v.Function, me: v.Values, why: str) -> Arguments:
    """Every parameter unknown, but for the object."""
    names = parameters(function)[1]
    arguments = dict.fromkeys(names, v.unknown(why)) if names else {}
    if function.node and (rest := function.node.args.vararg):
        arguments[rest.arg] = v.unknown(why)
    if function.node and (more := function.node.args.kwarg):
        arguments[more.arg] = (v.Table((), whole=False, why=why),)
    if function.owner is not None and (first := first_parameter(function)):
        arguments[first] = me if "builtins.classmethod" not in function.decorators else (function.owner,)
    return arguments


def default_arguments(function: v.Function, missing: str) -> Arguments:
    """The arguments of a call that gives none."""
    defaults = {name: held for name, held in function.defaults.items() if name != first_parameter(function)}
    return unknown_arguments(function, function.anyone, missing) | defaults


def call_arguments(bound: v.Bound, call: Call, path: str) -> tuple[Arguments, bool]:
    """The parameters of a call by name, and whether a default is among them."""
    function = bound.function
    assert function.node is not None  # noqa: S101  # calls of other functions do not ask
    _, accepted = parameters(function)
    positional, args = open_places(bound), [*((bound.first,) if bound.first else ()), *call.positional()]
    named = dict(bound.given) | call.keywords()
    values: Arguments = dict(zip(positional, args, strict=False))
    values |= {name: held for name, held in named.items() if name in accepted}
    missing = [name for name in accepted if name not in values]
    rest = call.rest.values
    defaults = {} if rest else {name: held for name, held in function.defaults.items() if name in missing}
    values |= dict.fromkeys(missing, rest or v.unknown(MISSING)) | defaults
    in_task = call.in_task or function.is_task
    if in_task and not rest:
        rest = (v.Table((), whole=False, why=_BY_RUN),)
        values |= {name: v.unknown(_BY_RUN) for name in missing if name in _CONTEXT}
    if listed := function.node.args.vararg:
        values[listed.arg] = call.rest.values or v.as_items(args[len(positional) :])
    if more := function.node.args.kwarg:
        held = {name: held for name, held in named.items() if name not in accepted}
        known = keywords_table(held, path, function.node.lineno)
        values[more.arg] = v.as_table([known, v.table(rest)])
    return values, bool(defaults)


def open_places(bound: v.Bound) -> list[str]:
    """The parameters by position, the object's included, that `bound` does not fill by name."""
    given = dict(bound.given)
    return [name for name in parameters(bound.function)[0] if name not in given]


def differs(function: v.Function, generic: Reading, me: v.Values) -> bool:
    """Whether the object has attributes of its own, such as its class, that the method reads."""
    classes = [value.of if isinstance(value, v.Instance) else value for value in me]
    families = (of.family() for of in classes if isinstance(of, v.Class))
    below = (
        each for family in families for each in takewhile(lambda each: each is not function.owner, family)
    )
    read = generic.attributes.keys()
    has_read = [value for value in me if isinstance(value, v.Instance) and read & value.given.keys()]
    if any(value.changes for value in has_read):
        return True
    given = [value.of for value in has_read if value is not value.of.any]
    if any("__init__" not in of.methods() and any(each.fields for each in of.family()) for of in given):
        return True  # of a dataclass, or the like
    return any(
        not read.isdisjoint(_ITS_OWN) or read & (each.scope.names.keys() | each.any.given.keys())
        for each in below
    )


def length(node: ast.stmt | ast.expr) -> int:
    """How many lines a body has."""
    return (node.end_lineno or node.lineno) - node.lineno
