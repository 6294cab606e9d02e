"""A change in Azure while it is made and waited for, and what is left to the user."""

from __future__ import annotations

from datetime import datetime

from kvtui.console.state import Phase, SetUpState
from kvtui.console.text import Role, Row, fit, row, wrapped
from kvtui.console.views.words import problem_rows

MARKS: dict[Phase, tuple[str, Role]] = {
    Phase.BUSY: ("… ", "warn"),
    Phase.DONE: ("✓ ", "good"),
    Phase.STOPPED: ("· ", "dim"),
    Phase.FAILED: ("✗ ", "bad"),
}


def rows(set_up: SetUpState, width: int, at: datetime) -> list[Row]:
    """The steps in order, with the seconds that each takes; empty when nothing was changed."""
    if not set_up.title:
        return []
    out = [row((set_up.title, "head"))]
    for step in set_up.steps:
        mark, role = MARKS[step.phase]
        seconds = step.seconds if step.seconds is not None else int((at - step.began).total_seconds())
        tail = f"{max(0, seconds)} s" + (
            "  Esc stops waiting" if step.phase is Phase.BUSY and width > 60 else ""
        )
        out.append(
            row(
                (mark, role), (fit(step.words, max(10, width - len(tail) - 4)), "plain"), (f"  {tail}", "dim")
            )
        )
    if set_up.problem is not None:
        out += problem_rows(set_up.problem, width)
    if set_up.next:
        out += wrapped(set_up.next, width, "todo", indent=2, first="→")
    out.append(row(("", "plain")))
    return out
