"""`--export`: what is printed, what is merged into files, and what is rejected."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kvtui.app.exits import Exit
from tests.headless.conftest import Run
from tests.repositories import repository_with

WHO = (
    *("--vault-url", "kv-demo", "--tenant-id", "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"),
    *("--client-id", "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"),
)
SECRET = "pa$$w#rd'1"
ENV = (
    "AIRFLOW__SECRETS__BACKEND=airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend\n"
    'AIRFLOW__SECRETS__BACKEND_KWARGS={"connections_prefix": "airflow-connections", "variables_prefix": '
    '"airflow-variables", "vault_url": "https://kv-demo.vault.azure.net/", "tenant_id": '
    '"aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", "client_id": "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb", '
    '"client_secret": "pa\\u0024\\u0024w\\u0023rd\\u00271"}\n'
)


def test_env_is_printed_as_it_would_be_written_and_nothing_else(run: Run) -> None:
    ran = run("--export", "env", *WHO, secret=SECRET)
    assert (ran.code, ran.out) == (Exit.OK, ENV)


def test_what_is_printed_holds_no_other_lines_of_an_existing_file(run: Run, project: Path) -> None:
    (project / ".env").write_text("TOKEN=kv-canary-1\n")
    assert run("--export", "env", *WHO, secret=SECRET).out == ENV


def test_the_next_steps_send_only_the_two_variables_where_env_has_others(run: Run, project: Path) -> None:
    (project / ".env").write_text("TOKEN=kv-canary-1\n")
    steps: Any = run("--export", "env", "--json", *WHO, secret=SECRET).document
    commands = [step["command"] for step in steps["next_steps"]]
    assert "kvtui --export env -o deploy.env" in commands
    assert not any("--load --env .env" in command for command in commands)


def test_several_files_are_headed_by_their_names(run: Run) -> None:
    ran = run("--export", "all", *WHO, secret=SECRET)
    assert [line for line in ran.out.splitlines() if line.startswith("# ")] == [
        "# .env",
        "# requirements.txt",
    ]


def test_as_json_there_are_files_notices_next_steps_and_readers(run: Run) -> None:
    document: Any = run("--export", "env", "--json", *WHO, secret=SECRET).document
    assert set(document) == {"files", "notices", "next_steps", "directory", "readers"}
    assert document["files"] == [{"path": ".env", "secret": True, "content": ENV}]


def test_the_next_steps_of_the_json_say_what_is_missing_and_what_to_do_instead(run: Run) -> None:
    document: Any = run("--export", "all", "--json", *WHO, secret=SECRET).document
    create = document["next_steps"][1]
    assert create["missing"] == ["<deployment-id>"]
    assert create["instead"].startswith("astro deployment variable update ")


def test_a_given_deployment_is_in_the_commands(run: Run) -> None:
    ran = run("--export", "all", *WHO, "--deployment-id", "clx0abc123def456", secret=SECRET)
    assert "    astro deploy clx0abc123def456" in ran.err.splitlines()


def test_what_is_no_deployments_id_is_rejected(run: Run) -> None:
    ran = run("--export", "all", *WHO, "--deployment-id", "a b", secret=SECRET)
    assert (ran.code, "is not a Deployment ID: it must have 8 to 64 " in ran.err) == (
        Exit.USAGE,
        True,
    )


def test_printed_values_carry_their_notices_and_steps(run: Run) -> None:
    ran = run("--export", "helm", *WHO, "--target", "remote-execution", "--namespace", "ns", secret=SECRET)
    assert "note: There is no values.yaml yet. The one that kvtui makes is only a fragment:" in ran.err
    assert "next: Create the Kubernetes Secret" in ran.err
    assert "    kubectl rollout restart deployment --namespace ns" in ran.err.splitlines()
    assert "u0024" not in ran.out + ran.err


def test_printed_values_beside_the_projects_own_say_that_they_are_not_merged(run: Run, project: Path) -> None:
    (project / "values.yaml").write_text("workers: []\n")
    ran = run("--export", "helm", *WHO, "--target", "remote-execution", "--namespace", "ns", secret=SECRET)
    assert "note: Only kvtui's lines are printed, not the rest of values.yaml" in ran.err
    assert "There is no values.yaml yet" not in ran.err


def test_printed_lines_are_for_the_airflow_of_the_projects_image(run: Run, project: Path) -> None:
    (project / "Dockerfile").write_text("FROM apache/airflow:2.10.5\n")
    ran = run("--export", "all", *WHO, secret=SECRET)
    assert "apache-airflow-providers-microsoft-azure>=8.0.0,<=12.8.1\n" in ran.out


def test_half_an_identity_is_rejected_with_everything_that_is_missing(run: Run) -> None:
    ran = run("--export", "env", "--vault-url", "kv-demo")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert all(word in ran.err for word in ("tenant", "client ID", "client secret"))


def test_with_a_path_the_lines_are_merged_and_the_rest_stays(run: Run, project: Path) -> None:
    env = project / ".env"
    env.write_text("# ours\nTOKEN=kv-canary-1\n")
    ran = run("--export", "env", "-o", str(env), *WHO, secret=SECRET)
    assert (ran.code, ran.out) == (Exit.OK, "")
    assert env.read_text() == "# ours\nTOKEN=kv-canary-1\n" + ENV
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert ".env: written and verified." in ran.err


def test_the_shown_diff_masks_our_secret_and_other_peoples(run: Run, project: Path) -> None:
    (project / ".env").write_text("TOKEN=kv-canary-1\n")
    ran = run("--export", "env", "-o", str(project / ".env"), *WHO, secret="kv-canary-2")
    assert "+AIRFLOW__SECRETS__BACKEND=" in ran.err
    assert "kv-canary" not in ran.err


def test_a_second_write_changes_nothing(run: Run, project: Path) -> None:
    env = project / ".env"
    run("--export", "env", "-o", str(env), *WHO, secret=SECRET)
    before = env.stat()
    ran = run("--export", "env", "-o", str(env), *WHO, secret=SECRET)
    assert (ran.code, env.stat().st_ino) == (Exit.OK, before.st_ino)
    assert "is up to date" in ran.err


def test_a_dry_run_prints_the_diff_and_writes_nothing(run: Run, project: Path) -> None:
    ran = run("--export", "env", "--dry-run", *WHO, secret=SECRET)
    assert ran.out.startswith("--- /dev/null\n+++ .env\n@@ ")
    assert list(project.iterdir()) == []


def test_a_dry_run_as_json_shows_the_diff_in_place_of_the_content(run: Run, project: Path) -> None:
    (project / ".env").write_text("TOKEN=kv-canary-1\n")
    ran = run("--export", "env", "--dry-run", "--json", *WHO, secret="kv-canary-2")
    document: Any = ran.document
    assert (document["files"][0]["changed"], "content" in document["files"][0]) == (True, False)
    assert "kv-canary" not in ran.out


def test_what_was_written_is_in_the_json(run: Run, project: Path) -> None:
    document: Any = run("--export", "all", "-o", str(project), "--json", *WHO, secret=SECRET).document
    assert document["written"] == [".env", "requirements.txt"]


def test_a_link_in_the_files_place_is_not_written_through(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("kept\n")
    (tmp_path / "out.env").symlink_to(tmp_path / "elsewhere")
    ran = run("--export", "env", "-o", str(tmp_path / "out.env"), *WHO, secret=SECRET)
    assert ran.code == Exit.NOT_WRITTEN
    assert (tmp_path / "elsewhere").read_text() == "kept\n"


def test_a_directory_that_others_may_write_to_gets_no_secret(run: Run, tmp_path: Path) -> None:
    directory = tmp_path / "open"
    directory.mkdir()
    directory.chmod(0o777)
    ran = run("--export", "env", "-o", str(directory / ".env"), *WHO, secret=SECRET)
    assert (ran.code, list(directory.iterdir())) == (Exit.NOT_WRITTEN, [])


def test_a_written_env_gives_the_settings_back(run: Run, project: Path) -> None:
    run("--export", "env", "-o", str(project / ".env"), *WHO, "--sep", "x", secret=SECRET)
    ran = run("--export", "env", AZURE_CLIENT_SECRET="")
    assert (ran.code, '"sep": "x"' in ran.out, "rd\\u00271" in ran.out) == (Exit.OK, True, True)


def test_an_option_goes_before_the_env_and_the_env_before_a_profile(run: Run, project: Path) -> None:
    run("--save-profile", "team", "--sep", "x", "--variables-prefix", "from-profile")
    run("--export", "env", "-o", str(project / ".env"), *WHO, "--sep", "y", secret=SECRET)
    ran = run(
        "--export", "env", "--profile", "team", "--variables-prefix", "from-option", AZURE_CLIENT_SECRET=""
    )
    kwargs = json.loads(ran.out.partition("KWARGS=")[2])
    assert (kwargs["sep"], kwargs["variables_prefix"]) == ("y", "from-option")


@pytest.mark.parametrize("content", [b"A=\xff\n", b"caf\xe9=1\n"])
def test_an_env_that_is_not_utf_8_is_rejected_and_left_alone(run: Run, project: Path, content: bytes) -> None:
    (project / ".env").write_bytes(content)
    ran = run("--export", "env", "-o", str(project / ".env"), *WHO, secret=SECRET)
    assert (ran.code, (project / ".env").read_bytes()) == (Exit.USAGE, content)
    assert "UTF-8" in ran.err


def test_a_vault_in_the_env_that_is_none_is_reported_and_left_out(run: Run, project: Path) -> None:
    line = 'AIRFLOW__SECRETS__BACKEND_KWARGS={"vault_url": "https://evil.example/", "sep": "_"}\n'
    (project / ".env").write_text(line)
    ran = run("--export", "env")
    assert ran.code == Exit.USAGE
    assert "note: .env: That host is not a vault" in ran.err


def test_an_export_loads_neither_textual_nor_azure_nor_asyncio(project: Path) -> None:
    program = (
        "import sys\nfrom kvtui.cli.main import main\n"
        f"code = main({['--export', 'env', '--project', str(project), *WHO]!r})\n"
        "heavy = {'textual', 'rich', 'azure', 'msgraph', 'aiohttp', 'httpx', 'asyncio', 'ssl'}\n"
        "print(code, sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={"AZURE_CLIENT_SECRET": SECRET, "PATH": ""},
    )
    assert (done.stdout, done.stderr.splitlines()[-1]) == (ENV, "0 []")


def test_the_readers_of_the_env_are_in_the_json(run: Run) -> None:
    document: Any = run("--export", "env", "--json", *WHO, secret=SECRET).document
    assert len(document["readers"]) == 14
    assert [row for row in document["readers"] if row["result"] != "same"] == [
        {
            "reader": "bash, sh",
            "how": "set -a; . ./.env",
            "key": "AIRFLOW__SECRETS__BACKEND_KWARGS",
            "result": "fails",
            "reason": "a shell would run the rest of the line as a command",
        }
    ]


def test_who_reads_the_env_otherwise_is_reported_to_people(run: Run) -> None:
    ran = run("--export", "env", "--shell-sourceable", *WHO, secret=SECRET)
    assert "parsers: 6 of 7 programs read both variables in .env as written." in ran.err
    assert "docker" not in ran.out
    assert (
        "parse and astro dev pytest would get another value of AIRFLOW__SECRETS__BACKEND_KWARGS: the"
        in ran.err
    )


def test_helm_values_have_no_readers_of_env(run: Run) -> None:
    document: Any = run("--export", "helm", "--json", *WHO, secret=SECRET).document
    assert "readers" not in document


def test_with_all_the_gitignore_gets_the_line_that_keeps_the_env_out_of_git(run: Run, project: Path) -> None:
    (project / ".gitignore").write_text("*.log")
    ran = run("--export", "all", "-o", str(project), *WHO, secret=SECRET)
    assert (ran.code, (project / ".gitignore").read_text()) == (Exit.OK, "*.log\n.env\n")
    assert "+.env" in ran.err


def test_the_env_alone_changes_no_gitignore_and_says_so(run: Run, project: Path) -> None:
    (project / ".gitignore").write_text("*.log")
    ran = run("--export", "env", "-o", str(project / ".env"), *WHO, secret=SECRET)
    assert (project / ".gitignore").read_text() == "*.log"
    assert "note: .gitignore does not cover .env" in ran.err


def test_an_env_that_git_tracks_is_a_loud_warning(run: Run, project: Path) -> None:
    repository_with(project, ".env")
    ran = run("--export", "env", "-o", str(project / ".env"), *WHO, secret=SECRET)
    assert ran.code == Exit.OK
    assert ran.err.startswith("note: GIT TRACKS .env: the next commit would include its contents.")


def test_one_reason_for_both_variables_is_reported_once(run: Run, project: Path) -> None:
    (project / ".env").write_text("export FOO=1\n")
    ran = run("--export", "env", "--dry-run", *WHO, secret=SECRET)
    (line,) = [line for line in ran.err.splitlines() if line.startswith("    astro dev parse")]
    assert "AIRFLOW__SECRETS__BACKEND and AIRFLOW__SECRETS__BACKEND_KWARGS: line 1" in line


@pytest.mark.parametrize("locked", [".gitignore", "requirements.txt"])
def test_of_several_files_none_is_written_where_one_cannot_be(run: Run, project: Path, locked: str) -> None:
    (project / ".gitignore").write_text("*.log\n")
    (project / locked).write_text("a\n")
    (project / locked).chmod(0o444)
    ran = run("--export", "all", "-o", str(project), *WHO, secret=SECRET)
    assert (ran.code, (project / ".env").exists()) == (Exit.NOT_WRITTEN, False)
    assert "written: nothing; not written: .env, requirements.txt, .gitignore." in ran.err


def test_a_pipeline_learns_what_was_not_written(run: Run, project: Path) -> None:
    (project / "requirements.txt").write_text("a\n")
    (project / "requirements.txt").chmod(0o444)
    ran = run("--export", "all", "-o", str(project), "--json", *WHO, secret=SECRET)
    document: Any = ran.document
    assert (document["written"], document["not_written"]) == ([], [".env", "requirements.txt"])
    assert "write-protected" in document["problem"]["what"]


def test_the_gitignore_is_written_before_the_secret_that_it_covers(run: Run, project: Path) -> None:
    (project / ".gitignore").write_text("*.log\n")
    document: Any = run("--export", "all", "-o", str(project), "--json", *WHO, secret=SECRET).document
    assert document["written"] == [".gitignore", ".env", "requirements.txt"]


@pytest.mark.parametrize(
    ("what", "name"),
    [
        *(("env", name) for name in ("values.yaml", "x.yml", "requirements.txt", ".gitignore", "Dockerfile")),
        *(("helm", name) for name in (".env", "prod.env", ".env.local", "requirements-client.txt", "a.json")),
    ],
)
def test_lines_of_one_kind_are_not_added_to_a_file_of_another(
    run: Run, project: Path, what: str, name: str
) -> None:
    (project / name).write_text("theirs\n")
    ran = run("--export", what, "-o", str(project / name), *WHO, secret=SECRET)
    assert (ran.code, (project / name).read_text()) == (Exit.USAGE, "theirs\n")
    meant = {"env": "a .env", "helm": "a Helm values file"}[what]
    assert f"{name} does not have the name of {meant}" in ran.err


@pytest.mark.parametrize(("what", "name"), [("env", "astro-vars"), ("env", "prod.txt"), ("helm", "values")])
def test_a_name_that_says_nothing_is_taken(run: Run, project: Path, what: str, name: str) -> None:
    assert run("--export", what, "-o", str(project / name), *WHO, secret=SECRET).code == Exit.OK


def test_notes_call_the_file_by_its_name(run: Run, project: Path) -> None:
    (project / "prod.env").write_text("export A=1\n")
    ran = run("--export", "env", "-o", str(project / "prod.env"), *WHO, secret=SECRET)
    assert "note: Line 1 of prod.env: `export` becomes part" in ran.err
    assert "of .env:" not in ran.err


def test_a_rejected_values_file_is_called_by_its_name(run: Run, project: Path) -> None:
    (project / "dup.yaml").write_text("a: 1\na: 2\n")
    ran = run("--export", "helm", "-o", str(project / "dup.yaml"), *WHO, secret=SECRET)
    assert (ran.code, "dup.yaml has the key 'a' twice" in ran.err) == (Exit.NOT_WRITTEN, True)
    assert "values.yaml" not in ran.err


def test_a_reader_that_never_comes_to_managed_lines_is_said_to_read_none(run: Run, project: Path) -> None:
    (project / "long.env").write_text(f"A={'x' * 70_000}\n")
    ran = run("--export", "env", "-o", str(project / "long.env"), *WHO, secret=SECRET)
    assert ran.code == Exit.UNRESOLVED
    said = "long.env: astro deployment variable --load does not get AIRFLOW__SECRETS__BACKEND and "
    assert any(line.startswith(said) for line in ran.err.splitlines())


def test_another_secrets_backend_is_replaced_with_a_notice(run: Run, project: Path) -> None:
    (project / ".env").write_text("AIRFLOW__SECRETS__BACKEND=x.y.Other\n")
    ran = run("--export", "env", "-o", str(project / ".env"), *WHO, secret=SECRET)
    assert (ran.code, (project / ".env").read_text()) == (Exit.OK, ENV)
    assert "note: .env names another secrets backend, x.y.Other: it is replaced." in ran.err


def test_an_empty_values_file_becomes_a_fragment_with_the_warning(run: Run, project: Path) -> None:
    (project / "values.yaml").write_text("\n")
    ran = run("--export", "helm", "-o", str(project / "values.yaml"), *WHO, secret=SECRET)
    assert "note: values.yaml is empty. The one that kvtui makes is only a fragment" in ran.err


def test_without_a_repository_nothing_is_said_of_a_gitignore(run: Run, project: Path) -> None:
    ran = run("--export", "env", "-o", str(project / ".env"), *WHO, secret=SECRET)
    assert "gitignore" not in ran.err


def test_the_directory_of_the_next_steps_is_reported(run: Run, project: Path, tmp_path: Path) -> None:
    there = tmp_path / "sp ace"
    there.mkdir()
    ran = run("--export", "all", "-o", str(there), *WHO, secret=SECRET)
    assert f"    cd '{there}'" in ran.err.splitlines()
    document: Any = run("--export", "all", "-o", str(there), "--json", *WHO, secret=SECRET).document
    assert document["directory"] == str(there)


def test_a_profile_that_is_replaced_is_reported(run: Run) -> None:
    assert run("--save-profile", "prod", "--sep", "x").err.startswith("Saved: ")
    ran = run("--save-profile", "prod", "--sep", "y")
    assert ran.err.startswith("Replaced the profile prod: ")


def test_a_dry_run_saves_no_profile(run: Run, tmp_path: Path) -> None:
    ran = run("--export", "env", "--dry-run", "--save-profile", "prod", *WHO, secret=SECRET)
    assert "Nothing was saved: without --dry-run" in ran.err
    assert list(tmp_path.rglob("prod.toml")) == []


@pytest.mark.parametrize(("what", "name"), [("env", ".env"), ("helm", "values.yaml")])
def test_a_directory_for_one_file_is_said_to_be_one_and_the_file_is_named(
    run: Run, tmp_path: Path, what: str, name: str
) -> None:
    ran = run("--export", what, "-o", str(tmp_path), *WHO, secret=SECRET)
    assert ran.code == Exit.NOT_WRITTEN
    assert f"{tmp_path} is a directory, not a file." in ran.err
    assert f"Name the file in it: {tmp_path / name}\n" in ran.err
