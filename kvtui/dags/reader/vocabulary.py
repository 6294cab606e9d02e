"""What a project adds to the tables of `constructs`: names of its own for what asks for a key."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kvtui.dags.reader import constructs
from kvtui.dags.reader.constructs import Called, Names, Read


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tables of `constructs`, and what a project adds to them."""

    reads: tuple[Read, ...] = ()
    """Functions from outside the project that ask for one key."""
    connection_arguments: frozenset[str] = frozenset()
    """Names of arguments that name a connection as `conn_id` does."""

    def called(self, name: str) -> Called:
        """All that is known of the dotted name `name`."""
        said = constructs.called(name)
        for read in self.reads:
            owner, _, last = name.rpartition(".")
            if last in read.functions and re.fullmatch(read.owner, owner):
                return replace(said, read=read)
        return said

    def names_connections(self, argument: str) -> Names:
        """How many connections an argument, or a dict's key, names."""
        return Names.ONE if argument in self.connection_arguments else constructs.names_connections(argument)

    def names(self) -> list[str]:
        """The words of the project's own that ask for something."""
        return [*(name for read in self.reads for name in read.functions), *sorted(self.connection_arguments)]


NOTHING_MORE = Vocabulary()
