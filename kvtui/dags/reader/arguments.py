"""The arguments of a call by the names of the parameters, and what a body depends on."""

from __future__ import annotations

import ast

from kvtui.dags.reader import values as v
from kvtui.dags.reader.run import Reading

MISSING = "this call does not give the key"
Arguments = dict[str, v.Values]


def unknown_arguments(function: v.Function, me: v.Values, why: str) -> Arguments:
    """Every parameter unknown, but for the object."""
    names = _names(function.node.args) if function.node is not None else ()
    arguments: Arguments = dict.fromkeys(names, v.unknown(why))
    first = first_parameter(function)
    if first and function.owner is not None:
        arguments[first] = me if "builtins.classmethod" not in function.decorators else (function.owner,)
    return arguments


def call_arguments(bound: v.Bound, given: v.Given, path: str) -> tuple[Arguments, bool]:
    """The parameters of a call by name, and whether a default is among them."""
    function = bound.function
    parameters = function.parameters()
    args = ([bound.first] if bound.first else []) + given.args
    positional = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
    accepted = [*positional, *(each.arg for each in parameters.kwonlyargs)]
    named = {**dict(bound.given), **given.named}
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
        line = getattr(function.node, "lineno", 1)
        more = [v.Entry(n, held, path, line) for n, held in named.items() if n not in accepted]
        values[parameters.kwarg.arg] = v.as_table(more, whole=not given.open)
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


def fields_of(made: v.Class, given: v.Given) -> Arguments:
    """The attributes of a dataclass, or the like."""
    fields = [name for each in reversed(made.family()) for name in each.fields]
    return dict(zip(fields, given.args, strict=False)) | given.named


def line_of(key: str, given: v.Given, node: ast.expr) -> int:
    """The line of the argument that the key is made of; else that of the call."""
    parts = [(text, where) for values, where in given.all() if where for text in v.texts_in(values) if text]
    for whole in (True, False):
        for text, where in parts:
            if text == key if whole else text in key:
                return where.lineno
    return node.lineno


def _names(arguments: ast.arguments) -> list[str]:
    every = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    )
    return [each.arg for each in every if each is not None]


def first_parameter(function: v.Function) -> str:
    """The name of a method's first parameter, which is the object; empty if there is none."""
    if function.owner is None or function.node is None or "builtins.staticmethod" in function.decorators:
        return ""
    arguments = function.node.args
    return next((each.arg for each in (*arguments.posonlyargs, *arguments.args)), "")


def length(node: ast.stmt | ast.expr) -> int:
    """How many lines a body has."""
    return (node.end_lineno or node.lineno) - node.lineno
