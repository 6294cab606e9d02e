"""The Kubernetes service accounts that look secrets up, by the names that a chart gives them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kvtui.core.problems import ProblemError
from kvtui.outputs.helm import tree
from kvtui.outputs.helm.content import components
from kvtui.settings.model import Chart, Settings


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """One component's service account."""

    component: str
    """`worker default`, `DAG processor`, `triggerer`"""
    namespace: str
    """Empty if the values do not name it."""
    name: str

    @property
    def subject(self) -> str:
        """What Entra compares with the subject of a federated credential."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"


def service_accounts(settings: Settings, values: str, release: str) -> tuple[str, ...]:
    """The names of the accounts of `values`, each of which Entra must trust; see `accounts`."""
    return tuple(dict.fromkeys(account.name for account in accounts(settings, values, release)))


def accounts(settings: Settings, values: str, release: str) -> tuple[ServiceAccount, ...]:
    """The accounts of every component that looks secrets up, of the chart that `settings` choose.

    `release` is the Helm release, which the Airflow chart names its accounts after. Empty if the values
    cannot be read, or do not define enough.
    """
    if settings.chart is not Chart.AIRFLOW:
        return agent_accounts(values)
    try:
        loaded = tree.load(values) or {}
    except ProblemError:
        return ()
    if not isinstance(loaded, dict):
        return ()
    return tuple(
        ServiceAccount(component, settings.namespace, name)
        for component, name in _airflow(settings, loaded, release)
    )


def agent_accounts(values: str) -> tuple[ServiceAccount, ...]:
    """The accounts of every component of the agent chart that runs Airflow's code.

    `<resourceNamePrefix>-worker-<worker>`, `…-dag-processor`, `…-triggerer`, as the comments of the values
    file of 2026 say, or the name given under `serviceAccount`. None when the values do not say.
    """
    try:
        loaded = tree.load(values)
    except ProblemError:
        return ()
    if not isinstance(loaded, dict):
        return ()
    prefix, namespace = _text(loaded, "resourceNamePrefix"), _text(loaded, "namespace")
    names = [_text(each, "name") for each in tree.mappings(loaded.get("workers"))]
    parts = [(f"worker {name}", "workers", f"worker-{name}") for name in names if name]
    parts += [("DAG processor", "dagProcessor", "dag-processor"), ("triggerer", "triggerer", "triggerer")]
    made = f"{prefix}-" if prefix and names else ""
    found = [
        (component, _text(loaded, "serviceAccount", key, "name") or (made and made + end))
        for component, key, end in parts
    ]
    return tuple(ServiceAccount(component, namespace, name) for component, name in found if name)


def _airflow(settings: Settings, values: dict[str, object], release: str) -> Iterator[tuple[str, str]]:
    """Components and their accounts, as `templates/_helpers.yaml` of the Airflow chart (1.15 to 1.20) does.

    `useStandardNaming` changes the names of other objects, not of accounts.
    """
    base = _base_name(values, release)
    kebab = {"dagProcessor": "dag-processor", "apiServer": "api-server"}
    for component in components(settings):
        section = values.get(component)
        if component == "workers":
            yield from _workers(values, base)
        elif tree.at(section, "enabled") is not False:
            suffix = kebab.get(component, component)
            yield suffix.replace("-", " "), _account(base, suffix, section)


def _base_name(values: dict[str, object], release: str) -> str:
    """What the names of the chart's accounts begin with, at most 63 characters."""
    name = _text(values, "nameOverride") or "airflow"
    whole = release if name in release else f"{release}-{name}"
    return (_text(values, "fullnameOverride") or whole)[:63].removesuffix("-")


def _workers(values: dict[str, object], base: str) -> Iterator[tuple[str, str]]:
    """The workers' accounts: of the Celery workers, of each set of them, and of the pods of single tasks."""
    workers = values.get("workers")
    executor = _text(values, "executor") or "CeleryExecutor"
    celery, single = tree.at(workers, "celery"), tree.at(workers, "kubernetes")
    if "Celery" in executor:
        sets = tree.at(celery, "sets")
        default = [] if tree.at(celery, "enableDefault") is False else [{"name": "default"}]
        for each in [*default, *(sets if isinstance(sets, list) else ())]:
            name = str(tree.at(each, "name") or "default")
            suffix = "worker" if name == "default" else f"worker-{name}"
            yield suffix.replace("-", " "), _account(base, suffix, workers, celery, each)
    if "Kubernetes" in executor:
        yield "worker", _account(base, "worker", workers, single)


def _account(base: str, suffix: str, *sections: object) -> str:
    """The account of one component; a later section overrides an earlier one."""
    create, name = True, ""
    for section in sections:
        said = tree.at(section, "serviceAccount", "create")
        create = said if isinstance(said, bool) else create
        given = tree.at(section, "serviceAccount", "name")
        name = given.strip() if isinstance(given, str) and given.strip() else name
    return name or (f"{base}-{suffix}" if create else "default")


def _text(values: dict[str, object], *path: str) -> str:
    found = tree.at(values, *path)
    return found.strip() if isinstance(found, str) else ""
