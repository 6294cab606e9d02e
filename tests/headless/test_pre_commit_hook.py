"""The hook for pre-commit: what it runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.cli.program import kvtui

[HOOK] = YAML(typ="safe").load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8"))
CODE = 'from airflow.sdk import Variable\nVariable.get("gone")\n'


@pytest.mark.parametrize(
    ("arguments", "code"), [(HOOK["args"], 0), (["--names", "names", "--files"], 5)], ids=["offline", "names"]
)
def test_the_hook_reports_the_files_that_follow_its_arguments(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    (tmp_path / "dags").mkdir()
    for name in ("a", "b"):
        (tmp_path / f"dags/{name}.py").write_text(CODE)
    (tmp_path / "names").touch()
    program, *words = HOOK["entry"].split()
    done = kvtui(*words, *arguments, "dags/a.py", cwd=tmp_path)
    assert (program, done.returncode) == ("kvtui", code)
    assert "dags/a.py:2" in done.stdout
    assert "dags/b.py" not in done.stdout


def test_the_hook_runs_once_for_all_files() -> None:
    assert HOOK["require_serial"]
