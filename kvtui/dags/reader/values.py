"""What an expression may be, as far as the text tells: a few alternatives, each known or not.

`Values` is a tuple of alternatives. Nothing here runs any of the project's code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

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
    """One key of a dict, and where it stands."""

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
    """What calling an external class gives."""

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

    def ancestors(self) -> Iterable[Class | External]:
        """Its bases and theirs, the nearest first; those from outside the project by name."""
        for base in self.bases:
            if isinstance(base, Class) and base is not self:
                yield base
                yield from base.ancestors()
            elif isinstance(base, External):
                yield base

    def find(self, name: str) -> Values | None:
        """A class attribute, its own or inherited within the project."""
        for held in (self, *self.ancestors()):
            if isinstance(held, Class) and name in held.scope.names:
                return held.scope.names[name]
        return None

    def is_enum(self) -> bool:
        """Whether it lists named constants."""
        names = (base.name for base in self.ancestors() if isinstance(base, External))
        return any(name.startswith("enum.") for name in names)


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
    defaults: dict[str, Values]
    snapshot: dict[str, Values]
    """The names of an unrolled loop's turn in which it was defined."""
    owner: Class | None = None
    callers: dict[tuple[tuple[str, Values], ...], None] = field(default_factory=dict)
    """The arguments that this file's calls give, each combination once."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A function some of whose parameters are filled: a method of an object, or `task.partial(…)`."""

    function: Function
    first: Values = ()
    given: tuple[tuple[str, Values], ...] = ()


Value = Const | Items | Table | External | Made | Unknown | ModuleRef | Class | Instance | Function | Bound
Values = tuple[Value, ...]


def unknown(why: str, text: str = HOLE) -> Values:
    """Not known, and why."""
    return (Unknown(why, text),)


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


def concat(parts: Iterable[Values]) -> Values:
    """The texts that one alternative of each part make, one after the other."""
    chosen = list(parts)
    count = 1
    for part in chosen:
        count *= len(part)
    if count > MOST:
        return unknown(f"it has more than {MOST} possible values")
    out: list[Value] = []
    for combination in product(*chosen):
        text, why = "", ""
        for value in combination:
            if isinstance(value, Const):
                text += str(value.value)
            else:
                why = why or (value.why if isinstance(value, Unknown) else "it is no plain text")
                text += value.text if isinstance(value, Unknown) else HOLE
        if len(text) > LONGEST:
            return unknown(f"it is longer than {LONGEST} characters")
        out.append(Unknown(why, text) if why else Const(text))
    return join(tuple(out))


def elements(values: Values) -> list[Values] | None:
    """What a loop over `values` gives, turn by turn; None if that cannot be told."""
    if len(values) != 1:
        return None
    value = values[0]
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
            why = value.why if isinstance(value, Unknown) else "it comes from a loop over what is computed"
            out.append(unknown(why))
        else:
            out += turns
    return join(*out)
