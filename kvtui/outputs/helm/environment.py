"""The environment that a chart's values file gives the pods which run tasks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from kvtui.airflow.kwargs import BACKEND_VARIABLE, KWARGS_VARIABLE
from kvtui.core.problems import ProblemError
from kvtui.outputs.helm.tree import at, load, mappings
from kvtui.settings.model import Chart

_REFERENCE = re.compile(r"\$\$\(|\$\(([A-Za-z_.-][\w.-]*)\)")


@dataclass(frozen=True, slots=True)
class ValuesEnvironment:
    """What a values file sets."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """May hold secrets: not shown."""
    hidden: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Variables whose value is in a Kubernetes Secret: its name and the key in it."""


@lru_cache(maxsize=2)
def values_environment(text: str, chart: Chart) -> ValuesEnvironment:
    """The variables of the workers' pods. Raises `ProblemError` if `text` is not a YAML mapping.

    Agents: `secretBackend`, `commonEnv`, then the first worker's `env`. The official chart: `config.secrets`,
    `env`, `secret`, `extraEnv` without templates, then `workers.env`.
    """
    values = load(text)
    found: dict[str, str] = {}
    hidden: dict[str, tuple[str, str]] = {}
    for name, value in _entries(values, chart):
        if isinstance(value, tuple):
            found.pop(name, None)
            hidden[name] = value
        else:
            hidden.pop(name, None)
            found[name] = _expanded(value, found)
    return ValuesEnvironment(found, hidden)


def _entries(values: object, chart: Chart) -> Iterator[tuple[str, str | tuple[str, str]]]:
    """Each variable in the order in which they are set; the last one of a name applies."""
    if chart is Chart.AGENT:
        backend = at(values, "secretBackend")
        if isinstance(backend, str) and backend:
            yield BACKEND_VARIABLE, backend
        yield from _list(at(values, "commonEnv"))
        workers = at(values, "workers")
        yield from _list(at(workers[0], "env") if isinstance(workers, list) and workers else None)
        return
    for name, option in ((BACKEND_VARIABLE, "backend"), (KWARGS_VARIABLE, "backend_kwargs")):
        set_there = at(values, "config", "secrets", option)
        if isinstance(set_there, str):
            yield name, set_there
    yield from _list(at(values, "env"))
    for entry in mappings(at(values, "secret")):
        if "envName" in entry:
            yield str(entry["envName"]), (str(entry.get("secretName")), str(entry.get("secretKey")))
    extra = at(values, "extraEnv")
    if isinstance(extra, str) and "{{" not in extra:
        with suppress(ProblemError):
            yield from _list(load(extra))
    yield from _list(at(values, "workers", "env"))


def _list(entries: object) -> Iterator[tuple[str, str | tuple[str, str]]]:
    """The variables of a list of Kubernetes' `EnvVar`."""
    for entry in mappings(entries):
        name, reference = entry.get("name"), at(entry, "valueFrom", "secretKeyRef")
        if not isinstance(name, str):
            continue
        if isinstance(reference, dict):
            yield name, (str(reference.get("name")), str(reference.get("key")))
        elif "value" in entry:
            value = entry["value"]
            yield name, str(value).lower() if isinstance(value, bool) else str(value or "")


def _expanded(value: str, known: Mapping[str, str]) -> str:
    """A value with the `$(NAME)` of earlier variables replaced, as Kubernetes does; others are kept."""
    return _REFERENCE.sub(lambda found: known.get(found[1], found[0]) if found[1] else "$(", value)
