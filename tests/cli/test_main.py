"""The command line: what it takes, what it says, and how it ends. Each exit code is reached here for real."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kvtui.cli.main import UsageError, main, parse
from kvtui.emulator import company
from tests.cli.program import Done, kvtui


def usage_error(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a usage error prints."""
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


# Usage errors: one line, exit 2


def test_a_misspelt_option_gets_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean --vault-url?" in usage_error(["--valt-url", "x"], capsys)


@pytest.mark.parametrize("words", [["--client-secret", "kv-canary-1"], ["--client-secret=kv-canary-1"]])
def test_a_secret_as_an_argument_is_rejected_and_not_repeated(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    said = usage_error(words, capsys)
    assert "AZURE_CLIENT_SECRET" in said
    assert "kv-canary" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--export"], "--export needs a value: env, helm, all."),
        (["--help", "lookup"], "There is no help topic 'lookup'. Topics: commands"),
        (["--help", "lookup"], "Did you mean lookups?"),
        (["--vault-url"], "--vault-url needs a value: URL."),
        (["--json=1", "--check"], "--json takes no value."),
        (["--export", "yaml"], "--export: The text given is not one of env, helm, all."),
        (["--simulate", "k", "--kind", "conection"], "Did you mean connection?"),
        (["--simulate", "k", "--kind", "conn"], "Did you mean connection?"),
        (["--check", "--list"], "--list and --check cannot be used together"),
        (
            ["--json"],
            "--json works only with --list, --apps, --simulate, --audit, --compare, --expiring, --import, "
            "--export or --check.",
        ),
        (["--list", "--dry-run"], "--dry-run works only with --export or --import."),
        (
            ["--list", "--shell-sourceable"],
            "--shell-sourceable works only with --export, --check or --save-profile, and in the console.",
        ),
        (["--demo-secrets", "5"], "--demo-secrets works only with --demo."),
        (["--no-variables", "--variables-prefix", "x"], "cannot be used together"),
        (["api_key"], "Unexpected argument (not printed, because it may be a secret)."),
        (["--vault", "x"], "There is no option --vault"),
    ],
)
def test_each_misuse_gets_one_sentence(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in usage_error(words, capsys)


def test_what_is_echoed_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b" not in usage_error(["--\x1b]52;c;x\x07"], capsys)


def test_an_option_may_not_be_shortened() -> None:
    with pytest.raises(UsageError):
        parse(["--vault", "kv-demo"])


# Console or command


def test_without_a_terminal_the_console_never_starts(tmp_path: Path) -> None:
    done = kvtui(cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    for option in ("--export", "--simulate", "--list", "--apps", "--check"):
        assert option in done.stderr


def test_a_terminal_that_cannot_move_its_cursor_gets_no_console(tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "kvtui"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=tmp_path,
        env={"TERM": "dumb", "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=30,
    )
    os.close(terminal)
    assert done.returncode == 2
    assert b"TERM is dumb" in os.read(controller, 4096)
    os.close(controller)


# The exit codes, each by the program itself on its own Azure


def exits(tmp_path: Path, *words: str, **variables: str) -> Done:
    return kvtui("--demo", "--project", str(tmp_path), *words, cwd=tmp_path, **variables)


def test_exit_0_when_all_is_well(tmp_path: Path) -> None:
    done = exits(tmp_path, "--simulate", "api_base_url", "--json")
    assert (done.returncode, len(json.loads(done.stdout))) == (0, 1)


def test_exit_2_for_a_vault_that_is_none(tmp_path: Path) -> None:
    done = exits(tmp_path, "--list", "--vault-url", "https://evil.example/")
    assert (done.returncode, done.stdout) == (2, "")


def test_exit_2_for_a_project_that_is_not_there(tmp_path: Path) -> None:
    done = kvtui("--export", "env", "--project", str(tmp_path / "none"), cwd=tmp_path)
    assert (done.returncode, "does not exist" in done.stderr) == (2, True)


def test_exit_3_when_nobody_can_sign_in(tmp_path: Path) -> None:
    assert exits(tmp_path, "--list", "--sign-in", "environment").returncode == 3


def test_exit_4_when_access_is_denied(tmp_path: Path) -> None:
    assert exits(tmp_path, "--list", "--vault-url", company.VAULT_PRIVATE).returncode == 4


def test_exit_5_when_a_key_does_not_resolve(tmp_path: Path) -> None:
    assert exits(tmp_path, "--simulate", "no_such_key").returncode == 5


def test_exit_6_when_the_vault_cannot_be_reached(tmp_path: Path) -> None:
    assert exits(tmp_path, "--list", "--vault-url", "kv-nosuch").returncode == 6


def test_exit_7_when_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    done = exits(
        tmp_path,
        *("--export", "env", "--auth-mode", "managed-identity", "--client-id", company.MI_AIRFLOW_PROD),
        *("-o", str(tmp_path / "open" / ".env")),
    )
    assert (done.returncode, list((tmp_path / "open").iterdir())) == (7, [])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--simulate api_base_url no_such_key", 5),
        ("--audit .", 5),
        ("--apps no-such-app", 5),
        ("--check", 5),
        ("--list", 0),
        ("--export env --vault-url http://kv-demo", 2),
    ],
)
@pytest.mark.parametrize("closed", ["| true", "2>&1 | true"])
def test_a_closed_pipe_does_not_change_the_exit_code(
    tmp_path: Path, words: str, code: int, closed: str
) -> None:
    (tmp_path / "dag.py").write_text("from airflow.sdk import Variable\nVariable.get('no_such_key')\n")
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{sys.executable} -m kvtui --demo --project . {words} {closed}; echo ${{PIPESTATUS[0]}}",
        ],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout, "Traceback" in done.stderr) == (f"{code}\n", False)


