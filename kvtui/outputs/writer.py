"""The one place that changes files: a planned file is written whole or not at all.

The new text goes to a temporary file in the same directory, is flushed to the disk, and replaces the old one
by a rename. Everything is done through a descriptor of the directory, so that nobody can replace it in
between. The checks are made twice: before anything is created, and again directly before the rename, under a
lock.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.outputs.model import FileKind, PlannedFile
from kvtui.project.files import other_names

PATIENCE = 2.0
"""Seconds to wait for another kvtui that is writing in the same directory."""

_TEMPORARY = re.compile(r"\.kvtui-[0-9a-f]{16}\.tmp")
_NO_LOCKS = {errno.EBADF, errno.EINVAL, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""Errors of file systems without locks on directories (some NFS); other checks still apply."""
_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some disk space, then write again."),
    errno.EDQUOT: ("the disk quota is used up", "Free some disk space, then write again."),
    errno.EROFS: ("the file system is read-only", "Write to another path."),
    errno.EACCES: ("this user may not write in its directory", "Check the directory's permissions."),
    errno.EPERM: ("this user may not write in its directory", "Check the directory's permissions."),
}


def write(planned: PlannedFile, *, patience: float = PATIENCE) -> None:
    """Write one planned file; nothing happens if it is on disk already with a correct mode.

    A file with a secret gets mode 0600; another one keeps its mode, or gets 0644 less the umask. A mode is
    never widened. `ProblemError` (exit 7), and the old file unchanged, if the file has changed since it was
    planned, is a link, has other names or another owner, is write-protected, its directory is world-writable,
    another kvtui locks it longer than `patience` seconds, or the system denies it.
    """
    if not planned.changed and not _too_open(planned):
        return
    with _translated(f"{planned.path} was not written"), _directory(planned.path) as directory:
        _lock(directory, planned.path, patience)
        mode = _check(directory, planned)
        if planned.deletes:
            os.unlink(planned.path.name, dir_fd=directory)
            _flush_directory(directory)
            return
        temporary = f".kvtui-{secrets.token_hex(8)}.tmp"
        try:
            _fill(directory, temporary, planned, mode)
            _check(directory, planned)
            os.rename(temporary, planned.path.name, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=directory)
            raise
        with _translated(f"{planned.path} has the new text, but the disk did not confirm it"):
            _flush_directory(directory)


def check_all(files: Sequence[PlannedFile]) -> tuple[PlannedFile, ...]:
    """`files` in the order to write them, after `check` of each: .gitignore is first, before any secret."""
    for planned in files:
        check(planned)
    return tuple(sorted(files, key=lambda planned: planned.kind is not FileKind.GITIGNORE))


def check(planned: PlannedFile) -> None:
    """What `write` would reject before it creates anything, as the same `ProblemError`."""
    if planned.changed or _too_open(planned):
        with _translated(f"{planned.path} was not written"), _directory(planned.path) as directory:
            _check(directory, planned)
            if not os.access(".", os.W_OK, dir_fd=directory):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _too_open(planned: PlannedFile) -> bool:
    return planned.secret and bool((planned.state.mode or 0) & 0o077)


@contextmanager
def _directory(path: Path) -> Iterator[int]:
    """A descriptor of the file's directory, which must be safe to write in."""
    parent = path.parent
    if parent.is_symlink():
        _reject(
            f"{path} was not written: {parent} is a symbolic link to {parent.readlink()}.",
            "Name the real directory.",
        )
    try:
        descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        reason = (error.strerror or "unknown").lower()
        _reject(
            f"{path} was not written: its directory cannot be opened ({reason}).",
            "Check the directory's path.",
        )
    try:
        facts = os.fstat(descriptor)
        user = os.geteuid()
        if facts.st_uid not in (user, 0):
            _reject(
                f"{path} was not written: its directory belongs to user {facts.st_uid}, and you are {user}.",
                "Run kvtui as that user, not with sudo.",
            )
        if facts.st_mode & stat.S_IWOTH and not facts.st_mode & stat.S_ISVTX:
            _reject(
                f"{path} was not written: its directory is world-writable.",
                f"Run: chmod o-w {parent}",
            )
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _translated(state: str) -> Iterator[None]:
    """System errors within become one `Problem` that begins with the state of the file."""
    try:
        yield
    except OSError as error:
        known = _REASONS.get(error.errno or 0)
        reason, remedy = known or ((error.strerror or "unknown error").lower(), "Check the disk.")
        _reject(f"{state}: {reason}.", remedy)


