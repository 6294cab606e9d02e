"""The wheels that the lock names, for every Python that is supported, and kvtui's own."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "run.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
_GLIBC = ("manylinux_2_28", "manylinux_2_17", "manylinux2014", "manylinux_2_5", "manylinux1")
"""Of the oldest C library that is supported (RHEL 8), not of the host that builds."""


def fetch(folder: Path) -> list[Path]:
    """Downloads what is locked into `folder`, with its hashes checked. Raises `CalledProcessError`."""
    target: list[str] = []
    if platform.libc_ver()[0] == "glibc":
        target = [f"--platform={each}_{platform.machine()}" for each in _GLIBC]
    for python in PYTHONS:
        _pip(
            "download",
            *("--no-deps", "--require-hashes", "--only-binary", ":all:"),
            *("--implementation", "cp", "--python-version", python, *target),
            *("--dest", str(folder), "--requirement", str(LOCK)),
        )
    return sorted(folder.glob("*.whl"))


def build_own(folder: Path) -> Path:
    """Builds kvtui's own wheel into `folder`."""
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return next(folder.glob("kvtui-*.whl"))


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    subprocess.run(command, check=True)  # noqa: S603
