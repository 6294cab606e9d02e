"""Real git repositories for tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def git(directory: Path, *words: str) -> str:
    """Runs the real git, without the user's own configuration."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    done = subprocess.run(
        ["git", *who, *words], cwd=directory, env=environment, capture_output=True, text=True
    )
    return done.stdout


def repository_with(directory: Path, *tracked: str) -> None:
    """Makes `directory` a repository that tracks these files, which need not be there before or after."""
    git(directory, "init", "--quiet")
    empty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    for name in tracked:
        git(directory, "update-index", "--add", "--cacheinfo", f"100644,{empty},{name}")
