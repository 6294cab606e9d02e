"""`[workers] secrets_backend` beside `[secrets] backend`: who asks which vault, under which name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kvtui.airflow.kwargs import BACKEND_CLASS
from tests.conformance.airflow.case import URL, Case, env

_BACKEND = "AIRFLOW__WORKERS__SECRETS_BACKEND"
_KWARGS = f"{_BACKEND}_KWARGS"


def cases() -> Iterator[Case]:
    """One section, the other, both, with each other's parts missing."""
    own = _text(variables_prefix="w")
    yield _case("both-worker-has", {"w-k": "worker"}, {_BACKEND: BACKEND_CLASS, _KWARGS: own})
    yield _case("both-server-has", {"airflow-variables-k": "server"}, {_BACKEND: BACKEND_CLASS, _KWARGS: own})
    yield _case("both-none", {}, {_BACKEND: BACKEND_CLASS, _KWARGS: own})
    yield _case("no-kwargs", {"airflow-variables-k": "v"}, {_BACKEND: BACKEND_CLASS})
    yield _case("kwargs-alone", {"airflow-variables-k": "v"}, {_KWARGS: own})
    yield _case("kwargs-bad", {"airflow-variables-k": "v"}, {_BACKEND: BACKEND_CLASS, _KWARGS: "bad"})
    yield _case("class-bad", {"airflow-variables-k": "v"}, {_BACKEND: "no.such.Backend", _KWARGS: own})
    yield _case("class-empty", {"airflow-variables-k": "v"}, {_BACKEND: "", _KWARGS: own})
    alone = {"AIRFLOW__SECRETS__BACKEND": "-", "AIRFLOW__SECRETS__BACKEND_KWARGS": "-"}
    yield _case("worker-alone", {"w-k": "worker"}, {**alone, _BACKEND: BACKEND_CLASS, _KWARGS: own})
    yield _case("worker-alone-none", {}, {**alone, _BACKEND: BACKEND_CLASS, _KWARGS: own})
    yield _case(
        "worker-kwarg", {"w-k": "worker"},
        {_BACKEND: BACKEND_CLASS, _KWARGS: _text(), f"{_BACKEND}_KWARG__VARIABLES_PREFIX": "w"},
    )  # fmt: skip
    yield _case(
        "worker-kwargs-cmd", {"w-k": "worker"}, {_BACKEND: BACKEND_CLASS, f"{_KWARGS}_CMD": f"echo '{own}'"}
    )
    yield _case("worker-kwargs-secret", {}, {_BACKEND: BACKEND_CLASS, f"{_KWARGS}_SECRET": "x"})
    yield _case("worker-environment-backend", {}, {_BACKEND: _ENVIRONMENT, "AIRFLOW_VAR_K": "env"})
    yield _case(
        "worker-illegal", {"airflow-variables-k": "v"}, {_BACKEND: BACKEND_CLASS, _KWARGS: _text(sep="_")}
    )
    null = _text(variables_prefix=None)
    yield _case("worker-null", {"airflow-variables-k": "v"}, {_BACKEND: BACKEND_CLASS, _KWARGS: null})
    yield _case(
        "conn-worker", {"w-k": "http://worker"},
        {_BACKEND: BACKEND_CLASS, _KWARGS: _text(connections_prefix="w")}, kind="connection",
    )  # fmt: skip
    yield _case(
        "conn-server", {"airflow-connections-k": "http://server"},
        {_BACKEND: BACKEND_CLASS, _KWARGS: _text(connections_prefix="w")}, kind="connection",
    )  # fmt: skip
    yield _case("meta-behind", {}, {_BACKEND: BACKEND_CLASS, _KWARGS: own}, metastore={"k": "meta"})


_ENVIRONMENT = "airflow.secrets.environment_variables.EnvironmentVariablesBackend"


def _text(**kwargs: Any) -> str:
    return json.dumps({"vault_url": URL, **kwargs})


def _case(
    name: str,
    vault: Mapping[str, str],
    more: Mapping[str, str],
    *,
    kind: str = "variable",
    metastore: Mapping[str, str] | None = None,
) -> Case:
    return Case(f"workers-{name}", "k", kind, env(**more), vault, metastore=metastore or {})
