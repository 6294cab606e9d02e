"""What a user installs: the wheel, in an environment that has nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import kvtui
from kvtui.cli.completion import completion_script
from tests.benchmarks.terminal import Terminal

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
TITLES = ("1 Setup", "2 Entra app", "3 Secrets", "4 Lookup", "5 Output")
CLEAN = dict(os.environ)
"""As it is before any test: none has pointed this process at the embedded Azure yet."""


def run(*argv: str | Path, cwd: Path = ROOT) -> str:
    """Runs to the end; what it printed on stdout. Its stderr is in the failure."""
    done = subprocess.run(argv, cwd=cwd, capture_output=True, text=True, env=CLEAN)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `kvtui` of a fresh environment with the wheel and what run.txt locks."""
    place = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", place)
    python = str(place / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = [str(BIN / "uv"), "pip", "install", "--quiet", "--python", python]
    lock = str(ROOT / "requirements" / "run.txt")
    locked = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", lock]
    # As `make setup` does it: by uv, and where uv cannot by pip.
    if not (BIN / "uv").exists() or subprocess.run([*uv, *locked], capture_output=True, env=CLEAN).returncode:
        run(*pip, *locked)
    run(*pip, "--no-deps", wheel)
    return place / "bin" / "kvtui"


def test_the_wheel_holds_every_stylesheet(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".tcss")}
    assert packed
    assert packed == {f"kvtui/styles/{sheet.name}" for sheet in (ROOT / "styles").glob("*.tcss")}


def test_the_wheel_holds_the_package_and_the_licence_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    about = f"kvtui-{kvtui.__version__}.dist-info/"
    assert f"{about}licenses/LICENSE" in names
    assert [name for name in names if not name.startswith(("kvtui/", about))] == []


def test_the_wheel_is_the_same_when_built_again(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_installed_program_says_its_version(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "--version", cwd=tmp_path) == f"kvtui {kvtui.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_installed_program_prints_completion_scripts(installed: Path, tmp_path: Path, shell: str) -> None:
    assert run(installed, "--completion", shell, cwd=tmp_path) == completion_script(shell)


def test_the_installed_package_is_complete(installed: Path, tmp_path: Path) -> None:
    python = installed.with_name("python")
    said = run(python, "-m", "pip", "--disable-pip-version-check", "check", cwd=tmp_path)
    assert "No broken requirements" in said


@pytest.fixture
def demo(installed: Path, tmp_path: Path) -> Iterator[Terminal]:
    """The installed console on the demo, far from the checkout, in a home that is empty."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    with Terminal([installed, "--demo"], environment=environment, directory=tmp_path) as terminal:
        assert terminal.wait_for(lambda t: all(title in t.text() for title in TITLES), 60), terminal.text()
        yield terminal


def test_the_installed_console_draws_its_panes_in_the_styles_colours(demo: Terminal) -> None:
    screen = demo.screen()
    cells = [screen.buffer[row][column] for row in range(screen.lines) for column in range(screen.columns)]
    borders = {cell.fg for cell in cells if "\u2500" <= cell.data <= "\u257f"}
    assert len(borders) > 1, "the pane in focus has a border of its own colour"
    assert "default" not in borders


def test_the_installed_console_lists_the_demos_vault_and_quits(demo: Terminal) -> None:
    assert demo.wait_for(lambda t: bool(re.search(r"\d+ names in ", t.text())), 60), demo.text()
    demo.type(b"q")
    assert demo.wait_for(lambda t: t.exit_code is not None, 15), demo.text()
    assert demo.exit_code == 0
