"""What reading a project's code yields: uses of variables and connections, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple


class Use(NamedTuple):
    """One place that asks for a variable or a connection."""

    kind: str
    """`variable` or `connection`."""
    key: str
    line: int
    how: str
    """The construct: `Variable.get`, `postgres_conn_id=`, `{{ var.value }}`."""
    default_given: bool = False
    """The call names a default, so a miss does not fail."""
    file: str = ""
    key_error: str = ""
    """File and line of an `except KeyError` around it that lets pass what Airflow 3 raises."""
    through: str = ""
    """File and line of the lookup itself, where the call at this place hands it the key."""
    aside: str = ""
    """`test` or `main`: in a test, or under `if __name__ == "__main__"`; `ignored`: by a comment or the
    configuration; `known`: its key is in the baseline; `caught`: an `except KeyError` is around it, and this
    Airflow raises that. Nothing fails by it."""
    direct: bool = False
    """The line itself asks, at the moment that it runs: not a template, not an operator's argument."""
    loads: int = 0
    """How many DAG files load it whenever the scheduler reads them; 0: it does not ask then."""
    reason: str = ""
    """Why it is ignored."""

    @property
    def parse_time(self) -> bool:
        """It asks whenever the scheduler reads the file."""
        return self.loads > 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def at(self, file: str, line: int) -> Use:
        """The same, as what is at that place comes to it."""
        return self._replace(file=file, line=line, through=self.through or str(self))


@dataclass(frozen=True, slots=True)
class Undecided:
    """One place that asks for something whose key the text does not show by itself."""

    kind: str
    expression: str
    """The key's expression as it is in the source, on one line."""
    line: int
    why: str
    """What keeps it from being decided, one clause."""
    file: str = ""
    ignored: str = ""
    """Why it is ignored; empty: it is not."""
    loads: int = 0
    """How many DAG files load it whenever the scheduler reads them, as of a `Use`; 1 while they are read."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a template in it, that cannot be read or parsed."""

    line: int
    why: str
    python: bool = False
    """It is a Python file."""
    by_looks: bool = False
    """It does not parse: what it asks for was found by its text all the same."""
    file: str = ""
    known: bool = False
    """The baseline lists it."""

    @property
    def fails(self) -> bool:
        """Whether what a Python file uses was not checked at all."""
        return self.python and not (self.by_looks or self.known)


@dataclass(frozen=True, slots=True)
class Hint:
    """Something in the code that is worth a word beside the uses.

    `set`: it stores the variable `key`. `backend`: it makes the secrets backend itself. `deferrable`: an
    operator hands its work to the triggerer.
    """

    kind: str
    file: str
    line: int
    key: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that the code of a project, or of one file, says."""

    uses: tuple[Use, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    hints: tuple[Hint, ...] = ()
    templates: tuple[tuple[str, str], ...] = ()
    """Names of template files that the code mentions, as they are written, and the file that does."""
    search_path: tuple[tuple[str, str], ...] = ()
    """Directories that the code gives as `template_searchpath`, likewise."""
    partial: tuple[tuple[str, int], ...] = ()
    """Files that were read only in part, and after how many steps."""

    def moved(self, move: Callable[[str], str]) -> Findings:
        """The same with every path as `move` makes it."""

        def moved_place(place: str) -> str:
            file, _, line = place.rpartition(":")
            return f"{move(file)}:{line}" if file else ""

        uses = tuple(
            use._replace(
                file=move(use.file), through=moved_place(use.through), key_error=moved_place(use.key_error)
            )
            for use in self.uses
        )
        others: dict[str, Any] = {
            name: tuple(replace(each, file=move(each.file)) for each in getattr(self, name))
            for name in ("undecided", "unreadable", "hints")
        }
        partial = tuple((move(file), steps) for file, steps in self.partial)
        return replace(self, uses=uses, partial=partial, **others)
