"""The checklist as data: facts in, verdicts out. Pure; the doors gather the facts."""

from kvtui.checks.checklist import CHECKS, CheckResult, Verdict, checklist, checklist_exit
from kvtui.checks.facts import Facts, FileFacts, ProviderPin, Tried

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
