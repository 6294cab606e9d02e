"""The next steps of `--export`: each command can be run as it is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kvtui.app.exits import Exit
from kvtui.cli.main import parse
from kvtui.cli.startup import begin_headless
from kvtui.core.problems import ProblemError
from kvtui.emulator import company
from tests.headless.conftest import Run

WHO = ("--vault-url", "kv-prod", "--tenant-id", company.TENANT_ID, "--client-id", company.ASTRO_PROD)
SECRET = "s3cret~not-a-real-one-0123456789abcdef"
DEMO = ["--demo", "--export", "env", "--client-id", company.ASTRO_PROD]


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    file = tmp_path / "secret file"
    file.write_text(SECRET)
    file.chmod(0o600)
    return file


def commands(said: str) -> list[str]:
    """The printed commands of kvtui."""
    return [line.strip() for line in said.splitlines() if line.startswith("    kvtui ")]


def test_the_first_step_of_printed_lines_writes_them_with_the_same_options(
    run: Run, project: Path, secret_file: Path
) -> None:
    ran = run("--export", "env", *WHO, "--sep", "-", "--no-config", "--client-secret-file", str(secret_file))
    again = shlex.split(commands(ran.err)[0])
    assert again[0] == "kvtui"
    assert run(*again[1:]).code == Exit.OK
    assert (project / ".env").read_text() == ran.out


def test_the_steps_after_it_work_once_it_was_run(run: Run, project: Path, secret_file: Path) -> None:
    ran = run("--export", "env", *WHO, "--client-secret-file", str(secret_file))
    write, remove = (shlex.split(command)[1:] for command in commands(ran.err))
    run(*write)
    assert run(*remove[:-1], str(project / remove[-1])).code == Exit.OK
    assert SECRET not in (project / ".env").read_text()


def test_a_secret_of_the_environment_has_to_be_set_again(run: Run) -> None:
    ran = run("--export", "env", *WHO, secret=SECRET)
    assert "    Set AZURE_CLIENT_SECRET again if you set it only for this command.\n" in ran.err


def test_a_secret_of_a_file_has_not(run: Run, secret_file: Path) -> None:
    ran = run("--export", "env", *WHO, "--client-secret-file", str(secret_file))
    assert "AZURE_CLIENT_SECRET" not in ran.err


def test_written_files_need_no_step_that_writes_them(run: Run, project: Path) -> None:
    ran = run("--export", "env", "-o", str(project / ".env"), *WHO, secret=SECRET)
    assert "next: Write the lines" not in ran.err


def test_a_requirements_file_that_is_not_there_is_not_said_to_be(run: Run, project: Path) -> None:
    ran = run("--export", "env", "-o", str(project / ".env"), *WHO, secret=SECRET)
    assert "gets the provider from requirements.txt" not in ran.err
    assert "There is no requirements.txt: make one that lists apache-airflow" in ran.err


@pytest.mark.parametrize(
    ("what", "says"),
    [("env", ".env is up to date: nothing to write."), ("all", "are up to date: nothing to write.")],
)
def test_a_dry_run_without_a_change_says_so(run: Run, project: Path, what: str, says: str) -> None:
    run("--export", "all", "-o", str(project), *WHO, secret=SECRET)
    ran = run("--export", what, "--dry-run", *WHO, secret=SECRET)
    assert (ran.code, ran.out, says in ran.err) == (Exit.OK, "", True)


def test_a_dry_run_with_a_change_does_not(run: Run) -> None:
    assert "nothing to write" not in run("--export", "env", "--dry-run", *WHO, secret=SECRET).err


def test_the_demo_names_no_directory_that_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    words = [*DEMO, "--client-secret-file", "demo-secrets/astro-prod"]
    assert begin_headless(parse(words), "export") == Exit.OK
    said = capsys.readouterr().err
    assert "The demo's sample project is deleted now." in said
    assert "    cd " not in said


def test_without_a_secret_the_demo_names_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ProblemError, match="--client-secret-file demo-secrets/astro-prod"):
        begin_headless(parse(DEMO), "export")


def test_what_a_program_cannot_read_is_one_sentence_with_one_colon(run: Run) -> None:
    ran = run("--export", "env", *WHO, secret=SECRET)
    sentence = "    bash and sh cannot read AIRFLOW__SECRETS__BACKEND_KWARGS: a shell would run the rest of "
    assert f"{sentence}the line as a command.\n" in ran.err


def test_a_file_to_remove_from_has_to_exist_at_its_path(run: Run) -> None:
    ran = run("--export", "env", "--remove", "-o", "nofile.env")
    assert (ran.code, "There is no nofile.env.\n  Check the path.\n" in ran.err) == (Exit.USAGE, True)


@pytest.mark.parametrize(("what", "where"), [("helm", "values.yaml"), ("all", ".")])
def test_the_option_that_merges_the_lines_works_in_that_command(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, what: str, where: str
) -> None:
    monkeypatch.chdir(project)
    (project / "values.yaml").write_text("workers: []\n")
    words = ("--export", what, *WHO, "--target", "remote-execution", "--namespace", "ns")
    named = re.findall(r"; -o (\S+) merges them", run(*words, secret=SECRET).err)
    assert named == [where]
    assert run(*words, "-o", *named, secret=SECRET).code == Exit.OK
