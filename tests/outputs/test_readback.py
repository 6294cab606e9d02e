"""What was written is read by other parsers, and any difference is found."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.outputs.env.parsers.go_lines import astro_load
from kvtui.outputs.model import PlannedFile
from kvtui.outputs.plan import plan
from kvtui.outputs.writer import check_all, write
from kvtui.project.files import read_project
from kvtui.settings.model import Chart, Settings, Target
from tests.outputs.samples import AGENTS, HOSTILE, MODES, WORKLOAD, read_back, with_secret


def written(chosen: Settings, directory: Path) -> dict[str, PlannedFile]:
    made = plan(chosen, read_project(directory), "all")
    for file in check_all(made.files):
        write(file)
    return {planned.path.name: planned for planned in made.files}


@pytest.mark.parametrize("chosen", MODES)
@pytest.mark.parametrize("target", list(Target))
@pytest.mark.parametrize("chart", list(Chart))
@pytest.mark.parametrize("existing", [False, True])
def test_every_file_reads_back_the_same(
    chosen: Settings, target: Target, chart: Chart, existing: bool, tmp_path: Path
) -> None:
    if existing:
        (tmp_path / ".env").write_text("A=1\r\nexport B='2'\r\n", newline="")
        (tmp_path / "values.yaml").write_text("# theirs\nlabels:\n  team: data\n")
        (tmp_path / "requirements.txt").write_text("pandas")
    chosen = replace(chosen, target=target, chart=chart)
    for planned in written(chosen, tmp_path).values():
        assert read_back(chosen, planned) == ()


def test_values_for_an_older_airflow_read_back_the_same(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM apache/airflow:2.10.5\n")
    chosen = replace(WORKLOAD, target=Target.REMOTE_EXECUTION, chart=Chart.AIRFLOW)
    planned = written(chosen, tmp_path)["values.yaml"]
    assert "webserver:" in planned.after
    assert read_back(chosen, planned) == ()


def change(planned: PlannedFile, old: str, new: str) -> None:
    text = planned.path.read_text()
    assert old in text
    planned.path.write_text(text.replace(old, new))


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (".env", "BACKEND_KWARGS={", "BACKEND_KWARGS='{", "reads no kwargs"),
        (".env", "rd\\u00271", "rd1", "other kwargs: client_secret"),
        (".env", "AzureKeyVaultBackend", "Other", "a different AIRFLOW__SECRETS__BACKEND"),
        (
            ".env",
            "AIRFLOW__SECRETS__BACKEND=",
            "export AIRFLOW__SECRETS__BACKEND=x\nQUOTE='open\nAIRFLOW__SECRETS__BACKEND=",
            "astro dev start does not get",
        ),
        ("values.yaml", 'secretBackend: "airflow', 'secretBackend: "x', "secretBackend differs"),
        ("values.yaml", "key: backend_kwargs", "key: other", "of commonEnv differs"),
        ("values.yaml", "commonEnv:", "commonEnv: [", "not a YAML mapping"),
        ("akv-backend-kwargs.secret.yaml", "name: akv", "name: x", "another name"),
        (
            "akv-backend-kwargs.secret.yaml",
            "rd\\u00271",
            "rd",
            "the Secret has other kwargs: client_secret",
        ),
        ("akv-backend-kwargs.secret.yaml", "stringData", "data", "not the manifest of a Secret"),
        ("requirements-client.txt", "microsoft-azure", "microsoft-mssql", "the provider is not named"),
    ],
)
def test_a_change_of_ours_is_found(name: str, old: str, new: str, words: str, tmp_path: Path) -> None:
    planned = written(AGENTS, tmp_path)[name]
    change(planned, old, new)
    found = read_back(AGENTS, planned)
    assert any(words in sentence and sentence.startswith(name) for sentence in found)
    assert HOSTILE not in " ".join(found)


def test_a_change_of_other_lines_is_found(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n")
    planned = written(AGENTS, tmp_path)[".env"]
    change(planned, "A=1", "A=2")
    assert read_back(AGENTS, planned) == (".env: Lines not managed by kvtui differ from what was written.",)


def test_a_file_that_is_gone_is_found(tmp_path: Path) -> None:
    planned = written(AGENTS, tmp_path)[".env"]
    planned.path.unlink()
    assert read_back(AGENTS, planned) == (f"{planned.path} does not exist.",)


def test_other_settings_are_found(tmp_path: Path) -> None:
    planned = written(AGENTS, tmp_path)[".env"]
    found = read_back(with_secret("another"), planned)
    assert "other kwargs: client_secret" in found[0]


def test_a_line_that_the_astro_cli_drops_is_found(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LONG=" + "x" * 70_000 + "\n")
    planned = written(with_secret(HOSTILE), tmp_path)[".env"]
    found = read_back(with_secret(HOSTILE), planned)
    assert any("--load does not get" in sentence for sentence in found)


def test_the_loader_complains_about_what_it_cannot_set() -> None:
    read = astro_load("A=1\n # c\nB=\nA=2\nFOO\n")
    assert read.values == {"A": "1"}


def test_the_loader_stops_at_a_line_that_is_too_long() -> None:
    read = astro_load("A=1\nB=" + "x" * 65_534 + "\nC=1\n")
    assert (read.values, read.stopped) == ({"A": "1"}, "line 2 is 64 KiB or longer")


def test_the_kwargs_survive_the_way_through_a_kubernetes_secret(tmp_path: Path) -> None:
    from ruamel.yaml import YAML

    planned = written(AGENTS, tmp_path)["akv-backend-kwargs.secret.yaml"]
    manifest = YAML(typ="safe", pure=True).load(planned.path)
    assert json.loads(manifest["stringData"]["backend_kwargs"])["client_secret"] == HOSTILE
