"""Airflow's words for a simulated lookup: its backends, the call in a DAG, what its log shows."""

from __future__ import annotations

from kvtui.airflow import rules
from kvtui.airflow.model import LogLine, Simulation
from kvtui.airflow.platforms import ENVIRONMENT_MANAGER
from kvtui.settings.model import Context, Kind

BACKENDS = {
    "AzureKeyVaultBackend": "Key Vault",
    "EnvironmentVariablesBackend": "environment",
    "MetastoreBackend": "metastore",
    "ExecutionAPISecretsBackend": "API server",
    ENVIRONMENT_MANAGER: "Astro",
}
"""A backend's class name in plain words."""
PLACES = {
    Context.TASK: "in a task",
    Context.SERVER: "on a server",
    Context.TRIGGERER: "in a trigger",
}
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


def call(simulation: Simulation) -> str:
    """The lookup as it stands in a DAG."""
    if simulation.kind is Kind.CONNECTION:
        in_task = simulation.context is not Context.SERVER and rules.TASK_SDK.holds(
            simulation.airflow_version
        )
        name = "Connection.get" if in_task else "BaseHook.get_connection"
        return f"{name}({simulation.key!r})"
    if simulation.kind is Kind.CONFIG:
        return f"the option set by …_SECRET={simulation.key}"
    return f"Variable.get({simulation.key!r})"
