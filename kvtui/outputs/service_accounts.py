"""The Kubernetes service accounts that look secrets up, by the names that a chart gives them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kvtui.outputs import values_tree as tree
from kvtui.outputs.values_content import components
from kvtui.problems import ProblemError
from kvtui.settings.model import Chart, Settings


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """One component's service account."""

    component: str
    """`worker default`, `DAG processor`, `triggerer`"""
    namespace: str
    """Empty where the values do not name it."""
    name: str

    @property
    def subject(self) -> str:
        """What Entra compares with the subject of a federated credential."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"


def service_accounts(settings: Settings, values: str, release: str) -> tuple[str, ...]:
    """The accounts of `values`, each of which Entra must trust; empty where the values do not tell.

    Agent chart: see `agent_accounts`. Airflow chart: `<release>-<component>`, or the name given under
    the component's `serviceAccount`.
    """
    if settings.chart is not Chart.AIRFLOW:
        return tuple(dict.fromkeys(account.name for account in agent_accounts(values)))
    loaded = tree.load(values)
    return tuple(dict.fromkeys(_airflow(settings, loaded, release))) if isinstance(loaded, dict) else ()


def agent_accounts(values: str) -> tuple[ServiceAccount, ...]:
    """The accounts of every component of the agent chart that runs Airflow's code.

    `<resourceNamePrefix>-worker-<worker>`, `…-dag-processor`, `…-triggerer`, as the comments of the values
    file of 2026 say, or the name given under `serviceAccount`. None when the values do not tell.
    """
    try:
        loaded = tree.load(values)
    except ProblemError:
        return ()
    if not isinstance(loaded, dict):
        return ()
    prefix, namespace = _text(loaded, "resourceNamePrefix"), _text(loaded, "namespace")
    workers = loaded.get("workers")
    names = (
        [_text(each, "name") for each in workers if isinstance(each, dict)]
        if isinstance(workers, list)
        else []
    )
    parts = [(f"worker {name}", "workers", f"worker-{name}") for name in names if name]
    parts += [("DAG processor", "dagProcessor", "dag-processor"), ("triggerer", "triggerer", "triggerer")]
    made = f"{prefix}-" if prefix and names else ""
    found = [
        (component, _text(loaded, "serviceAccount", key, "name") or (made and made + end))
        for component, key, end in parts
    ]
    return tuple(ServiceAccount(component, namespace, name) for component, name in found if name)


def _airflow(settings: Settings, values: dict[str, object], release: str) -> Iterator[str]:
    kebab = {"workers": "worker", "dagProcessor": "dag-processor", "apiServer": "api-server"}
    for component in components(settings):
        given = _text(values, component, "serviceAccount", "name")
        yield given or f"{release}-{kebab.get(component, component)}"


def _text(values: dict[str, object], *path: str) -> str:
    found = tree.at(values, *path)
    return found.strip() if isinstance(found, str) else ""
