"""`--import`: previews, writes, interruptions, and what reaches the vault."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kvtui.app.exits import Exit
from kvtui.emulator import company
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, value_requests
from tests.headless.conftest import APP, Ran, Run
from tests.migration.samples import CANARY, FORMS, sample

ROOT = str(Path(__file__).parent.parent.parent)
SIZE = (500, 100) if os.environ.get("KVTUI_IMPORT") == "all" else (20, 20)
"""Variables and connections of the sources that are interrupted."""
TARGET = f"{company.VAULT_RBAC}.vault.azure.net"
OTHER = "kv-contoso-old"
ANA = "ana@contoso.com (az CLI)"
GIVES = "for 1 of 1 key a lookup gives the value from"
BY_OPTION = {"variables.env": ("--import-format", "variables")}


def stored(azure: EmulatorProcess) -> Counter[str]:
    """How often each name was stored; the embedded Azure does what is asked also where a fault hides it."""
    return Counter(
        record.path.rstrip("/").rpartition("/")[2]
        for record in azure.log()
        if record.method == "PUT" and record.host == TARGET and record.status not in (401, 403)
    )


def given(tmp_path: Path, text: str, name: str = "variables.json") -> str:
    file = tmp_path / name
    file.write_text(text)
    return str(file)


def items(ran: Ran) -> dict[str, dict[str, Any]]:
    document: Any = ran.document
    return {f"{each['kind']} {each['key']}": each for each in document["items"]}


def test_a_preview_asks_for_no_value_and_writes_nothing(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    ran = on_vault("--import", given(tmp_path, '{"new_one": "x", "api_base_url": "y"}'), "--dry-run")
    assert ran.code == Exit.OK
    assert ran.out.splitlines() == [
        "new     variable    new_one -> airflow-variables-new-one",
        "exists  variable    api_base_url -> airflow-variables-api-base-url",
    ]
    assert "1 is new and 1 exists already. Nothing was written." in ran.err
    assert (value_requests(azure.log()), stored(azure)) == ([], Counter())


def test_values_are_compared_on_request_and_each_is_read_once(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    file = given(tmp_path, '{"new_one": "x", "api_base_url": "y"}')
    ran = on_vault("--import", file, "--dry-run", "--values", "--json")
    assert items(ran)["variable api_base_url"]["status"] == "differs"
    assert [record.path.strip("/") for record in value_requests(azure.log())] == [
        "secrets/airflow-variables-api-base-url"
    ]


@pytest.mark.parametrize("mode", ["--dry-run", "--yes"])
def test_a_text_that_is_no_connection_is_stored_with_a_warning(
    on_vault: Run, tmp_path: Path, mode: str
) -> None:
    (tmp_path / "bad.env").write_text("AIRFLOW_CONN_ODD=not a uri\n")
    ran = on_vault("--import", str(tmp_path / "bad.env"), mode)
    assert "warning: Airflow may not read 1 connection as you mean it: odd." in ran.err
    assert "The connection's text has no //" in ran.out
    assert ran.code == Exit.OK


NEXT = "next: store the 1 new secret"


@pytest.mark.parametrize(
    ("options", "next_step"),
    [
        (
            ("--values",),
            f"{NEXT} with --yes in place of --dry-run; with --overwrite also replace the 1 that differs",
        ),
        (
            ("--values", "--overwrite"),
            f"{NEXT} and replace the 1 that differs with --yes in place of --dry-run",
        ),
        (
            (),
            f"{NEXT} with --yes in place of --dry-run; with --overwrite also replace the existing "
            "secret if its value differs",
        ),
        (("--only", "new_one"), f"{NEXT} with --yes in place of --dry-run"),
        (
            ("--values", "--only", "api_base_url"),
            "next: replace the 1 that differs with --yes --overwrite in place of --dry-run",
        ),
    ],
)
def test_a_preview_says_what_would_be_stored_and_what_replaced(
    on_vault: Run, tmp_path: Path, options: tuple[str, ...], next_step: str
) -> None:
    file = given(tmp_path, '{"new_one": "x", "api_base_url": "y"}')
    assert on_vault("--import", file, "--dry-run", *options).err.splitlines()[-1] == next_step


def test_a_preview_names_the_disabled_secret_that_overwrite_would_replace(
    on_vault: Run, tmp_path: Path
) -> None:
    file = given(tmp_path, '{"exchange_rates_url": "x", "api_base_url": "y"}')
    last = on_vault("--import", file, "--dry-run").err.splitlines()[-1]
    assert last.startswith("next: replace the disabled one and the existing secret if its value differs with")


def test_a_source_that_may_be_a_secret_is_not_repeated(on_vault: Run) -> None:
    ran = on_vault("--import", "kv-contoso-staging", "--dry-run")
    assert "The file cannot be read: no such file or directory. Its name is not printed" in ran.err
    assert "kv-contoso-staging" not in ran.err


def test_without_a_new_secret_and_without_a_difference_a_preview_has_no_next_step(
    on_vault: Run, tmp_path: Path
) -> None:
    ran = on_vault("--import", given(tmp_path, '{"a.b": "x"}'), "--dry-run")
    assert "next:" not in ran.err


def test_a_preview_with_overwrite_marks_what_would_be_replaced(on_vault: Run, tmp_path: Path) -> None:
    file = given(tmp_path, '{"new_one": "x", "api_base_url": "y"}')
    new, differs = on_vault("--import", file, "--dry-run", "--values", "--overwrite").out.splitlines()
    assert ("replaces" in new, differs.endswith("  --overwrite replaces it.")) == (False, True)


def test_without_yes_nothing_is_written(on_vault: Run, azure: EmulatorProcess, tmp_path: Path) -> None:
    ran = on_vault("--import", given(tmp_path, '{"a": "x"}'))
    assert ran.code == Exit.USAGE
    assert "--import changes the vault only with --yes." in ran.err
    assert stored(azure) == Counter()


def test_what_is_written_is_proved_by_a_lookup(on_vault: Run, azure: EmulatorProcess, tmp_path: Path) -> None:
    file = given(tmp_path, '{"new_one": "x", "new_two": {"a": 1}}')
    ran = on_vault("--import", file, "--yes", "--json")
    assert ran.code == Exit.OK
    assert {key: (each["outcome"], each["proof"]["proved"]) for key, each in items(ran).items()} == {
        "variable new_one": ("written", True),
        "variable new_two": ("written", True),
    }
    shown = on_vault("--simulate", "new_two", "--deserialize-json", "--show-value")
    assert "{'a': 1}" in shown.out


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        ("", f"Checked as the signed-in user {ANA}: {GIVES}"),
        (company.CLIENT_SECRETS[company.ASTRO_PROD], "Checked as the deployment identity astro-prod"),
    ],
)
def test_the_identity_of_the_lookups_is_named(on_vault: Run, tmp_path: Path, secret: str, said: str) -> None:
    ran = on_vault("--import", given(tmp_path, '{"new_one": "x"}'), "--yes", *APP, secret=secret)
    assert said in ran.err


def test_a_value_that_differs_is_kept_without_overwrite(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    ran = on_vault("--import", given(tmp_path, '{"api_base_url": "y"}'), "--yes")
    assert ran.code == Exit.UNRESOLVED
    assert ran.out == (
        "kept  variable    api_base_url -> airflow-variables-api-base-url  "
        "kv-contoso-prod has another value.\n"
    )
    assert stored(azure) == Counter()


def test_overwrite_replaces_it(on_vault: Run, azure: EmulatorProcess, tmp_path: Path) -> None:
    ran = on_vault("--import", given(tmp_path, '{"api_base_url": "y"}'), "--yes", "--overwrite")
    assert ran.code == Exit.OK
    assert stored(azure) == Counter({"airflow-variables-api-base-url": 1})


def test_a_second_import_stores_nothing(on_vault: Run, azure: EmulatorProcess, tmp_path: Path) -> None:
    file = given(tmp_path, '{"new_one": "x", "new_two": "y"}')
    on_vault("--import", file, "--yes")
    azure.clear_log()
    ran = on_vault("--import", file, "--yes", "--json")
    assert ran.code == Exit.OK
    assert {each["outcome"] for each in items(ran).values()} == {"same"}
    assert stored(azure) == Counter()
    assert len(value_requests(azure.log())) == 2


def test_an_impossible_name_is_stored_under_its_suggestion_on_request(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    file = given(tmp_path, '{"my.key": "x"}')
    left_out = on_vault("--import", file, "--yes")
    assert left_out.code == Exit.UNRESOLVED
    assert "--rename stores it as my_key." in left_out.out
    ran = on_vault("--import", file, "--yes", "--rename")
    assert (ran.code, stored(azure)) == (Exit.OK, Counter({"airflow-variables-my-key": 1}))


def test_only_the_named_keys_are_imported(on_vault: Run, azure: EmulatorProcess, tmp_path: Path) -> None:
    on_vault("--import", given(tmp_path, '{"new_one": "x", "new_two": "y"}'), "--yes", "--only", "new_two")
    assert stored(azure) == Counter({"airflow-variables-new-two": 1})


def test_an_unknown_key_of_only_is_not_repeated(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    ran = on_vault("--import", given(tmp_path, '{"a": "x"}'), "--dry-run", "--only", CANARY)
    assert ran.code == Exit.USAGE
    assert CANARY not in ran.out + ran.err


def test_allow_changes_is_the_consoles_and_yes_the_imports(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    from kvtui.cli.main import main

    assert main(["--import", given(tmp_path, '{"a": "x"}'), "--allow-changes", "--yes"]) == Exit.USAGE


def test_who_may_not_store_is_told_the_role_and_nothing_more_is_tried(
    run: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    file = given(tmp_path, json.dumps({f"v_{n}": "x" for n in range(50)}))
    ran = run("--vault-url", company.VAULT_POLICIES, "--import", file, "--yes", "--json")
    assert ran.code == Exit.DENIED
    document: Any = ran.document
    assert "secret-permissions get list set" in document["problem"]["remedy"]
    assert document["summary"]["not-tried"] >= 42


# Interrupted in the middle, and resumed


def _source(form: str, tmp_path: Path, azure: EmulatorProcess) -> tuple[tuple[str, ...], set[str], set[str]]:
    """The options of an import from this form, and the secret names of its variables and connections."""
    made = sample("airflow_settings.yaml" if form == "vault" else form, *SIZE)
    variables = {f"airflow-variables-{key.replace('_', '-')}" for key in made.variables}
    connections = {f"airflow-connections-{key.replace('_', '-')}" for key in made.connections}
    if form != "vault":
        file = given(tmp_path, made.text, form)
        return ("--import", file, *BY_OPTION.get(form, ())), variables, connections
    secrets = {f"airflow-variables-{key.replace('_', '-')}": text for key, text in made.variables.items()}
    for number, key in enumerate(made.connections):
        secrets[f"airflow-connections-{key.replace('_', '-')}"] = f"postgres://u:{CANARY}@h{number}/x"
    azure.add_vault(OTHER, {**secrets, "other": "x"}, [company.USER])
    return ("--import", f"https://{OTHER}.vault.azure.net/"), variables, connections


@pytest.mark.parametrize("form", [*FORMS, "vault"])
def test_an_import_that_ended_in_the_middle_is_resumed_with_nothing_twice_and_nothing_lost(
    form: str, on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    words, variables, connections = _source(form, tmp_path, azure)
    wanted = variables | connections
    outage = Fault(FaultKind.STATUS, host=TARGET, path="/secrets/airflow-*", status=503, retry_after="0")
    azure.inject(replace(outage, after=len(wanted), times=None))
    first = on_vault(*words, "--yes", "--json")
    assert first.code == Exit.UNREACHABLE
    before = len(stored(azure))
    assert 0 < before < len(wanted)
    azure.clear_faults()
    second = on_vault(*words, "--yes", "--json")
    summary: Any = second.document
    assert summary["summary"]["proved"] == len(wanted)
    assert summary["summary"]["same"] == before
    assert stored(azure) == Counter(dict.fromkeys(wanted, 1))
    seen = first.out + first.err + second.out + second.err
    assert CANARY not in seen
    assert "p%40ss" not in seen


def test_a_killed_import_is_resumed_with_nothing_twice_and_nothing_lost(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    words, variables, connections = _source("airflow_settings.yaml", tmp_path, azure)
    azure.inject(Fault(FaultKind.HANG, host=TARGET, method="PUT", after=10, times=None))
    command = [sys.executable, "-m", "kvtui", "--vault-url", company.VAULT_RBAC, *words, "--yes"]
    running = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ROOT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while sum(record.method == "PUT" and record.status == 0 for record in azure.log()) < 4:
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=10)
    finally:
        running.kill()
    assert running.returncode == 130
    assert "Interrupted: 10 secrets written, 4 more may have arrived. The same command continues." in err
    azure.clear_faults()
    second = on_vault(*words, "--yes")
    assert second.code == Exit.OK
    assert stored(azure) == Counter(dict.fromkeys(variables | connections, 1))
    assert CANARY not in out + err + second.out + second.err


def test_an_answer_that_breaks_off_makes_no_second_version(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    azure.inject(
        Fault(FaultKind.RESET, host=TARGET, path="/secrets/*", method="PUT", with_token=True, times=3)
    )
    ran = on_vault("--import", given(tmp_path, json.dumps({f"v_{n}": "x" for n in range(9)})), "--yes")
    assert ran.code == Exit.OK
    assert sorted(stored(azure).values()) == [1] * 9


def test_throttling_is_waited_for_and_nothing_is_lost(
    on_vault: Run, azure: EmulatorProcess, tmp_path: Path
) -> None:
    azure.inject(
        Fault(
            FaultKind.STATUS, host=TARGET, method="PUT", status=429, retry_after="1", with_token=True, times=4
        )
    )
    ran = on_vault("--import", given(tmp_path, json.dumps({f"v_{n}": "x" for n in range(9)})), "--yes")
    assert ran.code == Exit.OK
    answers = Counter(record.status for record in azure.log() if record.method == "PUT" and record.caller)
    assert answers == Counter({200: 9, 429: 4})


def test_a_soft_deleted_name_fails_alone(on_vault: Run, azure: EmulatorProcess, tmp_path: Path) -> None:
    azure.inject(
        Fault(
            FaultKind.BODY,
            host=TARGET,
            path="/secrets/airflow-variables-gone*",
            method="PUT",
            status=409,
            with_token=True,
            body='{"error": {"code": "Conflict", "innererror": {"code": "ObjectIsDeletedButRecoverable"}}}',
        )
    )
    ran = on_vault("--import", given(tmp_path, '{"gone": "x", "new_one": "y"}'), "--yes", "--json")
    assert ran.code == Exit.UNRESOLVED
    found = items(ran)
    assert "az keyvault secret recover" in found["variable gone"]["problem"]["remedy"]
    assert found["variable new_one"]["outcome"] == "written"


def test_the_other_vaults_values_are_read_once_each(on_vault: Run, azure: EmulatorProcess) -> None:
    secrets = {"airflow-variables-a": "x", "airflow-connections-b": "http://h", "loose": "y"}
    azure.add_vault(
        OTHER, {**secrets, "airflow-variables-off": {"value": "z", "enabled": False}}, [company.USER]
    )
    ran = on_vault("--import", OTHER, "--import-format", "vault", "--yes", "--json")
    found = items(ran)
    assert {key: each["outcome"] for key, each in found.items()} == {
        "variable a": "written",
        "connection b": "written",
        "variable off": "left-out",
    }
    read = Counter(
        record.path.strip("/") for record in value_requests(azure.log()) if record.host.startswith(OTHER)
    )
    assert read == Counter({"secrets/airflow-variables-a": 1, "secrets/airflow-connections-b": 1})
