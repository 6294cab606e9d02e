"""What an expression may be, as far as the text tells: a few alternatives, each known or not.

`Values` is a tuple of alternatives. Nothing here runs any of the project's code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.dags.reader.scopes import Scope

LONGEST = 200_000
"""Characters of a text that the code builds; a longer one is not known: a loop could grow it."""
_MOST_ELEMENTS = 10_000
"""Elements of a list or a dict that the code builds, for the same reason."""
MOST = 120
"""Alternatives of one expression; with more it counts as not known."""
HOLE = "kvtui_hole"
"""Stands in a text for what is not known. A Jinja template with it still parses."""


@dataclass(frozen=True, slots=True)
class Const:
    """A text, a number, a truth value or None."""

    value: object


@dataclass(frozen=True, slots=True)
class Items:
    """A list, a tuple or a set whose elements are there to read."""

    items: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a dict, and where it is written."""

    key: object
    value: Values
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A dict whose keys are there to read."""

    entries: tuple[Entry, ...]
    whole: bool = True
    """No part of it is unknown."""

    def get(self, key: object) -> Values | None:
        """The value under a key, the last one written; None if it is not there."""
        return next((entry.value for entry in reversed(self.entries) if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class External:
    """Something that is imported from outside the project, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Made:
    """An object of an external class."""

    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What the text does not tell, and why."""

    why: str
    text: str = HOLE
    """What is known of a text, with holes."""


@dataclass(eq=False, slots=True)
class ModuleRef:
    """A module of the project."""

    scope: Scope


@dataclass(eq=False, slots=True)
class Class:
    """A class of the project."""

    node: ast.ClassDef
    scope: Scope
    """Its body's names."""
    bases: Values
    given: dict[str, Values] = field(default_factory=dict)
    """What is assigned to its instances' attributes, anywhere."""

    def ancestors(self) -> Iterator[Class | External]:
        """Its bases and theirs, the nearest first; those from outside the project by name."""
        for base in self.bases:
            if isinstance(base, Class) and base is not self:
                yield base
                yield from base.ancestors()
            elif isinstance(base, External):
                yield base

    def is_enum(self) -> bool:
        """Whether it lists named constants."""
        return any(isinstance(base, External) and base.name.startswith("enum.") for base in self.ancestors())

    def give(self, name: str, values: Values) -> None:
        """An attribute of its instances may be `values`, too."""
        self.given[name] = join(self.given.get(name, ()), values)


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a project's class; `from_bases`: as `super()` gives it."""

    of: Class
    from_bases: bool = False


@dataclass(eq=False, slots=True)
class Function:
    """A function of the project."""

    node: ast.FunctionDef | ast.AsyncFunctionDef
    scope: Scope
    """Where it is defined."""
    around: dict[str, Values]
    """The names of an unrolled loop's turn in which it was defined."""
    owner: Class | None = None
    defaults: dict[str, Values] = field(default_factory=dict)
    callers: dict[CallArguments, None] = field(default_factory=dict)
    """The arguments that this file's calls give, each combination once."""

    def has_decorator(self, name: str) -> bool:
        """Whether it is decorated with the plain name `name`."""
        return any(isinstance(each, ast.Name) and each.id == name for each in self.node.decorator_list)


@dataclass(frozen=True, slots=True)
class Bound:
    """A function some of whose parameters are filled: a method of an object, or `task.partial(…)`."""

    function: Function
    first: Values = ()
    given: tuple[tuple[str, Values], ...] = ()


Value = Const | Items | Table | External | Made | Unknown | ModuleRef | Class | Instance | Function | Bound
Values = tuple[Value, ...]
CallArguments = tuple[tuple[str, Values], ...]
"""The parameters of one call by name, sorted."""


@dataclass(slots=True)
class Given:
    """The arguments of one call."""

    args: list[Values] = field(default_factory=list)
    nodes: list[ast.expr] = field(default_factory=list)
    """Where each of `args` is written."""
    named: dict[str, Values] = field(default_factory=dict)
    named_nodes: dict[str, ast.expr] = field(default_factory=dict)
    open: bool = False
    """There are `*` or `**` arguments that the text does not tell."""


def unknown(why: str, text: str = HOLE) -> Values:
    """Not known, and why."""
    return (Unknown(why, text),)


def why_unknown(values: Values, otherwise: str = "it is computed") -> str:
    """The first reason why one of the alternatives is not known."""
    return next((value.why for value in values if isinstance(value, Unknown)), otherwise)


def only(values: Values) -> Value | None:
    """The one alternative; None if there is none, or several."""
    return values[0] if len(values) == 1 else None


def constant(values: Values) -> object:
    """The one constant that it is; None if it is anything else."""
    value = only(values)
    return value.value if isinstance(value, Const) else None


def truth(values: Values) -> bool | None:
    """Whether it counts as true; None if that cannot be told."""
    found = {bool(value.value) if isinstance(value, Const) else None for value in values}
    return found.pop() if len(found) == 1 else None


def join(*many: Values) -> Values:
    """All alternatives, each once."""
    together = tuple(dict.fromkeys(value for values in many for value in values))
    if len(together) > MOST:
        return unknown(f"it has more than {MOST} possible values")
    return together


def as_items(items: Sequence[Values]) -> Values:
    """A list that is made of others; not known if it grows too long."""
    if len(items) > _MOST_ELEMENTS:
        return unknown(f"it has more than {_MOST_ELEMENTS} elements")
    return (Items(tuple(items)),)


def as_table(entries: Sequence[Entry], *, whole: bool) -> Values:
    """A dict that is made of others; not known if it grows too long."""
    if len(entries) > _MOST_ELEMENTS:
        return unknown(f"it has more than {_MOST_ELEMENTS} keys")
    return (Table(tuple(entries), whole),)


def elements(values: Values) -> list[Values] | None:
    """What a loop over `values` gives, turn by turn; None if that cannot be told."""
    value = only(values)
    if isinstance(value, Items):
        return list(value.items)
    if isinstance(value, Table) and value.whole:
        return [(Const(entry.key),) for entry in value.entries]
    if isinstance(value, Class) and value.is_enum():
        members = [held for name, held in value.scope.names.items() if not name.startswith("_")]
        return [held for held in members if all(isinstance(one, Const) for one in held)]
    return None


def any_element(values: Values) -> Values:
    """What some turn of a loop over `values` gives."""
    out: list[Values] = []
    for value in values:
        turns = elements((value,))
        if turns is None:
            turns = [unknown(why_unknown((value,), "it comes from a loop over what is computed"))]
        out += turns
    return join(*out)


def names_of_parameters(arguments: ast.arguments) -> list[str]:
    """All parameters of a function by name."""
    every: Iterable[ast.arg | None] = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    )
    return [each.arg for each in every if each is not None]
