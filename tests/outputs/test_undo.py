"""Undo: every file as it was before kvtui, and nothing of the user's lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.outputs.model import Removal
from kvtui.outputs.plan import plan
from kvtui.outputs.undo import Written, plan_undo
from kvtui.outputs.writer import check_all, write
from kvtui.project.files import read_project
from kvtui.project.model import MANIFEST_NAME
from kvtui.settings.model import Settings
from tests.outputs.samples import AGENTS, CLIENT_SECRET, MANAGED, WORKLOAD, read_back

THEIRS = {
    ".env": "LOCAL=1\n",
    "values.yaml": "# ours\nnamespace: agents\ncommonEnv:\n  - name: ASTRO_X\n    value: y\nlabels: {}\n",
    "requirements.txt": "pandas\n",
    "requirements-client.txt": "polars\n",
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name, text in THEIRS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def written(directory: Path, chosen: Settings) -> dict[Path, Written]:
    files = [each for each in plan(chosen, read_project(directory), "all").files if each.changed]
    for file in check_all(files):
        write(file)
    return {each.path: Written(each.state.text, each.after) for each in files}


def undo(directory: Path, wrote: dict[Path, Written]) -> None:
    planned = plan_undo(read_project(directory), wrote)
    for file in check_all(planned.files):
        write(file)
    assert [words for each in planned.files for words in read_back(CLIENT_SECRET, each, Removal.UNDO)] == []


def texts(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}


AGENT_WORKLOAD = replace(WORKLOAD, target=AGENTS.target)


@pytest.mark.parametrize("chosen", [AGENTS, MANAGED, AGENT_WORKLOAD])
def test_every_file_is_what_it_was_before(directory: Path, chosen: Settings) -> None:
    undo(directory, written(directory, chosen))
    assert texts(directory) == THEIRS


def test_files_that_kvtui_made_are_deleted(tmp_path: Path) -> None:
    undo(tmp_path, written(tmp_path, AGENTS))
    assert texts(tmp_path) == {}


def test_lines_that_the_user_added_since_then_stay(directory: Path) -> None:
    wrote = written(directory, AGENTS)
    for name in (".env", "values.yaml"):
        (directory / name).write_text((directory / name).read_text() + "ADDED: 1\n")
    undo(directory, wrote)
    assert texts(directory)[".env"] == THEIRS[".env"] + "ADDED: 1\n"
    assert texts(directory)["values.yaml"] == THEIRS["values.yaml"] + "ADDED: 1\n"


def test_in_another_session_only_what_is_certainly_kvtuis_goes(directory: Path) -> None:
    written(directory, AGENTS)
    undo(directory, {})
    left = texts(directory)
    assert (left[".env"], left["values.yaml"], MANIFEST_NAME in left) == (
        THEIRS[".env"],
        THEIRS["values.yaml"],
        False,
    )
    assert "microsoft-azure" in left["requirements-client.txt"]


def test_a_fragment_of_another_session_is_deleted_but_not_one_with_the_users_lines(tmp_path: Path) -> None:
    written(tmp_path, AGENTS)
    undo(tmp_path, {})
    assert not (tmp_path / "values.yaml").exists()
    written(tmp_path, AGENTS)
    (tmp_path / "values.yaml").write_text((tmp_path / "values.yaml").read_text() + "mine: 1\n")
    undo(tmp_path, {})
    assert "mine: 1" in (tmp_path / "values.yaml").read_text()


def test_where_nothing_is_kvtuis_there_is_nothing_to_undo(directory: Path) -> None:
    planned = plan_undo(read_project(directory), {})
    assert (planned.files, planned.notices) == (
        (),
        ("Nothing to remove: the project's files have no lines managed by kvtui.",),
    )
