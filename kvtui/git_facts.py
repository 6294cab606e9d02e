"""What git knows of a project's files: which it tracks, and which it is told to ignore.

No git is started: a repository's configuration may name programs that git would run, and a bastion often has
no git. Mirrors gitformat-index(5) and gitignore(5) of git 2.47.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

_LARGEST_INDEX = 256 * 1024 * 1024
_LARGEST_IGNORE = 1024 * 1024
_STAT = 40
"""Bytes of an index entry before the object's name."""


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """One file of patterns, and where the project lies as seen from it."""

    text: str
    below: str = ""
    """The project's directory relative to the patterns' own: `team/project`; empty: the same."""


@dataclass(frozen=True, slots=True)
class GitFacts:
    """What is known without asking git."""

    found: bool = False
    """The project lies in a repository."""
    tracked: frozenset[str] | None = frozenset()
    """The files directly in the project that are in git's index; None: unknown."""
    ignores: tuple[IgnoreFile, ...] = ()
    """From the most general to the project's own, which is not among them: it may be about to change."""


def git_facts(project: Path) -> GitFacts:
    """The facts about `project`, a real path. Never raises: what cannot be read is unknown."""
    for top in (project, *project.parents):
        try:
            marker = top / ".git"
            if marker.exists():
                return _facts(project, top, _git_directory(marker))
        except (OSError, ValueError):
            return GitFacts(found=True, tracked=None)
    return GitFacts()


def _git_directory(marker: Path) -> Path:
    """`.git` itself, or where a file in its place (a worktree, a submodule) says it is."""
    if marker.is_dir():
        return marker
    word, _, target = _text(marker).strip().partition(": ")
    if word != "gitdir":
        raise ValueError("no git directory")
    return marker.parent / target


def _facts(project: Path, top: Path, git: Path) -> GitFacts:
    below = project.relative_to(top).as_posix() if project != top else ""
    common = git / "commondir"
    shared = git / _text(common).strip() if common.is_file() else git
    ignores = [IgnoreFile(_text(shared / "info" / "exclude"), below)]
    for parent in reversed(project.parents):
        if parent.is_relative_to(top):
            ignores.append(IgnoreFile(_text(parent / ".gitignore"), project.relative_to(parent).as_posix()))
    try:
        width = 32 if "sha256" in _text(shared / "config").lower() else 20
        tracked = _names_in(git, f"{below}/" if below else "", width)
    except (OSError, ValueError, struct.error, IndexError):
        tracked = None
    return GitFacts(True, tracked, tuple(ignore for ignore in ignores if ignore.text))


def _text(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return file.read(_LARGEST_IGNORE).decode("utf-8", "replace")


def _names_in(git: Path, prefix: str, width: int) -> frozenset[str]:
    """The names directly below `prefix` in the index, and in the one that it is split from."""
    if not (git / "index").is_file():
        return frozenset()
    paths, rest = _index(_bytes(git / "index"), width)
    if rest[:4] == b"link":
        base = rest[8 : 8 + width].hex()
        paths += _index(_bytes(git / f"sharedindex.{base}"), width)[0]
    start = prefix.encode("utf-8", "surrogateescape")
    own = [path[len(start) :] for path in paths if path.startswith(start)]
    return frozenset(name.decode("utf-8", "replace") for name in own if name and b"/" not in name)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST_INDEX + 1)
    if len(data) > _LARGEST_INDEX:
        raise ValueError("too large")
    return data


def _index(data: bytes, width: int) -> tuple[list[bytes], bytes]:
    """The paths of an index of version 2, 3 or 4, and what follows its entries."""
    magic, version, count = struct.unpack_from(">4sII", data)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("no index")
    paths: list[bytes] = []
    place, before = 12, b""
    for _ in range(count):
        start, place = place, place + _STAT + width
        (flags,) = struct.unpack_from(">H", data, place)
        place += 4 if flags & 0x4000 else 2
        if version == 4:
            cut, place = _varint(data, place)
            before = before[: len(before) - cut]
        else:
            before = b""
        end = data.index(b"\0", place)
        before += data[place:end]
        paths.append(before)
        place = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
    return paths, data[place:]


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of git's own variable width, and the place behind it."""
    value = data[place] & 0x7F
    while data[place] & 0x80:
        place += 1
        value = ((value + 1) << 7) | (data[place] & 0x7F)
    return value, place + 1
