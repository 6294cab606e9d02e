"""The checklist as data: facts in, verdicts out. Pure; the doors gather the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.app.checks.facts import Facts, FileFacts, ProviderPin, Tried

if TYPE_CHECKING:
    from kvtui.app.checks.verdicts import CHECKS, CheckResult, Verdict, checklist, checklist_exit

__all__ = [
    "CHECKS",
    "CheckResult",
    "Facts",
    "FileFacts",
    "ProviderPin",
    "Tried",
    "Verdict",
    "checklist",
    "checklist_exit",
]


def __getattr__(name: str) -> object:
    """The verdicts need Airflow's rules; they are loaded when something is judged."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kvtui.app.checks import verdicts

    return getattr(verdicts, name)
