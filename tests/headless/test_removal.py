"""`--export env --remove`: ours out of `.env` again, without complete settings."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from kvtui.app.exits import Exit
from tests.headless.conftest import Run
from tests.headless.test_export import ENV, SECRET, WHO
from tests.repositories import repository_with

THEIRS = "# theirs\r\nTOKEN=kv-canary-1\r\n"


@pytest.fixture
def env(project: Path) -> Path:
    path = project / ".env"
    path.write_bytes(THEIRS.encode() + ENV.encode())
    return path


def test_managed_lines_are_taken_out_and_the_rest_stays_byte_for_byte(run: Run, env: Path) -> None:
    ran = run("--export", "env", "--remove", "-o", str(env))
    assert (ran.code, ran.out, env.read_bytes()) == (Exit.OK, "", THEIRS.encode())
    assert ".env: removed the lines managed by kvtui; the rest is verified." in ran.err


def test_the_secret_alone_can_be_taken_out(run: Run, env: Path) -> None:
    ran = run("--export", "env", "--remove", "secret", "-o", str(env))
    assert ran.code == Exit.OK
    assert env.read_bytes() == THEIRS.encode() + ENV.encode().replace(
        b', "client_secret": "pa\\u0024\\u0024w\\u0023rd\\u00271"', b""
    )


def test_after_the_secret_is_out_an_export_asks_for_it_again(run: Run, env: Path) -> None:
    run("--export", "env", "--remove", "secret", "-o", str(env))
    ran = run("--export", "env")
    assert ran.code == Exit.USAGE
    assert "The client secret is missing" in ran.err


def test_what_is_left_is_for_its_owner_alone(run: Run, env: Path) -> None:
    env.chmod(0o644)
    run("--export", "env", "--remove", "-o", str(env))
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_a_dry_run_shows_the_masked_diff_and_writes_nothing(run: Run, env: Path) -> None:
    before = env.read_bytes()
    ran = run("--export", "env", "--remove", "--dry-run")
    assert env.read_bytes() == before
    assert "-AIRFLOW__SECRETS__BACKEND_KWARGS=" in ran.out
    assert "kv-canary" not in ran.out + ran.err
    assert "u0024" not in ran.out + ran.err


def test_a_second_time_nothing_has_to_be_done(run: Run, env: Path) -> None:
    run("--export", "env", "--remove", "-o", str(env))
    before = env.stat()
    ran = run("--export", "env", "--remove", "-o", str(env))
    assert (ran.code, env.stat()) == (Exit.OK, before)
    assert "note: .env contains no lines managed by kvtui." in ran.err


def test_as_json_it_is_one_document_with_the_diff(run: Run, env: Path) -> None:
    document: Any = run("--export", "env", "--remove", "--json", "-o", str(env)).document
    assert (document["written"], document["files"][0]["changed"]) == ([".env"], True)
    assert "kv-canary" not in str(document)


@pytest.mark.parametrize(
    "words",
    [
        ("--export", "env", "--remove"),
        ("--export", "all", "--remove", "-o", "."),
        ("--export", "env", "--remove", "-o", "-"),
    ],
)
def test_it_must_be_said_from_which_env(run: Run, env: Path, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, "--remove needs the file: --export env -o .env." in ran.err) == (Exit.USAGE, True)


def test_a_link_in_the_envs_place_is_rejected_and_left_alone(run: Run, env: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    env.rename(real)
    (tmp_path / "out.env").symlink_to(real)
    ran = run("--export", "env", "--remove", "-o", str(tmp_path / "out.env"), *WHO, secret=SECRET)
    assert ran.code == Exit.NOT_WRITTEN
    assert f"{tmp_path}/out.env is a symbolic link to {real}" in ran.err
    assert real.read_bytes() == THEIRS.encode() + ENV.encode()


def test_a_file_that_is_not_there_is_a_mistake_and_not_a_removal(run: Run, tmp_path: Path) -> None:
    ran = run("--export", "env", "--remove", "-o", str(tmp_path / "nosuch.env"))
    assert (ran.code, "There is no " in ran.err) == (Exit.USAGE, True)


def test_the_lines_of_another_backend_are_not_ours_to_remove(run: Run, env: Path) -> None:
    text = 'AIRFLOW__SECRETS__BACKEND=x.y.Other\nAIRFLOW__SECRETS__BACKEND_KWARGS={"a": "b"}\n'
    env.write_text(text)
    ran = run("--export", "env", "--remove", "-o", str(env))
    assert (ran.code, env.read_text()) == (Exit.OK, text)
    assert "another secrets backend, x.y.Other: kvtui does not manage its lines and keeps them." in ran.err


def test_the_command_that_is_advised_names_the_file_in_question(run: Run, project: Path) -> None:
    path = project / "b.env"
    path.write_text("AIRFLOW__SECRETS__BACKEND_KWARGS={broken\n")
    ran = run("--export", "env", "--remove", "secret", "-o", str(path))
    assert ran.code == Exit.NOT_WRITTEN
    assert "Line 1 of b.env: AIRFLOW__SECRETS__BACKEND_KWARGS is not a JSON object" in ran.err
    assert f"Remove all lines managed by kvtui: kvtui --export env --remove all -o {path}" in ran.err


def test_an_env_that_git_tracks_is_reported_of_as_well(run: Run, project: Path, env: Path) -> None:
    repository_with(project, ".env")
    ran = run("--export", "env", "--remove", "secret", "-o", str(env))
    assert ran.err.startswith("note: GIT TRACKS .env:")
    assert "stay in the history: rotate the secrets in them." in ran.err


def test_export_and_quotes_stay_where_the_secret_goes(run: Run, env: Path) -> None:
    env.write_text('export AIRFLOW__SECRETS__BACKEND_KWARGS=\'{"sep": "-", "client_secret": "x"}\'\r\n')
    run("--export", "env", "--remove", "secret", "-o", str(env))
    assert env.read_bytes() == b'export AIRFLOW__SECRETS__BACKEND_KWARGS=\'{"sep": "-"}\'\r\n'


def test_a_later_line_that_held_the_secret_alone_does_not_stay_to_win(run: Run, env: Path) -> None:
    first = 'AIRFLOW__SECRETS__BACKEND_KWARGS={"sep": "-"}\n'
    env.write_text(first + 'AIRFLOW__SECRETS__BACKEND_KWARGS={"client_secret": "x"}\n')
    run("--export", "env", "--remove", "secret", "-o", str(env))
    assert env.read_text() == first


def test_two_lines_that_stay_are_reported(run: Run, env: Path) -> None:
    one = 'AIRFLOW__SECRETS__BACKEND_KWARGS={{"sep": "{}", "client_secret": "x"}}\n'
    env.write_text(one.format("-") + one.format("x"))
    ran = run("--export", "env", "--remove", "secret", "-o", str(env))
    assert "KWARGS is set in lines 1, 2 of .env: the first counts for" in ran.err
