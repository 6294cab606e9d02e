"""What an expression may be, as far as the text shows: a few alternatives, each known or not.

`Values` is a tuple of alternatives. Nothing here runs any of the project's code. Nobody changes a value once
it is made; that is not enforced (`frozen`), because so many are made that it would take a tenth of the time.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from kvtui.dags.reader.model import Use
    from kvtui.dags.reader.run import Module, Reading, Scope

_MOST_ELEMENTS = 10_000
"""Elements of a list or a dict that the code builds; a longer one is not known: a loop could grow it."""
MOST = 120
"""Alternatives of one expression; with more it counts as not known."""
HOLE = "kvtui_hole"
"""Is in a text for what is not known. A Jinja template with it still parses."""
BY_CALLER = "the caller gives the key"
"""Why a parameter is not known while nobody's call is read: a call may decide it."""


@dataclass(slots=True, unsafe_hash=True)
class Const:
    """A text, a number, a truth value or None."""

    value: object


@dataclass(slots=True, unsafe_hash=True)
class Items:
    """A list, a tuple or a set whose elements are there to read."""

    items: tuple[Values, ...]


@dataclass(slots=True, unsafe_hash=True)
class Entry:
    """One key of a dict, and where it is written."""

    key: object
    value: Values
    path: str
    line: int


@dataclass(slots=True, unsafe_hash=True)
class Table:
    """A dict whose keys are there to read; `whole`: no part of it is unknown; `why` it is, of a parameter."""

    entries: tuple[Entry, ...]
    whole: bool = True
    why: str = ""

    def get(self, key: object) -> Values | None:
        """The value under a key, the last one written; None if it is not there."""
        return next((entry.value for entry in reversed(self.entries) if entry.key == key), None)


@dataclass(slots=True, unsafe_hash=True)
class External:
    """Something that is imported from outside the project, by its dotted name."""

    name: str


@dataclass(slots=True, unsafe_hash=True)
class Made:
    """An object of an external class, with the arguments that it was made with."""

    name: str
    given: tuple[tuple[str, Values], ...] = ()
    asks: tuple[Use, ...] = ()
    """Of a hook: what each of its methods asks for."""


@dataclass(slots=True, unsafe_hash=True)
class Unknown:
    """What the text does not show, why, what is known of a text, with holes, and what it may be."""

    why: str
    text: str = HOLE
    among: Values = ()
    """It is one of these; with an unknown one among them it may be something else."""
    variable: str = ""
    """The environment variable that decides the first `HOLE` of the text."""

    def reason(self) -> str:
        """Why it is not known, with the texts that it may be."""
        texts = [repr(text) for text in texts_in(self.among)]
        surely = len(texts) > 1 and not any(isinstance(each, Unknown) for each in self.among)
        shown = f": {'one of' if surely else 'perhaps'} {', '.join(texts[:6])}"
        return self.why + shown if texts else self.why

    def or_of(self, more: Values) -> Unknown:
        """The same, or one of `more`; a caller's argument, if either is."""
        is_open = by_caller((self, *more), 0)
        among = () if is_open else candidates((*self.among, *more))
        return Unknown(BY_CALLER if is_open else self.why, self.text, among, self.variable)

    def of_each(self, make: Callable[[Value], Values]) -> Values:
        """What is made of it, for the same reason not known: of each that it may be what `make` gives."""
        return (Unknown(self.why).or_of(join(*map(make, self.among))),)


@dataclass(slots=True, unsafe_hash=True)
class File:
    """A path as `pathlib` makes it: relative to the project, with holes, and why, if it is not known."""

    path: str
    why: str = ""
    is_read: bool = False
    """It is not the path but what the file holds: it is open, or read as a text."""


