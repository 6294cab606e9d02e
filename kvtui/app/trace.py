"""A lookup as both front ends show it: the call, the steps, what the caller gets, the log. No values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kvtui.airflow.model import UNSET
from kvtui.airflow.platforms import CALLS, ENVIRONMENT_MANAGER
from kvtui.core.words import count
from kvtui.settings.model import Kind

if TYPE_CHECKING:
    from kvtui.airflow.model import LogLine, Result, Simulation, Step

BACKENDS = {
    "AzureKeyVaultBackend": "Key Vault",
    "EnvironmentVariablesBackend": "environment",
    "MetastoreBackend": "metastore",
    "ExecutionAPISecretsBackend": "API server",
    ENVIRONMENT_MANAGER: "Astro",
}
"""The backends in plain words, by class name."""
PROCESSES = {"worker": "worker", "triggerer": "triggerer", "api-server": "API server"}
"""The process of a step, by `Step.where`; without Airflow 3's API server there is one, which has no name."""
WHOSE_LOG = {
    "worker": "task log",
    "supervisor": "supervisor log",
    "triggerer": "triggerer log",
    "api-server": "API server log",
    "process": "Airflow log",
}
"""Whose log a line is in, by `LogLine.where`, in the order of the trace."""
OUTCOMES_SHOWN = {"refused": "denied"}
"""The outcomes that are shown as another word than the one that scripts know."""
QUIET_LOG = "Airflow log: no entries at WARNING or above."
NORMAL_LOG = "Azure's SDK also writes these lines, which are normal:"


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked up, as a DAG requests it."""

    key: str
    kind: Kind = Kind.VARIABLE
    deserialize_json: bool = False
    """Of a variable only, as the default."""
    default: object = UNSET


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step as it is shown."""

    number: int
    """From 1 on; 0: the API server does this within the step that asks it."""
    backend: str
    where: str
    asked: str
    """The exact name."""
    instead: str
    """What is shown where there is no name."""
    outcome: str
    detail: str
    asks: bool = False
    """The backend is another process, which looks in backends of its own: the steps with the number 0."""


def call(question: Question) -> tuple[str, str, str, str]:
    """The lookup as a DAG makes it: what is called, what follows, the key in quotes, what follows that."""
    called, key = CALLS[question.kind], _quoted(question.key)
    if question.kind is Kind.CONFIG:
        return "config option", " whose AIRFLOW__SECTION__OPTION_SECRET is ", key, ""
    more = ""
    if question.kind is Kind.VARIABLE:
        more = ", deserialize_json=True" if question.deserialize_json else ""
        more += f", default={_quoted(question.default)}" if question.default is not UNSET else ""
    return called, "(", key, f"{more})"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def trace_steps(simulation: Simulation) -> tuple[TraceStep, ...]:
    """The steps of the caller's process, numbered, each followed by what the API server does for it."""
    shown, number = [], 0
    for step in simulation.steps:
        inner = step.where == "api-server"
        number += not inner
        shown.append(_shown(step, 0 if inner else number))
    return tuple(shown)


def _shown(step: Step, number: int) -> TraceStep:
    asked, instead, detail = step.asked, "", step.detail
    asks = step.backend == "ExecutionAPISecretsBackend"
    if asks:
        asked, instead, detail = "", "looks in:", "" if step.outcome == "absent" else detail
    elif not asked and step.backend == "MetastoreBackend":
        instead, detail = "kvtui cannot ask it; assumed empty", ""
    elif step.backend == ENVIRONMENT_MANAGER:
        asked, instead = "", "Environment Manager (not visible from here)"
    backend, outcome = backend_name(step.backend), step.outcome
    return TraceStep(number, backend, step.where, asked, instead, outcome, detail, asks)


def backend_name(backend: str) -> str:
    """A backend in plain words, also one with its process, `AzureKeyVaultBackend@worker`."""
    name = backend.partition("@")[0]
    return BACKENDS.get(name, name)


def result_line(result: Result) -> str:
    """What the caller gets, in one line."""
    if result.exception is not None:
        return f"raises {result.exception.type}: {result.exception.message}"
    if result.outcome == "default":
        return "the default value: no backend has the key"
    length = f", {count(result.length, 'character')}" if result.length is not None else ""
    where = (result.answered_by or "").partition("@")[2]
    place = f" ({PROCESSES[where]})" if where in PROCESSES else ""
    return f"a value ({result.value_type}{length}) from {backend_name(result.answered_by or '')}{place}"


def shown_logs(simulation: Simulation) -> tuple[tuple[LogLine, ...], tuple[str, ...]]:
    """What the log shows at WARNING or above, and each of Azure's lines at INFO, once for all processes."""
    everything = (*simulation.logs, *simulation.azure_logs)
    loud = [line for line in everything if line.level not in ("DEBUG", "INFO")]
    normal = [f"{line.level} {line.text}" for line in everything if line.level == "INFO"]
    return tuple(loud), tuple(dict.fromkeys(normal))
