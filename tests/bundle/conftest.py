"""The bundle that `make bundle` made, started by a Python that has nothing of it, in a home of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import kvtui
from bundle.build import file_name
from tests.emulator_fixture import azure, emulator_session

__all__ = ["azure", "emulator_session"]

ROOT = Path(__file__).parent.parent.parent
DIST = ROOT / "dist"
PYTHON = Path(sys.executable).resolve()
"""Outside of any environment: it has the standard library only."""


@dataclass(frozen=True)
class Bundle:
    """The one file, and the home that it unpacks itself in."""

    path: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """Of a user who has nothing but Python."""
        return {"PATH": "/usr/bin:/bin", "HOME": str(self.home), "LANG": "C.UTF-8"}

    @property
    def unpacked(self) -> Path:
        """What the first start left."""
        (site,) = (self.home / ".cache" / "kvtui" / "bundle").iterdir()
        return site

    def argv(self, *words: str | Path) -> list[str]:
        """The words that start it."""
        return [str(PYTHON), str(self.path), *(str(word) for word in words)]

    def run(self, *words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs it to the end, in its home."""
        environment = self.environment | variables
        return subprocess.run(
            self.argv(*words), cwd=self.home, env=environment, capture_output=True, text=True, timeout=120
        )


@pytest.fixture(scope="session")
def made() -> Path:
    path = DIST / f"{file_name(kvtui.__version__)}.pyz"
    assert path.exists(), "make bundle makes it"
    return path


@pytest.fixture(scope="session")
def bundle(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return Bundle(made, tmp_path_factory.mktemp("home"))
