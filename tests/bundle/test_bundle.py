"""The one file does what the checkout does, with a Python that has nothing else."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import pytest

import kvtui
from bundle.pruning import kept, loaded
from kvtui.app.exits import Exit
from kvtui.emulator import company
from kvtui.emulator.sample_project import create_sample_project
from tests.benchmarks.terminal import Terminal
from tests.bundle.conftest import ROOT, Bundle
from tests.emulator_support.process import EmulatorProcess
from tests.job import do_the_job, ends, shows

LARGEST = 18_000_000


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


def test_the_bundle_is_described_in_json_beside_the_package(bundle: Bundle) -> None:
    bundle.run("--version")
    about = json.loads((bundle.unpacked / "kvtui-bundle.json").read_text())
    assert about["lock"] == hashlib.sha256((ROOT / "requirements" / "run.txt").read_bytes()).hexdigest()
