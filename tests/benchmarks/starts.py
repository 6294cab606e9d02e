"""How long a user waits for the program to say something: first frames, `--help`, an export."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks.figures import Measure
from tests.benchmarks.terminal import Terminal

KVTUI = Path(sys.executable).with_name("kvtui")
HELLO = (sys.executable, Path(__file__).with_name("hello.py"))
TITLES = ("1 Setup", "2 Entra app", "3 Secrets", "4 Lookup", "5 Output", "6 Checklist")
"""All of these are on the console's first whole frame, as panes at 120x40 and as tabs at 80x24."""
FIRST_FRAME, MEMORY, BYTES, ONE_LINE = 1.25, 1.4, 2, 1.5
QUIET = 3.0
"""Seconds without a byte after which a screen is quiet."""
EXPORT = [
    *("--export", "env", "--auth-mode", "managed-identity", "--vault-url", "kv-contoso-prod"),
    *("--tenant-id", "contoso.onmicrosoft.com", "--client-id", "11111111-2222-3333-4444-555555555555"),
]


def plain_environment(home: Path) -> dict[str, str]:
    """This process's environment without anything that would choose settings or reach for a real sign-in."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KVTUI_", "AZURE_", "AIRFLOW_", "XDG_"))}
    return kept | {"HOME": str(home)}


Figures = dict[str, float]
"""What is measured of one start, by name."""


def first_frame(argv: Sequence[str | Path], needles: Sequence[str], directory: Path) -> Figures:
    """`seconds` from the start of `argv` on a terminal of 120x40 until all `needles` are on it.

    On Linux also what the program had used by then: `cpu` in seconds and resident `memory` in MiB.
    TimeoutError when they are not there after 30 s, with what was.
    """
    used: list[Figures] = []
    with Terminal(argv, environment=plain_environment(directory), directory=directory) as terminal:
        until = time.perf_counter() + 30
        while time.perf_counter() < until and terminal.exit_code is None:
            while terminal.read(0.3) and time.perf_counter() < until:
                used.append(terminal.used())
            if (moment := terminal.time_of(*needles)) is not None:
                number = next(n for n, (when, _) in enumerate(terminal.chunks) if when == moment)
                return {"seconds": moment, **used[number]}
        raise TimeoutError(f"{argv[0]} never drew {needles}; its screen:\n{terminal.text()}")


def bytes_until_quiet(argv: Sequence[str | Path], needles: Sequence[str], directory: Path) -> Figures:
    """The `kB` that `argv` writes to a terminal of 80x24 until it shows `needles` and is quiet."""
    environment = plain_environment(directory)
    with Terminal(argv, columns=80, rows=24, environment=environment, directory=directory) as terminal:
        until = time.perf_counter() + 60
        while time.perf_counter() < until and terminal.exit_code is None:
            while terminal.read(QUIET) and time.perf_counter() < until:
                pass
            if terminal.time_of(*needles) is not None:
                return {"kB": sum(len(data) for _, data in terminal.chunks) / 1000}
        raise TimeoutError(f"{argv[0]} never drew {needles}; its screen:\n{terminal.text()}")


LOADED = """
import os, sys
from textual.app import App
drawn = App._display
def display(*arguments):
    drawn(*arguments)
    ours = sum(name.partition(".")[0] == "kvtui" for name in sys.modules)
    with open({path!r}, "w") as file:
        file.write(f"{{ours}} {{len(sys.modules) - ours}}")
    os._exit(0)
App._display = display
"""
"""Has a program end with its first frame, and write how many modules it has loaded: kvtui's and others."""


def modules(program: str, directory: Path) -> tuple[int, int]:
    """How many modules a program of Textual has loaded with its first frame: kvtui's, and all others."""
    path = directory / "modules"
    words = (sys.executable, "-c", LOADED.format(path=str(path)) + program)
    with Terminal(words, environment=plain_environment(directory), directory=directory) as terminal:
        if not terminal.wait_for(lambda t: t.exit_code is not None, 30):
            raise TimeoutError(terminal.text())
    ours, others = path.read_text().split()
    return int(ours), int(others)


def finished(argv: Sequence[str | Path], directory: Path) -> float:
    """Seconds from the start of `argv` to its end. CalledProcessError if it fails."""
    environment = plain_environment(directory)
    began = time.perf_counter()
    subprocess.run(argv, check=True, capture_output=True, env=environment, cwd=directory)
    return time.perf_counter() - began


def the(start: Callable[[], Figures], name: str) -> Callable[[], float]:
    """One of the figures of a start."""
    return lambda: start()[name]


def measures(directory: Path) -> Iterator[Measure]:
    """Starts in `directory`, which is empty: no project, no settings."""
    bare = "bare Textual hello-world"
    hello = partial(first_frame, HELLO, ["Hello, world"], directory)
    for name, words in (("no settings", []), ("--demo", ["--demo"])):
        ours = partial(first_frame, [KVTUI, *words], TITLES, directory)
        yield Measure(f"first frame, {name}", the(ours, "seconds"), bare, the(hello, "seconds"), FIRST_FRAME)
        if sys.platform != "linux":
            continue
        yield Measure(f"its CPU, {name}", the(ours, "cpu"), bare, the(hello, "cpu"))
        memory = the(ours, "memory"), bare, the(hello, "memory"), MEMORY
        yield Measure(f"memory at the first frame, {name}", *memory, unit="MiB")
    for name, words in (("no settings", []), ("--demo", ["--demo"])):
        ours = partial(bytes_until_quiet, [KVTUI, *words], TITLES[::5], directory)
        hello = partial(bytes_until_quiet, HELLO, ["Hello, world"], directory)
        measured = the(ours, "kB"), bare, the(hello, "kB"), BYTES
        yield Measure(f"written until quiet at 80x24, {name}", *measured, unit="kB")
    yield Measure(
        "modules at the first frame, no settings",
        lambda: sum(modules("from kvtui.cli.main import main; sys.argv[1:] = []; main()", directory)),
        bare,
        lambda: sum(modules("from tests.benchmarks.hello import Hello; Hello().run()", directory)),
        unit="modules",
    )
    for words, budget in ((["--help"], ONE_LINE), (["--version"], ONE_LINE), (EXPORT, None)):
        yield Measure(
            "kvtui " + " ".join(words[:2]),
            partial(finished, [KVTUI, *words], directory),
            "python importing argparse",
            partial(finished, [sys.executable, "-c", "import argparse"], directory),
            budget,
        )
