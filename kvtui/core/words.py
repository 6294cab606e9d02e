"""Words that more than one package builds sentences with."""

from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`, `1,000 names`: the noun agrees with the number."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
