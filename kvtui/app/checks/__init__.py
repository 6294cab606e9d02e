"""The checklist: `gathering.py` finds the facts out, `results.py` judges them and is pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.app.checks.results import CheckResult, checklist

__all__ = ["CheckResult", "checklist"]


def __getattr__(name: str) -> object:
    """The console's imports: `results` loads Airflow's rules, so it waits until something is judged."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kvtui.app.checks import results

    return getattr(results, name)
