"""What names, attributes and elements mean."""

from __future__ import annotations

import builtins
from itertools import chain

from kvtui.dags.reader import constructs
from kvtui.dags.reader.project import Sources
from kvtui.dags.reader.scopes import Scope
from kvtui.dags.reader.values import (
    Bound,
    Class,
    Const,
    External,
    Function,
    Instance,
    Items,
    Made,
    ModuleRef,
    Table,
    Value,
    Values,
    constant,
    join,
    only,
    unknown,
    why_unknown,
)

_BUILTINS = frozenset(dir(builtins))
_FROM_STARS = ("Variable", "Connection", "BaseHook")


def name_in(scope: Scope, name: str) -> Values:
    """What a name means in `scope`."""
    found = scope.find(name)
    if found is not None:
        return found
    if name in _BUILTINS:
        return (External(f"builtins.{name}"),)
    stars = scope.all_stars()
    if stars and name in _FROM_STARS:
        return tuple(External(f"{module}.{name}") for module in stars)
    return unknown(f"{name} has no value in this file")


def attribute(base: Values, name: str, sources: Sources) -> Values:
    """`base.name`"""
    return join(*(_attribute_of(value, name, sources) for value in base))


def _attribute_of(value: Value, name: str, sources: Sources) -> Values:
    if isinstance(value, External | Made):
        return (External(f"{value.name}.{name}"),)
    if isinstance(value, ModuleRef):
        inside = value.scope.names.get(name)
        return inside if inside is not None else sources.inside(value.scope, name)
    if isinstance(value, Class):
        return class_attribute(value, name, (value,))
    if isinstance(value, Instance):
        if not value.from_bases and name in value.of.given:
            return value.of.given[name]
        return class_attribute(value.of, name, (value,), with_own=not value.from_bases)
    if isinstance(value, Const) and name == "value":
        return (value,)  # the value of an Enum's member
    if isinstance(value, Function | Bound) and name in constructs.MAKES_TASKS:
        return (value,)
    return unknown(why_unknown((value,)))


def class_attribute(held: Class, name: str, first: Values, *, with_own: bool = True) -> Values:
    """An attribute of a class or its bases; `first` is what its methods get as their first argument."""
    for place in chain([held] if with_own else [], held.ancestors()):
        found = place.scope.names.get(name) if isinstance(place, Class) else None
        if found is not None:
            return tuple(
                Bound(each, first)
                if isinstance(each, Function) and not each.has_decorator("staticmethod")
                else each
                for each in found
            )
    outside = [base for base in held.ancestors() if isinstance(base, External)]
    if outside:
        return tuple(External(f"{base.name}.{name}") for base in outside)
    return unknown(f"{held.node.name}.{name} is not assigned in the project")


def element(value: Value, index: Values) -> Values:
    """`value[index]`"""
    key = only(index)
    if isinstance(value, External) and value.name == "os.environ":
        shown = key.value if isinstance(key, Const) else "of a computed name"
        return unknown(f"it is the environment variable {shown}")
    if isinstance(value, Table):
        found = [value.get(each.value) if isinstance(each, Const) else None for each in index]
        known = [each for each in found if each is not None]
        if len(known) == len(found) and value.whole:
            return join(*known)
        return unknown(f"the dict's key is computed{_one_of(value)}")
    if isinstance(value, Items):
        number = constant(index)
        if isinstance(number, int) and -len(value.items) <= number < len(value.items):
            return value.items[number]
    if isinstance(value, Class) and value.is_enum() and isinstance(key, Const):
        return value.scope.names.get(str(key.value), unknown("it is computed"))
    return unknown(why_unknown((value,)))


def _one_of(table: Table) -> str:
    """The texts that a dict holds, for the reason why an element of it is not known."""
    texts = [
        repr(value.value)
        for entry in table.entries
        for value in entry.value
        if isinstance(value, Const) and isinstance(value.value, str)
    ]
    return f": one of {', '.join(texts[:6])}" if texts else ""
