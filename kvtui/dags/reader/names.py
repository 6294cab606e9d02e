"""What names, attributes and elements stand for."""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod

from kvtui.dags.reader import constructs
from kvtui.dags.reader.model import Use
from kvtui.dags.reader.project import Sources
from kvtui.dags.reader.recorder import Recorder
from kvtui.dags.reader.scopes import Scope
from kvtui.dags.reader.values import (
    Bound,
    Class,
    Const,
    Entry,
    External,
    Function,
    Instance,
    Items,
    Made,
    ModuleRef,
    Table,
    Unknown,
    Value,
    Values,
    join,
    unknown,
)

_BUILTINS = frozenset(dir(builtins))
_FROM_STARS = ("Variable", "Connection", "BaseHook")
_MOST_TURNS = 3000
"""Turns of loops that are read one by one in a file; after that all at once."""


class Names(ABC):
    """The reader's state, and what it knows of names."""

    def __init__(self, scope: Scope, recorder: Recorder, sources: Sources) -> None:
        self.scope = scope
        self.recorder = recorder
        self.sources = sources
        self.turns = 0
        """How many loops are being read turn by turn just now."""
        self.turn = 0
        """The number of the turn, over all loops."""
        self.unrolled = 0
        self.reading: set[Function] = set()
        """Constructors that are being read just now."""
        self.functions: dict[tuple[ast.AST, int, int], Function] = {}
        """By their node, the scope they are defined in and the turn."""

    @abstractmethod
    def ev(self, node: ast.expr) -> Values:
        """What `node` may be; see `Expressions`."""

    def may_unroll(self, turns: int) -> bool:
        """Whether a loop of so many turns is read turn by turn."""
        self.unrolled += turns
        return self.unrolled <= _MOST_TURNS

    def bind(self, name: str, values: Values) -> None:
        """Gives a name its values."""
        scope = self.scope
        if name not in scope.outer or scope.parent is None:
            scope.names[name] = values
            return
        around = scope.parent
        while around.parent is not None and name not in around.names:
            around = around.parent
        around.names[name] = join(around.names.get(name, ()), values)

    def assign(self, target: ast.expr, values: Values) -> None:
        """Gives whatever stands at the left of `=`, or after `for`, its values."""
        if isinstance(target, ast.Name):
            self.bind(target.id, values)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, values)
        elif isinstance(target, ast.Attribute):
            self._assign_attribute(target, values)
        elif isinstance(target, ast.Subscript):
            self._assign_element(target, values)

    def _unpack(self, targets: list[ast.expr], values: Values) -> None:
        parts: list[list[Values]] = [[] for _ in targets]
        for value in values:
            why = value.why if isinstance(value, Unknown) else "it is computed"
            items = _spread(value.items, targets) if isinstance(value, Items) else None
            for part, item in zip(parts, items or [unknown(why)] * len(targets), strict=True):
                part.append(item)
        for target, part in zip(targets, parts, strict=True):
            self.assign(target.value if isinstance(target, ast.Starred) else target, join(*part))

    def _assign_attribute(self, target: ast.Attribute, values: Values) -> None:
        for base in self.ev(target.value):
            if isinstance(base, Instance):
                held = base.of.given
                held[target.attr] = join(held.get(target.attr, ()), values)
            elif isinstance(base, Class):
                base.scope.names[target.attr] = values

    def _assign_element(self, target: ast.Subscript, values: Values) -> None:
        base, index = self.ev(target.value), self.ev(target.slice)
        if not isinstance(target.value, ast.Name) or len(base) != 1 or not isinstance(base[0], Table):
            return
        held, key = base[0], index[0] if len(index) == 1 else None
        if isinstance(key, Const):
            entry = Entry(key.value, values, self.scope.path, target.lineno)
            kept = tuple(each for each in held.entries if each.key != key.value)
            self.bind(target.value.id, (Table((*kept, entry), held.whole),))
        else:
            self.bind(target.value.id, (Table(held.entries, whole=False),))

    # Looking up

    def name(self, name: str) -> Values:
        """What a name stands for."""
        found = self.scope.find(name)
        if found is not None:
            return found
        if name in _BUILTINS:
            return (External(f"builtins.{name}"),)
        stars = self.scope.has_stars()
        if stars and name in _FROM_STARS:
            return tuple(External(f"{module}.{name}") for module in stars)
        return unknown(f"{name} has no value in this file")

    def attribute(self, base: Values, name: str) -> Values:
        """`base.name`"""
        return join(*(self._attribute_of(value, name) for value in base))

    def _attribute_of(self, value: Value, name: str) -> Values:
        if isinstance(value, External | Made):
            return (External(f"{value.name}.{name}"),)
        if isinstance(value, ModuleRef):
            inside = value.scope.names.get(name)
            return inside if inside is not None else self.sources.inside(value.scope, name)
        if isinstance(value, Class):
            return self._of_class(value, name, (value,), with_own=True)
        if isinstance(value, Instance):
            if not value.from_bases and name in value.of.given:
                return value.of.given[name]
            return self._of_class(value.of, name, (value,), with_own=not value.from_bases)
        if isinstance(value, Const) and name == "value":
            return (value,)  # the value of an Enum's member
        if isinstance(value, Function | Bound) and name in constructs.MAKES_TASKS:
            return (value,)
        if isinstance(value, Unknown):
            return unknown(value.why)
        return unknown("it is computed")

    def _of_class(self, held: Class, name: str, first: Values, *, with_own: bool) -> Values:
        found = held.scope.names.get(name) if with_own else None
        for base in held.ancestors():
            if found is not None:
                break
            found = base.scope.names.get(name) if isinstance(base, Class) else None
        if found is not None:
            return tuple(
                Bound(each, first) if isinstance(each, Function) and not _is_static(each) else each
                for each in found
            )
        outside = [base for base in held.ancestors() if isinstance(base, External)]
        if outside:
            return tuple(External(f"{base.name}.{name}") for base in outside)
        return unknown(f"{held.node.name}.{name} is not assigned in the project")

    def element(self, value: Value, index: Values) -> Values:
        """`value[index]`"""
        if isinstance(value, External) and value.name == "os.environ":
            return unknown(f"it is the environment variable {_shown(index)}")
        if isinstance(value, Table):
            found = [value.get(each.value) if isinstance(each, Const) else None for each in index]
            if all(each is not None for each in found) and value.whole:
                return join(*(each for each in found if each is not None))
            return unknown(f"the dict's key is computed{_one_of(value)}")
        if isinstance(value, Items) and len(index) == 1 and isinstance(index[0], Const):
            number = index[0].value
            if isinstance(number, int) and -len(value.items) <= number < len(value.items):
                return value.items[number]
        if isinstance(value, Class) and value.is_enum() and len(index) == 1 and isinstance(index[0], Const):
            return value.scope.names.get(str(index[0].value), unknown("it is computed"))
        return unknown(value.why if isinstance(value, Unknown) else "it is computed")

    # A task's context, which Python code can reach as templates do

    def context_read(self, node: ast.Attribute | ast.Subscript | ast.Call) -> bool:
        """Records `context["var"]["value"].get("x")`, `context["conn"].x` and the like."""
        default = False
        key_node: ast.expr | None
        if isinstance(node, ast.Call):
            called = node.func
            if not isinstance(called, ast.Attribute) or called.attr != "get" or not node.args:
                return False
            holder, key_node = called.value, node.args[0]
            default = len(node.args) > 1 or bool(node.keywords)
        elif isinstance(node, ast.Attribute):
            if node.attr == "get":
                return False
            holder, key_node = node.value, None
        else:
            holder, key_node = node.value, node.slice
        kind = self._context_part(holder)
        if not kind:
            return False
        key = self.ev(key_node) if key_node is not None else (Const(node.attr),)  # type: ignore[union-attr]
        how = "context['conn']" if kind == "connection" else "context['var']"
        self.record_keys(kind, key, node, how, node.lineno, default=default)
        return True

    def _context_part(self, node: ast.expr) -> str:
        if self._from_context(node, "conn"):
            return "connection"
        part = _step(node)
        if part in ("value", "json") and isinstance(node, ast.Attribute | ast.Subscript):
            return "variable" if self._from_context(node.value, "var") else ""
        return ""

    def _from_context(self, node: ast.expr, name: str) -> bool:
        if not isinstance(node, ast.Subscript) or _step(node) != name:
            return False
        root = node.value
        if isinstance(root, ast.Name):
            return root.id in constructs.CONTEXT_NAMES
        return isinstance(root, ast.Call) and ast.unparse(root.func).endswith("get_current_context")

    # Recording

    def record_keys(
        self,
        kind: str,
        keys: Values,
        node: ast.expr,
        how: str,
        line: int,
        *,
        default: bool = False,
        deserialize: bool = False,
    ) -> None:
        """Records every alternative of a key: as a use, or as not decidable. None: no run gets there."""
        for key in keys:
            if len(keys) > 1 and isinstance(key, Const) and key.value is None:
                continue  # what is None on one of several ways is not asked for there
            if isinstance(key, Const) and isinstance(key.value, str):
                if "{{" in key.value or "{%" in key.value:
                    self.recorder.undecided(kind, node, "it is a template itself")
                else:
                    self.recorder.use(Use(kind, key.value, line, how, default, deserialize))
            elif isinstance(key, Unknown):
                self.recorder.undecided(kind, node, key.why)
            else:
                self.recorder.undecided(kind, node, "it is no plain text")

    def name_of_template(self, text: str) -> None:
        """Remembers a text that names a file which may be a template."""
        if "." in text and len(text) < 300 and constructs.template_name(text):
            self.recorder.template_file(text)


def _spread(items: tuple[Values, ...], targets: list[ast.expr]) -> list[Values] | None:
    """Each target's part of a sequence, that of `*rest` as a list; None if it does not fit."""
    place = next((n for n, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    more = len(items) - len(targets)
    if place is None:
        return list(items) if not more else None
    if more < -1:
        return None
    end = place + more + 1
    return [*items[:place], (Items(items[place:end]),), *items[end:]]


def _step(node: ast.expr) -> str:
    """The last step of `a.b` or `a["b"]`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return ""


def _is_static(function: Function) -> bool:
    return any(
        isinstance(each, ast.Name) and each.id == "staticmethod" for each in function.node.decorator_list
    )


def _shown(values: Values) -> str:
    only = values[0] if len(values) == 1 else None
    return str(only.value) if isinstance(only, Const) else "of a computed name"


def _one_of(table: Table) -> str:
    texts = [
        repr(value.value)
        for entry in table.entries
        for value in entry.value
        if isinstance(value, Const) and isinstance(value.value, str)
    ]
    return f": one of {', '.join(texts[:6])}" if texts else ""
