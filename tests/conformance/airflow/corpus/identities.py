"""Which credential the kwargs result in, and what a bad one makes of a lookup."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from kvtui.emulator import company
from tests.conformance.airflow.case import AZURE_VARIABLES, TRIO, Case, Refused, alone, env

_VAULT = {"airflow-variables-k": "the value"}
_PAIR = {
    "managed_identity_client_id": company.MI_AIRFLOW_PROD,
    "workload_identity_tenant_id": company.TENANT_ID,
}


def cases() -> Iterator[Case]:
    """Every part of the trio and of the pair, with and without the AZURE_ variables; bad parts of a trio."""
    for size in range(4):
        for names in itertools.combinations(TRIO, size):
            given = {name: TRIO[name] for name in names}
            yield _case(f"trio-{'+'.join(names) or 'none'}", given)
    yield _case("trio-alone", TRIO, azure=False)
    yield _case("trio-empty-secret", {**TRIO, "client_secret": ""})
    for size in (1, 2):
        for names in itertools.combinations(_PAIR, size):
            yield _case(f"pair-{'+'.join(names)}", {name: _PAIR[name] for name in names})
    yield _case("trio-and-pair", {**TRIO, **_PAIR})
    yield from _bad_ones()


def _bad_ones() -> Iterator[Case]:
    no_token = Refused(401, "AADSTS7000215")
    bad = {
        "secret": {**TRIO, "client_secret": "wrong"},
        "client": {**TRIO, "client_id": "11111111-2222-3333-4444-555555555555"},
        "tenant": {**TRIO, "tenant_id": "11111111-2222-3333-4444-555555555555"},
        "expired": {
            **TRIO,
            "client_id": company.ASTRO_STAGING,
            "client_secret": company.CLIENT_SECRETS[company.ASTRO_STAGING],
        },
    }
    for name, trio in bad.items():
        for kind in ("variable", "connection"):
            yield _case(f"bad-{name}-{kind}", trio, kind=kind, refused=no_token)
    for name, tenant in (("space", "con toso"), ("slash", "a/b"), ("empty-words", " ")):
        yield _case(f"tenant-{name}", {**TRIO, "tenant_id": tenant})
    yield _case("tenant-number", {**TRIO, "tenant_id": 5})  # type: ignore[dict-item]
    wrong = {**AZURE_VARIABLES, "AZURE_CLIENT_SECRET": "wrong"}
    yield Case("identity-bad-azure-variables", "k", env=env(**wrong), vault=_VAULT, refused=no_token)
    stranger = {
        **TRIO,
        "client_id": company.ASTRO_DEV,
        "client_secret": company.CLIENT_SECRETS[company.ASTRO_DEV],
    }
    denied = Refused(403, "AccessDenied")
    yield _case("no-right", stranger, refused=denied)
    yield _case("no-right-conn", stranger, kind="connection", refused=denied)


def _case(
    name: str,
    kwargs: Mapping[str, str],
    *,
    azure: bool = True,
    kind: str = "variable",
    refused: Refused | None = None,
) -> Case:
    return Case(f"identity-{name}", "k", kind, (env if azure else alone)(kwargs), _VAULT, refused=refused)
