"""Reading a project: what is there, what is not, and what is refused."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.project.files import LARGEST, project_around, read_file, read_project


def refused(path: Path, *, follow: bool = False) -> str:
    with pytest.raises(ProblemError) as caught:
        read_file(path, follow=follow)
    assert caught.value.problem.kind is ProblemKind.USAGE
    assert caught.value.problem.remedy
    return caught.value.problem.what


def test_an_empty_directory_is_a_project_without_files(tmp_path: Path) -> None:
    found = read_project(tmp_path)
    assert found.directory == tmp_path
    assert [found.env.exists, found.values.exists, found.dockerfile.exists] == [False, False, False]


def test_each_file_is_found_under_its_name(tmp_path: Path) -> None:
    names = {
        "env": ".env",
        "dockerfile": "Dockerfile",
        "dockerfile_client": "Dockerfile.client",
        "requirements": "requirements.txt",
        "requirements_client": "requirements-client.txt",
        "values": "values.yaml",
        "gitignore": ".gitignore",
    }
    for name in names.values():
        (tmp_path / name).write_text(f"# {name}\n")
    found = read_project(tmp_path)
    assert {field: getattr(found, field).text for field in names} == {
        field: f"# {name}\n" for field, name in names.items()
    }


def test_a_file_comes_with_its_identity_content_and_mode(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"A=1\r\n")
    path.chmod(0o640)
    state, facts = read_file(path), path.stat()
    assert state.text == "A=1\r\n"
    assert state.stamp == (
        facts.st_dev,
        facts.st_ino,
        5,
        facts.st_mtime_ns,
        hashlib.sha256(b"A=1\r\n").hexdigest(),
    )
    assert state.mode == 0o640


def test_a_byte_order_mark_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfA=1\n")
    assert read_file(tmp_path / ".env").text == "\ufeffA=1\n"


def test_the_content_does_not_show_itself(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=hunter2\n")
    assert "hunter2" not in repr(read_project(tmp_path))


def test_a_directory_that_is_not_there_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="does not exist") as caught:
        read_project(tmp_path / "nowhere")
    assert caught.value.problem.kind is ProblemKind.USAGE


def test_a_file_in_place_of_the_directory_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProblemError, match="is not a directory"):
        read_project(tmp_path / "file")


def test_a_directory_behind_a_link_is_known_by_its_real_path(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert read_project(tmp_path / "link").directory == tmp_path / "real"


def test_a_directory_that_links_to_itself_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ProblemError, match=r"cannot be opened|does not exist"):
        read_project(tmp_path / "loop")


def test_bytes_that_are_not_utf_8_are_rejected_with_their_offset(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"NAME=caf\xe9\n")
    assert "byte 0xe9 at offset 8" in refused(tmp_path / ".env")


@pytest.mark.parametrize("target", ["real", "nowhere", ".env"])
def test_a_symbolic_link_is_rejected_and_both_ends_are_named(target: str, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("A=1\n")
    (tmp_path / ".env").symlink_to(target)
    assert f"{tmp_path}/.env is a symbolic link to {target}" in refused(tmp_path / ".env")


def test_a_file_that_is_only_read_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("FROM x\n")
    (tmp_path / "Dockerfile").symlink_to("shared")
    assert read_project(tmp_path).dockerfile.text == "FROM x\n"


def test_where_nothing_is_written_a_file_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    said: list[str] = []
    assert read_project(tmp_path, left_out=said).env.text is None
    assert said == [f"Not read: {tmp_path}/.env is a directory, not a file."]


def test_where_nothing_is_written_every_file_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("A=1\n")
    (tmp_path / ".env").symlink_to("shared")
    assert read_project(tmp_path, left_out=[]).env.text == "A=1\n"


def test_a_file_with_another_name_is_rejected(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n")
    os.link(tmp_path / ".env", tmp_path / "other")
    assert "2 names (hard links)" in refused(tmp_path / ".env")


def test_a_directory_in_a_files_place_is_rejected(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert "is a directory, not a file" in refused(tmp_path / ".env")


def test_a_named_pipe_is_rejected_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env")
    assert "is a named pipe" in refused(tmp_path / ".env")


def test_too_many_lines_are_rejected_with_their_number_and_the_limit(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n" * 10_001)
    assert "has 10,001 lines. kvtui reads up to 10,000 lines." in refused(tmp_path / ".env")


def test_a_too_large_file_is_rejected_with_its_size_and_the_limit(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"x" * LARGEST)
    assert read_file(tmp_path / ".env").exists
    (tmp_path / ".env").write_bytes(b"x" * (LARGEST + 1))
    assert "too large: 1.0 MiB (1,048,577 bytes). kvtui reads configuration files up to 1 MiB." in refused(
        tmp_path / ".env"
    )


def test_a_path_through_a_file_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be opened" in refused(tmp_path / "file" / ".env")


def test_a_path_with_a_null_character_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(ProblemError):
        read_file(tmp_path / "a\0b")


def test_a_file_that_this_user_may_not_read_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("kvtui.project.files.os.open", denied)
    assert "may not be read by this user" in refused(tmp_path / ".env")


class TestTheProjectAroundAPath:
    @pytest.fixture
    def dags(self, tmp_path: Path) -> Path:
        folder = tmp_path / "outer/project/dags"
        folder.mkdir(parents=True)
        return folder

    @pytest.mark.parametrize("mark", ["Dockerfile", ".env", ".astro"])
    def test_it_is_the_nearest_directory_upwards_with_a_projects_file(self, dags: Path, mark: str) -> None:
        (dags.parent / mark).write_text("")
        (dags.parent.parent / "Dockerfile").write_text("")
        (dags / "a.py").write_text("")
        assert project_around(dags / "a.py") == dags.parent

    def test_it_does_not_lie_above_a_git_repository(self, dags: Path) -> None:
        (dags.parent.parent / "Dockerfile").write_text("")
        (dags.parent / ".git").mkdir()
        assert project_around(dags) is None

    def test_it_does_not_lie_above_the_home_directory(
        self, dags: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(dags.parent))
        (dags.parent.parent / "Dockerfile").write_text("")
        assert project_around(dags) is None

    def test_the_astro_clis_own_folder_makes_the_home_directory_no_project(
        self, dags: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(dags.parent))
        (dags.parent / ".astro").mkdir()
        assert project_around(dags) is None

    def test_a_directory_that_everybody_may_write_to_is_none(self, dags: Path) -> None:
        (dags.parent / ".env").write_text("")
        dags.parent.chmod(0o1777)
        assert project_around(dags) is None
