"""Dates for people, and the rows of a problem."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kvtui.console.text import wrapped
from kvtui.core import ages

if TYPE_CHECKING:
    from kvtui.console.text import Role, Row
    from kvtui.core.problems import Problem


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def expiry(when: datetime | None, at: datetime) -> tuple[str, Role]:
    """`expires in 83 d`, `expired 3 d ago`, with its role; empty without a date."""
    if when is None:
        return "", "dim"
    from kvtui.azure.entries import SOON_DAYS

    role: Role = "warn" if ages.whole_days(when, at) < SOON_DAYS else "good"
    return ages.expiry(when, at, short=True), "bad" if when <= at else role


def date(when: datetime | None) -> str:
    """`2026-11-24 13:05 UTC`, or a dash."""
    return f"{when:%Y-%m-%d %H:%M} UTC" if when else "-"


def minutes_left(when: datetime | None, at: datetime) -> str:
    """`52 min` until a token expires; empty without a date."""
    if when is None:
        return ""
    minutes = int((when - at).total_seconds() // 60)
    return f"{max(0, minutes)} min" if minutes < 120 else f"{minutes // 60} h"


def problem_rows(problem: Problem, width: int, *, details: bool = False) -> list[Row]:
    """What happened, as which identity, what to do; with `details` also what administrators need."""
    rows = wrapped(problem.what, width, "bad")
    if problem.identity:
        rows += wrapped(f"Identity: {problem.identity}.", width, "dim")
    rows += wrapped(problem.remedy, width, "todo", indent=2, first="→")
    if details and problem.detail:
        rows += wrapped(problem.detail, width, "dim")
    return rows