def test_a_failing_json_run_prints_its_problem_with_the_same_exit_code(tmp_path: Path) -> None:
    done = exits(tmp_path, "--list", "--vault-url", company.VAULT_PRIVATE, "--json")
    problem = json.loads(done.stdout)["problem"]
    assert (done.returncode, problem["exit"], bool(problem["what"] and problem["remedy"])) == (4, 4, True)


def test_a_command_line_that_is_rejected_prints_its_problem_as_json(tmp_path: Path) -> None:
    done = kvtui("--simulate", "key", "--json", "--kind", "table", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["problem"]["exit"]) == (2, 2)


def test_a_redirection_into_a_file_of_the_project_is_usage_error(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("workers: []\n")
    done = redirected(tmp_path, ">> values.yaml")
    assert (done.returncode, (tmp_path / "values.yaml").read_text()) == (7, "workers: []\n")
    assert "-o values.yaml" in done.stderr


def test_a_file_that_the_shell_emptied_is_named_with_its_way_back(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("workers: []\n")
    assert "git restore values.yaml" in redirected(tmp_path, "> values.yaml").stderr


def test_a_fragment_in_another_file_gets_a_warning_where_values_exist(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("workers: []\n")
    done = redirected(tmp_path, "> other.yaml")
    assert (done.returncode, "warning: only kvtui's lines" in done.stderr) == (0, True)
    assert "There is no values.yaml yet" not in done.stderr


def redirected(project: Path, where: str) -> Done:
    """`--export helm`, its stdout led into a file by the shell."""
    words = "--export helm --auth-mode managed-identity --vault-url kv-demo"
    ids = f"--tenant-id {company.TENANT_ID} --client-id {company.MI_AIRFLOW_PROD}"
    return subprocess.run(
        ["bash", "-c", f"{sys.executable} -m kvtui {words} {ids} {where}"],
        cwd=project,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_details_do_not_repeat_what_is_said(tmp_path: Path) -> None:
    done = kvtui("--list", "--vault-url", "kv-demo", cwd=tmp_path, AZURE_AUTHORITY_HOST="")
    assert done.returncode in (3, 6)
    assert "\\n" not in done.stderr
    assert "details:" not in done.stderr


def test_no_traceback_reaches_the_user_when_stdout_goes_away(tmp_path: Path) -> None:
    command = f"{sys.executable} -m kvtui --demo --project . --list | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "0\n"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
@pytest.mark.parametrize(
    "words", ["--help", "--nonsense", "--export env --vault-url kv-demo", "--list --vault-url x"]
)
def test_a_stream_that_is_closed_from_the_start_is_no_defect(tmp_path: Path, words: str, closed: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m kvtui {words} {closed}"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == (0 if words == "--help" else 2)
    assert "defect" not in done.stderr
    assert "Traceback" not in done.stderr


# The demo


def test_the_demo_works_in_a_copy_that_is_deleted(tmp_path: Path) -> None:
    done = kvtui("--demo", "--check", "--json", cwd=tmp_path, TMPDIR=str(tmp_path))
    assert json.loads(done.stdout)["checks"][0]["verdict"] == "ok"
    assert list(tmp_path.iterdir()) == []


def test_the_demo_keeps_its_profiles_to_itself(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    done = kvtui("--demo", "--save-profile", "mine", "--check", cwd=tmp_path / "home", TMPDIR=str(tmp_path))
    assert ("mine was not saved" in done.stderr, list(tmp_path.rglob("*"))) == (True, [tmp_path / "home"])


def test_the_demo_leaves_a_real_azure_alone(tmp_path: Path) -> None:
    real = {"AZURE_TENANT_ID": "fabrikam.com", "AZURE_CLIENT_ID": "x", "AZURE_CLIENT_SECRET": "kv-canary-1"}
    done = exits(tmp_path, "--list", **real)
    assert (done.returncode, "The demo has its own Azure" in done.stderr) == (0, True)


@pytest.mark.parametrize("chosen", [{}, {"KVTUI_CLIENT_ID": company.ASTRO_PROD}])
def test_the_demo_ignores_a_client_secret_that_is_not_its_own(tmp_path: Path, chosen: dict[str, str]) -> None:
    done = exits(tmp_path, "--export", "env", "--dry-run", AZURE_CLIENT_SECRET="kv-canary-1", **chosen)
    assert "The demo has its own Azure and ignores AZURE_CLIENT_SECRET." in done.stderr


def test_the_demos_own_apps_are_used(tmp_path: Path) -> None:
    secret = company.CLIENT_SECRETS[company.ASTRO_PROD]
    done = exits(
        tmp_path,
        "--simulate",
        "api_base_url",
        "--json",
        AZURE_CLIENT_SECRET=secret,
        KVTUI_CLIENT_ID=company.ASTRO_PROD,
    )
    assert json.loads(done.stdout)[0]["runs_as"] == {"kind": "deployment", "name": "astro-prod"}


def test_the_demos_vault_can_be_filled(tmp_path: Path) -> None:
    done = exits(tmp_path, "--list", "--json", "--demo-secrets", "300")
    assert json.loads(done.stdout)["count"] == 300


@pytest.mark.parametrize("number", ["0", "-1", "many", "250001", "1e3"])
def test_only_a_number_of_secrets_fills_it(tmp_path: Path, number: str) -> None:
    done = kvtui("--demo", f"--demo-secrets={number}", "--list", cwd=tmp_path)
    assert (done.returncode, "from 1 to 250000" in done.stderr) == (2, True)


def test_the_secret_may_come_from_stdin(tmp_path: Path) -> None:
    done = kvtui(
        *(
            "--export",
            "env",
            "--client-secret-file",
            "-",
            "--vault-url",
            "kv-demo",
            "--tenant-id",
            "contoso.com",
        ),
        *("--client-id", company.ASTRO_PROD),
        cwd=tmp_path,
        stdin="kv-canary-1\n",
    )
    assert (done.returncode, '"client_secret": "kv-canary-1"' in done.stdout) == (0, True)


def test_a_file_behind_a_link_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("A=1\n")
    (tmp_path / ".env").symlink_to("real")
    done = kvtui("--export", "env", "-o", ".env", "--project", ".", cwd=tmp_path)
    assert done.returncode == 7


@pytest.mark.parametrize(
    ("flag", "typed", "words"),
    [
        (
            "--kind",
            "conection",
            "'conection' is not one of variable, connection, config. Did you mean connection?",
        ),
        ("--context", "taks", "'taks' is not one of task, server, triggerer. Did you mean task?"),
        ("--kind", "x", "The text given is not one of variable, connection, config. Give one of these."),
        ("--context", "x", "The text given is not one of task, server, triggerer. Give one of these."),
    ],
)
def test_a_wrong_choice_gets_the_same_sentence_from_every_option(
    flag: str, typed: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert usage_error(["--simulate", "k", flag, typed], capsys) == f"kvtui: {flag}: {words}\n"


@pytest.mark.parametrize("option", ["--theme", "--ascii"])
@pytest.mark.parametrize("command", [["--list", "x"], []])
def test_an_unknown_look_is_reported_whatever_is_run(option: str, command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kvtui", option, "foo", *command],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, option in done.stderr) == (2, True)
