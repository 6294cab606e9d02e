from __future__ import annotations

import ast
import stat
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from kvtui.emulator import company
from kvtui.emulator.sample_project import SECRETS, create_sample_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return create_sample_project(tmp_path)


def test_every_copy_is_private_and_new(tmp_path: Path, project: Path) -> None:
    assert stat.S_IMODE(project.stat().st_mode) == 0o700
    assert create_sample_project(tmp_path) != project


def test_it_looks_like_an_astro_project(project: Path) -> None:
    names = {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}
    assert names >= {
        ".env",
        ".gitignore",
        "Dockerfile",
        "Dockerfile.client",
        "packages.txt",
        "requirements.txt",
        "requirements-client.txt",
        "values.yaml",
    }
    assert "runtime:3.1-10" in (project / "Dockerfile").read_text()
    assert "microsoft-azure" not in (project / "requirements.txt").read_text()
    assert ".env" in (project / ".gitignore").read_text().splitlines()


def test_its_dags_are_python(project: Path) -> None:
    dags = sorted((project / "dags").glob("*.py"))
    assert len(dags) == 5
    for dag in dags:
        ast.parse(dag.read_text())


def test_its_values_hold_what_astro_wrote_and_no_backend_yet(project: Path) -> None:
    values = YAML(typ="safe").load((project / "values.yaml").read_text())
    names = [entry["name"] for entry in values["commonEnv"]]
    assert "ASTRO_DEPLOYMENT_ID" in names
    assert "AIRFLOW__SECRETS__BACKEND_KWARGS" not in names
    assert len((project / "values.yaml").read_text().splitlines()) > 150


def test_secrets_stand_in_files_of_their_own_alone(project: Path) -> None:
    found = [p for p in project.rglob("*") if p.is_file() and company.CLIENT_SECRET_PREFIX in p.read_text()]
    assert {path.parent.name for path in found} == {SECRETS}


def test_the_files_with_secrets_are_for_their_owner_and_not_for_git(project: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in (project / SECRETS).iterdir()} == {0o600}
    assert f"{SECRETS}/" in (project / ".gitignore").read_text().splitlines()