def _lock(directory: int, path: Path, patience: float) -> None:
    """Lock out other runs of kvtui; then nobody uses the leftovers of a killed one."""
    import fcntl

    ends = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= ends:
                _reject(
                    f"{path} was not written: another kvtui is writing in {path.parent}.",
                    "Let it finish, then write again.",
                )
            time.sleep(0.05)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            return
        else:
            _remove_leftovers(directory)
            return


def _remove_leftovers(directory: int) -> None:
    """Remove the temporary files of killed runs, recognised by name, kind and owner."""
    for name in os.listdir(directory):
        if _TEMPORARY.fullmatch(name):
            with suppress(OSError):
                facts = os.stat(name, dir_fd=directory, follow_symlinks=False)
                if stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid():
                    os.unlink(name, dir_fd=directory)


def _check(directory: int, planned: PlannedFile) -> int | None:
    """The mode of the existing file, None if there is none; rejects any but the planned one."""
    path, flags = planned.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        facts = os.stat(path.name, dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        if planned.state.stamp is not None:
            _reject_changed(path, "it was deleted")
        return None
    if stat.S_ISLNK(facts.st_mode):
        end = os.readlink(path.name, dir_fd=directory)
        _reject(f"{path} was not written: it is a symbolic link to {end}.", "Name the real file.")
    if not stat.S_ISREG(facts.st_mode):
        _reject(f"{path} was not written: it is not a regular file.", "Name another path.")
    if planned.state.stamp is None:
        _reject_changed(path, "it was created")
    if facts.st_nlink > 1:
        _reject(
            f"{path} was not written: it has {facts.st_nlink} names (hard links)"
            f"{other_names(directory, path.name, facts)}.",
            f"Find them with: find . -inum {facts.st_ino}. Keep one, or make this one a copy.",
        )
    if facts.st_uid != os.geteuid():
        _reject(
            f"{path} was not written: it belongs to user {facts.st_uid}, and you are {os.geteuid()}.",
            "Run kvtui as its owner, not with sudo.",
        )
    if not facts.st_mode & stat.S_IWUSR:
        _reject(f"{path} was not written: it is write-protected.", f"Run: chmod u+w {path}")
    descriptor = os.open(path.name, flags, dir_fd=directory)
    try:
        _compare(descriptor, planned)
    finally:
        os.close(descriptor)
    return stat.S_IMODE(facts.st_mode)


def _compare(descriptor: int, planned: PlannedFile) -> None:
    import hashlib

    stamp, facts = planned.state.stamp, os.fstat(descriptor)
    now = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
    if stamp is None or now != tuple(stamp[:4]):
        _reject_changed(planned.path, "another program changed it")
    digest = hashlib.sha256()
    while part := os.read(descriptor, 1 << 20):
        digest.update(part)
    if digest.hexdigest() != stamp.sha256:
        _reject_changed(planned.path, "another program changed it")


def _fill(directory: int, name: str, planned: PlannedFile, mode: int | None) -> None:
    """Create the temporary file with the whole new text and its final mode, flushed to the disk."""
    fresh = mode is None and not planned.secret
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(name, flags, 0o644 if fresh else 0o600, dir_fd=directory)
    try:
        if not fresh:
            os.fchmod(descriptor, 0o600 if planned.secret or mode is None else mode & 0o777)
        data = memoryview(planned.after.encode("utf-8"))
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_directory(directory: int) -> None:
    try:
        os.fsync(directory)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot flush directories
            raise


def _reject_changed(path: Path, how: str) -> NoReturn:
    _reject(f"{path} was not written: {how} since it was read.", "Review the new diff, then write again.")


def _reject(what: str, remedy: str) -> NoReturn:
    raise ProblemError(Problem(what, remedy, ProblemKind.NOT_WRITTEN)) from None
