"""What git says of a project, and what it ignores compared with `git check-ignore`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvtui.outputs.git import is_ignored
from kvtui.project.git import git_facts
from kvtui.project.model import GitFacts
from tests.repositories import git


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


def test_without_git_it_is_unknown_what_is_tracked(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert (git_facts(repository).found, git_facts(repository).tracked) == (True, None)


@pytest.mark.parametrize("way", ["repository", "link", "link/../repository"])
def test_a_git_in_the_repository_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet")
    (tmp_path / "link").symlink_to(repository)
    program = repository / "git"
    program.write_text(f"#!/bin/sh\ntouch {repository}/ran\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/{way}:/bin:/usr/bin")
    assert git_facts(repository).tracked is None
    assert not (repository / "ran").exists()


@pytest.mark.parametrize("name", ["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor"])
def test_no_program_of_the_repositorys_configuration_is_run(repository: Path, name: str) -> None:
    (repository / ".env").write_text("")
    git(repository, "add", ".env")
    git(repository, "config", name, f"touch {repository}/ran")
    assert git_facts(repository).tracked == frozenset({".env"})
    assert not (repository / "ran").exists()


def test_a_bare_repository_in_the_project_does_not_answer_for_it(repository: Path) -> None:
    project = repository / "astro"
    project.mkdir()
    (project / ".env").write_text("")
    git(repository, "add", ".env", "astro")
    git(project, "init", "--quiet", "--bare", ".")
    assert git_facts(project).tracked is None


def test_the_users_own_git_variables_lead_git_nowhere_else(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert git_facts(repository).tracked == frozenset()


def test_a_pattern_of_many_stars_counts_for_nothing(repository: Path) -> None:
    (repository / ".git" / "info" / "exclude").write_text("*" + "?*" * 40 + "\n")
    assert not is_ignored(git_facts(repository), None, ".env")


def test_a_broken_pattern_leaves_the_others() -> None:
    assert is_ignored(GitFacts(), "!\n[\n.env\n\\", ".env")
