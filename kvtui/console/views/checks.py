"""Pane 6: the way through, a line each, and what to do about the selected one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.console.state import Phase, State
from kvtui.console.text import Role, Row, fit, row, wrapped
from kvtui.console.views.set_up import next_of_rotation

if TYPE_CHECKING:
    from kvtui.checks import CheckResult

MARKS: dict[str, tuple[str, Role]] = {
    "ok": ("✓", "good"),
    "warn": ("!", "warn"),
    "fail": ("✗", "bad"),
    "skipped": ("·", "dim"),
}
NAME = 25


def rows(state: State, width: int) -> list[Row]:
    """Each check with its mark, its name and what was found; then what to do about the first that fails."""
    out = []
    name = NAME if width > 50 else 19
    for check in state.checks:
        mark, role = MARKS[check.verdict]
        out.append(
            row(
                (f"{mark} ", role),
                (fit(check.name, name - 1) + " ", "plain" if check.verdict != "skipped" else "dim"),
                (fit(check.detail, max(8, width - name - 2)).rstrip(), "dim"),
                key=check.name,
            )
        )
    return out


def about(state: State, name: str, width: int) -> list[Row]:
    """The selected check in full: what was found, what to do."""
    check = next((c for c in state.checks if c.name == name), None)
    if check is None:
        return []
    out = wrapped(check.detail, width, "plain")
    if check.remedy:
        out += wrapped(check.remedy, width, "todo", indent=2, first="→")
    return out


def tally(checks: tuple[CheckResult, ...]) -> str:
    """`8 of 10`: how many are well."""
    return f"{sum(c.verdict in ('ok', 'warn') for c in checks)} of {len(checks)}"


def next_thing(state: State) -> str:
    """The first thing to do, in a sentence; empty when all is well.

    A sign-in that failed or was given up comes first, then what else fails; then what a rotation still
    wants, then what nobody tried.
    """
    given_up = "signed in" if state.sign_in.phase in (Phase.FAILED, Phase.STOPPED) else ""
    todo = sorted((check for check in state.checks if check.remedy), key=lambda c: c.name != given_up)
    fails = next((c.remedy for c in todo if c.verdict == "fail" or c.name == given_up), "")
    return fails or next_of_rotation(state) or next((c.remedy for c in todo if c.verdict == "skipped"), "")
