"""A measure, its anchor, and the figures that come of running both in turn."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass

Timed = Callable[[], float]
"""Does the work once; returns the seconds it took, or what else is measured of it."""


@dataclass(frozen=True)
class Measure:
    """A promise about speed: our work beside a bare program or loop that does only what cannot be avoided."""

    name: str
    ours: Timed
    anchor_name: str
    anchor: Timed
    budget: float | None = None
    """At most so many times the anchor; None: reported, not promised."""
    unit: str = "ms"
    """Of the medians; where it is not `ms`, what the work returns is in this unit."""


@dataclass(frozen=True)
class Figure:
    """The medians of one measure, in its unit."""

    name: str
    value: float
    anchor_name: str
    anchor_value: float
    ratio: float
    budget: float | None
    rounds: int
    unit: str = "ms"

    @property
    def over(self) -> bool:
        """Whether the promise was broken."""
        return self.budget is not None and self.ratio > self.budget

    def as_json(self) -> dict[str, object]:
        """The fields, rounded, and whether it is over its budget."""
        rounded = {name: round(x, 3) if isinstance(x, float) else x for name, x in asdict(self).items()}
        return rounded | {"over": self.over}


def run(measure: Measure, rounds: int = 7) -> Figure:
    """Both once to warm the caches, then in turn `rounds` times, each going first in every other round."""
    measure.anchor()
    measure.ours()
    ours: list[float] = []
    anchors: list[float] = []
    for number in range(rounds):
        pair = [(ours, measure.ours), (anchors, measure.anchor)]
        for times, work in pair if number % 2 else reversed(pair):
            times.append(work())
    scale = 1000 if measure.unit == "ms" else 1
    value, anchor = statistics.median(ours) * scale, statistics.median(anchors) * scale
    ratio = value / anchor
    return Figure(
        measure.name, value, measure.anchor_name, anchor, ratio, measure.budget, rounds, measure.unit
    )


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table, fit for a terminal and for the README."""
    head = ("what", "figure", "beside", "figure", "ratio", "budget")
    rows = [
        (
            figure.name,
            f"{figure.value:,.1f} {figure.unit}",
            figure.anchor_name,
            f"{figure.anchor_value:,.1f} {figure.unit}",
            f"{figure.ratio:.2f}",
            "" if figure.budget is None else f"{figure.budget:g}" + (" OVER" if figure.over else ""),
        )
        for figure in figures
    ]
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    right = (False, True, False, True, True, True)

    def line(cells: tuple[str, ...]) -> str:
        padded = (
            cell.rjust(width) if ends else cell.ljust(width)
            for cell, width, ends in zip(cells, widths, right, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = tuple(
        "-" * (width - 1) + (":" if ends else "-") for width, ends in zip(widths, right, strict=True)
    )
    return "\n".join([line(head), line(rule), *(line(row) for row in rows)])
