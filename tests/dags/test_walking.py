"""Which files an audit reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.dags.walking import walk
from tests.dags.conftest import Make


def python(path: Path, *, glob: bool = True) -> list[str]:
    return walk(path, glob=glob).python


def test_of_an_astro_project_dags_plugins_and_include_are_read(make: Make) -> None:
    root = make({"dags/a.py": "", "plugins/b.py": "", "include/c/d.py": "", "tests/e.py": "", "f.py": ""})
    assert python(root) == ["dags/a.py", "plugins/b.py", "include/c/d.py"]


def test_of_any_other_directory_everything_is_read(make: Make) -> None:
    assert python(make({"a.py": "", "b/c.py": ""})) == ["a.py", "b/c.py"]


def test_one_file_can_be_read_alone(make: Make) -> None:
    found = walk(make({"dags/a.py": "", "dags/b.py": "", "Dockerfile": ""}) / "dags/a.py", glob=True)
    assert (found.python, found.root.name) == (["dags/a.py"], "astro")


@pytest.mark.parametrize("folder", [".git", "__pycache__", "node_modules", ".venv", "venv", "site-packages"])
def test_what_is_nobodys_dag_is_passed_over(make: Make, folder: str) -> None:
    assert python(make({"a.py": "", f"{folder}/b.py": ""})) == ["a.py"]


def test_a_virtual_environment_of_any_name_is_passed_over(make: Make) -> None:
    assert python(make({"a.py": "", "mine/pyvenv.cfg": "", "mine/lib/b.py": ""})) == ["a.py"]


def test_a_folder_named_env_is_read_unless_it_is_a_virtual_environment(make: Make) -> None:
    assert python(make({"a.py": "", "env/b.py": ""})) == ["a.py", "env/b.py"]
    assert python(make({"a.py": "", "env/b.py": "", "env/bin/activate": ""})) == ["a.py"]


def test_templates_are_known_by_their_endings(make: Make) -> None:
    root = make(
        {"dags/a.sql": "", "dags/b.SH": "", "include/c.j2": "", "dags/README.md": "", "dags/x.png": ""}
    )
    assert walk(root, glob=True).templates == ["dags/a.sql", "dags/b.SH", "include/c.j2"]


def test_a_link_that_leads_out_of_the_project_is_not_followed(make: Make, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("")
    root = make({"dags/a.py": ""})
    (root / "dags/b.py").symlink_to(tmp_path / "outside.py")
    found = walk(root, glob=True)
    assert found.python == ["dags/a.py"]
    assert found.notes == ["dags/b.py leads out of the project and was not followed."]


def test_a_link_to_a_directory_is_not_followed_so_that_no_circle_is_walked(make: Make) -> None:
    root = make({"dags/a.py": ""})
    (root / "dags/again").symlink_to(root / "dags")
    assert python(root) == ["dags/a.py"]


def test_an_ignore_file_of_airflow_3_holds_globs(make: Make) -> None:
    root = make(
        {
            "dags/.airflowignore": "old/\n*_draft.py\n",
            "dags/a.py": "",
            "dags/b_draft.py": "",
            "dags/old/c.py": "",
        }
    )
    found = walk(root, glob=True)
    assert (found.python, found.ignored) == (["dags/a.py"], ["dags/b_draft.py", "dags/old/c.py"])


def test_an_ignore_file_of_airflow_2_holds_regular_expressions(make: Make) -> None:
    root = make({"dags/.airflowignore": "draft  # all of them\n[\n", "dags/a.py": "", "dags/b_draft.py": ""})
    found = walk(root, glob=False)
    assert (found.python, found.ignored) == (["dags/a.py"], ["dags/b_draft.py"])


def test_a_line_that_is_no_glob_counts_for_nothing(make: Make) -> None:
    root = make({"dags/.airflowignore": "!\n///\n[\n*_draft.py\n", "dags/a.py": "", "dags/b_draft.py": ""})
    found = walk(root, glob=True)
    assert (found.python, found.ignored) == (["dags/a.py"], ["dags/b_draft.py"])


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as raised:
        walk(tmp_path / "nowhere", glob=True)
    assert raised.value.problem.kind is ProblemKind.USAGE
