"""A simulation told in sentences: one line for each step, then what the caller gets."""

from __future__ import annotations

from kvtui.airflow import rules
from kvtui.airflow.model import LogLine, Result, Simulation, Step

_MARKS = {"found": "✓", "absent": "·", "refused": "✗", "error": "✗", "not asked": "–"}
_NAMES = {
    "AzureKeyVaultBackend": "Key Vault",
    "EnvironmentVariablesBackend": "environment",
    "MetastoreBackend": "metastore",
    "ExecutionAPISecretsBackend": "API server",
}


PLACES = {"task": "in a task", "server": "on a server", "triggerer": "in a trigger"}
"""Where a lookup happens, by context."""
WHOSE_LOG = {
    "worker": "the task's log",
    "supervisor": "the supervisor's log",
    "triggerer": "the triggerer's log",
    "api-server": "the API server's log",
    "process": "Airflow's log",
}
"""Whose log a line is in, by `LogLine.where`, in the order of the trace."""
QUIET_LOG = "Airflow's log: nothing at WARNING or above."
NORMAL_LOG = "Azure's SDK also writes these lines, which are normal:"


def shown_logs(simulation: Simulation) -> tuple[tuple[LogLine, ...], tuple[str, ...]]:
    """What the log shows at WARNING or above, and each of Azure's lines at INFO, once for all processes."""
    everything = (*simulation.logs, *simulation.azure_logs)
    loud = [line for line in everything if line.level not in ("DEBUG", "INFO")]
    normal = [f"{line.level} {line.text}" for line in everything if line.level == "INFO"]
    return tuple(loud), tuple(dict.fromkeys(normal))


def backend_name(backend: str) -> str:
    """A backend's class name in plain words; unknown ones as they are."""
    return _NAMES.get(backend, backend)


def explain(simulation: Simulation) -> tuple[str, ...]:
    """One line per step (who was asked, for which name, the answer), then the verdict. No values."""
    lines = [step_line(step) for step in simulation.steps]
    if not lines:
        lines.append("– nothing is asked")
    return (*lines, verdict(simulation))


def step_line(step: Step) -> str:
    """`✗ Key Vault (worker) asked for airflow-variables-k: refused, the secret is disabled (403 …)`."""
    where = "" if step.where == "process" else f" ({step.where})"
    asked = f" asked for {step.asked}" if step.asked else ""
    detail = f", {step.detail}" if step.detail else ""
    return f"{_MARKS[step.outcome]} {backend_name(step.backend)}{where}{asked}: {step.outcome}{detail}"


def verdict(simulation: Simulation) -> str:
    """What the caller gets, in Python: the call and its outcome, never a value."""
    return f"{call(simulation)} {_outcome(simulation.result)}"


def call(simulation: Simulation) -> str:
    """The lookup as it stands in a DAG."""
    if simulation.kind == "connection":
        name = "Connection.get" if _is_sdk(simulation) else "BaseHook.get_connection"
        return f"{name}({simulation.key!r})"
    if simulation.kind == "config":
        return f"the option set by …_SECRET={simulation.key}"
    return f"Variable.get({simulation.key!r})"


def _is_sdk(simulation: Simulation) -> bool:
    return simulation.context != "server" and rules.TASK_SDK.holds(simulation.airflow_version)


def _outcome(result: Result) -> str:
    if result.exception is not None:
        text = f"raises {result.exception.type}: {result.exception.message}"
    elif result.outcome == "default":
        text = "gives the default"
    else:
        backend, _, where = (result.answered_by or "").partition("@")
        place = "" if where == "process" else f" ({where})"
        size = "" if result.length is None else f" of {result.length} characters"
        text = f"gives a {result.value_type}{size} from {backend_name(backend)}{place}"
    return text + (", if the metastore holds nothing" if result.assumes_metastore_empty else "")
