"""What git knows of a project, found without git and compared with what git itself says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kvtui.outputs.gitignore import is_ignored
from kvtui.project.git import git_facts


def git(directory: Path, *words: str) -> str:
    """Runs the real git, without the user's own configuration."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    done = subprocess.run(
        ["git", *who, *words], cwd=directory, env=environment, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


def test_a_directory_in_no_repository_has_no_git(tmp_path: Path) -> None:
    assert not git_facts(tmp_path).found


def test_a_fresh_repository_tracks_nothing(repository: Path) -> None:
    facts = git_facts(repository)
    assert (facts.found, facts.tracked) == (True, frozenset())


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_tracked_files_are_known_in_every_format_of_the_index(repository: Path, version: str) -> None:
    for name in (".env", "a", "ab", "dags-and-a-longer-name.py", "requirements.txt"):
        (repository / name).write_text(name)
    (repository / "include").mkdir()
    (repository / "include" / "x.py").write_text("")
    git(repository, "add", "--all")
    git(repository, "update-index", "--index-version", version)
    if version == "3":
        (repository / "later").write_text("")
        git(repository, "add", "--intent-to-add", "later")
    listed = git(repository, "ls-files").split()
    assert git_facts(repository).tracked == frozenset({name for name in listed if "/" not in name})


def test_a_project_below_the_repositorys_top_has_its_own_files(repository: Path) -> None:
    project = repository / "team" / "astro"
    project.mkdir(parents=True)
    (project / ".env").write_text("")
    (repository / "Dockerfile").write_text("")
    git(repository, "add", "--all")
    assert git_facts(project).tracked == frozenset({".env"})


def test_a_worktree_has_an_index_of_its_own(repository: Path) -> None:
    (repository / "a").write_text("")
    git(repository, "add", "a")
    git(repository, "commit", "--quiet", "-m", "a")
    git(repository, "worktree", "add", "--quiet", "--detach", "tree")
    (repository / "tree" / ".env").write_text("")
    git(repository / "tree", "add", "--force", ".env")
    assert git_facts(repository / "tree").tracked == frozenset({"a", ".env"})


def test_a_split_index_is_read_with_what_it_shares(repository: Path) -> None:
    (repository / ".env").write_text("")
    git(repository, "add", ".env")
    git(repository, "update-index", "--split-index")
    (repository / "a").write_text("")
    git(repository, "add", "a")
    assert git_facts(repository).tracked == frozenset({".env", "a"})


def test_a_repository_with_longer_hashes_is_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    (tmp_path / ".env").write_text("")
    git(tmp_path, "add", ".env")
    assert git_facts(tmp_path).tracked == frozenset({".env"})


@pytest.mark.parametrize(
    "index", [b"", b"DIRC", b"DIRC\0\0\0\x02\xff\xff\xff\xff" + b"x" * 100, b"no index at all"]
)
def test_a_broken_index_is_unknown(repository: Path, index: bytes) -> None:
    (repository / ".git" / "index").write_bytes(index)
    assert git_facts(repository).tracked is None


PATTERNS = [
    ".env",
    "*.env",
    "/.env",
    "\\.env",
    "# .env",
    ".env/",
    ".env\n!.env",
    "!.env\n.env",
    "**/.env",
    "team/",
    "team/\n!.env",
    "/team/astro/.env",
    "team/**/.env",
    "astro/.env",
    "*",
    "*\n!.env",
    ".e?v",
    "[.]env",
    "env",
    " .env",
    ".env ",
]


@pytest.mark.parametrize("where", ["top", "own", "exclude"])
def test_what_is_ignored_is_what_git_ignores(repository: Path, where: str) -> None:
    project = repository / "team" / "astro"
    project.mkdir(parents=True)
    place = {
        "top": repository / ".gitignore",
        "own": project / ".gitignore",
        "exclude": repository / ".git" / "info" / "exclude",
    }[where]
    place.parent.mkdir(exist_ok=True)
    for pattern in PATTERNS:
        place.write_text(f"{pattern}\n")
        own = (project / ".gitignore").read_text() if where == "own" else None
        says = git(project, "check-ignore", "--no-index", ".env").strip() == ".env"
        assert is_ignored(git_facts(project), own, ".env") is says, pattern