@dataclass(eq=False, slots=True)
class Class:
    """A class of the project."""

    name: str
    line: int
    scope: Scope
    """Its body's names."""
    bases: Values
    module: Module
    _any: Instance | None = None
    made: dict[object, Instance] = field(default_factory=dict)
    """Its objects by the arguments of their constructor."""
    fields: list[str] = field(default_factory=list)
    """The attributes that its body annotates, as a dataclass does."""
    prepared: dict[str, Function] | None = None
    """Its methods, once they are read for any of its objects."""
    lines: dict[str, int] = field(default_factory=dict)
    """Where its attributes are assigned; under `__init__`, where it calls its base's constructor."""
    is_used: bool = False
    """Some call makes an object of it, or of a class made of it."""

    @property
    def any(self) -> Instance:
        """Any of its objects: its attributes as the methods give them for parameters that are not known."""
        if self._any is None:
            self._any = Instance(self)
        return self._any

    def close(self) -> None:
        """Forgets its objects and methods; where another file's names hold it, nothing is known of it."""
        self.made, self.prepared, self.bases, self._any = {}, None, (), None

    def ancestors(self) -> Iterator[Class | External]:
        """Its bases and theirs, the nearest first; those from outside the project by name."""
        for base in self.bases:
            if isinstance(base, Class) and base is not self:
                yield base
                yield from base.ancestors()
            elif isinstance(base, External):
                yield base

    def family(self) -> list[Class]:
        """Itself and the project's classes that it is made of."""
        return [self, *(base for base in self.ancestors() if isinstance(base, Class))]

    def methods(self) -> dict[str, Function]:
        """Every method that its objects have, its own and inherited ones."""
        out: dict[str, Function] = {}
        for each in self.family():
            for name, held in each.scope.names.items():
                value = held[0] if len(held) == 1 else None
                if isinstance(value, Function) and value.owner is not None:
                    out.setdefault(name, value)
        return out

    def is_enum(self) -> bool:
        """Whether it lists named constants."""
        return any(isinstance(base, External) and base.name.startswith("enum.") for base in self.ancestors())


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a project's class."""

    of: Class
    given: dict[str, Values] = field(default_factory=dict)
    """What is assigned to its attributes."""
    readings: dict[Function, Reading] = field(default_factory=dict)
    """Its methods as they come out for this object."""
    changes: int = 0  # how often an attribute was given other values than it had


@dataclass(slots=True, unsafe_hash=True)
class Super:
    """An object as `super()` gives it in a method of the class `below`."""

    of: Instance
    below: Class


@dataclass(eq=False, slots=True)
class Function:
    """A function of the project, or a lambda."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None
    """None once no call can change what its body says."""
    name: str
    module: Module
    scope: Scope
    """Where it is defined."""
    owner: Class | None = None
    decorators: tuple[str, ...] = ()
    """The dotted names of its decorators."""
    wrapped_by: Values = ()
    """Its decorators that are the project's, until it matters what they make of it."""
    defaults: dict[str, Values] = field(default_factory=dict)
    generic: Reading | None = None
    """Its body with every parameter unknown."""
    readings: dict[object, Reading] = field(default_factory=dict)
    """Its body with the arguments of calls."""
    is_called: bool = False
    is_parsed: bool = False
    """It is called while the scheduler reads the file."""
    confirmed: set[Use] | None = None
    """What of `generic` some call comes to, too; None while no call is known that well."""
    resolved: frozenset[tuple[str, int, str, str]] = frozenset()
    """Undecided places that some call decides, or that are listed at the call."""

    @property
    def is_task(self) -> bool:
        """Whether a call of it only makes a task, which runs later."""
        return any(
            name.startswith("airflow.") and ".task" in name and not name.endswith((".dag", ".task_group"))
            for name in self.decorators
        )

    @property
    def is_dag(self) -> bool:
        """Whether its body is that of a DAG."""
        return any(name.startswith("airflow.") and name.endswith(".dag") for name in self.decorators)

    @property
    def anyone(self) -> Values:
        """Of a method: any object of its class."""
        return (self.owner.any,) if self.owner is not None else ()

    def settle(self, reading: Reading) -> None:
        """`reading` decides what it does not leave undecided."""
        if self.generic is not None:
            self.resolved |= self.generic.undecided.keys() - reading.undecided.keys()


