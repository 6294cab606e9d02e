"""What Airflow does with a configuration: names, kwargs, versions and the one lookup, `simulate`.

The names below are this room's doors. Each is imported when it is first used: who only needs a name's
rule does not pay for connections and lookups.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvtui.airflow.kwargs import (
        BACKEND_CLASS,
        ParsedKwargs,
        backend_kwargs,
        parse_backend_kwargs,
        settings_from_kwargs,
    )
    from kvtui.airflow.model import UNSET, ExceptionInfo, LogLine, Result, Simulation, Step
    from kvtui.airflow.naming import NameAsked, read_name, secret_name, unreachable
    from kvtui.airflow.nearby import NearMiss, collisions, near_misses
    from kvtui.airflow.refusals import Refusal
    from kvtui.airflow.simulation import simulate
    from kvtui.airflow.versions import (
        NEWEST_AIRFLOW,
        NEWEST_AIRFLOW_2,
        NEWEST_PROVIDER,
        Detected,
        detect_airflow,
        detect_provider,
    )

_ROOM = {
    "kwargs": (
        "BACKEND_CLASS",
        "ParsedKwargs",
        "backend_kwargs",
        "parse_backend_kwargs",
        "settings_from_kwargs",
    ),
    "model": ("UNSET", "ExceptionInfo", "LogLine", "Result", "Simulation", "Step"),
    "naming": ("NameAsked", "read_name", "secret_name", "unreachable"),
    "nearby": ("NearMiss", "collisions", "near_misses"),
    "refusals": ("Refusal",),
    "simulation": ("simulate",),
    "versions": (
        "NEWEST_AIRFLOW",
        "NEWEST_AIRFLOW_2",
        "NEWEST_PROVIDER",
        "Detected",
        "detect_airflow",
        "detect_provider",
    ),
}
_PLACE = {name: module for module, names in _ROOM.items() for name in names}

__all__ = [
    "BACKEND_CLASS",
    "NEWEST_AIRFLOW",
    "NEWEST_AIRFLOW_2",
    "NEWEST_PROVIDER",
    "UNSET",
    "Detected",
    "ExceptionInfo",
    "LogLine",
    "NameAsked",
    "NearMiss",
    "ParsedKwargs",
    "Refusal",
    "Result",
    "Simulation",
    "Step",
    "backend_kwargs",
    "collisions",
    "detect_airflow",
    "detect_provider",
    "near_misses",
    "parse_backend_kwargs",
    "read_name",
    "secret_name",
    "settings_from_kwargs",
    "simulate",
    "unreachable",
]


def __getattr__(name: str) -> object:
    if name not in _PLACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_PLACE[name]}"), name)
    globals()[name] = found
    return found
