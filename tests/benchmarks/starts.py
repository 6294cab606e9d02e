"""How long a user waits for the program to say something: first frames, `--help`, an export."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks.figures import Measure
from tests.benchmarks.terminal import Terminal

KVTUI = Path(sys.executable).with_name("kvtui")
HELLO = (sys.executable, Path(__file__).with_name("hello.py"))
TITLES = ("1 Setup", "2 Entra app", "3 Secrets", "4 Variable.get", "5 Output", "6 Checklist")
"""All of these are on the console's first whole frame, as panes at 120x40 and as tabs at 80x24."""
FIRST_PAINT, ONE_LINE = 1.3, 1.5
EXPORT = [
    *("--export", "env", "--auth-mode", "managed-identity", "--vault-url", "kv-contoso-prod"),
    *("--tenant-id", "contoso.onmicrosoft.com", "--client-id", "11111111-2222-3333-4444-555555555555"),
]


def plain_environment(home: Path) -> dict[str, str]:
    """This process's environment without anything that would choose settings or reach for a real sign-in."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KVTUI_", "AZURE_", "AIRFLOW_", "XDG_"))}
    return kept | {"HOME": str(home)}


def first_frame(argv: Sequence[str | Path], needles: Sequence[str], directory: Path) -> float:
    """Seconds from the start of `argv` on a terminal of 120x40 until all `needles` are on it.

    TimeoutError when they are not there after 30 s, with what was.
    """
    with Terminal(argv, environment=plain_environment(directory), directory=directory) as terminal:
        until = time.perf_counter() + 30
        while time.perf_counter() < until and terminal.exit_code is None:
            terminal.read(1)
            while time.perf_counter() < until and terminal.read(0.3):
                pass
            if (moment := terminal.time_of(*needles)) is not None:
                return moment
        raise TimeoutError(f"{argv[0]} never drew {needles}; its screen:\n{terminal.text()}")


def finished(argv: Sequence[str | Path], directory: Path) -> float:
    """Seconds from the start of `argv` to its end. CalledProcessError if it fails."""
    environment = plain_environment(directory)
    began = time.perf_counter()
    subprocess.run(argv, check=True, capture_output=True, env=environment, cwd=directory)
    return time.perf_counter() - began


def measures(directory: Path) -> Iterator[Measure]:
    """Starts in `directory`, which is empty: no project, no settings."""
    hello = partial(first_frame, HELLO, ["Hello, world"], directory)
    for name, words in (("no settings", []), ("--demo", ["--demo"])):
        ours = partial(first_frame, [KVTUI, *words], TITLES, directory)
        yield Measure(f"first frame, {name}", ours, "bare Textual hello-world", hello, FIRST_PAINT)
    for words, budget in ((["--help"], ONE_LINE), (["--version"], ONE_LINE), (EXPORT, None)):
        yield Measure(
            "kvtui " + " ".join(words[:2]),
            partial(finished, [KVTUI, *words], directory),
            "python importing argparse",
            partial(finished, [sys.executable, "-c", "import argparse"], directory),
            budget,
        )
