"""`--check`: the checklist as a command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kvtui.app.checks.results import CHECKS
from kvtui.app.exits import Exit
from kvtui.emulator import company
from tests.emulator_support.process import EmulatorProcess, value_requests
from tests.headless.conftest import APP, Ran, Run
from tests.repositories import repository_with

SECRET = company.CLIENT_SECRETS[company.ASTRO_PROD]


def outcomes(ran: Ran) -> dict[str, str]:
    document: Any = ran.document
    return {check["name"]: check["verdict"] for check in document["checks"]}


def test_with_everything_written_every_check_is_ok_and_it_exits_0(on_vault: Run, project: Path) -> None:
    (project / "requirements.txt").write_text("apache-airflow-providers-microsoft-azure==15.2.1\n")
    assert on_vault("--export", "all", "-o", str(project), *APP, secret=SECRET).code == Exit.OK
    ran = on_vault("--check", "--json", *APP, secret=SECRET)
    document: Any = ran.document
    assert (ran.code, document["ok"]) == (Exit.OK, True)
    found = outcomes(ran)
    assert found.pop("identity chosen") == "warn"  # a second secret of astro-prod ends within days
    assert found.pop("nothing expires soon") == "warn"
    assert found.pop("private endpoint") == "skipped"  # a proxy looks the address up
    assert {outcome for name, outcome in found.items() if name != "names resolve"} == {"ok"}


def test_as_json_each_check_has_a_result_and_a_remedy(on_vault: Run) -> None:
    document: Any = on_vault("--check", "--json").document
    assert set(document) == {"ok", "checks", "configuration"}
    assert [check["name"] for check in document["checks"]] == [name for name, _ in CHECKS]
    for check in document["checks"]:
        assert list(check) == ["name", "verdict", "detail", "remedy"]
        assert check["verdict"] in ("ok", "warn", "fail", "skipped")


def test_files_that_are_not_written_yet_exit_5(on_vault: Run) -> None:
    ran = on_vault("--check", "--json", *APP, secret=SECRET)
    assert ran.code == Exit.UNRESOLVED
    assert outcomes(ran)["files written"] == "fail"
    assert outcomes(ran)["identity can read"] == "ok"


def test_files_that_do_not_exist_are_not_said_to_differ(on_vault: Run) -> None:
    ran = on_vault("--check", *APP, secret=SECRET)
    assert ".env and requirements.txt are not written yet." in ran.out


def test_an_identity_that_may_not_read_exits_4(on_vault: Run) -> None:
    app = ("--client-id", company.ASTRO_DEV, "--tenant-id", company.TENANT_ID, "--sign-in", "azure-cli")
    ran = on_vault("--check", "--json", *app, secret=company.CLIENT_SECRETS[company.ASTRO_DEV])
    assert ran.code == Exit.DENIED
    assert (outcomes(ran)["can read"], outcomes(ran)["identity can read"]) == ("ok", "fail")


def test_no_sign_in_exits_3(on_vault: Run) -> None:
    ran = on_vault("--check", "--json", "--sign-in", "environment")
    assert ran.code == Exit.SIGN_IN
    assert (outcomes(ran)["signed in"], outcomes(ran)["can list"]) == ("fail", "skipped")


def test_a_vault_that_is_not_there_exits_6(on_vault: Run) -> None:
    ran = on_vault("--check", "--json", vault="kv-nosuch")
    assert ran.code == Exit.UNREACHABLE
    assert outcomes(ran)["vault found"] == "fail"


def test_a_managed_identity_of_another_host_is_a_warning(on_vault: Run) -> None:
    identity = ("--auth-mode", "managed-identity", "--client-id", company.MI_ASTRO_AGENTS)
    ran = on_vault("--check", "--json", "--tenant-id", company.TENANT_ID, *identity)
    assert outcomes(ran)["identity can read"] == "warn"


def test_the_managed_identity_of_this_host_is_tried(on_vault: Run) -> None:
    identity = ("--auth-mode", "managed-identity", "--client-id", company.MI_BASTION)
    ran = on_vault("--check", "--json", "--tenant-id", company.TENANT_ID, *identity)
    assert (ran.code, outcomes(ran)["identity can read"]) == (Exit.DENIED, "fail")


def test_without_a_vault_it_still_judges_the_rest(run: Run, azure: EmulatorProcess) -> None:
    found = outcomes(run("--check", "--json"))
    assert (found["vault found"], found["signed in"]) == ("fail", "ok")


def test_each_identity_reads_one_value_at_most(on_vault: Run, azure: EmulatorProcess) -> None:
    on_vault("--check", "--sign-in", "azure-cli", *APP, secret=SECRET)
    answered = [record for record in value_requests(azure.log()) if record.status != 401]
    assert len(answered) == 2


def test_for_people_each_check_is_one_marked_line(on_vault: Run) -> None:
    lines = on_vault("--check").out.splitlines()
    assert sum(line[:1] in "✓!✗·" for line in lines) == len(CHECKS)


def test_a_tracked_env_fails_the_checklist(on_vault: Run, project: Path) -> None:
    repository_with(project, ".env")
    ran = on_vault("--check", "--json", *APP, secret=SECRET)
    assert (ran.code, outcomes(ran)["kept out of git"]) == (Exit.UNRESOLVED, "fail")


def test_an_env_that_git_would_take_is_a_warning(on_vault: Run, project: Path) -> None:
    repository_with(project)
    assert outcomes(on_vault("--check", "--json"))["kept out of git"] == "warn"
    (project / ".gitignore").write_text(".env\n")
    assert outcomes(on_vault("--check", "--json"))["kept out of git"] == "ok"
