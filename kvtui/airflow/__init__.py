"""What Airflow does with a configuration: names, kwargs, versions and the one lookup, `simulate`."""

from kvtui.airflow.explain import explain
from kvtui.airflow.kwargs import (
    BACKEND_CLASS,
    ParsedKwargs,
    backend_kwargs,
    environment,
    parse_backend_kwargs,
    settings_from_kwargs,
)
from kvtui.airflow.model import UNSET, ExceptionInfo, LogLine, Result, Simulation, Step
from kvtui.airflow.naming import NameAsked, read_name, secret_name, unreachable
from kvtui.airflow.nearby import NearMiss, collisions, near_misses
from kvtui.airflow.refusals import Refusal
from kvtui.airflow.simulate import simulate
from kvtui.airflow.versions import (
    NEWEST_AIRFLOW,
    NEWEST_AIRFLOW_2,
    NEWEST_PROVIDER,
    Detected,
    detect_airflow,
    detect_provider,
)

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
    "environment",
    "explain",
    "near_misses",
    "parse_backend_kwargs",
    "read_name",
    "secret_name",
    "settings_from_kwargs",
    "simulate",
    "unreachable",
]
