"""Lines of `KEY=value` with nothing decoded: exports of Airflow, and what the Astro CLI saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kvtui.core.words import count

SEVERAL_LINES = "its value has several lines, which this form cannot hold"


@dataclass(frozen=True, slots=True)
class RawLine:
    """One assignment."""

    number: int
    key: str
    value: str
    cut: str = ""
    """Why the value is not complete; empty if it is."""

    def __repr__(self) -> str:
        return f"RawLine({self.number}, {self.key!r})"


def raw_lines(text: str) -> list[RawLine]:
    """The assignments of a text. Empty lines and lines that begin with # do not count.

    A line without `=` continues the value before it, which is then not complete.
    """
    found: list[RawLine] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if not line.strip() or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if equals and key and not key[0].isspace():
            found.append(RawLine(number, key.strip(), value))
        elif found:
            found[-1] = replace(found[-1], cut=SEVERAL_LINES)
    return found


def last_of_each(lines: Sequence[RawLine]) -> tuple[list[RawLine], tuple[str, ...]]:
    """The last line of each key, and a note if there are others."""
    kept = {line.key: line for line in lines}
    twice = len(lines) - len(kept)
    notes = (f"{count(twice, 'line')} left out: a later line has the same key.",) if twice else ()
    return sorted(kept.values(), key=lambda line: line.number), notes
