"""What takes minutes: many tests run once more from the bundle, and pip installs the wheelhouse."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import kvtui
from bundle.build import file_name
from tests.bundle.conftest import DIST, PYTHON, ROOT, Bundle

TESTED = (
    *("tests/azure/test_changes.py", "tests/azure/test_directory.py", "tests/azure/test_entries.py"),
    *("tests/headless", "tests/console/test_main_job.py", "tests/console/test_provisioning.py"),
)
"""Tests that run once more, with kvtui and all that it needs from the bundle."""


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
