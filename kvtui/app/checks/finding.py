"""What one check found."""

from __future__ import annotations

from dataclasses import dataclass

from kvtui.app.checks.facts import Outcome
from kvtui.app.exits import Exit


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    outcome: Outcome
    detail: str
    """What was found, one sentence or less."""
    remedy: str = ""
    """The one thing to do; empty when there is nothing."""
    exit: Exit = Exit.OK
    """What a headless run ends with because of it: not OK only for `fail`."""


def ok(detail: str) -> Finding:
    """What has passed."""
    return Finding(Outcome.OK, detail)


def warn(detail: str, remedy: str) -> Finding:
    """What works, and should not stay so."""
    return Finding(Outcome.WARN, detail, remedy)


def fail(detail: str, remedy: str, exit: Exit = Exit.UNRESOLVED) -> Finding:
    """What does not work; `exit` is for a headless run."""
    return Finding(Outcome.FAIL, detail, remedy, exit)


def skipped(detail: str, remedy: str = "") -> Finding:
    """What cannot be judged yet."""
    return Finding(Outcome.SKIPPED, detail, remedy)
