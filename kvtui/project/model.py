"""An Astro project as data: its files as they were read, and what git knows about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

MANIFEST_NAME = "akv-backend-kwargs.secret.yaml"
"""The manifest of the Kubernetes Secret, beside the values file."""


class Stamp(NamedTuple):
    """One file's identity and content when it was read."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileState:
    """One file as it was read."""

    path: Path
    text: str | None = field(default=None, repr=False)
    """None: not there. A byte order mark and carriage returns are kept. May hold secrets: not shown."""
    stamp: Stamp | None = None
    mode: int | None = None
    """The permission bits, `0o600`."""
    linked: bool = False
    """It was read through a link or has other names: it is not written."""

    @property
    def exists(self) -> bool:
        """Whether the file was there."""
        return self.text is not None


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """One file of ignore patterns, and where the project is relative to it."""

    text: str
    below: str = ""
    """The project's directory relative to the patterns' own: `team/project`; empty: the same."""


@dataclass(frozen=True, slots=True)
class GitFacts:
    """What git says of a project, and the patterns that it ignores by."""

    found: bool = False
    """The project is in a repository."""
    tracked: frozenset[str] | None = frozenset()
    """The files directly in the project that are in git's index; None: unknown."""
    ignores: tuple[IgnoreFile, ...] = ()
    """From the most general one, without the project's own: that may be about to change."""


@dataclass(frozen=True, slots=True)
class Project:
    """The files of one Astro project that kvtui reads or writes."""

    directory: Path
    env: FileState
    dockerfile: FileState
    dockerfile_client: FileState
    requirements: FileState
    requirements_client: FileState
    values: FileState
    manifest: FileState
    gitignore: FileState
    git: GitFacts = field(default_factory=GitFacts)
    """What git knows of these files."""
