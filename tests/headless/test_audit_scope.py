"""The audit of some files only, and of several paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import kvtui
from tests.headless.audit_project import GET, Code, audit, code, git, verdicts

__all__ = ["code"]


# Some files only


def test_only_the_named_files_are_reported(code: Code) -> None:
    code('Variable.get("gone")')
    directory = code('Variable.get("here")', "dags/b.py")
    assert verdicts(directory, "--files", "dags/b.py") == {"here": "resolves"}
    assert audit(directory, "--files", "dags/b.py").returncode == 0


def test_the_whole_project_is_read_for_what_hands_keys_on(code: Code) -> None:
    code("return Variable.get(name)\n".replace("f()", ""), "dags/helper.py")
    (code("", "dags/b.py") / "dags/helper.py").write_text(
        GET.replace("f()", "read(name)") + " Variable.get(name)\n"
    )
    directory = code("")
    (directory / "dags/b.py").write_text('from helper import read\nread("gone")\n')
    assert verdicts(directory, "--files", "dags/b.py") == {"gone": "missing"}
    assert verdicts(directory, "--files", "dags/helper.py") == {"gone": "missing"}
    assert verdicts(directory, "--files", "dags/a.py") == {}


def test_a_named_file_that_is_not_there_exits_2(code: Code) -> None:
    assert audit(code(""), "--files", "dags/nowhere.py").returncode == 2


@pytest.fixture
def committed(code: Code) -> Path:
    """A repository with a file that fails."""
    directory = code('Variable.get("gone")')
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "x")
    return directory


def test_without_a_change_nothing_is_reported(committed: Path) -> None:
    assert verdicts(committed, "--changed-since", "main") == {}


@pytest.mark.parametrize("commits", [True, False])
def test_what_changed_since_a_branch_is_reported(committed: Path, code: Code, *, commits: bool) -> None:
    git(committed, "checkout", "-qb", "topic")
    code('Variable.get("new")', "dags/b.py")
    if commits:
        git(committed, "add", "-A")
        git(committed, "commit", "-qm", "y")
    assert verdicts(committed, "--changed-since", "main") == {"new": "missing"}


def test_what_changed_on_the_other_branch_is_not_reported(committed: Path, code: Code) -> None:
    git(committed, "checkout", "-qb", "topic")
    git(committed, "checkout", "-q", "main")
    code('Variable.get("gone")\n\n', "dags/a.py")
    git(committed, "commit", "-qam", "y")
    git(committed, "checkout", "-q", "topic")
    assert verdicts(committed, "--changed-since", "main") == {}


@pytest.mark.parametrize("reference", ["nowhere", "--output=x"])
def test_a_reference_that_git_does_not_know_exits_2(committed: Path, reference: str) -> None:
    done = audit(committed, f"--changed-since={reference}")
    assert (done.returncode, "git cannot say what changed since" in done.stderr) == (2, True)


# Changed files that decide keys of other files


@pytest.fixture
def factory(code: Code) -> Path:
    """A repository with a constant, a file of data, `.env` and a template, all of which decide keys."""
    directory = code('Variable.get("here")')
    (directory / "dags/keys.py").write_text('KEY = "here"\n')
    (directory / "dags/b.py").write_text(f"from keys import KEY\n{GET} Variable.get(KEY)\n")
    (directory / "dags/c.py").write_text(
        f"import json\n{GET} Variable.get(json.load(open('dags/c.json'))['var'])\n Variable.get('set')\n"
    )
    (directory / "dags/c.json").write_text('{"var": "here"}')
    (directory / "dags/d.sql").write_text("select {{ var.value.here }}")
    (directory / ".env").write_text("AIRFLOW_VAR_SET=1\n")
    git(directory, "init", "-q", "-b", "main")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "x")
    assert audit(directory).returncode == 0
    return directory


@pytest.mark.parametrize(
    ("name", "text"), [("dags/keys.py", 'KEY = "gone"'), ("dags/c.json", '{"var": "gone"}'), (".env", "")]
)
@pytest.mark.parametrize("by_git", [True, False])
def test_a_file_that_decides_keys_of_others_makes_all_keys_count(
    factory: Path, name: str, text: str, *, by_git: bool
) -> None:
    (factory / name).write_text(text)
    done = audit(factory, *(("--changed-since", "main") if by_git else ("--files", name)))
    assert done.returncode == 5
    assert f"note: All keys are reported: {name} may decide keys of other files." in done.stderr


def test_a_deleted_file_that_decides_keys_makes_all_keys_count(factory: Path) -> None:
    (factory / ".env").unlink()
    (factory / "dags/c.json").unlink()
    assert set(verdicts(factory, "--changed-since", "main")) == {"here", "set"}
    assert audit(factory, "--changed-since", "main").returncode == 5


@pytest.mark.parametrize("name", ["dags/a.py", "dags/d.sql"])
def test_a_file_that_decides_only_its_own_keys_is_reported_alone(factory: Path, name: str) -> None:
    (factory / "dags/b.py").write_text(f"{GET} Variable.get('gone')\n")
    assert verdicts(factory, "--files", name) == {"here": "resolves"}


def test_a_named_file_that_is_not_read_is_said(factory: Path) -> None:
    (factory / "README.md").touch()
    (factory / "tool.py").write_text("from airflow.sdk import Variable\nVariable.get('gone')")
    said = audit(factory, "--files", "README.md", "tool.py").stderr
    assert "note: README.md, tool.py were not read, so nothing in them was checked." in said
    said = audit(factory, "--changed-since", "main").stderr
    assert "note: tool.py was not read, so nothing in it was checked." in said


def test_nothing_found_beside_unread_files_fails_for_some_files_too(code: Code) -> None:
    directory = code("x = 1")
    code('Variable.get("gone")', "other/x.py")
    assert audit(directory, "--files", "other/x.py").returncode == 5
    assert audit(directory, "--files", "dags/a.py").returncode == 5
    code('Variable.get("here")')
    assert audit(directory, "--files", "other/x.py").returncode == 0


# Several paths


def test_several_paths_are_one_report_from_their_common_folder(code: Code) -> None:
    code('Variable.get("gone")', "one/dags/a.py")
    directory = code('Variable.get("gone")\nVariable.get("here")', "two/b.py")
    done = kvtui("--audit", "one", "two", "--names", "names", "--json", cwd=directory)
    uses = {
        each["key"]: [place["file"] for place in each["places"]] for each in json.loads(done.stdout)["uses"]
    }
    assert uses == {"gone": ["one/dags/a.py", "two/b.py"], "here": ["two/b.py"]}


def test_a_place_that_two_paths_have_counts_once(code: Code) -> None:
    directory = code('Variable.get("gone")')
    done = kvtui("--audit", ".", "dags", "--names", "names", "--json", cwd=directory)
    assert [len(each["places"]) for each in json.loads(done.stdout)["uses"]] == [1]


@pytest.mark.parametrize(
    "paths", [("airflow/dags", "airflow/plugins"), ("airflow/plugins/u.py", "airflow/dags/a.py")]
)
def test_a_path_that_another_one_imports_is_read_with_its_callers(code: Code, paths: tuple[str, str]) -> None:
    directory = code("", "airflow/dags/a.py")
    helper = GET.replace("f()", 'get(key="never")') + " Variable.get(key)\n"
    for name, text in {"plugins/u.py": helper, "dags/a.py": 'from u import get\nget("gone")\n'}.items():
        code("", f"airflow/{name}")
        (directory / f"airflow/{name}").write_text(text)
    done = kvtui("--audit", *paths, "--names", "names", "--json", cwd=directory)
    report = json.loads(done.stdout)
    places = [(each["key"], place["file"]) for each in report["uses"] for place in each["places"]]
    assert (places, report["undecidable"]) == ([("gone", "dags/a.py")], [])


def test_paths_of_different_projects_exit_2(code: Code) -> None:
    code("", "one/dags/a.py")
    directory = code("", "two/dags/b.py")
    for name in ("one", "two"):
        (directory / name / ".env").touch()
    done = kvtui("--audit", "one", "two", "--names", "names", cwd=directory)
    assert (done.returncode, "belong to different projects" in done.stderr) == (2, True)


# What cannot be given together


@pytest.mark.parametrize(
    "words",
    [
        ["--offline", "--names", "n"],
        ["--offline", "--baseline", "b"],
        ["--json", "--format", "sarif"],
        ["--missing", "list", "--json"],
        ["--files", "a.py", "--changed-since", "main"],
    ],
)
def test_options_that_contradict_each_other_exit_2(tmp_path: Path, words: list[str]) -> None:
    done = kvtui("--audit", ".", *words, cwd=tmp_path)
    assert (done.returncode, "cannot be used together." in done.stderr) == (2, True)
