"""How long the one file of `make bundle` takes to start: `python -m tests.benchmarks.bundle [PYTHON …]`.

Each first start has a home of its own with nothing in it; later ones find there what the first one unpacked.
The homes are removed at the end only: ext4 looks for inodes that were not freed in the last seconds, and a
start just after 2,750 files were removed takes seconds more.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import kvtui
from bundle.build import file_name
from tests.benchmarks.terminal import Terminal

MADE = Path(__file__).parents[2] / "dist" / f"{file_name(kvtui.__version__)}.pyz"
ROUNDS = 5
"""How many first starts, each followed by two later ones."""


def start(python: Path, home: Path, words: tuple[str, ...]) -> float:
    """Seconds until the first frame of the console at 80x24; TimeoutError with its screen after 30 s."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8"}
    argv: list[str | Path] = [python, MADE, *words]
    with Terminal(argv, columns=80, rows=24, environment=environment, directory=home) as terminal:
        if not terminal.wait_for(lambda t: t.time_of("1 Setup") is not None, 30):
            raise TimeoutError(f"no first frame; the screen:\n{terminal.text()}")
        return terminal.time_of("1 Setup") or 0.0


def row(name: str, seconds: list[float]) -> str:
    """A row of the table."""
    return f"| {name} | {len(seconds)} | {statistics.median(seconds):.2f} s | {max(seconds):.2f} s |"


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bundle", description=__doc__)
    parser.add_argument("pythons", nargs="*", type=Path, default=[Path(sys.executable).resolve()])
    pythons: list[Path] = parser.parse_args().pythons
    print(f"{MADE.name}: {MADE.stat().st_size / 1e6:.2f} MB\n")
    print("| start | runs | median | longest |\n| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="kvtui-bundle-") as homes:
        for python in pythons:
            for words in ((), ("--demo",)):
                first: list[float] = []
                later: list[float] = []
                for _ in range(ROUNDS):
                    home = Path(tempfile.mkdtemp(dir=homes))
                    first.append(start(python, home, words))
                    later += [start(python, home, words) for _ in range(2)]
                shown = " ".join((python.parent.parent.name, *words))
                print(row(f"{shown}, first", first), flush=True)
                print(row(f"{shown}, later", later), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
