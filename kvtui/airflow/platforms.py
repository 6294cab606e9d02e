"""How the platform changes lookups: which backends are asked, and what kvtui cannot see."""

from __future__ import annotations

from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.settings.model import Kind, Settings, Target

ASTRO = "astro"
"""Hosted on Astro: connections of the Environment Manager come after the secrets backend."""
AGENTS = "agents"
"""Remote Execution agents: scheduler and API server run in Astro's orchestration plane, without the vault."""
PLATFORMS = ("", ASTRO, AGENTS)
"""Plain Airflow: all its processes have the same environment."""

CALLS = {Kind.VARIABLE: "Variable.get", Kind.CONNECTION: "BaseHook.get_connection", Kind.CONFIG: "conf.get"}
"""What a DAG calls, by kind."""
PLACES = {
    "task": "in a task",
    "server": "in the scheduler, DAG processor or API server",
    "triggerer": "in a trigger",
}
"""Where a lookup happens, by context."""
ENVIRONMENT_MANAGER = "Astro Environment Manager"
NO_VAULT_THERE = Problem(
    "With Remote Execution the scheduler and the API server run in Astro's orchestration plane, which has "
    "no vault backend: a lookup on the server side never asks the vault.",
    Remedy(Do.SIMULATE_TASK, f"Simulate a task {HOW}."),
    ProblemKind.USAGE,
)


def platform_of(settings: Settings) -> str:
    """The platform of the settings' target and chart."""
    if settings.target is Target.ASTRO:
        return ASTRO
    return AGENTS if settings.has_client_image else ""
