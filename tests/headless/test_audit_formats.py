"""`--format`, `--missing` and `--offline`: what other programs read, read back by other programs."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from textwrap import indent
from typing import Any

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase

from kvtui.emulator.sample_project import create_sample_project
from tests.cli.program import Done, kvtui

GET = "from airflow.sdk import Variable\ndef f():\n"
SCHEMA = json.loads((Path(__file__).parent / "data/sarif-2.1.0.json").read_text("utf-8"))
NAMES = "airflow-variables-here\nairflow-variables-api-base-url\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository whose project lies in a folder below its top."""
    project = tmp_path / "deploy" / "my project"
    (project / "dags").mkdir(parents=True)
    (project / ".env").touch()
    (tmp_path / "names").write_text(NAMES)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def audit(repository: Path, code: str, *words: str) -> Done:
    """Audits one DAG file with that code, by the names of a file."""
    text = GET + indent(code or "pass", " ")
    (repository / "deploy/my project/dags/a.py").write_text(text)
    return kvtui("--audit", "deploy/my project", "--names", "names", *words, cwd=repository)


def sarif(repository: Path, code: str, *words: str) -> Any:
    run = json.loads(audit(repository, code, "--format", "sarif", *words).stdout)["runs"][0]
    jsonschema.Draft202012Validator(SCHEMA).validate({"version": "2.1.0", "runs": [run]})
    return run


def junit(repository: Path, code: str, *words: str) -> dict[str, TestCase]:
    """The cases by name."""
    text = audit(repository, code, "--format", "junit", *words).stdout
    return {str(case.name): case for suite in JUnitXml.fromstring(text.encode()) for case in suite}


def github(repository: Path, code: str, *words: str) -> list[str]:
    return audit(repository, code, "--format", "github", *words).stdout.splitlines()


# SARIF


def test_sarif_of_the_sample_project_is_valid_by_its_schema(tmp_path: Path) -> None:
    (tmp_path / "names").write_text(NAMES)
    sample = create_sample_project(tmp_path)
    done = kvtui("--audit", str(sample), "--names", "names", "--format", "sarif", cwd=tmp_path)
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert {each["ruleId"] for each in document["runs"][0]["results"]} >= {
        "missing-secret",
        "undecidable-key",
    }


def test_the_schema_would_reject_another_level() -> None:
    result = {"message": {"text": "x"}, "level": "fatal"}
    document = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [result]}]}
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


