"""`--compare`: two vaults, a list of names, the DAGs; values by request only."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kvtui.app.exits import Exit
from kvtui.cli.main import parse
from kvtui.cli.startup import begin_headless
from kvtui.emulator import company
from tests.emulator_support.process import EmulatorProcess, value_requests
from tests.headless.conftest import Run

STAGING = company.VAULT_STAGING


def test_prints_what_is_on_one_side_only_and_exits_5(on_vault: Run) -> None:
    ran = on_vault("--compare", STAGING)
    assert ran.code == Exit.UNRESOLVED
    lines = ran.out.splitlines()
    assert "Only in kv-contoso-prod: 6" in lines
    at = lines.index("Only in kv-contoso-staging: 1")
    assert lines[at + 1].split() == ["variable", "release_candidate", "airflow-variables-release-candidate"]


def test_says_in_which_vault_a_secret_is_disabled_or_expired(on_vault: Run) -> None:
    out = on_vault("--compare", STAGING).out
    assert "airflow-variables-feature-flags  disabled in kv-contoso-staging" in out
    assert "airflow-variables-orders-api-token  expired in kv-contoso-prod" in out


def test_names_who_listed_each_vault(on_vault: Run) -> None:
    err = on_vault("--compare", STAGING).err
    for vault in (company.VAULT_RBAC, STAGING):
        assert f"{vault}: " in err
    assert err.count("listed as ana@contoso.com (az CLI).") == 2


def test_without_values_no_value_is_asked_for(on_vault: Run, azure: EmulatorProcess) -> None:
    azure.clear_log()
    on_vault("--compare", STAGING)
    assert value_requests(azure.log()) == []


def test_with_values_each_is_fetched_once_and_none_is_shown(on_vault: Run, azure: EmulatorProcess) -> None:
    azure.clear_log()
    ran = on_vault("--compare", STAGING, "--values")
    asked = Counter((record.host, record.path.rstrip("/").lower()) for record in value_requests(azure.log()))
    assert set(asked.values()) == {1}
    assert {host for host, _ in asked} == {
        f"{name}.vault.azure.net" for name in (company.VAULT_RBAC, STAGING)
    }
    assert "airflow-variables-environment  values differ" in ran.out
    assert "production" not in ran.out + ran.err


def test_values_that_are_the_same_are_no_difference(on_vault: Run) -> None:
    document: Any = on_vault("--compare", STAGING, "--values", "--json").document
    found = {each["key"]: each for each in document["keys"]}
    assert (found["api_page_size"]["value"], found["api_page_size"]["status"]) == ("same", "same")
    assert found["environment"]["differences"] == ["value"]


def test_the_value_of_a_disabled_secret_is_not_compared(on_vault: Run) -> None:
    document: Any = on_vault("--compare", STAGING, "--values", "--json").document
    flags = next(each for each in document["keys"] if each["key"] == "feature_flags")
    assert flags["value"] == "not-compared"


def test_a_denied_read_ends_with_4(on_vault: Run) -> None:
    ran = on_vault("--compare", company.VAULT_POLICIES, "--values")
    assert ran.code == Exit.DENIED


def test_a_vault_with_the_names_of_its_own_list_is_the_same(on_vault: Run, project: Path) -> None:
    file = project / "names.json"
    file.write_text(on_vault("--list", "--json").out)
    ran = on_vault("--compare", str(file))
    assert (ran.code, ran.out) == (Exit.OK, "")


def test_a_plain_list_of_names_is_compared(on_vault: Run, project: Path) -> None:
    file = project / "names.txt"
    file.write_text("airflow-variables-api-page-size\nairflow-variables-new\n")
    document: Any = on_vault("--compare", str(file), "--json").document
    assert document["there"] == {
        "from": "names",
        "label": str(file),
        "vault": "",
        "identity": "",
        "names": 2,
    }
    assert [each["key"] for each in document["keys"] if each["status"] == "only-there"] == ["new"]


def test_the_dags_are_compared_by_the_keys_that_they_use(on_vault: Run, project: Path) -> None:
    dags = project / "dags"
    dags.mkdir()
    (dags / "a.py").write_text(
        "from airflow.models import Variable\nVariable.get('api_page_size')\nVariable.get('not_there')\n"
    )
    ran = on_vault("--compare", str(project))
    assert "variable    not_there" in ran.out
    assert "api_page_size" not in ran.out
    assert "airflow-config-" not in ran.out


def test_without_values_it_is_said_that_they_were_not_compared(on_vault: Run) -> None:
    last = on_vault("--compare", STAGING).err.splitlines()[-1]
    assert ", 89 with the same name and state. Values were not compared (--values compares them)." in last


def test_with_values_the_same_means_the_values_too(on_vault: Run) -> None:
    last = on_vault("--compare", STAGING, "--values").err.splitlines()[-1]
    assert ", 5 different, 87 the same." in last
    assert "not compared (" not in last


def test_keys_of_dags_are_only_counted_as_in_both(on_vault: Run, project: Path) -> None:
    dags = project / "dags"
    dags.mkdir()
    (dags / "a.py").write_text("from airflow.models import Variable\nVariable.get('api_page_size')\n")
    last = on_vault("--compare", str(project)).err.splitlines()[-1]
    assert "only in the DAGs in " in last
    assert ", 1 in both. Not compared: " in last


def test_config_options_are_not_counted_as_without_a_prefix(on_vault: Run, project: Path) -> None:
    dags = project / "dags"
    dags.mkdir()
    (dags / "a.py").write_text("from airflow.models import Variable\nVariable.get('api_page_size')\n")
    last = on_vault("--compare", str(project)).err.splitlines()[-1]
    assert last.endswith("Not compared: 22 secrets without a matching prefix and 4 config options.")


def test_values_are_only_those_of_vaults(on_vault: Run, project: Path) -> None:
    ran = on_vault("--compare", str(project), "--values")
    assert ran.code == Exit.USAGE
    assert "only those of two vaults can be compared" in ran.err


def test_a_list_that_is_not_one_asks_no_vault(on_vault: Run, project: Path, azure: EmulatorProcess) -> None:
    file = project / "names.json"
    file.write_text("{}")
    azure.clear_log()
    ran = on_vault("--compare", str(file))
    assert (ran.code, azure.log()) == (Exit.USAGE, [])


def test_the_deployment_identity_lists_both_vaults(on_vault: Run) -> None:
    secret = company.CLIENT_SECRETS[company.ASTRO_PROD]
    ran = on_vault(
        "--compare",
        STAGING,
        "--as",
        "deployment",
        "--client-id",
        company.ASTRO_PROD,
        "--tenant-id",
        company.TENANT_ID,
        secret=secret,
    )
    assert ran.code == Exit.DENIED
    assert "listed as astro-prod" in ran.err


def test_json_has_both_sides_and_a_summary(on_vault: Run) -> None:
    ran = on_vault("--compare", STAGING, "--json")
    document: Any = json.loads(ran.out)
    assert document["here"]["vault"] == f"https://{company.VAULT_RBAC}.vault.azure.net/"
    assert document["there"]["identity"] == "ana@contoso.com (az CLI)"
    assert document["differs"] is True
    assert sum(document["summary"].values()) == len(document["keys"])


class TestTheDemoHere:
    """`--demo --compare PATH`, where the sample project of the demo is not."""

    @pytest.fixture(autouse=True)
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, azure: EmulatorProcess) -> None:
        monkeypatch.chdir(tmp_path)

    def compared(self, path: str, capsys: pytest.CaptureFixture[str]) -> str:
        assert begin_headless(parse(["--demo", "--compare", path]), "compare") == Exit.UNRESOLVED
        said = capsys.readouterr()
        return said.err + said.out

    @pytest.mark.parametrize("path", [".", "dags"])
    def test_where_no_dags_are_those_of_the_sample_project_are_compared_and_named(
        self, path: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = self.compared(path, capsys)
        assert "the demo's sample project: /" in said
        assert "Only in kv-contoso-prod: " in said

    def test_dags_that_are_here_are_compared(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "dags").mkdir()
        (tmp_path / "dags" / "a.py").write_text(
            'from airflow.models import Variable\nVariable.get("only_in_this_dag")'
        )
        said = self.compared(".", capsys)
        assert "only_in_this_dag" in said
        assert "sample project" not in said
