"""The content of the Helm values by chart and auth mode, as data. Never the client secret.

Keys of the Remote Execution agent chart as in the values file that Astro offers for download; keys of
the official chart as in `chart/values.yaml` of apache/airflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kvtui.airflow.kwargs import BACKEND_CLASS, BACKEND_VARIABLE, KWARGS_VARIABLE, backend_kwargs
from kvtui.outputs.env.escape import kwargs_json
from kvtui.settings.model import AuthMode, Chart, Settings

SECRET_NAME = "akv-backend-kwargs"  # noqa: S105 - the Kubernetes Secret's name
SECRET_KEY = "backend_kwargs"  # noqa: S105 - the key within it

USE_LABEL = "azure.workload.identity/use"
CLIENT_ID_ANNOTATION = "azure.workload.identity/client-id"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string at a path of keys, written in double quotes."""

    path: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a top-level list, found by the value of its first field."""

    list_key: str
    fields: Mapping[str, object]
    """Strings, or mappings of strings one level or more down; the first field names the entry."""

    @property
    def id_key(self) -> str:
        """`name` or `envName`."""
        return next(iter(self.fields))

    @property
    def name(self) -> str:
        """The entry's name."""
        return str(self.fields[self.id_key])


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that one values file must contain."""

    scalars: tuple[Scalar, ...]
    items: tuple[Item, ...]
    unwanted: tuple[tuple[str, str, str], ...] = ()
    """Entries that would contradict it: list key, id key, name. They are removed."""
    only_if_there: tuple[Item, ...] = ()
    """Entries that are corrected if they exist, and not added."""


def content(settings: Settings) -> Content:
    """The content of the values for `settings`. Never depends on the client secret."""
    blind = replace(settings, client_secret=None)
    return _airflow(blind) if settings.chart is Chart.AIRFLOW else _agent(blind)


def needs_kubernetes_secret(settings: Settings) -> bool:
    """Whether the kwargs hold a secret, so that values only refer to them."""
    return settings.auth_mode is AuthMode.CLIENT_SECRET


def _agent(settings: Settings) -> Content:
    scalars = [Scalar(("secretBackend",), BACKEND_CLASS)]
    if settings.auth_mode is AuthMode.WORKLOAD_IDENTITY:
        scalars.append(Scalar(("labels", USE_LABEL), "true"))
        scalars.append(Scalar(("serviceAccount", "annotations", CLIENT_ID_ANNOTATION), settings.client_id))
    if needs_kubernetes_secret(settings):
        reference = {"secretKeyRef": {"name": SECRET_NAME, "key": SECRET_KEY}}
        kwargs: dict[str, object] = {"name": KWARGS_VARIABLE, "valueFrom": reference}
    else:
        kwargs = {"name": KWARGS_VARIABLE, "value": kwargs_json(backend_kwargs(settings))}
    backend = Item("commonEnv", {"name": BACKEND_VARIABLE, "value": BACKEND_CLASS})
    return Content(tuple(scalars), (Item("commonEnv", kwargs),), only_if_there=(backend,))


def _airflow(settings: Settings) -> Content:
    backend = Item("env", {"name": BACKEND_VARIABLE, "value": BACKEND_CLASS})
    if needs_kubernetes_secret(settings):
        fields = {"envName": KWARGS_VARIABLE, "secretName": SECRET_NAME, "secretKey": SECRET_KEY}
        return Content((), (backend, Item("secret", fields)), unwanted=(("env", "name", KWARGS_VARIABLE),))
    kwargs = Item("env", {"name": KWARGS_VARIABLE, "value": kwargs_json(backend_kwargs(settings))})
    scalars: list[Scalar] = []
    if settings.auth_mode is AuthMode.WORKLOAD_IDENTITY:
        scalars.append(Scalar(("labels", USE_LABEL), "true"))
        scalars.extend(
            Scalar((component, "serviceAccount", "annotations", CLIENT_ID_ANNOTATION), settings.client_id)
            for component in components(settings)
        )
    return Content(tuple(scalars), (backend, kwargs), unwanted=(("secret", "envName", KWARGS_VARIABLE),))


def components(settings: Settings) -> tuple[str, ...]:
    """The components whose pods look secrets up; Airflow 3 has another web server."""
    server = "webserver" if settings.airflow_version.startswith("2.") else "apiServer"
    return ("workers", "scheduler", "triggerer", "dagProcessor", server)