def test_sarif_names_files_from_the_top_of_the_repository(repository: Path) -> None:
    [result] = sarif(repository, 'Variable.get("gone")')["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "deploy/my%20project/dags/a.py"
    assert place["region"] == {"startLine": 3}


def test_a_sarif_result_names_its_rule_which_has_help(repository: Path) -> None:
    run = sarif(repository, 'Variable.get("gone")')
    [result] = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (result["ruleId"], rule["id"], bool(rule["help"]["text"])) == (
        "missing-secret",
        "missing-secret",
        True,
    )


def test_a_place_with_a_default_is_a_note_in_sarif(repository: Path) -> None:
    results = sarif(repository, 'Variable.get("gone")\nVariable.get("gone", default=1)')["results"]
    assert [each["level"] for each in results] == ["error", "note"]


def test_a_fingerprint_stays_when_lines_move(repository: Path) -> None:
    before, after = (
        sarif(repository, f'{lines}Variable.get("gone")')["results"][0]["partialFingerprints"]
        for lines in ("", "\n\n\n")
    )
    assert before == after


def test_what_a_comment_ignores_is_suppressed_in_sarif_with_its_reason(repository: Path) -> None:
    [result] = sarif(repository, 'Variable.get("gone")  # kvtui: ignore set by hand')["results"]
    assert result["suppressions"] == [{"kind": "inSource", "justification": "set by hand"}]


def test_known_failures_are_unchanged_and_gone_ones_noted_in_sarif(repository: Path) -> None:
    audit(repository, 'Variable.get("old")\nVariable.get("gone")', "--baseline", "b", "--write-baseline")
    run = sarif(repository, 'Variable.get("gone")\nVariable.get("new")', "--baseline", "b")
    states = {each["message"]["text"].split('"')[1]: each["baselineState"] for each in run["results"]}
    assert states == {"gone": "unchanged", "new": "new"}
    notes = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert "The baseline lists variable old, which does not fail any more." in notes


# GitHub


def test_an_annotation_names_file_line_and_title(repository: Path) -> None:
    assert github(repository, 'Variable.get("gone")') == [
        "::error file=deploy/my project/dags/a.py,line=3,title=A key has no secret in the vault::"
        'variable "gone" (airflow-variables-gone): The vault has no such secret. '
        "Store the value as airflow-variables-gone."
    ]


@pytest.mark.parametrize(
    ("key", "shown"),
    [("50%", "50%25"), ("a\\nb", "a\\nb"), ("x::error::y", "x::error::y"), ("a\\x1bb", "a\\eb")],
)
def test_a_key_cannot_make_a_command_or_a_line_of_its_own(repository: Path, key: str, shown: str) -> None:
    [line] = github(repository, f'Variable.get("{key}")')
    assert line.startswith("::error file=deploy/my project/dags/a.py,line=3,")
    assert f'::variable "{shown}"' in line


def test_commas_and_colons_in_a_file_name_are_escaped(repository: Path) -> None:
    (repository / "deploy/my project/dags/b,c:d.py").write_text(f'{GET} Variable.get("gone")')
    assert "file=deploy/my project/dags/b%2Cc%3Ad.py,line=3" in github(repository, "")[0]


def test_what_is_ignored_or_known_is_not_annotated(repository: Path) -> None:
    code = 'Variable.get("gone")  # kvtui: ignore\nVariable.get("old")'
    audit(repository, code, "--baseline", "b", "--write-baseline")
    assert github(repository, code, "--baseline", "b") == []


# JUnit


def test_junit_of_the_sample_project_is_read_by_another_parser(tmp_path: Path) -> None:
    (tmp_path / "names").write_text(NAMES)
    sample = create_sample_project(tmp_path)
    done = kvtui("--audit", str(sample), "--names", "names", "--format", "junit", cwd=tmp_path)
    [suite] = JUnitXml.fromstring(done.stdout.encode())
    cases = list(suite)
    assert suite.tests == len(cases)
    assert suite.failures == sum(any(isinstance(each, Failure) for each in case.result) for case in cases)
    assert suite.skipped == sum(any(isinstance(each, Skipped) for each in case.result) for case in cases)


def test_a_failing_key_is_a_failed_case_with_its_places(repository: Path) -> None:
    [failure] = junit(repository, 'Variable.get("gone")')["gone"].result
    assert isinstance(failure, Failure)
    assert failure.text == "Secret: airflow-variables-gone\ndeploy/my project/dags/a.py:3  Variable.get"


def test_a_key_that_resolves_is_a_passed_case(repository: Path) -> None:
    assert junit(repository, 'Variable.get("here")')["here"].is_passed


def test_an_ignored_key_is_a_skipped_case_with_its_reason(repository: Path) -> None:
    [skipped] = junit(repository, 'Variable.get("gone")  # kvtui: ignore[gone] set by hand')["gone"].result
    assert isinstance(skipped, Skipped)
    assert skipped.message.startswith("Ignored: set by hand.")


def test_a_file_that_was_not_checked_is_an_error(repository: Path) -> None:
    [error] = junit(repository, "x = (")["deploy/my project/dags/a.py"].result
    assert isinstance(error, Error)


def test_a_key_with_what_xml_cannot_hold_leaves_the_document_readable(repository: Path) -> None:
    assert any("&<\"'" in name for name in junit(repository, 'Variable.get("\\x00&<\\"\'\\ud800\\uffff")'))


# Exit codes and documents


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "junit"])
def test_every_form_has_the_same_exit_code(repository: Path, form: str) -> None:
    assert audit(repository, 'Variable.get("gone")', "--format", form).returncode == 5
    assert audit(repository, 'Variable.get("here")', "--format", form).returncode == 0


def test_json_by_format_and_by_its_own_option_are_one(repository: Path) -> None:
    one, other = (
        json.loads(audit(repository, 'Variable.get("gone")', *words).stdout)
        for words in (["--format", "json"], ["--json"])
    )
    assert one | {"seconds": 0} == other | {"seconds": 0}


def test_a_problem_is_a_document_with_format_json(repository: Path) -> None:
    done = kvtui("--audit", "nowhere", "--offline", "--format", "json", cwd=repository)
    assert (done.returncode, json.loads(done.stdout)["problem"]["exit"]) == (2, 2)


# Missing secrets

MISSING = 'Variable.get("b_key")\nVariable.get("a_key")\nVariable.get("here")\nVariable.get("c", default=1)'


def test_the_missing_names_are_one_a_line(repository: Path) -> None:
    done = audit(repository, MISSING, "--missing", "list")
    assert (done.returncode, done.stdout) == (5, "airflow-variables-a-key\nairflow-variables-b-key\n")


@pytest.mark.parametrize("form", ["list", "script"])
def test_missing_keys_that_are_left_out_are_counted(repository: Path, form: str) -> None:
    said = audit(repository, MISSING, "--missing", form).stderr
    assert "2 secrets printed. 3 keys are missing. 1 is left out: it has a default." in said


