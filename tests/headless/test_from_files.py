"""`--from files`: lookups, checklist and audit answer for the configuration that is on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kvtui.airflow.kwargs import BACKEND_CLASS
from kvtui.app.exits import Exit
from kvtui.emulator import company
from tests.emulator_support.process import EmulatorProcess
from tests.headless.conftest import APP, Run

BACKEND = "AIRFLOW__SECRETS__BACKEND"
URL = f"https://{company.VAULT_RBAC}.vault.azure.net/"
IN_FILES = {
    "vault_url": URL,
    "tenant_id": company.TENANT_ID,
    "client_id": company.ASTRO_PROD,
    "client_secret": company.CLIENT_SECRETS[company.ASTRO_PROD],
}
LOOKUP = ("--simulate", "api_base_url", "--from", "files")


def configure(project: Path, kwargs: dict[str, str] | str, backend: str = BACKEND_CLASS) -> None:
    text = kwargs if isinstance(kwargs, str) else json.dumps(kwargs)
    (project / ".env").write_text(f"{BACKEND}={backend}\n{BACKEND}_KWARGS={text}\n")


def test_the_identity_in_the_files_asks_and_is_named(run: Run, azure: EmulatorProcess, project: Path) -> None:
    configure(project, IN_FILES)
    ran = run(*LOOKUP, "--vault-url", "kv-nosuch", "--client-id", company.ASTRO_DEV, "--json")
    document: Any = ran.document
    assert (ran.code, document[0]["runs_as"]) == (Exit.OK, {"kind": "deployment", "name": "astro-prod"})
    assert document[0]["configuration"]["from"] == "files"
    assert document[0]["configuration"]["files"] == [".env"]
    assert company.ASTRO_PROD in document[0]["configuration"]["signs_in_as"]


def test_kwargs_in_quotes_do_not_resolve_and_the_json_says_why(on_vault: Run, project: Path) -> None:
    configure(project, "\"'{}'\"")
    ran = on_vault(*LOOKUP, "--json")
    document: Any = ran.document
    assert ran.code == Exit.UNRESOLVED
    assert any("wrapped in quotes" in line for line in document[0]["configuration"]["broken"])


def test_with_the_settings_the_same_files_resolve_and_the_difference_is_said(
    on_vault: Run, project: Path
) -> None:
    configure(project, "\"'{}'\"")
    ran = on_vault("--simulate", "api_base_url", "--json")
    document: Any = ran.document
    assert ran.code == Exit.OK
    assert "kwargs that are not a JSON object" in document[0]["configuration"]["differs"][0]
    assert "Use --from files to diagnose them." in ran.err


def test_a_wrong_class_path_does_not_resolve_and_the_right_one_is_named(on_vault: Run, project: Path) -> None:
    configure(project, IN_FILES, BACKEND_CLASS.replace("key_vault", "azure_key_vault"))
    ran = on_vault(*LOOKUP)
    assert (ran.code, f"write {BACKEND_CLASS}" in ran.out) == (Exit.UNRESOLVED, True)


def test_half_a_credential_could_not_be_found_out(on_vault: Run, project: Path) -> None:
    configure(project, {name: value for name, value in IN_FILES.items() if name != "client_secret"})
    ran = on_vault(*LOOKUP)
    assert (ran.code, "client_secret is missing in the files" in ran.err) == (Exit.UNREACHABLE, True)


def test_a_missing_vault_url_does_not_resolve_and_asks_nobody(
    run: Run, azure: EmulatorProcess, project: Path
) -> None:
    configure(project, {"sep": "-"})
    assert (run(*LOOKUP).code, azure.log()) == (Exit.UNRESOLVED, [])


def test_an_identity_that_cannot_be_tried_here_is_said(on_vault: Run, project: Path) -> None:
    pair = {"managed_identity_client_id": "m", "workload_identity_tenant_id": company.TENANT_ID}
    configure(project, {"vault_url": URL, **pair})
    assert "identity m, which cannot be used from here" in on_vault(*LOOKUP).err


def test_the_variable_means_the_same_as_the_option(on_vault: Run, project: Path) -> None:
    configure(project, {"sep": "-"})
    assert on_vault("--simulate", "api_base_url", KVTUI_FROM="files").code == Exit.UNRESOLVED


def test_a_variable_that_is_neither_is_a_usage_error(on_vault: Run) -> None:
    assert on_vault("--simulate", "api_base_url", KVTUI_FROM="disk").code == Exit.USAGE


def test_a_variable_that_only_the_dockerfile_sets_is_found_by_a_lookup(on_vault: Run, project: Path) -> None:
    (project / "Dockerfile").write_text("FROM x\nENV AIRFLOW_VAR_ONLY_DOCKER=1\n")
    assert on_vault("--simulate", "only_docker").code == Exit.OK


def test_the_checklist_of_the_files_says_what_is_broken(on_vault: Run, project: Path) -> None:
    configure(project, IN_FILES, BACKEND_CLASS.replace("key_vault", "azure_key_vault"))
    ran = on_vault("--check", "--from", "files", "--json")
    document: Any = ran.document
    found = {check["name"]: check for check in document["checks"]}
    assert (ran.code, found["backend configured"]["verdict"]) == (Exit.UNRESOLVED, "fail")
    assert f"write {BACKEND_CLASS}" in found["backend configured"]["detail"]


def test_the_checklist_of_good_files_reads_as_their_identity(
    run: Run, azure: EmulatorProcess, project: Path
) -> None:
    configure(project, IN_FILES)
    document: Any = run("--check", "--from", "files", "--json").document
    found = {check["name"]: check["verdict"] for check in document["checks"]}
    assert (found["backend configured"], found["identity can read"]) == ("ok", "ok")


def test_a_client_secret_in_the_dockerfile_is_a_warning_without_its_value(
    on_vault: Run, project: Path
) -> None:
    (project / "Dockerfile").write_text("FROM x\nENV AZURE_CLIENT_SECRET=kv-canary-docker\n")
    ran = on_vault("--check")
    assert ("clear text (AZURE_CLIENT_SECRET)" in ran.out, "kv-canary" in ran.out + ran.err) == (True, False)


def test_an_export_warns_of_a_dockerfile_that_sets_the_same(run: Run, project: Path) -> None:
    (project / "Dockerfile").write_text(f"FROM x\nENV {BACKEND}=x.Y\n")
    ran = run("--export", "env", "--vault-url", "kv-demo", *APP, secret="kv-canary-1")
    assert f"Dockerfile sets {BACKEND}" in ran.err


def test_the_audit_of_the_files_judges_by_them(on_vault: Run, project: Path) -> None:
    (project / "dags").mkdir()
    (project / "dags" / "d.py").write_text("from airflow.sdk import Variable\nVariable.get('api_base_url')\n")
    configure(project, {"sep": "-"})
    ran = on_vault("--audit", str(project), "--from", "files", "--json")
    document: Any = ran.document
    assert (ran.code, document["summary"]["missing"]) == (Exit.UNRESOLVED, 1)
    assert "vault_url must be" in document["configuration"]["broken"][0]


def test_a_server_of_remote_execution_is_rejected_with_the_reason(on_vault: Run) -> None:
    ran = on_vault("--simulate", "k", "--target", "remote-execution", "--context", "server")
    assert (ran.code, "Astro's orchestration plane" in ran.err) == (Exit.USAGE, True)


@pytest.mark.parametrize("command", ["--audit", "--check"])
def test_a_project_without_any_configuration_is_tested_without_settings(
    on_vault: Run, project: Path, command: str
) -> None:
    (project / "dags").mkdir()
    (project / "dags" / "d.py").write_text("from airflow.sdk import Variable\nVariable.get('api_base_url')\n")
    words = (command, str(project)) if command == "--audit" else (command,)
    ran = on_vault(*words, "--from", "files", "--json")
    assert (ran.code, ran.document is not None) == (Exit.UNRESOLVED, True)
    assert "note: There is no configuration on disk" in ran.err
