"""Where names are looked up: a module's, a function's or a class's own names, and those around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from kvtui.dags.reader.values import Class, Values, join

_MOST_TURNS = 3000
"""Turns of loops that are read one by one in a file; after that all at once."""


@dataclass(eq=False, slots=True)
class Scope:
    """One namespace while it is read from top to bottom: a module's, a function's or a class's."""

    kind: Literal["module", "function", "class"]
    path: str
    """The file, relative to the project."""
    parent: Scope | None = None
    names: dict[str, Values] = field(default_factory=dict)
    around: dict[str, Values] = field(default_factory=dict)
    """Of a function that was defined in a loop: the names at that turn."""
    owner: Class | None = None
    """The class whose method this is."""
    stars: list[str] = field(default_factory=list)
    """Modules from outside the project of which everything is imported."""
    outer: set[str] = field(default_factory=set)
    """Names declared `global` or `nonlocal`."""

    def inner(self) -> Scope:
        """The scope of a comprehension or a lambda in this one."""
        return Scope("function", self.path, self, owner=self.owner)

    def find(self, name: str) -> Values | None:
        """What `name` means here, by Python's rules; None if the text does not tell."""
        if name in self.names:
            return self.names[name]
        if name in self.around:
            return self.around[name]
        scope = self.parent
        while scope is not None and scope.kind == "class":
            scope = scope.parent
        return scope.find(name) if scope is not None else None

    def bind(self, name: str, values: Values) -> None:
        """Gives a name its values."""
        if name not in self.outer or self.parent is None:
            self.names[name] = values
            return
        around = self.parent
        while around.parent is not None and name not in around.names:
            around = around.parent
        around.names[name] = join(around.names.get(name, ()), values)

    def all_stars(self) -> list[str]:
        """All modules from outside of which this file imports everything."""
        return self.stars + (self.parent.all_stars() if self.parent is not None else [])


@dataclass(slots=True)
class Frame:
    """How far the reading of one file is; all who read it share this."""

    scope: Scope
    loops: int = 0
    """How many loops are being read turn by turn just now."""
    turn: int = 0
    """The number of the turn, over all loops."""
    _turns: int = 0

    def may_unroll(self, turns: int) -> bool:
        """Whether a loop of so many turns is read turn by turn."""
        self._turns += turns
        return self._turns <= _MOST_TURNS

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        """Reads with another scope."""
        outer, self.scope = self.scope, scope
        try:
            yield
        finally:
            self.scope = outer
