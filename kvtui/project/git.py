"""What git knows of a project's files: which it tracks, and which it is told to ignore.

No git is started: a repository's configuration may name programs that git would run, and a bastion often has
no git. Mirrors gitformat-index(5) and gitignore(5) of git 2.47.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

_LARGEST_INDEX = 32 * 1024 * 1024
"""Bytes: some 300,000 files."""
_LARGEST_IGNORE = 1024 * 1024
_MOST_PATTERNS = 10_000
_LONGEST_PATH = 4096
_LONGEST_VARINT = 8
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
    """The file's text; empty if it is not there, or too large to be what git keeps in such a file."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        data = file.read(_LARGEST_IGNORE + 1)
    if len(data) > _LARGEST_IGNORE or data.count(b"\n") > _MOST_PATTERNS:
        return ""
    return data.decode("utf-8", "replace")


def _names_in(git: Path, prefix: str, width: int) -> frozenset[str]:
    """The names directly below `prefix` in the index, and in the one that it is split from."""
    if not (git / "index").is_file():
        return frozenset()
    start = prefix.encode("utf-8", "surrogateescape")
    names, rest = _index(_bytes(git / "index"), width, start)
    if rest[:4] == b"link":
        base = rest[8 : 8 + width].hex()
        names |= _index(_bytes(git / f"sharedindex.{base}"), width, start)[0]
    return frozenset(name.decode("utf-8", "replace") for name in names)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST_INDEX + 1)
    if len(data) > _LARGEST_INDEX:
        raise ValueError("too large")
    return data


def _index(data: bytes, width: int, prefix: bytes) -> tuple[set[bytes], bytes]:
    """The names directly below `prefix` in an index of version 2, 3 or 4, and the head of what follows."""
    magic, version, count = struct.unpack_from(">4sII", data)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise ValueError("no index")
    names: set[bytes] = set()
    place, path = 12, b""
    for _ in range(count):
        start, place = place, place + _STAT + width
        (flags,) = struct.unpack_from(">H", data, place)
        place += 4 if flags & 0x4000 else 2
        cut = len(path)
        if version == 4:
            cut, place = _varint(data, place)
        end = data.index(b"\0", place)
        path = path[: len(path) - cut] + data[place:end]
        if len(path) > _LONGEST_PATH:
            raise ValueError("no path")
        if path.startswith(prefix) and b"/" not in (name := path[len(prefix) :]):
            names.add(name)
        place = end + 1 if version == 4 else start + (end - start + 8) // 8 * 8
    return names - {b""}, data[place : place + 64]


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of git's own variable width, and the place behind it."""
    value = data[place] & 0x7F
    last = place + _LONGEST_VARINT
    while data[place] & 0x80:
        place += 1
        if place == last:
            raise ValueError("no number")
        value = ((value + 1) << 7) | (data[place] & 0x7F)
    return value, place + 1
