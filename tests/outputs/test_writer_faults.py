"""The writer killed at every system call, or refused by the kernel: the old file or the new one, whole."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kvtui.app.exits import Exit
from tests.outputs.killing import NEW, OLD

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What each kill left."""
    directory = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.outputs.killing", str(directory)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return [each for each in told if each["killed"]]


def test_every_kind_of_system_call_was_the_last_one(kills: list[dict[str, Any]]) -> None:
    assert {each["call"] for each in kills} >= {"open", "stat", "fchmod", "write", "fsync", "rename", "close"}
    assert len(kills) > 60


def test_a_kill_leaves_the_old_file_or_the_new_one_whole(kills: list[dict[str, Any]]) -> None:
    assert {each["text"] for each in kills if not each["fresh"]} == {OLD, NEW}
    assert {each["text"] for each in kills if each["fresh"]} == {None, NEW}


def test_only_a_kill_behind_the_rename_leaves_the_new_file(kills: list[dict[str, Any]]) -> None:
    behind = [each["text"] == NEW for each in kills if not each["fresh"] and not each["after"]]
    assert behind == sorted(behind)
    renames = [each["text"] for each in kills if each["call"] == "rename" and not each["fresh"]]
    assert renames == [OLD, NEW]


def test_no_file_was_open_to_others_at_any_moment(kills: list[dict[str, Any]]) -> None:
    assert {mode for each in kills for mode in each["modes"]} == {0o600}


def test_the_next_write_tidies_up_whatever_a_kill_left(kills: list[dict[str, Any]]) -> None:
    assert any(each["names"] == 2 for each in kills)
    assert [each["left_over"] for each in kills if each["left_over"]] == []


WRITES = """
# What is imported later might not be readable for another user.
import fcntl, hashlib, os, resource, signal, sys
from pathlib import Path
from kvtui.outputs import writer
from kvtui.outputs.model import FileKind, PlannedFile
from kvtui.app.exits import exit_of
from kvtui.core.problems import ProblemError
from kvtui.project.files import read_file

{before}
path = Path(sys.argv[1])
planned = PlannedFile(read_file(path), sys.argv[2], FileKind.ENV)
{meanwhile}
try:
    writer.write(planned)
except ProblemError as error:
    print(error.problem.what)
    raise SystemExit(int(exit_of(error.problem)))
"""
AS_NOBODY = f"if os.geteuid() == 0: os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})"
FULL = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
FULL += "resource.setrlimit(resource.RLIMIT_FSIZE, (8, 8))"


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A directory with an old `.env` that belongs to a user who is not root."""
    if os.geteuid() == 0:
        for parent in (tmp_path, *tmp_path.parents):
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & stat.S_IXOTH:
                parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
    directory = tmp_path / "theirs"
    directory.mkdir()
    env = directory / ".env"
    env.write_text(OLD)
    env.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(env, NOBODY, NOBODY)
        os.chown(directory, NOBODY, NOBODY)
    return env


def written(path: Path, *, before: str = "", meanwhile: str = "") -> tuple[int, str]:
    """The exit code and the words of a write in a process of its own."""
    program = WRITES.format(before=before, meanwhile=meanwhile)
    command = [sys.executable, "-c", program, str(path), NEW]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_user_who_may_write_writes(theirs: Path) -> None:
    assert written(theirs, before=AS_NOBODY) == (Exit.OK, "")
    assert theirs.read_text() == NEW


def test_a_read_only_directory_is_named_and_the_old_file_stays(theirs: Path) -> None:
    theirs.parent.chmod(0o555)
    code, words = written(theirs, before=AS_NOBODY)
    theirs.parent.chmod(0o755)
    assert (code, theirs.read_text()) == (Exit.NOT_WRITTEN, OLD)
    assert "this user may not write in its directory" in words


def test_a_directory_that_may_not_be_entered_is_named_and_the_old_file_stays(theirs: Path) -> None:
    meanwhile = "os.chmod(path.parent, 0o200)"
    code, words = written(theirs, before=AS_NOBODY, meanwhile=meanwhile)
    theirs.parent.chmod(0o755)
    assert (code, theirs.read_text()) == (Exit.NOT_WRITTEN, OLD)
    assert f"{theirs} was not written" in words


def test_a_kernel_that_takes_no_more_bytes_leaves_the_old_file_and_nothing_beside_it(theirs: Path) -> None:
    code, words = written(theirs, before=f"{AS_NOBODY}\n{FULL}")
    assert (code, theirs.read_text()) == (Exit.NOT_WRITTEN, OLD)
    assert "was not written: file too large" in words
    assert list(theirs.parent.iterdir()) == [theirs]


def test_a_hard_link_made_since_the_diff_is_rejected_with_a_way_to_its_other_end(theirs: Path) -> None:
    code, words = written(theirs, before=AS_NOBODY, meanwhile="os.link(path, path.with_name('other'))")
    assert (code, theirs.read_text()) == (Exit.NOT_WRITTEN, OLD)
    assert f"{theirs} was not written: it has 2 names (hard links)" in words
    assert ", here also other." in words


def test_a_symbolic_link_made_since_the_diff_is_rejected_with_both_ends(theirs: Path) -> None:
    meanwhile = "path.rename(path.with_name('real')); path.symlink_to('real')"
    code, words = written(theirs, before=AS_NOBODY, meanwhile=meanwhile)
    assert (code, theirs.with_name("real").read_text()) == (Exit.NOT_WRITTEN, OLD)
    assert f"{theirs} was not written: it is a symbolic link to real" in words
