"""Pane 6: the way through, a line each, and what to do about the selected one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kvtui.app.checks.facts import CheckId, Outcome
from kvtui.console.phase import Phase
from kvtui.console.provisioning.view import next_of_rotation
from kvtui.console.remedies import words
from kvtui.console.text import fit, row, wrapped
from kvtui.core.words import count

if TYPE_CHECKING:
    from kvtui.app.checks.results import CheckResult
    from kvtui.console.state import State
    from kvtui.console.text import Role, Row, RowKey
    from kvtui.outputs.model import NextStep

MARKS: dict[Outcome, tuple[str, Role]] = {
    Outcome.OK: ("✓", "good"),
    Outcome.WARN: ("!", "warn"),
    Outcome.FAIL: ("✗", "bad"),
    Outcome.SKIPPED: ("·", "dim"),
}
NAME = 25


def rows(state: State, width: int) -> list[Row]:
    """Each check with its mark, its name and what was found; then what to do about the first that fails."""
    out = []
    name = NAME if width > 50 else 19
    for check in state.checks:
        mark, role = MARKS[check.outcome]
        out.append(
            row(
                (f"{mark} ", role),
                (fit(check.name, name - 1) + " ", "plain" if check.outcome is not Outcome.SKIPPED else "dim"),
                (fit(check.detail, max(8, width - name - 2)).rstrip(), "dim"),
                key=check.name,
            )
        )
    return out


def about(state: State, name: RowKey | None, width: int) -> list[Row]:
    """The selected check in full: what was found, what to do."""
    check = next((c for c in state.checks if c.name == name), None)
    if check is None:
        return []
    out = wrapped(check.detail, width, "plain")
    if check.remedy:
        out += wrapped(check.remedy, width, "todo", indent=2, first="→")
    return out


def tally(checks: tuple[CheckResult, ...], *, short: bool = False) -> str:
    """`10 of 11 checks passed, 1 warning`; what is unproved or warned about has not passed."""
    passed = sum(check.outcome is Outcome.OK for check in checks)
    if short:
        return f"{passed}/{len(checks)} checks"
    warnings = sum(check.outcome is Outcome.WARN for check in checks)
    more = f", {count(warnings, 'warning')}" if warnings else ""
    return f"{passed} of {len(checks)} checks passed{more}"


def next_thing(state: State) -> str:
    """The first thing to do, in a sentence; empty when all is well.

    A removal that is shown comes first: it is written or left. Then a sign-in that failed or was given up,
    what else fails, what a rotation still wants, what nobody tried, the next step that deploys what is
    written, and what is warned about.
    """
    if state.output.removal is not None:
        return "Pane 5 shows an undo: w there writes it, Esc there cancels."
    given_up = CheckId.SIGNED_IN if state.sign_in.phase in (Phase.FAILED, Phase.STOPPED) else None
    todo = sorted((check for check in state.checks if check.remedy), key=lambda c: c.name != given_up)
    fails = next((c.remedy for c in todo if c.outcome is Outcome.FAIL or c.name == given_up), "")
    untried, warned = (
        next((c.remedy for c in todo if c.outcome is outcome), "")
        for outcome in (Outcome.SKIPPED, Outcome.WARN)
    )
    return words(fails or next_of_rotation(state) or untried or next_of_deployment(state) or warned)


def next_of_deployment(state: State) -> str:
    """The first command that brings the written files to where Airflow runs and did not end well yet."""
    output, outcomes = state.output, {check.name: check.outcome for check in state.checks}
    read_back = outcomes.get(CheckId.FILES_READ_BACK) in (Outcome.OK, Outcome.WARN)
    if output.plan is None or outcomes.get(CheckId.FILES_WRITTEN) is not Outcome.OK or not read_back:
        return ""
    for step in deploying(output.plan.next_steps):
        ended = output.ran.get(step.title)
        if ended is None or not ended.well:
            return f"{step.title}: pane 5."
    return ""


def deploying(steps: Sequence[NextStep]) -> list[NextStep]:
    """The steps with a command that something of the deployment's depends on: not trials on this machine."""
    from kvtui.outputs.model import StepKind

    return [step for step in steps if step.command and step.kind is StepKind.PROGRAM]
