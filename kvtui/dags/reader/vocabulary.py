"""What a project adds to the tables of `constructs`: names of its own for what asks for a key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kvtui.dags.reader.constructs import Read


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Argument names and functions of a project, or of a package that it installs."""

    reads: tuple[Read, ...] = ()
    """Functions that ask for one key."""
    connection_arguments: frozenset[str] = frozenset()
    """Names of arguments that name a connection as `conn_id` does."""

    def read_of(self, name: str) -> Read | None:
        """What the function with that dotted name asks for; None if it asks for nothing."""
        owner, _, function = name.rpartition(".")
        fits = (each for each in self.reads if function in each.functions and re.fullmatch(each.owner, owner))
        return next(fits, None)

    def tells(self, text: str) -> bool:
        """Whether a text could use any of it."""
        functions = (function for read in self.reads for function in read.functions)
        return any(name in text for name in (*functions, *self.connection_arguments))


NOTHING_MORE = Vocabulary()
