"""The one file does what the checkout does, with a Python that has nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

import kvtui
from bundle.build import file_name
from bundle.pruning import kept, loaded
from kvtui.app.exits import Exit
from kvtui.emulator import company
from kvtui.emulator.sample_project import create_sample_project
from tests.benchmarks.terminal import Terminal
from tests.bundle.conftest import DIST, PYTHON, ROOT, Bundle
from tests.emulator_support.process import EmulatorProcess
from tests.job import do_the_job, ends, shows

LARGEST = 18_000_000
TESTED = (
    *("tests/azure/test_changes.py", "tests/azure/test_directory.py", "tests/azure/test_entries.py"),
    *("tests/headless", "tests/console/test_main_job.py", "tests/console/test_provisioning.py"),
)
"""Tests that run once more, with kvtui and all that it needs from the bundle."""


def test_it_is_small_enough_to_be_carried(made: Path) -> None:
    assert made.stat().st_size <= LARGEST


def test_its_checksum_is_beside_it(made: Path) -> None:
    digest, name = Path(f"{made}.sha256").read_text().split()
    assert (digest, name) == (hashlib.sha256(made.read_bytes()).hexdigest(), made.name)


def test_msgraph_is_pruned_to_what_kvtui_loads() -> None:
    assert kept() == loaded(), "python -m bundle.pruning renews the list"


def test_it_says_its_version(bundle: Bundle) -> None:
    assert bundle.run("--version").stdout == f"kvtui {kvtui.__version__}\n"


def test_it_says_what_is_inside(bundle: Bundle) -> None:
    lines = bundle.run("--version", "--verbose").stdout.splitlines()
    assert any(line.startswith("Installed as: bundle for ") for line in lines)
    assert f"textual {version('textual')}" in lines


def test_it_imports_nothing_that_the_host_has_installed(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "textual").mkdir()
    (tmp_path / "textual" / "__init__.py").write_text("raise SystemExit(77)")
    done = bundle.run("--demo", "--list", "--json", PYTHONPATH=str(tmp_path))
    assert done.returncode == Exit.OK, done.stderr


@pytest.mark.parametrize(
    ("words", "code", "printed"),
    [
        (("--list", "airflow-variables-"), Exit.OK, "airflow-variables-api-base-url"),
        (("--apps", "astro-prod"), Exit.OK, company.ASTRO_PROD),
        (("--simulate", "api_base_url"), Exit.OK, "airflow-variables-api-base-url"),
        (("--simulate", "api_base_ur"), Exit.UNRESOLVED, "airflow-variables-api-base-ur"),
        (("--export", "env", "--auth-mode", "managed-identity", "--client-id", company.MI_ASTRO_AGENTS),
         Exit.OK, "AIRFLOW__SECRETS__BACKEND="),
        (("--check",), Exit.UNRESOLVED, "can list"),
        (("--audit", "."), Exit.UNRESOLVED, "stock_scanner"),
        (("--completion", "bash"), Exit.OK, "complete"),
    ],
)  # fmt: skip
def test_a_command_on_the_demo_ends_as_from_the_checkout(
    bundle: Bundle, words: tuple[str, ...], code: Exit, printed: str
) -> None:
    done = bundle.run("--demo", *words)
    assert (done.returncode, "defect" in done.stderr) == (code, False), done.stderr
    assert printed in done.stdout


def test_the_whole_job_is_done_in_its_console(bundle: Bundle, azure: EmulatorProcess, tmp_path: Path) -> None:
    project = create_sample_project(tmp_path)
    words = ("--vault-url", company.VAULT_RBAC, "--tenant-id", company.TENANT_ID, "--project", project)
    environment = bundle.environment | azure.environment
    with Terminal(bundle.argv(*words), columns=80, rows=24, environment=environment) as terminal:
        do_the_job(terminal)
        terminal.type(b"q")
        assert ends(terminal) == Exit.OK
    assert "AIRFLOW__SECRETS__BACKEND_KWARGS" in (project / ".env").read_text()


def test_the_demos_console_opens_and_quits(bundle: Bundle) -> None:
    with Terminal(bundle.argv("--demo"), environment=bundle.environment, directory=bundle.home) as terminal:
        shows(terminal, "1 Setup", "5 Output", "120 names in ")
        terminal.type(b"q")
        assert ends(terminal) == Exit.OK


def test_the_tests_of_the_demo_pass_on_what_it_unpacks(bundle: Bundle) -> None:
    bundle.run("--version")
    environment = os.environ | {"PYTHONPATH": str(bundle.unpacked)}
    where = "import kvtui, msgraph; print(kvtui.__file__, msgraph.__file__)"
    said = subprocess.run(
        [sys.executable, "-P", "-c", where], env=environment, capture_output=True, text=True, check=True
    )
    assert [path.startswith(str(bundle.unpacked)) for path in said.stdout.split()] == [True, True]
    words = ["-P", "-m", "pytest", "-n", "2", "--dist", "loadfile", *TESTED]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:]


def test_a_wheelhouse_installs_without_an_index(tmp_path: Path) -> None:
    name = f"{file_name(kvtui.__version__)}-wheels"
    with tarfile.open(DIST / f"{name}.tar") as archive:
        archive.extractall(tmp_path, filter="data")
    place = tmp_path / name
    lines = (place / "INSTALL.txt").read_text().splitlines()
    for line in (each.strip() for each in lines if each.startswith("  ")):
        command = line.replace("python3 ", f"{PYTHON} ", 1) if line.startswith("python3 ") else line
        done = subprocess.run(command.split(), cwd=place, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert done.stdout == f"kvtui {kvtui.__version__}\n"


def test_the_bundle_is_described_in_json_beside_the_package(bundle: Bundle) -> None:
    bundle.run("--version")
    about = json.loads((bundle.unpacked / "kvtui-bundle.json").read_text())
    assert about["lock"] == hashlib.sha256((ROOT / "requirements" / "run.txt").read_bytes()).hexdigest()
