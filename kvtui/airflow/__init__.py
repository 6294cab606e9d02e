"""What Airflow does with a configuration: names, kwargs, versions and the one lookup, `simulate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.airflow.simulation import simulate

__all__ = ["simulate"]


def __getattr__(name: str) -> object:
    """Imports `simulate` on first use: a module that only needs the naming rules does not load it."""
    if name != "simulate":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kvtui.airflow.simulation import simulate

    return simulate
