"""`--list`: names as they arrive, and no value request."""

from __future__ import annotations

import json
import re
from typing import Any

from kvtui.app.exits import Exit
from kvtui.emulator import company
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, value_requests
from tests.headless.conftest import Run


def test_prints_one_name_a_line_and_nothing_else_on_stdout(on_vault: Run) -> None:
    ran = on_vault("--list")
    assert ran.code == Exit.OK
    assert len(ran.out.splitlines()) > 100
    assert all(re.fullmatch(r"[0-9A-Za-z-]{1,127}", line) for line in ran.out.splitlines())


def test_lists_only_the_names_that_begin_with_the_prefix_whatever_its_case(on_vault: Run) -> None:
    names = on_vault("--list", "Airflow-Connections-").out.splitlines()
    assert names
    assert all(name.startswith("airflow-connections-") for name in names)


def test_a_prefix_that_nothing_begins_with_is_no_failure(on_vault: Run) -> None:
    ran = on_vault("--list", "zzz")
    assert (ran.code, ran.out) == (Exit.OK, "")
    assert "No secret name beginning with zzz" in ran.err


def test_as_json_every_name_has_its_kind_key_and_dates(on_vault: Run) -> None:
    document: Any = on_vault("--list", "--json").document
    assert set(document) == {"vault", "count", "secrets"}
    assert document["vault"] == f"https://{company.VAULT_RBAC}.vault.azure.net/"
    assert document["count"] == len(document["secrets"])
    for secret in document["secrets"]:
        assert set(secret) == {"name", "kind", "key", "enabled", "expires", "not_before", "updated"}
        assert secret["kind"] in ("variable", "connection", "config", "other")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", secret["updated"])
    assert {
        "name": "airflow-variables-api-base-url",
        "kind": "variable",
        "key": "api_base_url",
    }.items() <= next(
        secret for secret in document["secrets"] if secret["name"] == "airflow-variables-api-base-url"
    ).items()


def test_asks_for_no_value(on_vault: Run, azure: EmulatorProcess) -> None:
    on_vault("--list")
    assert value_requests(azure.log()) == []


def test_without_a_vault_it_says_how_to_choose_one(run: Run, azure: EmulatorProcess) -> None:
    ran = run("--list")
    assert ran.code == Exit.USAGE
    assert "--vault-url" in ran.err
    assert azure.log() == []


def test_a_foreign_host_is_rejected_before_anything_is_asked(run: Run, azure: EmulatorProcess) -> None:
    ran = run("--list", "--vault-url", "https://evil.example/")
    assert (ran.code, azure.log()) == (Exit.USAGE, [])


def test_an_identity_without_a_role_is_denied_and_reported_what_would_grant_it(on_vault: Run) -> None:
    ran = on_vault(
        *("--list", "--sign-in", "client-secret", "--client-id", company.ASTRO_DEV),
        *("--tenant-id", company.TENANT_ID),
        secret=company.CLIENT_SECRETS[company.ASTRO_DEV],
    )
    assert (ran.code, ran.out) == (Exit.DENIED, "")
    assert "az role assignment create" in ran.err


def test_an_expired_secret_is_a_failed_sign_in(on_vault: Run) -> None:
    ran = on_vault(
        *("--list", "--json", "--sign-in", "client-secret", "--client-id", company.ASTRO_STAGING),
        *("--tenant-id", company.TENANT_ID),
        secret=company.CLIENT_SECRETS[company.ASTRO_STAGING],
    )
    document: Any = ran.document
    assert (ran.code, document["count"]) == (Exit.SIGN_IN, 0)
    assert "expired" in document["problem"]["what"]
    assert "expired" in ran.err


def test_a_vault_that_is_not_there_cannot_be_reached(on_vault: Run) -> None:
    ran = on_vault("--list", vault="kv-nosuch")
    assert ran.code == Exit.UNREACHABLE
    assert "kv-nosuch" in ran.err


BREAKS_OFF = Fault(FaultKind.HTML, host=f"{company.VAULT_RBAC}.*", path="/secrets*", after=3, times=None)


def test_a_listing_that_ends_early_prints_what_it_has_and_the_problem_as_json(
    on_vault: Run, azure: EmulatorProcess
) -> None:
    azure.inject(BREAKS_OFF)
    ran = on_vault("--list", "--json")
    document: Any = ran.document
    assert ran.code == Exit.UNREACHABLE
    assert document["count"] == len(document["secrets"]) > 0
    assert "it is a web page" in document["problem"]["what"]


def test_a_listing_that_ends_early_says_that_it_is_not_complete(
    on_vault: Run, azure: EmulatorProcess
) -> None:
    azure.inject(BREAKS_OFF)
    ran = on_vault("--list")
    count = len(ran.out.splitlines())
    assert f"The list is incomplete: it stopped after {count} secret names" in ran.err


def test_a_listing_that_is_denied_is_a_json_document_too(on_vault: Run) -> None:
    ran = on_vault("--list", "--json", vault=company.VAULT_PRIVATE)
    document: Any = ran.document
    assert ran.code == Exit.DENIED
    assert (document["count"], document["secrets"]) == (0, [])
    assert document["problem"]["what"]


def test_more_than_50_000_names_are_listed(on_vault: Run, azure: EmulatorProcess) -> None:
    host, size = f"{company.VAULT_RBAC}.vault.azure.net", 11_000
    for page in range(5):  # pages far larger than Key Vault's, so that there are few
        items = [{"id": f"https://{host}/secrets/n{page}-{n}", "attributes": {}} for n in range(size)]
        link = f"https://{host}/secrets?api-version=7.5&page={page}" if page < 4 else None
        body = json.dumps({"value": items, "nextLink": link}, separators=(",", ":"))
        azure.inject(Fault(FaultKind.BODY, host=host, with_token=True, status=200, body=body))
    ran = on_vault("--list")
    assert (ran.code, len(ran.out.splitlines())) == (Exit.OK, 55_000)
