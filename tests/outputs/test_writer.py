"""The writer: the old file or the new one, never less; and what it will not touch."""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.app.exits import Exit, exit_of
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.outputs import writer
from kvtui.outputs.model import FileKind, PlannedFile
from tests.outputs.samples import planned_for

OLD, NEW = "A=1\n", "A=1\nSECRET=new\n"


@pytest.fixture
def env(tmp_path: Path) -> Path:
    path = tmp_path / ".env"
    path.write_text(OLD)
    path.chmod(0o600)
    return path


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(planned: PlannedFile, *, patience: float = 0.0) -> str:
    """The refusal's words, after a look that nothing was left behind."""
    before = {path: path.lstat().st_ino for path in planned.path.parent.iterdir()}
    with pytest.raises(ProblemError) as caught:
        writer.write(planned, patience=patience)
    assert {path: path.lstat().st_ino for path in planned.path.parent.iterdir()} == before
    assert caught.value.problem.kind is ProblemKind.NOT_WRITTEN
    assert caught.value.problem.remedy
    assert "SECRET" not in str(caught.value)
    return caught.value.problem.what


def code_of(planned: PlannedFile) -> Exit:
    try:
        writer.write(planned)
    except ProblemError as error:
        return exit_of(error.problem)
    return Exit.OK


def test_a_new_file_with_a_secret_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    writer.write(planned_for(tmp_path / ".env", NEW))
    assert (tmp_path / ".env").read_text() == NEW
    assert mode(tmp_path / ".env") == 0o600


def test_a_new_file_without_a_secret_follows_the_umask(tmp_path: Path, umask: int) -> None:
    writer.write(planned_for(tmp_path / "values.yaml", NEW, FileKind.VALUES))
    assert mode(tmp_path / "values.yaml") == 0o644 & ~umask


@pytest.mark.parametrize("old", [0o600, 0o640, 0o666, 0o700])
def test_a_secret_tightens_the_mode(env: Path, old: int) -> None:
    env.chmod(old)
    writer.write(planned_for(env, NEW))
    assert mode(env) == 0o600


@pytest.mark.parametrize("old", [0o600, 0o644, 0o664, 0o755])
def test_without_a_secret_the_mode_stays(env: Path, old: int) -> None:
    env.chmod(old)
    writer.write(planned_for(env, NEW, FileKind.VALUES))
    assert mode(env) == old


def test_bytes_are_written_as_they_are(env: Path) -> None:
    text = "\ufeffA=é\r\nB='🔑'\n\nC"
    writer.write(planned_for(env, text))
    assert env.read_bytes() == text.encode()


def test_nothing_is_left_beside_the_file(env: Path) -> None:
    writer.write(planned_for(env, NEW))
    assert list(env.parent.iterdir()) == [env]


def test_an_unchanged_file_is_not_touched(env: Path) -> None:
    before = env.stat()
    writer.write(planned_for(env, OLD))
    assert env.stat() == before


def test_an_unchanged_file_that_others_may_read_is_closed_to_them(env: Path) -> None:
    env.chmod(0o644)
    writer.write(planned_for(env, OLD))
    assert (mode(env), env.read_text()) == (0o600, OLD)


