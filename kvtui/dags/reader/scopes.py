"""Where names are looked up: a module's, a function's or a class's own names, and those around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.dags.reader.values import Class, Values


@dataclass(eq=False, slots=True)
class Scope:
    """One namespace while it is read from top to bottom."""

    kind: str
    """`module`, `function` or `class`."""
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

    def module(self) -> Scope:
        """The module around it."""
        return self if self.parent is None else self.parent.module()

    def has_stars(self) -> list[str]:
        """All modules of which this file imports everything."""
        return self.stars + (self.parent.has_stars() if self.parent is not None else [])
