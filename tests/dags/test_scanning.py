"""What a project's files say together."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from kvtui.core.problems import ProblemError
from kvtui.dags.reader import statements
from kvtui.dags.scanning import LARGEST, StoppedError, scan_project
from tests.dags.conftest import Make
from tests.dags.generated import PIECES, Piece, generate, score

GET = "from airflow.sdk import Variable\n"


def keys(path: Path) -> set[str]:
    return {asked.key for asked in scan_project(path).keys}


def test_a_key_has_every_place_that_asks_for_it(make: Make) -> None:
    root = make({"dags/a.py": f'{GET}Variable.get("k")', "dags/b.py": f'{GET}\nVariable.get("k", None)'})
    found = scan_project(root)
    assert [str(place) for place in found.keys[0].places] == ["dags/a.py:2", "dags/b.py:3"]


def test_places_are_relative_to_what_is_audited(make: Make) -> None:
    root = make({"Dockerfile": "", "dags/sub/a.py": f'{GET}Variable.get("k")'})
    assert str(scan_project(root / "dags").keys[0].places[0]) == "sub/a.py:2"


def test_constants_are_followed_beyond_the_audited_directory(make: Make) -> None:
    code = f"{GET}from include.names import KEY\nVariable.get(KEY)"
    root = make({"Dockerfile": "", "dags/a.py": code, "include/names.py": 'KEY = "far"'})
    assert keys(root / "dags") == {"far"}


def test_template_files_below_dags_and_include_are_read(make: Make) -> None:
    root = make({"dags/a.py": "", "dags/q.sql": "{{ var.value.a }}", "include/x/y.sh": "{{ conn.b.host }}"})
    assert keys(root) == {"a", "b"}


def test_a_template_file_of_another_ending_is_read_if_the_code_names_it(make: Make) -> None:
    code = 'from airflow.sdk import DAG\nmail(html="mails/hello.txt")'
    root = make({"dags/a.py": code, "dags/mails/hello.txt": "{{ var.value.a }}"})
    assert keys(root) == {"a"}


def test_a_text_file_that_nobody_names_is_no_template(make: Make) -> None:
    assert keys(make({"dags/a.py": "", "dags/README.md": "{{ var.value.a }}"})) == set()


def test_a_template_is_found_on_the_search_path_of_the_image(make: Make) -> None:
    code = 'DAG("d", template_searchpath="/usr/local/airflow/other")\nrun(sql="q.txt")'
    assert keys(make({"dags/a.py": code, "other/q.txt": "{{ var.value.a }}"})) == {"a"}


def test_an_ignored_file_is_read_only_if_a_dag_imports_it(make: Make) -> None:
    files = {
        "dags/.airflowignore": "lib\nold.py\n",
        "dags/a.py": "from lib.used import x",
        "dags/lib/used.py": f'{GET}x = Variable.get("used")',
        "dags/old.py": f'{GET}Variable.get("old")',
    }
    found = scan_project(make(files))
    assert {asked.key for asked in found.keys} == {"used"}
    assert found.notes == ("1 file is taken out by .airflowignore.",)


def test_a_file_that_is_no_python_is_said_and_the_others_are_read(make: Make) -> None:
    root = make({"dags/a.py": "def (", "dags/b.py": f'{GET}Variable.get("k")'})
    found = scan_project(root)
    assert [(each.file, each.line) for each in found.unreadable] == [("dags/a.py", 1)]
    assert {asked.key for asked in found.keys} == {"k"}


def test_a_file_in_another_encoding_is_read_as_it_says(make: Make) -> None:
    root = make({"dags/a.py": ""})
    (root / "dags/a.py").write_bytes(f'# coding: latin-1\n{GET}Variable.get("größe")'.encode("latin-1"))
    assert keys(root) == {"größe"}


def test_a_folder_whose_files_are_all_ignored_holds_nothing_to_audit(make: Make) -> None:
    with pytest.raises(ProblemError, match=r"airflowignore takes out 1 file\."):
        scan_project(make({"dags/.airflowignore": "*.py\n", "dags/a.py": ""}))


def test_templates_alone_can_be_audited_if_they_ask_for_something(make: Make) -> None:
    assert keys(make({"dags/a.sql": "{{ var.value.a }}"})) == {"a"}


@pytest.mark.parametrize("content", [b'x = "\xff"', b"\x00", b"#" * (LARGEST + 1)])
def test_a_file_that_is_no_text_or_too_large_is_said(make: Make, content: bytes) -> None:
    root = make({"dags/a.py": ""})
    (root / "dags/a.py").write_bytes(content)
    assert [each.file for each in scan_project(root).unreadable] == ["dags/a.py"]


def test_the_projects_code_is_never_run(make: Make, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    scan_project(make({"dags/a.py": f"open({str(proof)!r}, 'w')\nraise SystemExit"}))
    assert not proof.exists()


def test_the_progress_counts_every_file(make: Make) -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        seen.append((done, total))
        return True

    scan_project(make({"dags/a.py": "", "dags/b.py": "", "dags/c.sql": ""}), progress=progress)
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_scan_that_nobody_wants_any_more_stops(make: Make) -> None:
    root = make({"dags/a.py": "", "dags/b.py": ""})
    with pytest.raises(StoppedError):
        scan_project(root, progress=lambda done, total: False)


@pytest.mark.parametrize("make_piece", PIECES, ids=lambda piece: piece.__name__)
def test_each_construct_is_read_as_it_is_known(tmp_path: Path, make_piece: Callable[[int], Piece]) -> None:
    truth = generate(tmp_path, 1, each=1, pieces=[make_piece])
    result = score(scan_project(tmp_path), truth)
    assert (result.missed, result.false) == (frozenset(), frozenset())
    assert (result.undecided_missed, result.undecided_false) == (frozenset(), frozenset())


def test_a_generated_project_is_read_without_a_miss_and_without_an_error(tmp_path: Path) -> None:
    truth = generate(tmp_path, 200, seed=3)
    result = score(scan_project(tmp_path), truth)
    assert result.found == len(truth.uses) > 1000
    assert (result.missed, result.false) == (frozenset(), frozenset())
    assert (result.undecided_missed, result.undecided_false) == (frozenset(), frozenset())


def test_a_use_that_a_call_decides_is_reported_at_the_call_through_the_lookup(make: Make) -> None:
    helper = (
        "from airflow.hooks.base import BaseHook\n\n\nclass Client:\n"
        "    def __init__(self, conn):\n        BaseHook.get_connection(conn)\n"
    )
    root = make({"dags/helper.py": helper, "dags/d.py": 'from helper import Client\nClient("orders_db")'})
    places = [place for asked in scan_project(root).keys for place in asked.places]
    assert [(str(place), place.through) for place in places] == [("dags/d.py:2", "dags/helper.py:6")]


def test_an_undecided_use_in_another_file_shows_that_files_expression(make: Make) -> None:
    helper = f"{GET}\n\nclass Client:\n    def __init__(self, key):\n        Variable.get(key + load())\n"
    root = make({"dags/helper.py": helper, "dags/d.py": 'from helper import Client\nClient("a")'})
    found = {(each.file, each.line, each.expression) for each in scan_project(root).undecided}
    assert found == {("dags/helper.py", 6, "key + load()")}


def test_a_file_that_kvtui_fails_on_does_not_end_the_audit(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise TypeError("a defect")

    monkeypatch.setitem(statements.RULES, ast.Delete, fail)
    root = make({"dags/a.py": "import airflow\nx = 1\ndel x", "dags/b.py": f'{GET}Variable.get("k")'})
    found = scan_project(root)
    assert [asked.key for asked in found.keys] == ["k"]
    assert [(each.file, each.why) for each in found.unreadable] == [
        ("dags/a.py", "kvtui failed to read it (TypeError)")
    ]


def test_a_wrapper_is_followed_for_each_of_many_keys(make: Make) -> None:
    calls = "\n".join(f'get("k{n}")' for n in range(900))
    files = {"dags/util.py": f"{GET}def get(name):\n    return Variable.get(name)\n"}
    root = make({**files, "dags/d.py": f"from util import get\n{calls}"})
    assert len(scan_project(root).keys) == 900


def test_a_file_that_takes_too_many_steps_is_said_to_be_read_only_in_part(make: Make) -> None:
    nested = "".join(f"{'    ' * depth}for x{depth} in range(300):\n" for depth in range(12))
    root = make({"dags/d.py": f"{GET}{nested}{'    ' * 12}Variable.get('k')\n"})
    found = scan_project(root)
    assert [asked.key for asked in found.keys] == ["k"]
    assert found.notes == (
        "dags/d.py: too complex to be read to its end (after 10,700 steps): other keys may be missing here.",
    )


def test_what_one_file_uses_up_is_not_missing_in_another(make: Make) -> None:
    calls = "for n in range(300):\n    for m in range(300):\n        get(f'{n}-{m}')\n"
    files = {"dags/util.py": f"{GET}def get(name):\n    return Variable.get(name)\n"}
    root = make(
        {
            **files,
            "dags/a.py": f"from util import get\n{calls}",
            "dags/b.py": 'from util import get\nget("b")',
        }
    )
    assert "b" in keys(root)


def test_of_several_files_that_an_import_may_mean_none_is_said_not_to_be_imported(make: Make) -> None:
    names = dict.fromkeys(("one/pkg.py", "two/pkg.py"), GET)
    found = scan_project(make({**names, "dags/d.py": "from airflow.sdk import DAG\nimport pkg"}))
    assert found.notes == (
        "2 Python files outside the DAGs import Airflow and were not read; no import is known to mean "
        "them: one/pkg.py, two/pkg.py.",
    )


def test_a_module_that_the_repository_has_outside_the_project_is_named(make: Make) -> None:
    top = make(
        {
            ".git/HEAD": "ref: refs/heads/main",
            "team/dags/d.py": "from airflow.sdk import DAG\nfrom common.util import secret\nsecret('k')\n",
            "libs/common/util.py": "",
        }
    )

    notes = scan_project(top / "team" / "dags").notes

    assert any("imports common, which the repository has in libs/common" in note for note in notes)