def test_the_script_says_which_keys_it_leaves_out(repository: Path) -> None:
    script = audit(repository, MISSING, "--missing", "script").stdout
    assert "# Keys that need no value (each use has a default, is ignored or is in a test, or" in script


def test_if_no_key_is_left_out_the_count_is_all_that_is_said(repository: Path) -> None:
    said = audit(repository, 'Variable.get("b_key")', "--missing", "list").stderr
    assert "1 secret printed, for 1 missing key.\n" in said


@pytest.fixture
def stored(repository: Path) -> Path:
    """A folder in which a stand-in for `az` writes what it was given, a file for each secret."""
    folder = repository / "stored"
    folder.mkdir()
    program = repository / "bin/az"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\necho "$*" >> "$STORED/arguments"\n'
        "while [ $# -gt 0 ]; do case $1 in --name) n=$2 ;; --file) f=$2 ;; esac; shift; done\n"
        'cat "$f" > "$STORED/$n"\n'
    )
    program.chmod(0o755)
    return folder


def run_script(repository: Path, stored: Path, *words: str, typed: str = "") -> Done:
    """Runs the script for the missing secrets as a user would."""
    script = audit(repository, MISSING, "--missing", "script").stdout
    (repository / "store.sh").write_text(script)
    environment = {"PATH": f"{stored.parent}/bin:{os.environ['PATH']}", "STORED": str(stored)}
    command = ["sh", "store.sh", *words]
    return subprocess.run(
        command, cwd=repository, env=environment, input=typed, capture_output=True, text=True, timeout=30
    )


def test_the_script_stores_values_from_files_without_their_last_line_end(
    repository: Path, stored: Path
) -> None:
    (repository / "values").mkdir()
    for name, value in (("a-key", "a $value 'x'\n"), ("b-key", "two\nlines\n")):
        (repository / f"values/airflow-variables-{name}").write_text(value)
    done = run_script(repository, stored, "kv-prod", "values")
    assert done.returncode == 0, done.stderr
    assert (stored / "airflow-variables-a-key").read_text() == "a $value 'x'"
    assert (stored / "airflow-variables-b-key").read_text() == "two\nlines"


def test_the_script_asks_for_a_value_and_never_gives_it_as_an_argument(
    repository: Path, stored: Path
) -> None:
    done = run_script(repository, stored, "kv-prod", typed="first\nsecond\n")
    assert (stored / "airflow-variables-b-key").read_text() == "second"
    arguments = (stored / "arguments").read_text()
    assert "--vault-name kv-prod --name airflow-variables-a-key --file " in arguments
    assert "second" not in arguments + done.stdout + done.stderr


def test_a_secret_that_is_skipped_is_not_stored_and_ends_with_1(repository: Path, stored: Path) -> None:
    done = run_script(repository, stored, "kv-prod", typed="\nsecond\n")
    assert (done.returncode, "Skipped: airflow-variables-a-key" in done.stderr) == (1, True)
    assert not (stored / "airflow-variables-a-key").exists()


def test_the_script_names_the_vault_that_was_chosen(repository: Path) -> None:
    done = audit(repository, MISSING, "--missing", "script", "--vault-url", "kv-prod")
    assert "\nvault=kv-prod\n" in done.stdout


@pytest.mark.parametrize(
    ("vault", "line"),
    [
        ("https://kv-x.vault.azure.net/", "vault=kv-x"),
        ("https://kv-x.vault.azure.cn", "vault=kv-x"),
        ("https://kv-x.example.com/", "vault=${1:?Name the vault}"),
        ("", "vault=${1:?Name the vault}"),
    ],
)
def test_the_script_names_the_vault_whose_names_the_list_has(repository: Path, vault: str, line: str) -> None:
    (repository / "names").write_text(json.dumps({"vault": vault, "secrets": []}))
    assert f"\n{line}\n" in audit(repository, MISSING, "--missing", "script").stdout


def test_names_of_another_vault_than_the_settings_name_are_noted(repository: Path) -> None:
    (repository / "names").write_text('{"vault": "https://kv-x.vault.azure.net/", "secrets": []}')
    note = "names lists the names of https://kv-x.vault.azure.net/, and the settings name https://kv-y"
    assert note in audit(repository, MISSING, "--vault-url", "kv-y").stderr
    assert "lists the names of" not in audit(repository, MISSING, "--vault-url", "kv-x").stderr


def test_a_key_cannot_add_a_line_to_the_script(repository: Path) -> None:
    done = audit(repository, 'Variable.get("a\\nrm -rf /")', "--missing", "script")
    assert "\nrm -rf" not in done.stdout
