"""What names, attributes and elements mean."""

from __future__ import annotations

import builtins

from kvtui.dags.reader import constructs
from kvtui.dags.reader import values as v
from kvtui.dags.reader.project import Sources
from kvtui.dags.reader.scopes import Scope

_BUILTINS = frozenset(dir(builtins))
_FROM_STARS = ("Variable", "Connection", "BaseHook")


def name_in(scope: Scope, name: str) -> v.Values:
    """What a name means in `scope`."""
    found = scope.find(name)
    if found is not None:
        return found
    if name in _BUILTINS:
        return (v.External(f"builtins.{name}"),)
    stars = scope.all_stars()
    if stars and name in _FROM_STARS:
        return tuple(v.External(f"{module}.{name}") for module in stars)
    return v.unknown(f"{name} has no value in this file")


def attribute(base: v.Values, name: str, sources: Sources) -> v.Values:
    """`base.name`"""
    return v.join(*(_attribute_of(value, name, sources) for value in base))


def _attribute_of(value: v.Value, name: str, sources: Sources) -> v.Values:
    if isinstance(value, v.External | v.Made):
        return (v.External(f"{value.name}.{name}"),)
    if isinstance(value, v.ModuleRef):
        inside = value.scope.names.get(name)
        return inside if inside is not None else sources.inside(value.scope, name)
    if isinstance(value, v.Class):
        return class_attribute(value, name, (value,))
    if isinstance(value, v.Instance):
        if not value.from_bases and name in value.of.given:
            return value.of.given[name]
        return class_attribute(value.of, name, (value,), with_own=not value.from_bases)
    if isinstance(value, v.Const) and name == "value":
        return (value,)  # the value of an Enum's member
    if isinstance(value, v.Function | v.Bound) and name in constructs.MAKES_TASKS:
        return (value,)
    return v.unknown(v.why_unknown((value,)))


def class_attribute(held: v.Class, name: str, first: v.Values, *, with_own: bool = True) -> v.Values:
    """An attribute of a class or its bases; `first` is what its methods get as their first argument."""
    found = held.scope.names.get(name) if with_own else None
    for base in held.ancestors() if found is None else ():
        found = base.scope.names.get(name) if isinstance(base, v.Class) else None
        if found is not None:
            break
    if found is not None:
        return tuple(
            v.Bound(each, first)
            if isinstance(each, v.Function) and not each.has_decorator("staticmethod")
            else each
            for each in found
        )
    outside = [base for base in held.ancestors() if isinstance(base, v.External)]
    if outside:
        return tuple(v.External(f"{base.name}.{name}") for base in outside)
    return v.unknown(f"{held.node.name}.{name} is not assigned in the project")


def element(value: v.Value, index: v.Values) -> v.Values:
    """`value[index]`"""
    key = v.only(index)
    if isinstance(value, v.External) and value.name == "os.environ":
        shown = key.value if isinstance(key, v.Const) else "of a computed name"
        return v.unknown(f"it is the environment variable {shown}")
    if isinstance(value, v.Table):
        found = [value.get(each.value) if isinstance(each, v.Const) else None for each in index]
        known = [each for each in found if each is not None]
        if len(known) == len(found) and value.whole:
            return v.join(*known)
        return v.unknown(f"the dict's key is computed{_one_of(value)}")
    if isinstance(value, v.Items):
        number = v.constant(index)
        if isinstance(number, int) and -len(value.items) <= number < len(value.items):
            return value.items[number]
    if isinstance(value, v.Class) and value.is_enum() and isinstance(key, v.Const):
        return value.scope.names.get(str(key.value), v.unknown("it is computed"))
    return v.unknown(v.why_unknown((value,)))


def _one_of(table: v.Table) -> str:
    """The texts that a dict holds, for the reason why an element of it is not known."""
    texts = [
        repr(value.value)
        for entry in table.entries
        for value in entry.value
        if isinstance(value, v.Const) and isinstance(value.value, str)
    ]
    return f": one of {', '.join(texts[:6])}" if texts else ""
