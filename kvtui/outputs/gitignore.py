"""Whether git is told to ignore a file of the project, and the line that tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from kvtui.outputs.env.lines import line_ending
from kvtui.project.git import GitFacts, IgnoreFile

LONGEST_PATTERN = 1000
_GLOB = re.compile(r"[*?[]")


def is_ignored(git: GitFacts, own: str | None, name: str) -> bool:
    """Whether git ignores the project's file `name`; `own` is the text of the project's .gitignore.

    The last pattern that matches decides; below an ignored directory none takes it back. As in gitignore(5).
    """
    files = [*git.ignores, IgnoreFile(own or "")]
    parts = [*(git.ignores[0].below.split("/") if git.ignores and git.ignores[0].below else []), name]
    for depth in range(1, len(parts) + 1):
        ignored = False
        for file in files:
            below = [*(file.below.split("/") if file.below else []), name]
            path = below[: max(0, depth - len(parts) + len(below))]
            verdict = _verdict(file.text, path, is_directory=depth < len(parts)) if path else None
            ignored = ignored if verdict is None else verdict
        if ignored:
            return True
    return False


def _verdict(text: str, path: Sequence[str], *, is_directory: bool) -> bool | None:
    """What the patterns of one file say of `path`; None: nothing."""
    said: bool | None = None
    for line in text.splitlines():
        pattern = line.rstrip() if not line.endswith("\\ ") else line
        if not pattern or pattern.startswith("#"):
            continue
        negated = pattern.startswith("!")
        pattern = pattern.removeprefix("!").removeprefix("\\")
        if pattern.endswith("/") and not is_directory:
            continue
        if _matches(pattern.rstrip("/"), path):
            said = not negated
    return said


def _matches(pattern: str, path: Sequence[str]) -> bool:
    """A pattern with a slash counts from its file's directory, one without it at any depth."""
    if "/" not in pattern:
        return _is_called(path[-1], pattern)
    return _match_parts(pattern.removeprefix("/").split("/"), path)


def _match_parts(patterns: Sequence[str], path: Sequence[str]) -> bool:
    """Keeps how many parts of `path` the patterns so far can have taken: `**` takes any number of them."""
    taken = {0}
    for number, pattern in enumerate(patterns, 1):
        if pattern == "**":
            taken = set(range(min(taken) + (number == len(patterns)), len(path) + 1))
        else:
            taken = {n + 1 for n in taken if n < len(path) and _is_called(path[n], pattern)}
        if not taken:
            return False
    return len(path) in taken


def _is_called(name: str, pattern: str) -> bool:
    """As `fnmatchcase`, which compiles each pattern: plain ones are compared, huge ones never match."""
    if not _GLOB.search(pattern):
        return name == pattern
    return len(pattern) <= LONGEST_PATTERN and fnmatchcase(name, pattern)


def with_lines(text: str, names: Iterable[str]) -> str:
    """The text of a .gitignore with a line for each name at its end; every other character stays."""
    newline = line_ending(text)
    lead = newline if text and not text.endswith("\n") else ""
    return text + lead + "".join(f"{name}{newline}" for name in names)