def test_a_path_without_a_directory_is_in_the_current_one(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(env.parent)
    writer.write(planned_for(Path(".env"), NEW))
    assert env.read_text() == NEW


def test_a_symbolic_link_is_rejected_with_both_ends(env: Path, tmp_path: Path) -> None:
    planned = planned_for(env, NEW)
    env.rename(tmp_path / "real")
    env.symlink_to("real")
    assert f"{env} was not written: it is a symbolic link to real" in refused(planned)
    assert (tmp_path / "real").read_text() == OLD


def test_a_dangling_link_in_a_new_files_place_is_rejected(tmp_path: Path) -> None:
    planned = planned_for(tmp_path / ".env", NEW)
    (tmp_path / ".env").symlink_to("victim")
    assert "symbolic link to victim" in refused(planned)
    assert not (tmp_path / "victim").exists()


def test_a_linked_directory_is_rejected_with_both_ends(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    planned = planned_for(tmp_path / "real" / ".env", NEW)
    (tmp_path / "link").symlink_to("real")
    moved = replace(planned, state=replace(planned.state, path=tmp_path / "link" / ".env"))
    assert f"{tmp_path}/link is a symbolic link to real" in refused(moved)


def test_a_file_with_another_name_is_rejected(env: Path) -> None:
    planned = planned_for(env, NEW)
    os.link(env, env.with_name("other"))
    assert "2 names (hard links)" in refused(planned)


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_what_is_no_file_is_rejected(tmp_path: Path, make: Callable[[Path], None]) -> None:
    planned = planned_for(tmp_path / ".env", NEW)
    make(tmp_path / ".env")
    assert "not a regular file" in refused(planned)


def test_a_directory_that_everybody_may_write_in_is_rejected(env: Path) -> None:
    planned = planned_for(env, NEW)
    env.parent.chmod(0o777)
    assert "its directory is world-writable" in refused(planned)
    env.parent.chmod(0o1777)
    writer.write(planned)
    assert env.read_text() == NEW


def test_a_directory_of_another_user_is_rejected(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = planned_for(env, NEW)
    other = env.stat().st_uid + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    real = os.fstat
    monkeypatch.setattr(os, "fstat", lambda fd: _owned_by(real(fd), other + 1))
    assert f"its directory belongs to user {other + 1}, and you are {other}" in refused(planned)


def test_a_file_of_another_user_is_rejected(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = planned_for(env, NEW)
    real = os.stat
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "stat", lambda *a, **k: _owned_by(real(*a, **k), other))
    assert f"it belongs to user {other}" in refused(planned)


def _owned_by(facts: os.stat_result, user: int) -> os.stat_result:
    values = list(facts)
    values[stat.ST_UID] = user
    return os.stat_result(values)


def test_a_write_protected_file_is_rejected(env: Path) -> None:
    env.chmod(0o400)
    assert "write-protected" in refused(planned_for(env, NEW))


def test_a_directory_that_is_not_there_is_rejected(tmp_path: Path) -> None:
    planned = planned_for(tmp_path / "no" / ".env", NEW)
    with pytest.raises(ProblemError, match="directory cannot be opened"):
        writer.write(planned)


def test_a_file_that_changed_since_it_was_read_is_rejected(env: Path) -> None:
    planned = planned_for(env, NEW)
    env.write_text("A=2\n")
    assert "another program changed it since it was read" in refused(planned)


def test_a_change_that_leaves_size_and_time_is_found_by_the_content(env: Path) -> None:
    planned, facts = planned_for(env, NEW), env.stat()
    env.write_text("A=2\n")
    os.utime(env, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert "another program changed it" in refused(planned)


def test_an_equal_file_in_its_place_is_another_file(env: Path) -> None:
    planned = planned_for(env, NEW)
    twin = env.with_name("twin")
    twin.write_text(OLD)
    twin.replace(env)
    assert "another program changed it" in refused(planned)


def test_a_file_that_vanished_is_rejected(env: Path) -> None:
    planned = planned_for(env, NEW)
    env.unlink()
    assert "it was deleted since it was read" in refused(planned)


def test_a_file_that_appeared_is_rejected(tmp_path: Path) -> None:
    planned = planned_for(tmp_path / ".env", NEW)
    (tmp_path / ".env").write_text("theirs\n")
    assert "it was created since it was read" in refused(planned)


def test_a_change_between_the_two_checks_is_rejected(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned, fsync = planned_for(env, NEW), os.fsync

    def fsync_and_edit(descriptor: int) -> None:
        fsync(descriptor)
        env.write_text("A=2\n")

    monkeypatch.setattr(os, "fsync", fsync_and_edit)
    assert "another program changed it" in refused(planned)
    assert env.read_text() == "A=2\n"


def test_another_run_that_holds_the_directory_is_waited_for_then_named(env: Path) -> None:
    import fcntl

    descriptor = os.open(env.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        assert f"another kvtui is writing in {env.parent}" in refused(planned_for(env, NEW))
    finally:
        os.close(descriptor)


def test_a_run_that_ends_in_time_lets_the_next_one_write(env: Path) -> None:
    import fcntl

    descriptor = os.open(env.parent, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    ends = threading.Timer(0.05, os.close, [descriptor])
    ends.start()
    writer.write(planned_for(env, NEW), patience=10)
    ends.join()
    assert env.read_text() == NEW


def test_a_file_system_without_locks_is_written_all_the_same(
    env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    writer.write(planned_for(env, NEW))
    assert env.read_text() == NEW


def test_leftovers_of_a_killed_run_are_removed_and_nothing_like_them(env: Path) -> None:
    ours = env.with_name(".kvtui-0123456789abcdef.tmp")
    others = [
        env.with_name(name) for name in (".kvtui-0123.tmp", "kvtui-0123456789abcdef.tmp", ".kvtui-x.tmp")
    ]
    linked = env.with_name(".kvtui-fedcba9876543210.tmp")
    for path in [ours, *others]:
        path.write_text("half a secr")
    linked.symlink_to("elsewhere")
    writer.write(planned_for(env, NEW))
    assert not ours.exists()
    assert all(path.exists() for path in others)
    assert linked.is_symlink()


STEPS = ["open", "fstat", "stat", "listdir", "fchmod", "write", "fsync", "rename", "read"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("step", STEPS)
def test_a_system_error_at_any_step_leaves_the_old_file_or_the_new_one(
    env: Path, step: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(os, step)
    for fails_at in range(1, 20):
        env.unlink(missing_ok=True)
        env.write_text(OLD)
        env.chmod(0o600)
        planned = planned_for(env, NEW)
        calls = 0

        def failing(*args: object, **kwargs: object) -> object:
            nonlocal calls
            calls += 1
            if calls == fails_at:  # noqa: B023 - called within this turn of the loop
                raise OSError(code, os.strerror(code))
            return real(*args, **kwargs)

        with monkeypatch.context() as patched:
            patched.setattr(os, step, failing)
            exits = code_of(planned)
        assert exits in (Exit.OK, Exit.NOT_WRITTEN)
        if calls < fails_at:
            assert env.read_text() == NEW
            return
        assert env.read_text() in (OLD, NEW)
        assert mode(env) == 0o600
        assert list(env.parent.iterdir()) == [env]
    pytest.fail(f"{step} is called without end")


def test_a_write_in_small_pieces_is_complete(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data[:3])))
    writer.write(planned_for(env, NEW))
    assert env.read_text() == NEW


def test_a_full_disk_is_named(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    planned = planned_for(env, NEW)
    monkeypatch.setattr(os, "write", full)
    assert refused(planned) == f"{env} was not written: the disk is full."


def test_an_unconfirmed_write_is_said_to_be_there(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def fails_on_directories(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fails_on_directories)
    with pytest.raises(ProblemError, match="has the new text, but the disk did not confirm it"):
        writer.write(planned_for(env, NEW))
    assert env.read_text() == NEW


def test_gitignore_is_written_before_any_secret(env: Path, tmp_path: Path) -> None:
    ignore = planned_for(tmp_path / ".gitignore", ".env\n", FileKind.GITIGNORE)
    assert writer.check_all([planned_for(env, NEW), ignore])[0] is ignore
