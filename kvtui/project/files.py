"""The Astro project in a directory: its files, read once, with what shows whether one changes.

Reads only. A file that may be written later is opened without following symbolic links, so that "before" in a
diff is the same file that will be replaced.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import path_shown
from kvtui.project.git import git_facts
from kvtui.project.model import MANIFEST_NAME, FileState, GitFacts, Project, Stamp

NOT_REPLACEABLE = "not-replaceable"
"""The code of an error that prevents writing: a link, a file of several names, not a file."""
MARKS = ("Dockerfile", ".env", ".astro", "airflow_settings.yaml", "packages.txt")
"""Files that mark an Astro project's directory."""
MEBIBYTE = 1024 * 1024
LARGEST = MEBIBYTE
"""Bytes of a file of a project: `.env`, values, requirements, `.gitignore`, Dockerfile."""
MOST_LINES = 10_000
"""Lines of any of them: each is parsed by the rules of several programs, which takes two seconds at most."""
_IS_IT_THE_ONE = "Check that it is the configuration file that you mean, or name another path."


def project_around(path: Path) -> Path | None:
    """The nearest directory, from `path` upwards, that has an Astro project's files; None if there is none.

    Directories above a git repository or the home directory, and world-writable ones, are not searched.
    `.astro` in the home directory is the Astro CLI's own, and not a project.
    """
    try:
        real = path.expanduser().resolve()
        home = Path.home().resolve()
    except (OSError, RuntimeError):
        return None
    for candidate in (real, *real.parents):
        if _is_world_writable(candidate):
            return None
        if any(
            os.access(candidate / mark, os.F_OK)  # unlike Path.exists, it never raises
            for mark in MARKS
            if (candidate, mark) != (home, ".astro")
        ):
            return candidate
        if candidate == home or os.path.lexists(candidate / ".git"):
            return None
    return None


def _is_world_writable(directory: Path) -> bool:
    """Whether it is a directory such as /tmp, where another user could have put the file."""
    try:
        return bool(directory.stat().st_mode & stat.S_ISVTX)
    except OSError:
        return False


def read_project(directory: Path, *, git: bool = True, left_out: list[str] | None = None) -> Project:
    """The project in `directory`, which need not hold any of the files; `git=False` leaves git out.

    `ProblemError` (exit 2) if the directory is not there, or a file in it cannot be read: see `read_file`.
    Where nothing is written, `left_out` gets a sentence about such a file, and links are followed.
    The directory itself may be reached through symbolic links; its real path is kept.
    """

    def read(name: str, *, follow: bool = False) -> FileState:
        try:
            return read_file(real / name, follow=follow or left_out is not None)
        except ProblemError as error:
            if left_out is None:
                raise
            left_out.append(f"Not read: {error.problem.what}")
            return FileState(real / name)

    try:
        real = directory.expanduser().resolve(strict=True)
    except FileNotFoundError:
        _reject(
            f"The project directory {path_shown(directory)} does not exist.",
            Remedy(Do.GIVE_PROJECT, f"Name an Astro project {HOW}."),
        )
    except (OSError, RuntimeError) as error:
        _reject(
            f"The project directory {path_shown(directory)} cannot be opened: {_reason(error)}.",
            "Check its path.",
        )
    if not real.is_dir():
        _reject(f"{directory} is not a directory.", "Name the project's directory, not a file in it.")
    return Project(
        directory=real,
        env=read(".env"),
        dockerfile=read("Dockerfile", follow=True),
        dockerfile_client=read("Dockerfile.client", follow=True),
        requirements=read("requirements.txt"),
        requirements_client=read("requirements-client.txt"),
        values=read("values.yaml"),
        manifest=read(MANIFEST_NAME, follow=True),
        gitignore=read(".gitignore", follow=True),
        git=git_facts(real) if git else GitFacts(),
    )


def project_for(
    project: Project, what: str, output: Path | None, read: Callable[[Path], FileState] | None = None
) -> Project:
    """`project` with the files that an export changes: in the directory `output`, or that one file.

    Raises `ProblemError` (exit 2) where a directory has that file's name.
    """
    read = read or read_file
    if output is None:
        return project
    output = output.absolute()

    def at(own: FileState) -> FileState:
        path = output / own.path.name if what == "all" else output
        if path.is_dir():
            _reject(
                f"{path} is a directory, not a file.",
                f"Name the file in it: {path / own.path.name}",
                NOT_REPLACEABLE,
            )
        return own if path == own.path else read(path)

    if what == "env":
        return replace(project, env=at(project.env))
    values = at(project.values)
    manifest = read(values.path.with_name(MANIFEST_NAME))
    if what == "helm":
        return replace(project, values=values, manifest=manifest)
    return replace(
        project,
        env=at(project.env),
        values=values,
        manifest=manifest,
        requirements=at(project.requirements),
        requirements_client=at(project.requirements_client),
    )