@dataclass(slots=True, unsafe_hash=True)
class Bound:
    """A function some of whose parameters are filled: a method of an object, or `task.partial(…)`."""

    function: Function
    first: Values = ()
    given: tuple[tuple[str, Values], ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class Partial:
    """An operator of the project some of whose arguments are given: `Operator.partial(…)`."""

    of: Class
    given: tuple[tuple[str, Values], ...] = ()


_OfProject = Class | Instance | Super | Function | Bound | Partial
Value: TypeAlias = "Const | Items | Table | External | Made | File | Unknown | Scope | _OfProject"
"""A `Scope` is a module of the project."""
Values: TypeAlias = "tuple[Value, ...]"


@lru_cache(maxsize=4096)
def external(name: str) -> Values:
    """Something from outside the project."""
    return (External(name),)


@lru_cache(maxsize=4096)
def unknown(why: str, text: str = HOLE) -> Values:
    """Not known, and why."""
    return (Unknown(why, text),)


def why_unknown(values: Values, otherwise: str = "the key is computed") -> str:
    """The first reason why one of the alternatives is not known."""
    for value in values:
        if isinstance(value, Unknown):
            return value.reason()
    return BY_CALLER if by_caller(values, 0) else otherwise


def candidates(values: Values) -> Values:
    """The alternatives, with all that the unknown ones may be."""
    return join(*((isinstance(value, Unknown) and value.among) or (value,) for value in values))


def by_caller(values: Values, depth: int = 2) -> bool:
    """Whether a caller's argument is in it."""
    for value in values:
        if isinstance(value, (Unknown, Table, File)) and value.why is BY_CALLER:
            return True
        if depth and isinstance(value, (Items, Table)):
            parts = value.items if isinstance(value, Items) else [each.value for each in value.entries[:50]]
            if any(by_caller(part, depth - 1) for part in parts[:50]):
                return True
        elif depth and isinstance(value, Instance) and any(by_caller(one, 0) for one in value.given.values()):
            return True
    return False


def only(values: Values) -> Value | None:
    """The one alternative; None if there is none, or several."""
    return values[0] if len(values) == 1 else None


def constant(values: Values) -> object:
    """The one constant that it is; None if it is anything else."""
    value = values[0] if len(values) == 1 else None
    return value.value if isinstance(value, Const) else None


def table(values: Values) -> Table:
    """The dict that it is: an empty one without alternatives, one of which nothing is known for any other."""
    value = only(values)
    return value if isinstance(value, Table) else Table((), not values, BY_CALLER * by_caller(values, 0))


def texts_in(values: Values) -> list[str]:
    """The texts among the alternatives."""
    return [value.value for value in values if isinstance(value, Const) and isinstance(value.value, str)]


def truth(values: Values) -> bool | None:
    """Whether it counts as true; None if that is not known."""
    found = {
        bool(value.value)
        if isinstance(value, Const)
        else bool(getattr(value, "entries", ()) or getattr(value, "items", ())) or None
        for value in values
    }
    return found.pop() if len(found) == 1 else None


def join(*many: Values) -> Values:
    """All alternatives, each once."""
    parts = [values for values in many if values]
    if not parts:
        return ()
    if len(parts) == 1 or all(part is parts[0] for part in parts):
        return parts[0]
    together = tuple(dict.fromkeys(value for values in parts for value in values))
    if len(together) > MOST:
        return unknown(f"the key has more than {MOST} possible values")
    return together


def as_items(items: Sequence[Values]) -> Values:
    """A list that is made of others; not known if it grows too long."""
    if len(items) > _MOST_ELEMENTS:
        return unknown(f"a list has more than {_MOST_ELEMENTS} elements")
    return (Items(tuple(items)),)


def as_table(tables: Sequence[Table]) -> Values:
    """A dict that is made of others; not known if it grows too long."""
    entries = tuple([entry for each in tables for entry in each.entries])
    if len(entries) > _MOST_ELEMENTS:
        return unknown(f"a dict has more than {_MOST_ELEMENTS} keys")
    why = next((each.why for each in tables if each.why), "")
    return (Table(entries, all(each.whole for each in tables), why),)


def elements(values: Values) -> list[Values] | None:
    """What a loop over `values` gives, turn by turn; None if that is not known."""
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
            turns = [unknown(why_unknown((value,), "the key comes from a loop over what is computed"))]
        out += turns
    return join(*out)
