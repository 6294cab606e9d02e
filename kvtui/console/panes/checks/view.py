"""Pane 6: the checks, a line each, and what to do about the selected one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kvtui.app.checks.facts import CheckId, Outcome, shown
from kvtui.console.panes.checks import texts
from kvtui.console.phase import Phase
from kvtui.console.provisioning.view import next_of_rotation, next_of_unwritten
from kvtui.console.remedies import words
from kvtui.console.text import fit, row, wrapped
from kvtui.core.remedies import Sentences
from kvtui.settings.change import wrong_kind

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
_AFTER_READING = tuple(CheckId)[tuple(CheckId).index(CheckId.IDENTITY_CAN_READ) + 1 :]
NAME = 20
"""Cells of a check's name with a gap."""


def rows(state: State, width: int) -> list[Row]:
    """Each check with its mark, its name and what was found."""
    out = []
    for check in state.checks:
        mark, role = MARKS[check.outcome]
        out.append(
            row(
                (f"{mark} ", role),
                (
                    fit(shown(check.name), NAME - 1) + " ",
                    "plain" if check.outcome is not Outcome.SKIPPED else "dim",
                ),
                (fit(check.detail, max(8, width - NAME - 2)).rstrip(), "dim"),
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
    """`9/11 passed, 1 warning, 1 not checked`, or `9/11 checks`."""
    number = Counter(check.outcome for check in checks)
    if short:
        return texts.passed_short(number[Outcome.OK], len(checks))
    return texts.passed(number[Outcome.OK], len(checks), number[Outcome.WARN], number[Outcome.SKIPPED])


def next_thing(state: State) -> str:
    """The next thing to do, one sentence; empty if there is none.

    In this order: a planned removal, a new client secret that is lost when kvtui ends, a sign-in that failed
    or was stopped, the first check that fails, the next step of a rotation, the first check that was not
    made, the next command of the deployment, the first warning. Where it is not known yet whether the
    deployment identity can read, that comes before the files.
    """
    if state.output.removal is not None:
        return texts.REMOVAL_SHOWN
    if kept := next_of_unwritten(state):
        return kept
    stopped = CheckId.SIGNED_IN if state.sign_in.phase in (Phase.FAILED, Phase.STOPPED) else None
    todo = sorted((check for check in state.checks if check.remedy), key=lambda c: c.name != stopped)
    failed = next((c for c in todo if c.outcome is Outcome.FAIL or c.name == stopped), None)
    if failed is not None and failed.name in _AFTER_READING:
        read = next((c for c in todo if c.name is CheckId.IDENTITY_CAN_READ), None)
        if read is not None and (state.settings.client_id, state.settings.vault) in state.denied:
            return texts.GRANT
        if read is not None and read.outcome is Outcome.SKIPPED:
            failed = read  # files are written for an identity that can read
    fails = _with_reason(failed, state) if failed is not None else ""
    untried, warned = (
        next((c.remedy for c in todo if c.outcome is outcome), "")
        for outcome in (Outcome.SKIPPED, Outcome.WARN)
    )
    return words(fails or next_of_rotation(state) or untried or next_of_deployment(state) or warned)


def _with_reason(failed: CheckResult, state: State) -> str:
    """The remedy; after the reason, where the remedy does not say what is wrong."""
    wrong = wrong_kind(state.settings) if failed.name is CheckId.IDENTITY_CHOSEN else ""
    return Sentences(wrong, failed.remedy) if wrong else failed.remedy


def next_of_deployment(state: State) -> str:
    """The first command that deploys the written files and has not succeeded yet."""
    output, outcomes = state.output, {check.name: check.outcome for check in state.checks}
    read_back = outcomes.get(CheckId.FILES_READ_BACK) in (Outcome.OK, Outcome.WARN)
    if output.plan is None or outcomes.get(CheckId.FILES_WRITTEN) is not Outcome.OK or not read_back:
        return ""
    for step in deploying(output.plan.next_steps):
        ended = output.ran.get(step.title)
        if not state.trusted_issuer(step.subject) and (ended is None or not ended.well):
            return texts.deploy(step.title)
    return ""


def deploying(steps: Sequence[NextStep]) -> list[NextStep]:
    """The commands that deploy the configuration, without those that test it on this machine."""
    from kvtui.outputs.model import StepKind

    return [step for step in steps if step.command and step.kind is StepKind.PROGRAM]
