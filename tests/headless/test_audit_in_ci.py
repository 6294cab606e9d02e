"""The audit where no vault is: names from a file, and what a project ignores or knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kvtui.emulator import company
from tests.cli.program import kvtui
from tests.headless.audit_project import Code, audit, code, document, git, verdicts
from tests.headless.conftest import Run

__all__ = ["code"]


# Names from a file


def test_a_name_a_line_decides_without_a_vault(code: Code) -> None:
    directory = code('Variable.get("here")\nVariable.get("gone")')
    assert verdicts(directory) == {"here": "resolves", "gone": "missing"}


def test_stdin_is_a_list_too(code: Code) -> None:
    directory = code('Variable.get("here")')
    done = audit(directory, names="-", stdin="airflow-variables-here\n")
    assert (done.returncode, "Compared with 1 secret name from stdin." in done.stdout) == (0, True)


def test_the_output_of_list_is_one_with_what_is_disabled(on_vault: Run, code: Code) -> None:
    listed = on_vault("--list", "--json")
    directory = code('Variable.get("api_base_url")\nVariable.get("exchange_rates_url")')
    (directory / "names").write_text(listed.out)
    assert verdicts(directory) == {"api_base_url": "resolves", "exchange_rates_url": "unreachable"}
    assert document(directory)["vault"] == f"https://{company.VAULT_RBAC}.vault.azure.net/"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("airflow-variables-x\nmy secret value\n", "line 2: not a name that a vault can have"),
        ('{"problem": {}, "secrets": []}', "incomplete list"),
        ('{"keys": []}', "has no list of secrets"),
        ('{"secrets": [{"name": "a b"}]}', "entry 1 of the list is not a secret"),
        ("{", "is not JSON"),
    ],
)
def test_what_is_no_list_of_names_exits_2_and_is_not_repeated(code: Code, text: str, said: str) -> None:
    directory = code("")
    (directory / "names").write_text(text)
    done = audit(directory)
    assert (done.returncode, said in done.stderr) == (2, True)
    assert "my secret value" not in done.stderr


def test_a_list_that_is_not_there_exits_2(code: Code) -> None:
    assert audit(code(""), names="nowhere").returncode == 2


# Offline


def test_offline_finds_keys_and_judges_none(code: Code) -> None:
    directory = code('Variable.get("gone")\nVariable.get(input())')
    done = kvtui("--audit", ".", "--offline", "--json", cwd=directory)
    found = json.loads(done.stdout)
    [use] = found["uses"]
    assert (done.returncode, use["verdict"], use["secret_name"]) == (0, "found", "airflow-variables-gone")
    assert (found["summary"]["found"], found["summary"]["undecidable"], found["asked_as"]) == (1, 1, "")


def test_offline_names_the_keys_that_need_no_secret(code: Code) -> None:
    directory = code("Variable.get('a', default_var='x')")
    found = kvtui("--audit", ".", "--offline", cwd=directory).stdout
    assert "airflow-variables-a  dags/a.py:3  (every use has a default)" in found


def test_offline_loads_no_sdk_of_azure(code: Code) -> None:
    directory = code('Variable.get("gone")')
    done = kvtui("--audit", ".", "--offline", cwd=directory, PYTHONPROFILEIMPORTTIME="1")
    assert "kvtui.headless.audit" in done.stderr
    assert "azure.identity" not in done.stderr


def test_a_file_that_cannot_be_read_fails_offline_too(code: Code) -> None:
    assert kvtui("--audit", ".", "--offline", cwd=code("x = (")).returncode == 5


# Comments


@pytest.mark.parametrize(
    "line",
    [
        'Variable.get("gone")  # kvtui: ignore',
        'Variable.get("gone")  # kvtui: ignore[gone]',
        'Variable.get("gone")  # kvtui: ignore[other, go*] set by hand',
        'Variable.get("gone")  # noqa  # kvtui: ignore set by hand',
        '# kvtui: ignore set by hand\nVariable.get("gone")',
        'Variable.get(  # kvtui: ignore\n "gone",\n)',
    ],
)
def test_a_comment_ignores_the_uses_of_its_line(code: Code, line: str) -> None:
    assert audit(code(line)).returncode == 0


@pytest.mark.parametrize(
    "line",
    [
        'Variable.get("gone")  # kvtui: ignore[other]',
        'Variable.get("gone")  # kvtui: ignored',
        '# kvtui: ignore\n\nVariable.get("gone")',
        'x = 1  # kvtui: ignore\nVariable.get("gone")',
    ],
)
def test_another_key_or_line_is_not_ignored(code: Code, line: str) -> None:
    assert audit(code(line)).returncode == 5


def test_a_comment_in_a_template_counts(code: Code) -> None:
    directory = code("")
    (directory / "dags/q.sql").write_text("select {{ var.value.gone }} -- kvtui: ignore\n")
    assert audit(directory).returncode == 0


def test_an_ignored_use_is_counted_and_shown_with_its_reason(code: Code) -> None:
    directory = code('Variable.get("gone")  # kvtui: ignore set by hand')
    done = audit(directory, "--verbose")
    assert "Ignored: 1 use.\n" in done.stdout
    assert "dags/a.py:3  Variable.get, ignored: set by hand\n" in done.stdout
    found = document(directory)
    assert found["summary"] | {"missing": 1, "ignored": 1} == found["summary"]
    [place] = found["uses"][0]["places"]
    assert (place["aside"], place["reason"]) == ("ignored", "set by hand")


def test_a_key_fails_at_the_places_that_are_not_ignored(code: Code) -> None:
    directory = code('Variable.get("gone")  # kvtui: ignore\nVariable.get("gone")')
    assert audit(directory).returncode == 5


def test_a_computed_key_can_be_ignored(code: Code) -> None:
    done = audit(code("Variable.get(input())  # kvtui: ignore typed in"))
    assert "Unknown until run time: 1, 1 of them ignored" in done.stdout


# The configuration


def configured(directory: Path, text: str, name: str = ".kvtui.toml") -> Path:
    (directory / name).write_text(text)
    return directory


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".kvtui.toml", '[audit]\nignore = ["go*"]'),
        (".kvtui.toml", '[audit]\nignore = ["variable:gone"]'),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.kvtui.audit]\nignore = ["gone"]'),
    ],
)
def test_a_pattern_ignores_keys(code: Code, name: str, text: str) -> None:
    directory = configured(code('Variable.get("gone")'), text, name)
    done = audit(directory)
    assert (done.returncode, f"in {name}" in done.stdout) == (0, True)


def test_a_pattern_of_the_other_kind_ignores_nothing_and_is_said_to_be_unused(code: Code) -> None:
    directory = configured(code('Variable.get("gone")'), '[audit]\nignore = ["connection:gone"]')
    done = audit(directory)
    assert done.returncode == 5
    assert 'note: .kvtui.toml: ignore has "connection:gone", which fits no key' in done.stderr


def test_a_configuration_above_the_audited_folder_counts_inside_the_repository(code: Code) -> None:
    directory = configured(code('Variable.get("gone")'), '[audit]\nignore = ["gone"]')
    git(directory, "init", "-q")
    assert kvtui("--audit", "dags", "--names", "names", cwd=directory).returncode == 0


def test_another_argument_can_name_a_connection(code: Code) -> None:
    directory = code('op(warehouse="dwh")')
    configured(directory, '[audit]\nconnection-arguments = ["warehouse"]')
    assert verdicts(directory) == {"dwh": "missing"}


def test_a_function_of_an_installed_package_can_ask_for_a_key(code: Code) -> None:
    directory = code('from company.secrets import read\nread(name="gone")\nread("also", default=1)')
    text = '[[audit.wrappers]]\nfunction = "company.secrets.read"\nkind = "variable"\nargument = "name"'
    configured(directory, text)
    uses = {each["key"]: each["default_given"] for each in document(directory)["uses"]}
    assert uses == {"gone": False, "also": True}


def test_a_wrapper_that_has_a_default_of_its_own_fails_nowhere(code: Code) -> None:
    directory = code('from company.secrets import read\nread("gone")')
    text = '[[audit.wrappers]]\nfunction = "company.secrets.read"\nkind = "variable"\ndefault = true'
    assert audit(configured(directory, text)).returncode == 0


def test_a_further_folder_is_read_as_dags_are(code: Code) -> None:
    code('Variable.get("here")')
    directory = code('Variable.get("gone")', "jobs/nightly/b.py")
    assert "gone" not in verdicts(directory)
    configured(directory, '[audit]\nfolders = ["jobs/nightly"]')
    assert verdicts(directory)["gone"] == "missing"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[audit]\nignore = 1", ".kvtui.toml: ignore must be a list of texts."),
        ('[audit]\nignore = ["var:x"]', ".kvtui.toml: ignore[0] must begin with"),
        ('[audit]\nfolders = ["../x"]', ".kvtui.toml: folders[0] must be a folder below"),
        ('[audit]\nwrappers = [{function = "f"}]', ".kvtui.toml: wrappers[0].function must be"),
        ('[audit]\nwrappers = [{function = "a.f", kind = "x"}]', ".kvtui.toml: wrappers[0].kind must be"),
        ('[audit]\nconnection-arguments = ["a b"]', ".kvtui.toml: connection-arguments[0] must be"),
        ("audit = 1", ".kvtui.toml: audit must be a table."),
        ("[audit", ".kvtui.toml is not TOML"),
    ],
)
def test_an_error_of_the_configuration_names_file_and_key(code: Code, text: str, said: str) -> None:
    done = audit(configured(code(""), text))
    assert (done.returncode, said in done.stderr) == (2, True)


def test_an_unknown_key_is_a_warning(code: Code) -> None:
    done = audit(configured(code('Variable.get("here")'), "[audit]\nignored = []"))
    assert done.returncode == 0
    assert "note: .kvtui.toml: there is no key ignored; did you mean ignore?" in done.stderr


def test_a_folder_of_the_configuration_that_is_not_there_is_a_note(code: Code) -> None:
    done = audit(configured(code('Variable.get("here")'), '[audit]\nfolders = ["nodir"]'))
    assert done.returncode == 0
    assert 'note: .kvtui.toml: folders has "nodir", which is not a folder in ' in done.stderr


# The baseline


def test_known_failures_do_not_fail_and_new_ones_do(code: Code) -> None:
    directory = code('Variable.get("gone")')
    assert audit(directory, "--baseline", "b.json", "--write-baseline").returncode == 0
    assert audit(directory, "--baseline", "b.json").returncode == 0
    code('Variable.get("gone")\nVariable.get("new")')
    done = audit(directory, "--baseline", "b.json")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        5,
        "Failed: 1 key (1 of the 2 missing).",
    )


def test_with_a_baseline_the_heading_counts_new_failures(code: Code) -> None:
    directory = code('Variable.get("gone")')
    audit(directory, "--baseline", "b.json", "--write-baseline")
    assert "\nMissing: 1 (0 new failures)\n" in audit(directory, "--baseline", "b.json").stdout


def test_entries_that_do_not_fail_any_more_are_reported(code: Code) -> None:
    directory = code('Variable.get("gone")')
    audit(directory, "--baseline", "b.json", "--write-baseline")
    code('Variable.get("here")')
    done = audit(directory, "--baseline", "b.json")
    assert done.returncode == 0
    assert "1 entry of the baseline no longer fails: variable gone." in done.stdout
    assert document(directory, "--baseline", "b.json")["baseline"] == {
        "file": "b.json",
        "known": 0,
        "gone": ["variable gone"],
    }


def test_a_file_that_cannot_be_read_can_be_known(code: Code) -> None:
    directory = code("x = (")
    assert audit(directory, "--baseline", "b.json", "--write-baseline").returncode == 0
    assert json.loads((directory / "b.json").read_text())["files"] == ["dags/a.py"]
    assert audit(directory, "--baseline", "b.json").returncode == 0


def test_a_baseline_is_the_same_from_another_folder_of_the_repository(code: Code) -> None:
    directory = code("x = (")
    git(directory, "init", "-q")
    audit(directory, "--baseline", "b.json", "--write-baseline")
    done = kvtui("--audit", "dags", "--names", "names", "--baseline", "b.json", cwd=directory)
    assert done.returncode == 0


@pytest.mark.parametrize("text", ["{}", "[", '{"version": 2, "keys": [], "files": []}'])
def test_what_is_no_baseline_exits_2(code: Code, text: str) -> None:
    directory = code("")
    (directory / "b.json").write_text(text)
    assert audit(directory, "--baseline", "b.json").returncode == 2


def test_a_baseline_that_is_not_there_exits_2_and_says_how_to_write_it(code: Code) -> None:
    done = audit(code(""), "--baseline", "b.json")
    assert (done.returncode, "--write-baseline" in done.stderr) == (2, True)


def test_a_baseline_that_is_a_link_is_not_written(code: Code) -> None:
    directory = code('Variable.get("gone")')
    (directory / "b.json").symlink_to("elsewhere")
    done = audit(directory, "--baseline", "b.json", "--write-baseline")
    assert done.returncode in (2, 7)
    assert not (directory / "elsewhere").exists()


@pytest.mark.parametrize("text", ['{"version": 2, "keys": [], "files": []}', "apache-airflow\n", "x = 1\n"])
def test_a_file_that_is_no_baseline_is_not_overwritten(code: Code, text: str) -> None:
    directory = code('Variable.get("gone")')
    (directory / "b.json").write_text(text)
    done = audit(directory, "--baseline", "b.json", "--write-baseline")
    assert (done.returncode, (directory / "b.json").read_text()) == (7, text)
    assert "b.json exists and is not a baseline of kvtui: it was not overwritten." in done.stderr


def test_a_baseline_and_an_empty_file_are_overwritten(code: Code) -> None:
    directory = code('Variable.get("gone")')
    (directory / "b.json").touch()
    for _ in range(2):
        assert audit(directory, "--baseline", "b.json", "--write-baseline").returncode == 0
