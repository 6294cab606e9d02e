"""What pane 6 says, and the next step in the top line."""

from __future__ import annotations

from kvtui.core.words import count

CHOOSE_FIRST = "Select a vault and sign in first."
CHECKING = "Checking read access: one request as each identity… Esc stops."
REMOVAL_SHOWN = "Pane 5 shows a removal: w carries it out, Esc cancels."
WAIT = "Wait a minute, then run the checks again."
"""After Entra did not accept a new client secret yet."""
GRANT = "Grant the app read access to the vault (a in pane 2)."


def passed(passed: int, checks: int, warnings: int, not_checked: int) -> str:
    """How many of the checks passed. What is not checked, or has a warning, has not passed.

    `9 of 11 checks passed, 2 warnings`; or `9/12 passed, 2 warnings, 1 not checked`, for half a screen.
    """
    if passed == checks:
        return f"All {count(checks, 'check')} passed"
    more = f", {count(warnings, 'warning')}" if warnings else ""
    if not_checked:
        return f"{passed}/{checks} passed{more}, {not_checked} not checked"
    return f"{passed} of {count(checks, 'check')} passed{more}"


def passed_short(passed: int, checks: int) -> str:
    """The same in the header."""
    return f"{passed}/{count(checks, 'check')}"


def by_lookup(identity: str) -> str:
    """What proved that an identity can read."""
    return f"A lookup as {identity} succeeded."


def token(left: str) -> str:
    """For how long the sign-in is valid; empty if that is not known."""
    return f"token valid for {left}" if left else ""


def listed(names: int, seconds: float) -> str:
    """What the listing found."""
    return f"{count(names, 'name')} in {seconds:.1f} s"


def deploy(step: str) -> str:
    """The first command that is still to be run, by the step's title."""
    return f"{step} (pane 5)."
