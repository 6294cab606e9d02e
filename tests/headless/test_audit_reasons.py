"""Keys without a secret by which nothing fails: each form of the output says so, with the same reason."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from junitparser import JUnitXml

from tests.headless.audit_project import GET, Code, audit, code, document

__all__ = ["code"]

IMPORT = GET.partition("\n")[0] + "\n"
SCHEMA = json.loads((Path(__file__).parent / "data/sarif-2.1.0.json").read_text("utf-8"))
MAIN = 'if __name__ == "__main__":\n    Variable.get("k")\n'


@pytest.mark.parametrize(
    ("lines", "name", "why"),
    [
        ('Variable.set("k", 1)\nVariable.get("k")', "dags/a.py", "The code stores it"),
        (
            MAIN,
            "dags/a.py",
            'Every use is under `if __name__ == "__main__"`',
        ),
        ('Variable.get("k")', "dags/test_b.py", "Every use is in a test"),
        ('Variable.get("k", default=1)', "dags/a.py", "Every use has a default"),
        ('Variable.get("k")  # kvtui: ignore by hand', "dags/a.py", "Ignored: by hand"),
        (
            'Variable.get("k", default=1)\nVariable.get("k")  # kvtui: ignore by hand',
            "dags/a.py",
            "Every use has a default or is ignored (by hand)",
        ),
    ],
)
def test_text_and_junit_give_the_reason_why_nothing_fails(
    code: Code, lines: str, name: str, why: str
) -> None:
    directory = code("")
    (directory / name).write_text(f"{IMPORT}{lines}\n")
    text = audit(directory)
    assert (text.returncode, f"      {why}, so nothing fails.\n" in text.stdout) == (0, True), text.stdout
    [suite] = JUnitXml.fromstring(audit(directory, "--format", "junit").stdout.encode())
    [case] = suite
    assert case.result[0].message.startswith(f"{why}. The vault has no such secret.")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('Variable.set("k", 1)\nVariable.get("k")', "The code stores it (dags/a.py:2): Airflow's metastore"),
        ('Variable.get("k", default=1)', "This use has a default."),
        (MAIN, 'This use is under `if __name__ == "__main__"`.'),
    ],
)
def test_annotations_and_sarif_are_notes_with_the_reason(code: Code, lines: str, why: str) -> None:
    directory = code("")
    (directory / "dags/a.py").write_text(f"{IMPORT}{lines}\n")
    line = audit(directory, "--format", "github").stdout.splitlines()[0]
    assert (line.startswith("::notice "), why in line) == (True, True), line
    sarif = json.loads(audit(directory, "--format", "sarif").stdout)
    [result] = [each for each in sarif["runs"][0]["results"] if each["ruleId"] == "missing-secret"]
    assert (result["level"], why in result["message"]["text"]) == ("note", True)


def test_a_variable_that_the_code_stores_is_not_to_be_stored(code: Code) -> None:
    directory = code('Variable.set("k", 1)\nVariable.get("k")')
    done = audit(directory, "--missing", "list")
    assert done.stdout == ""
    assert "0 secrets printed. 1 key is missing. 1 is left out: it is stored by the code." in done.stderr
    [use] = document(directory)["uses"]
    assert (use["fails"], use["fix"], use["set_at"]) == (False, "", ["dags/a.py:3"])


def test_keys_under_main_are_left_out_for_that_reason(code: Code) -> None:
    directory = code("pass")
    (directory / "dags/a.py").write_text(IMPORT + MAIN)
    said = audit(directory, "--missing", "list").stderr
    assert 'it is used only under `if __name__ == "__main__"`.' in said


# Nothing found, and files that were not read


def test_each_form_says_that_nothing_was_found_and_what_to_do(code: Code) -> None:
    directory = code("pass")
    code('Variable.get("k")', "other/x.py")
    what = "Python file outside the DAGs that imports Airflow was not read"
    next_step = "Audit the folder of these files, or name it as one of the folders"
    text = audit(directory)
    assert f"Nothing was found, and 1 {what}. {next_step}" in text.stdout
    assert f"Failed: nothing was found, and 1 {what}. {next_step}" in text.stderr
    assert document(directory)["failing"] == {"keys": 0, "files": 0, "unread": 1}
    assert next_step in audit(directory, "--format", "junit").stdout


def test_python_of_a_newer_version_is_no_template(code: Code) -> None:
    directory = code("match x:\n  case {**a, 'b': 1}: pass\n")
    (directory / "dags/a.py").write_text(f'{IMPORT}type X[T = int] = 1\nVariable.get("here")\n')
    line = audit(directory, "--format", "github").stdout.splitlines()[0]
    assert "title=Python is newer than kvtui's own" in line
    assert 'name="dags/a.py"><skipped' in audit(directory, "--format", "junit").stdout


# A key that a call hands to a lookup elsewhere


def test_each_form_names_the_lookup_that_a_call_hands_its_key_to(code: Code) -> None:
    directory = code("pass")
    (directory / "dags/helper.py").write_text(f"{IMPORT}def read(key):\n    Variable.get(key)\n")
    (directory / "dags/a.py").write_text('from helper import read\nread("k")\n')
    text = audit(directory)
    assert "dags/a.py:2 (through dags/helper.py:3)\n" in text.stdout
    assert (
        "It is looked up by Variable.get, through dags/helper.py:3."
        in audit(directory, "--format", "github").stdout
    )
    assert (
        "dags/a.py:2  Variable.get, through dags/helper.py:3" in audit(directory, "--format", "junit").stdout
    )
    sarif = json.loads(audit(directory, "--format", "sarif").stdout)
    jsonschema.validate(sarif, SCHEMA)
    result = sarif["runs"][0]["results"][0]
    assert result["relatedLocations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "dags/helper.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3},
    }
