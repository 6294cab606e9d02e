"""Failures of the vault and of what leads to it, and what the caller gets all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.conformance.airflow.case import Case, Refused, env

_INNER = (
    "ForbiddenByRbac",
    "AccessDenied",
    "ForbiddenByPolicy",
    "ForbiddenByFirewall",
    "ForbiddenByConnection",
)
_PLAIN = (
    (400, "BadParameter"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (409, "Conflict"),
    (404, "SecretNotFound"),
)
_RETRIED = ((429, "Throttled"), (500, "InternalServerError"), (503, "ServiceUnavailable"))


def cases() -> Iterator[Case]:
    """Each failure for a variable and a connection; some with a default or others behind."""
    for inner in _INNER:
        refused = _answers(403, "Forbidden", inner)
        yield from _kinds(f"403-{inner}", refused)
    for status, code in _PLAIN:
        refused = _answers(status, code)
        yield Case(f"refused-{status}", "k", env=env(), refused=refused)
        yield Case(f"refused-{status}-conn", "k", "connection", env(), refused=refused)
    for status, code in _RETRIED:
        refused = _answers(status, code)
        yield Case(f"refused-{status}", "k", env=env(), refused=refused, contexts=("server", "airflow2"))
    yield Case(
        "refused-429-no-retries", "k", env=env({"retry_total": 0}), refused=_answers(429, "Throttled"),
        default={"value": "fallback"},
    )  # fmt: skip
    reset = Refused(None, "network", fault={"kind": "reset"})
    yield Case(
        "refused-reset", "k", env=env({"retry_total": 0}), refused=reset, contexts=("server", "airflow2")
    )
    yield from _states()
    yield from _nowhere()


def _answers(status: int, code: str, inner: str = "") -> Refused:
    error: dict[str, Any] = {"code": code, "message": "It was refused."}
    if inner:
        error["innererror"] = {"code": inner}
    fault = {"kind": "body", "status": status, "body": json.dumps({"error": error})}
    return Refused(status, inner or code, fault=fault)


def _kinds(name: str, refused: Refused) -> Iterator[Case]:
    yield Case(f"refused-{name}", "k", env=env(), refused=refused)
    yield Case(f"refused-{name}-default", "k", env=env(), refused=refused, default={"value": None})
    yield Case(f"refused-{name}-env", "k", env=env(AIRFLOW_VAR_K="env"), refused=refused)
    yield Case(f"refused-{name}-meta", "k", env=env(), refused=refused, metastore={"k": "meta"})
    yield Case(f"refused-{name}-conn", "k", "connection", env(), refused=refused)
    yield Case(f"refused-{name}-conn-env", "k", "connection", env(AIRFLOW_CONN_K="http://h"), refused=refused)


def _states() -> Iterator[Case]:
    """Disabled blocks; expired and not yet valid do not."""
    states: Mapping[str, Mapping[str, Any]] = {
        "disabled": {"enabled": False},
        "expired": {"expires": 1_700_000_000},
        "not-yet": {"not_before": 4_000_000_000},
    }
    for state, fields in states.items():
        yield Case(f"state-{state}", "k", env=env(), vault={"airflow-variables-k": {"value": "v", **fields}})
        yield Case(
            f"state-{state}-conn", "k", "connection", env(),
            {"airflow-connections-k": {"value": "http://h", **fields}},
        )  # fmt: skip


def _nowhere() -> Iterator[Case]:
    """A vault that does not exist: its name does not resolve."""
    gone = Refused(None, "dns")
    for kind in ("variable", "connection"):
        yield Case(
            f"refused-dns-{kind}",
            "k",
            kind,
            env({"vault_url": "https://kv-that-is-not-there.vault.azure.net/", "retry_total": 0}),
            refused=gone,
        )
