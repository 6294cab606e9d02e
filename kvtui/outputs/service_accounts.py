"""The Kubernetes service accounts that look secrets up, by the names that a chart gives them."""

from __future__ import annotations

from collections.abc import Iterator

from kvtui.outputs import values_tree as tree
from kvtui.outputs.values_content import components
from kvtui.settings.model import Chart, Settings


def service_accounts(settings: Settings, values: str, release: str) -> tuple[str, ...]:
    """The accounts of `values`, each of which Entra must trust; empty where the values do not tell.

    Agent chart: `<resourceNamePrefix>-<component>`, or the name given under `serviceAccount`, as the
    comments of the downloaded file say. Airflow chart: `<release>-<component>`, or the name given under
    the component's `serviceAccount`.
    """
    loaded = tree.load(values)
    if not isinstance(loaded, dict):
        return ()
    found = _airflow(settings, loaded, release) if settings.chart is Chart.AIRFLOW else _agent(loaded)
    return tuple(dict.fromkeys(found))


def _agent(values: dict[str, object]) -> Iterator[str]:
    prefix = values.get("resourceNamePrefix")
    workers = values.get("workers")
    names = (
        [each.get("name") for each in workers if isinstance(each, dict)] if isinstance(workers, list) else []
    )
    parts = [("workers", f"worker-{name}") for name in names]
    for key, component in (*parts, ("dagProcessor", "dag-processor"), ("triggerer", "triggerer")):
        given = _name(values, "serviceAccount", key)
        if given or (prefix and names):
            yield given or f"{prefix}-{component}"


def _airflow(settings: Settings, values: dict[str, object], release: str) -> Iterator[str]:
    kebab = {"workers": "worker", "dagProcessor": "dag-processor", "apiServer": "api-server"}
    for component in components(settings):
        yield _name(values, component, "serviceAccount") or f"{release}-{kebab.get(component, component)}"


def _name(values: dict[str, object], *path: str) -> str:
    place: object = values
    for key in (*path, "name"):
        place = place.get(key) if isinstance(place, dict) else None
    return place if isinstance(place, str) else ""
