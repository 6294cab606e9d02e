"""Which Kubernetes service accounts the agents run as, read from the values of the agent chart. Pure.

Names that the chart makes: `<resourceNamePrefix>-worker-<worker>`, `…-dag-processor`, `…-triggerer`, as the
comments of the values file of 2026 say. An account that is not made by the chart is named in the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """One component's service account."""

    component: str
    """`worker default`, `DAG processor`, `triggerer`"""
    namespace: str
    name: str

    @property
    def subject(self) -> str:
        """What Entra compares with the subject of a federated credential."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"


def service_accounts(values: str) -> tuple[ServiceAccount, ...]:
    """The accounts of every component that runs Airflow's code; none when the values do not tell."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        content = YAML(typ="safe", pure=True).load(values)
    except (YAMLError, ValueError):
        return ()
    if not isinstance(content, dict):
        return ()
    prefix, namespace = _text(content.get("resourceNamePrefix")), _text(content.get("namespace"))
    if not prefix or not namespace:
        return ()
    accounts = _mapping(content.get("serviceAccount"))
    workers = [_mapping(one) for one in content.get("workers") or () if isinstance(one, dict)]
    components = [
        *(
            (f"worker {name}", "workers", f"{prefix}-worker-{name}")
            for name in filter(None, (_text(one.get("name")) for one in workers))
        ),
        ("DAG processor", "dagProcessor", f"{prefix}-dag-processor"),
        ("triggerer", "triggerer", f"{prefix}-triggerer"),
    ]
    return tuple(
        ServiceAccount(words, namespace, _text(_mapping(accounts.get(key)).get("name")) or made)
        for words, key, made in components
    )


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
