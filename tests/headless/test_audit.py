"""`--audit PATH`: what the DAGs use, by outcome, and the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kvtui.app.exits import Exit
from kvtui.cli.main import parse
from kvtui.cli.startup import begin_headless
from kvtui.emulator import company
from kvtui.emulator.sample_project import create_sample_project
from tests.emulator_support.process import EmulatorProcess, value_requests
from tests.headless.conftest import Run

GET = "from airflow.sdk import Variable\n"


@pytest.fixture
def dags(project: Path) -> Path:
    """The project's folder of DAGs."""
    folder = project / "dags"
    folder.mkdir()
    return folder


def audit(run: Run, project: Path, *words: str) -> Any:
    return run("--audit", str(project), *words)


def test_keys_that_all_resolve_exit_0(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text(f'{GET}Variable.get("api_base_url")')
    ran = audit(on_vault, project)
    summary, *lines = ran.out.splitlines()
    assert (ran.code, "0 missing, 0 cannot be looked up, 1 resolved" in summary) == (Exit.OK, True)
    assert lines[:2] == [
        "Resolved: 1",
        '  variable "api_base_url"  airflow-variables-api-base-url  dags/a.py:2',
    ]


def test_a_key_of_many_places_is_one_line_that_counts_them(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text(GET + 'Variable.get("api_base_url")\n' * 13)
    assert "  airflow-variables-api-base-url  dags/a.py:2 and 12 more\n" in audit(on_vault, project).out


def test_verbose_lists_every_place(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text(GET + 'Variable.get("api_base_url")\n' * 2)
    shown = audit(on_vault, project, "--verbose").out
    assert "      dags/a.py:2  Variable.get\n      dags/a.py:3  Variable.get\n" in shown


def test_what_is_not_decidable_is_counted_by_reason(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text(f'import os\n{GET}K = os.environ["K"]\n' + "Variable.get(K)\n" * 3)
    shown = audit(on_vault, project).out
    assert (
        "  3 uses: the key depends on the environment variable K\n      variable K  dags/a.py:4 and 2 more\n"
        in shown
    )


def test_lookups_at_parse_time_are_said_with_their_requests(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text(f'from airflow.sdk import DAG\n{GET}Variable.get("api_base_url")')
    assert "about 120 requests to the vault an hour" in audit(on_vault, project).out
    (dags / "b.py").write_text(
        f'import os\nfrom airflow.sdk import DAG\n{GET}Variable.get(os.environ["KEY"])'
    )
    ran = audit(on_vault, project)
    assert (ran.code, "about 240 requests to the vault an hour" in ran.out) == (Exit.OK, True)


def test_a_key_that_only_tests_use_does_not_fail(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "test_a.py").write_text(f'{GET}Variable.get("nowhere")')
    assert audit(on_vault, project).code == Exit.OK


def test_a_variable_that_the_code_stores_does_not_fail(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text(f'{GET}Variable.set("cursor", 1)\nVariable.get("cursor")')
    ran = audit(on_vault, project)
    assert (ran.code, "The code stores it (dags/a.py:2)" in ran.out) == (Exit.OK, True)


def test_nothing_found_beside_unread_files_of_airflow_is_no_success(
    on_vault: Run, project: Path, dags: Path
) -> None:
    (dags / "a.py").write_text("x = 1")
    (project / "jobs.py").write_text(f'{GET}Variable.get("k")')
    ran = audit(on_vault, project)
    assert ran.code == Exit.UNRESOLVED
    assert "nothing was found, and 1 Python file outside the DAGs" in ran.err


@pytest.mark.parametrize("key", ["etl_batch_size", "no.name", "exchange_rates_url"])
def test_a_key_that_is_missing_or_unreachable_exits_5(
    on_vault: Run, project: Path, dags: Path, key: str
) -> None:
    (dags / "a.py").write_text(f'{GET}Variable.get("{key}")')
    assert audit(on_vault, project).code == Exit.UNRESOLVED


@pytest.mark.parametrize(
    "code",
    [
        'Variable.get("nowhere", default=None)',
        'Variable.get("only_local")',
        "Variable.get(input())",
        '"{{ var.value.get(params.x) }}"',
        "",
    ],
)
def test_a_default_another_answer_and_what_is_not_decidable_exit_0(
    on_vault: Run, project: Path, dags: Path, code: str
) -> None:
    (project / ".env").write_text("AIRFLOW_VAR_ONLY_LOCAL=1\n")
    (dags / "a.py").write_text(GET + code)
    assert audit(on_vault, project).code == Exit.OK


def test_the_dockerfiles_environment_answers_elsewhere(on_vault: Run, project: Path, dags: Path) -> None:
    (project / "Dockerfile").write_text("FROM astrocrpublic.azurecr.io/runtime:3.1-10\nENV AIRFLOW_VAR_X=1\n")
    (dags / "a.py").write_text(f'{GET}Variable.get("x")')
    assert "Set outside the vault: 1" in audit(on_vault, project).out


def test_the_projects_env_counts_if_only_its_path_is_given(
    project: Path, dags: Path, azure: EmulatorProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".env").write_text("AIRFLOW_VAR_ONLY_LOCAL=1\n")
    (dags / "a.py").write_text(f'{GET}Variable.get("only_local")')
    given = parse(["--audit", str(project), "--vault-url", company.VAULT_RBAC])
    assert begin_headless(given, "audit") == Exit.OK
    assert "Set outside the vault: 1" in capsys.readouterr().out


@pytest.mark.parametrize("inside", ["dags", "dags/a.py", "dags/../dags/team"])
def test_a_path_inside_the_project_finds_its_env(
    project: Path, dags: Path, inside: str, azure: EmulatorProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".env").write_text("AIRFLOW_VAR_ONLY_LOCAL=1\n")
    (dags / "team").mkdir()
    for name in ("a.py", "team/b.py"):
        (dags / name).write_text(f'{GET}Variable.get("only_local")')
    given = parse(["--audit", str(project / inside), "--vault-url", company.VAULT_RBAC])
    assert begin_headless(given, "audit") == Exit.OK
    said = capsys.readouterr()
    assert "Set outside the vault: 1" in said.out
    assert f"note: The project is {project}." in said.err


def test_the_env_of_the_current_directory_does_not_count_for_a_project_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    (elsewhere / "dags").mkdir(parents=True)
    (elsewhere / "dags" / "a.py").write_text(f'{GET}Variable.get("only_local")')
    here.mkdir()
    (here / ".env").write_text("AIRFLOW_VAR_ONLY_LOCAL=1\n")
    (here / "names.txt").write_text("")
    monkeypatch.chdir(here)
    given = parse(["--audit", str(elsewhere), "--names", "names.txt"])
    assert begin_headless(given, "audit") == Exit.UNRESOLVED
    assert f"note: The project is {elsewhere}." in capsys.readouterr().err


class TestTheDemoHere:
    """`--demo --audit .`"""

    def audited(self, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
        code = begin_headless(parse(["--demo", "--audit", "."]), "audit")
        said = capsys.readouterr()
        return code, said.err + said.out

    @pytest.fixture(autouse=True)
    def here(self, project: Path, monkeypatch: pytest.MonkeyPatch, azure: EmulatorProcess) -> None:
        monkeypatch.chdir(project)

    def test_where_no_dags_are_the_sample_project_is_audited_and_named(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, said = self.audited(capsys)
        assert code == Exit.UNRESOLVED
        assert "note: There are no DAGs here. Auditing the demo's sample project: /" in said

    def test_dags_that_are_here_are_audited(self, dags: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (dags / "a.py").write_text(f'{GET}Variable.get("api_base_url")')
        code, said = self.audited(capsys)
        assert (code, "1 file read" in said) == (Exit.OK, True)

    def test_dags_of_a_project_below_are_audited(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        below = project / "team" / "airflow" / "dags"
        below.mkdir(parents=True)
        (below / "a.py").write_text(f'{GET}Variable.get("api_base_url")')
        code, said = self.audited(capsys)
        assert (code, "1 file read" in said) == (Exit.OK, True)

    def test_dags_that_are_here_are_told_apart_from_the_demos_own_files(
        self, dags: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (dags / "a.py").write_text(f'{GET}Variable.get("api_base_url")')
        _, said = self.audited(capsys)
        assert "requirements.txt and .env from its own sample project.\n" in said
        assert f"note: The DAGs are from {dags.parent}.\n" in said


def test_the_summary_comes_first_and_then_what_is_missing(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text(f'{GET}Variable.get("api_base_url")\nVariable.get("etl_batch_size")')
    ran = audit(on_vault, project)
    summary, first, key, *_ = ran.out.splitlines()
    assert "1 missing, 0 cannot be looked up, 1 resolved" in summary
    assert "listed by ana@contoso.com" in summary
    assert (first, key.split("  ")[1]) == ("Missing: 1", 'variable "etl_batch_size"')


def test_as_json_it_is_one_document(on_vault: Run, tmp_path: Path) -> None:
    sample = create_sample_project(tmp_path)
    document = audit(on_vault, sample, "--json").document
    assert list(document) == [
        "path",
        "files",
        "seconds",
        "vault",
        "asked_as",
        "uses",
        "undecidable",
        "unreadable",
        "by_looks",
        "collisions",
        "summary",
        "failing",
        "undecidable_groups",
        "advice",
        "parse_time",
        "unused",
        "unread",
        "notes",
        "names_from",
        "baseline",
        "configuration",
    ]
    assert set(document["uses"][0]) == {
        "kind",
        "key",
        "verdict",
        "secret_name",
        "detail",
        "fix",
        "default_given",
        "places",
        "fails",
        "set_at",
    }
    assert set(document["uses"][0]["places"][0]) >= {"file", "line", "how", "through", "aside", "parse_time"}
    assert set(document["undecidable"][0]) == {
        "kind",
        "expression",
        "file",
        "line",
        "why",
        "ignored",
        "loads",
    }
    assert set(document["collisions"][0]) == {"kind", "secret_name", "keys"}
    assert document["vault"] == f"https://{company.VAULT_RBAC}.vault.azure.net/"


def test_the_sample_project_has_a_key_for_every_result(on_vault: Run, tmp_path: Path) -> None:
    sample = create_sample_project(tmp_path)
    document = on_vault("--audit", str(sample), "--json").document
    assert isinstance(document, dict)
    outcomes = {"missing", "unreachable", "resolves", "elsewhere", "undecidable"}
    assert set(document["summary"]) == {*outcomes, "found", "ignored"}
    found = {each["verdict"] for each in document["uses"]}
    assert found >= {"missing", "unreachable", "resolves"}


def test_a_file_that_cannot_be_read_is_listed(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text("x = (\n")
    ran = audit(on_vault, project)
    assert "\nCannot be read: 1\n  dags/a.py:1  not Python" in ran.out


def test_python_that_cannot_be_parsed_is_a_failed_check_and_said_at_the_end(
    on_vault: Run, project: Path, dags: Path
) -> None:
    (dags / "a.py").write_text("x = (\n")
    ran = audit(on_vault, project)
    assert ran.code == Exit.UNRESOLVED
    assert ran.err.endswith("Failed: 1 Python file not checked.\n")


def test_a_template_that_is_read_by_its_looks_is_no_failure(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text("")
    (dags / "b.sql").write_text("{{ var.value.api_base_url }\n{{ 1 ")
    ran = audit(on_vault, project)
    assert (ran.code, "Cannot be read" in ran.out) == (Exit.OK, False)
    assert "Do not parse (read as plain text): 1\n  dags/b.sql:1" in ran.out


def test_a_path_with_nothing_to_read_exits_2(on_vault: Run, project: Path) -> None:
    ran = audit(on_vault, project)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "contains no Python file, and no template that uses a variable or a connection." in ran.err


def test_a_file_that_is_no_dag_exits_2(on_vault: Run, project: Path) -> None:
    (project / "passwd").write_text("root:x:0:0::/root:/bin/sh\n")
    assert audit(on_vault, project / "passwd").code == Exit.USAGE


def test_no_value_is_asked_for(on_vault: Run, tmp_path: Path, azure: EmulatorProcess) -> None:
    audit(on_vault, create_sample_project(tmp_path))
    assert value_requests(azure.log()) == []


def test_names_that_may_not_be_listed_exit_4(
    on_vault: Run, project: Path, dags: Path, azure: EmulatorProcess
) -> None:
    azure.set_scenario(az_user=company.USER_WITHOUT_RIGHTS)
    (dags / "a.py").write_text("")
    assert audit(on_vault, project).code == Exit.DENIED


def test_a_path_that_is_not_there_is_named_before_a_vault_is_asked_for(run: Run, tmp_path: Path) -> None:
    document: Any = run("--audit", str(tmp_path / "nowhere"), "--json").document
    assert "nowhere is not there." in document["problem"]["what"]


def test_a_path_that_is_not_there_exits_2(on_vault: Run, project: Path) -> None:
    ran = audit(on_vault, project / "nowhere")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert "is not there" in ran.err


def test_without_a_vault_it_exits_2(run: Run, project: Path) -> None:
    assert audit(run, project).code == Exit.USAGE


def test_the_deployment_identity_can_list_the_names(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text("")
    secret = company.CLIENT_SECRETS[company.ASTRO_PROD]
    ran = on_vault(
        *("--audit", str(project), "--as", "deployment"),
        *("--client-id", company.ASTRO_PROD, "--tenant-id", company.TENANT_ID),
        secret=secret,
    )
    assert ran.code in (Exit.OK, Exit.DENIED)
    assert "astro-prod" in ran.out or company.ASTRO_PROD in ran.out + ran.err


def test_a_connection_that_a_dag_names_cannot_steer_the_terminal(
    on_vault: Run, project: Path, dags: Path
) -> None:
    (dags / "a.py").write_text(f'{GET}Variable.get("a\\x1b[2Jb")')
    ran = audit(on_vault, project)
    assert "\x1b" not in ran.out
    assert "a\\e[2Jb" in ran.out


def test_keys_that_fail_are_counted_apart_from_those_with_a_default(
    on_vault: Run, project: Path, dags: Path
) -> None:
    (dags / "a.py").write_text(f'{GET}Variable.get("nowhere")\nVariable.get("nor_here", default=1)')
    ran = audit(on_vault, project)
    assert "\nMissing: 2 (1 of them fails)\n" in ran.out
    assert ran.err.endswith("Failed: 1 key (1 of the 2 missing).\n")


def test_an_empty_key_is_seen(on_vault: Run, project: Path, dags: Path) -> None:
    (dags / "a.py").write_text(f'{GET}Variable.get("")')
    assert '  variable ""  airflow-variables-  dags/a.py:2\n' in audit(on_vault, project).out