def read_file(path: Path, *, follow: bool = False) -> FileState:
    """The file at `path`, or a state without text if there is none.

    `follow=False` rejects a symbolic link and a file of several names (hard links): such a file must
    not be replaced. `ProblemError` (exit 2) says what is wrong: not a regular file, not readable, too
    large (`LARGEST`, `MOST_LINES`), not UTF-8 (with the offset of the first bad byte).
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        return FileState(path)
    except (OSError, ValueError) as error:
        _reject_open(path, error)
    try:
        return _state(path, descriptor, one_name=not follow)
    except OSError as error:
        _reject(f"{path} cannot be read: {_reason(error)}.", "Check the disk and the file's permissions.")
    finally:
        os.close(descriptor)


def _state(path: Path, descriptor: int, *, one_name: bool) -> FileState:
    import hashlib  # loads OpenSSL: only where a file is there

    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        _reject(
            f"{path} is {_kind(facts.st_mode)}, not a file.",
            "Move it away or name another path.",
            NOT_REPLACEABLE,
        )
    if one_name and facts.st_nlink > 1:
        _reject(
            f"{path} has {facts.st_nlink} names (hard links){other_names(path.parent, path.name, facts)}: "
            "a write here would part it from the others.",
            f"Find them with: find . -inum {facts.st_ino}. Keep one, or make this one a copy.",
            NOT_REPLACEABLE,
        )
    data = b"" if facts.st_size > LARGEST else _read_all(descriptor)
    if (size := max(facts.st_size, len(data))) > LARGEST:
        _reject(
            f"{path} is too large: {size / MEBIBYTE:.1f} MiB ({size:,} bytes). kvtui reads configuration "
            f"files up to {LARGEST // MEBIBYTE} MiB.",
            _IS_IT_THE_ONE,
        )
    if (lines := data.count(b"\n")) > MOST_LINES:
        _reject(f"{path} has {lines:,} lines. kvtui reads up to {MOST_LINES:,} lines.", _IS_IT_THE_ONE)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _reject(
            f"{path} is not UTF-8: byte {data[error.start]:#04x} at offset {error.start}.",
            "Save it as UTF-8 first.",
        )
    digest = hashlib.sha256(data).hexdigest()
    stamp = Stamp(facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, digest)
    linked = facts.st_nlink > 1 or path.is_symlink()
    return FileState(path, text, stamp, stat.S_IMODE(facts.st_mode), linked)


def other_names(directory: Path | int, name: str, facts: os.stat_result) -> str:
    """`, here also X`: what else the file `name` is called in its directory; says so if nothing."""
    with os.scandir(directory) as found:
        others = sorted(
            entry.name
            for entry in found
            if entry.name != name and os.path.samestat(entry.stat(follow_symlinks=False), facts)
        )
    return f", here also {', '.join(others)}" if others else ", none of the others in this directory"


def _read_all(descriptor: int) -> bytes:
    """The content, cut just beyond the limit."""
    parts: list[bytes] = []
    left = LARGEST + 1
    while left > 0 and (part := os.read(descriptor, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _reject_open(path: Path, error: OSError | ValueError) -> NoReturn:
    if path.is_symlink():
        _reject(
            f"{path} is a symbolic link to {path.readlink()}.",
            "kvtui does not write through links: name the real file, or replace the link by a file.",
            NOT_REPLACEABLE,
        )
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        _reject(f"{path} may not be read by this user.", f"Allow it: chmod u+r {path}")
    _reject(f"{path} cannot be opened: {_reason(error)}.", "Check the path.")


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a directory"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a device or socket"


def _reason(error: Exception) -> str:
    """The system's own words, without the path that is named already."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return "not a valid path"


def _reject(what: str, remedy: str, code: str = "") -> NoReturn:
    raise ProblemError(Problem(what, remedy, ProblemKind.USAGE, code=code)) from None
