"""Who is asked first, whose answer counts, and under which name each is asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from tests.conformance.airflow.case import Case, env

_URIS = {place: f"postgres://u:p@{place}/db" for place in ("vault", "env", "meta")}


def cases() -> Iterator[Case]:
    """Every combination of vault, environment and metastore; empty ones; the environment's own names."""
    for places in itertools.product((False, True), repeat=3):
        in_vault, in_env, in_meta = places
        name = "".join("vem"[n] if there else "-" for n, there in enumerate(places))
        yield Case(
            f"order-variable-{name}",
            "my_key",
            env=env(**({"AIRFLOW_VAR_MY_KEY": "env"} if in_env else {})),
            vault={"airflow-variables-my-key": "vault"} if in_vault else {},
            metastore={"my_key": "meta"} if in_meta else {},
        )
        yield Case(
            f"order-connection-{name}",
            "my_db",
            "connection",
            env(**({"AIRFLOW_CONN_MY_DB": _URIS["env"]} if in_env else {})),
            {"airflow-connections-my-db": _URIS["vault"]} if in_vault else {},
            **_meta("my_db") if in_meta else {},  # type: ignore[arg-type]
        )
    yield from _empty_ones()
    yield from _environment_names()
    yield from _other_backends()


def _meta(key: str) -> dict[str, object]:
    row = {"conn_type": "postgres", "host": "meta", "schema": "db", "login": "u", "password": "p"}
    return {"metastore": {key: _URIS["meta"]}, "rows": {key: row}}


def _empty_ones() -> Iterator[Case]:
    yield Case("order-empty-vault-env", "k", env=env(AIRFLOW_VAR_K="env"), vault={"airflow-variables-k": ""})
    yield Case("order-empty-env", "k", env=env(AIRFLOW_VAR_K=""), metastore={"k": "meta"})
    yield Case("order-empty-meta", "k", env=env(), metastore={"k": ""})
    yield Case("order-empty-meta-default", "k", env=env(), metastore={"k": ""}, default={"value": "d"})
    yield Case(
        "order-empty-conn-env", "k", "connection", env(AIRFLOW_CONN_K=_URIS["env"]),
        {"airflow-connections-k": ""},
    )  # fmt: skip
    yield Case(
        "order-blank-conn-env", "k", "connection", env(AIRFLOW_CONN_K=_URIS["env"]),
        {"airflow-connections-k": "  "},
    )  # fmt: skip
    yield Case("order-empty-conn-in-env", "k", "connection", env(AIRFLOW_CONN_K=""))
    yield Case("order-blank-conn-in-env", "k", "connection", env(AIRFLOW_CONN_K=" "))


def _environment_names() -> Iterator[Case]:
    for number, (key, variable) in enumerate(
        (
            ("my-key", "AIRFLOW_VAR_MY-KEY"),
            ("my-key", "AIRFLOW_VAR_MY_KEY"),
            ("my.key", "AIRFLOW_VAR_MY.KEY"),
            ("key", "AIRFLOW_VAR_key"),
            ("straße", "AIRFLOW_VAR_STRASSE"),
            ("ключ", "AIRFLOW_VAR_КЛЮЧ"),
            ("a b", "AIRFLOW_VAR_A B"),
            ("", "AIRFLOW_VAR_"),
        )
    ):
        yield Case(f"order-env-name-{number}", key, env=env(**{variable: "env"}))
    yield Case("order-env-conn-name", "my-db", "connection", env(**{"AIRFLOW_CONN_MY-DB": _URIS["env"]}))
    yield Case("order-meta-exact", "My_Key", env=env(), metastore={"my_key": "meta"})
    yield Case("order-case-vault", "MY_KEY", env=env(), vault={"airflow-variables-my-key": "any case"})


def _other_backends() -> Iterator[Case]:
    none = {"AIRFLOW__SECRETS__BACKEND": "-", "AIRFLOW__SECRETS__BACKEND_KWARGS": "-"}
    for kind in ("variable", "connection"):
        yield Case(f"order-no-backend-{kind}", "k", kind, env(**none))
    yield Case("order-no-backend-env", "k", env=env(**none, AIRFLOW_VAR_K="env"))
    yield Case("order-no-backend-meta", "k", env=env(**none), metastore={"k": "meta"})
    twice = "airflow.secrets.environment_variables.EnvironmentVariablesBackend"
    for name, value in (("found", "env"), ("missed", "-")):
        variables = {"AIRFLOW__SECRETS__BACKEND": twice, "AIRFLOW__SECRETS__BACKEND_KWARGS": "-"}
        yield Case(f"order-env-twice-{name}", "k", env=env(**variables, AIRFLOW_VAR_K=value))
