"""The arguments of a call by the names of the parameters, and what a body depends on."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from kvtui.dags.reader import values as v
from kvtui.dags.reader.run import Reading

MISSING = "this call does not give the key"
Arguments = dict[str, v.Values]


@dataclass(slots=True)
class Argument:
    """One argument of a call."""

    values: v.Values
    node: ast.expr | None = None
    """Where it is written."""
    line: int = 0
    """Its own line, where it comes out of a dict of the same file."""


NOT_GIVEN = Argument(())


@dataclass(slots=True)
class Given:
    """The arguments of one call."""

    args: list[Argument] = field(default_factory=list)
    named: dict[str, Argument] = field(default_factory=dict)
    open: bool = False
    """There are `*` or `**` arguments that the text does not show."""

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

    def positional(self) -> list[v.Values]:
        """What the positional arguments may be."""
        return [each.values for each in self.args]

    def keywords(self) -> dict[str, v.Values]:
        """What the arguments by name may be."""
        return {name: each.values for name, each in self.named.items()}


def unknown_arguments(function: v.Function, me: v.Values, why: str) -> Arguments:
    """Every parameter unknown, but for the object."""
    if function.node is None:
        return {}
    every = function.node.args
    names = (*every.posonlyargs, *every.args, *every.kwonlyargs, every.vararg, every.kwarg)
    arguments: Arguments = {each.arg: v.unknown(why) for each in names if each is not None}
    first = first_parameter(function)
    if first and function.owner is not None:
        arguments[first] = me if "builtins.classmethod" not in function.decorators else (function.owner,)
    return arguments


def open_places(bound: v.Bound) -> list[str]:
    """The parameters by position, the object's included, that `bound` does not fill by name."""
    node, given = bound.function.node, dict(bound.given)
    every = (*node.args.posonlyargs, *node.args.args) if node is not None else ()
    return [each.arg for each in every if each.arg not in given]


def call_arguments(bound: v.Bound, given: Given, path: str) -> tuple[Arguments, bool]:
    """The parameters of a call by name, and whether a default is among them."""
    function = bound.function
    assert function.node is not None  # noqa: S101  # calls of other functions do not ask
    parameters = function.node.args
    args = ([bound.first] if bound.first else []) + given.positional()
    positional = open_places(bound)
    named = dict(bound.given) | given.keywords()
    accepted = [each.arg for each in (*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs)]
    values: Arguments = dict(zip(positional, args, strict=False))
    values |= {name: held for name, held in named.items() if name in accepted}
    defaulted = False
    for name in accepted:
        if name not in values:
            default = None if given.open else function.defaults.get(name)
            values[name] = default if default is not None else v.unknown(MISSING)
            defaulted = defaulted or default is not None
    if parameters.vararg is not None:
        rest = v.as_items(args[len(positional) :])
        values[parameters.vararg.arg] = v.unknown(MISSING) if given.open else rest
    if parameters.kwarg is not None:
        line = function.node.lineno
        more = {name: held for name, held in named.items() if name not in accepted}
        known = v.keywords_table(more, path, line)
        values[parameters.kwarg.arg] = v.as_table([known, v.Table((), not given.open)])
    return values, defaulted


def default_arguments(function: v.Function, missing: str) -> Arguments:
    """The arguments of a call that gives none."""
    arguments = unknown_arguments(function, function.anyone, missing)
    first = first_parameter(function)
    return arguments | {name: held for name, held in function.defaults.items() if name != first}


def differs(function: v.Function, generic: Reading, me: v.Values) -> bool:
    """Whether the object has attributes of its own that the method reads."""
    for value in me:
        of = value.of if isinstance(value, v.Instance) else value
        if not isinstance(of, v.Class) or of is function.owner:
            continue
        for each in of.family():
            if each is function.owner:
                break
            if generic.attributes & (each.scope.names.keys() | each.any.given.keys()):
                return True
    return False


def line_of(key: str, given: Given, node: ast.expr) -> int:
    """The line of the argument that the key is made of; else that of the call."""
    parts = [
        (text, each.node.lineno)
        for each in given.all()
        if each.node
        for text in v.texts_in(each.values)
        if text
    ]
    partly = next((line for text, line in parts if text in key), node.lineno)
    return next((line for text, line in parts if text == key), partly)


def first_parameter(function: v.Function) -> str:
    """The name of a method's first parameter, which is the object; empty if there is none."""
    if function.owner is None or function.node is None or "builtins.staticmethod" in function.decorators:
        return ""
    arguments = function.node.args
    return next((each.arg for each in (*arguments.posonlyargs, *arguments.args)), "")


def length(node: ast.stmt | ast.expr) -> int:
    """How many lines a body has."""
    return (node.end_lineno or node.lineno) - node.lineno
