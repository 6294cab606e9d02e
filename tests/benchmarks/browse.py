"""Browsing a large vault: `python -m tests.benchmarks.browse`, at 120x40 on the embedded Azure.

The first rows, the whole list, keys of the filter during the load and after it, the memory, and how long
the event loop did not run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from kvtui.console.app import KvtuiApp
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.emulator import company
from kvtui.settings.model import Settings, VaultAddress
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.wire import kvtui, locally
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, start_emulator

SIZE = (120, 40)
PAGE = 0.02
"""Seconds that a page takes while keys are timed, so that the load lasts long enough."""
WORDS = (b"alerts", b"batch", b"0123", b"conn", b"zzzz", b"a", b"prod", b"^api", b"abat")
QUIET = 0.1
"""Seconds without a byte after which the next key is pressed: quicker than anybody types."""
MIB = 1 << 20


def resident(pid: int) -> float:
    """The resident memory of a process in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


def opened(azure: EmulatorProcess, home: str) -> Terminal:
    """kvtui with pane 3 open."""
    terminal = locally(kvtui(azure), SIZE, Path(home))
    terminal.wait_for(lambda t: "1 Setup" in t.text(), 60)
    terminal.type(b"3")
    return terminal


def loaded(secrets: int) -> tuple[float, float, float]:
    """Seconds from the start to the first rows and to the end of the list, and MiB then."""
    with start_emulator(secrets=secrets) as azure, tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        with opened(azure, home) as terminal:
            terminal.wait_for(lambda t: "airflow-variables-" in t.text(), 60)
            first = time.perf_counter() - began
            terminal.wait_for(lambda t: "listed as" in t.text(), 120)
            whole = time.perf_counter() - began
            terminal.wait_for(lambda _: False, 1)
            return first, whole, resident(terminal.pid)


def typed(terminal: Terminal) -> tuple[list[float], list[float]]:
    """Seconds from each key of the filter to the first bytes of the answer, and to the last."""
    first, last = [], []
    for word in WORDS:
        terminal.type(b"/")
        terminal.wait_for(lambda _: False, 0.3)
        for number in range(len(word)):
            wait_until_quiet(terminal)
            began, before = time.perf_counter(), len(terminal.chunks)
            terminal.type(word[number : number + 1])
            if terminal.read(5):
                first.append(time.perf_counter() - began)
                wait_until_quiet(terminal)
                last.append(terminal.chunks[-1][0] - terminal.chunks[before][0] + first[-1])
        terminal.type(b"\x1b")
        terminal.wait_for(lambda _: False, 0.3)
    return first, last


def wait_until_quiet(terminal: Terminal) -> None:
    """Waits until nothing has come for `QUIET` seconds; a second at most, because names may stream in."""
    until = time.perf_counter() + 1
    while time.perf_counter() < until and terminal.read(QUIET):
        pass


def keys(secrets: int) -> tuple[list[float], tuple[list[float], list[float]]]:
    """What `typed` answers: the first bytes while the names arrive, and both once all are there."""
    with start_emulator(secrets=secrets) as azure, tempfile.TemporaryDirectory() as home:
        azure.inject(Fault(FaultKind.DELAY, host="*vault*", path="/secrets", seconds=PAGE, times=None))
        with opened(azure, home) as terminal:
            terminal.wait_for(lambda t: "names, loading" in t.text(), 60)
            during, _ = typed(terminal)
            still = "loading" in terminal.text()
            terminal.wait_for(lambda t: "listed as" in t.text(), 120)
            if not still:
                print("The load ended before the last key.", file=sys.stderr)
            return during, typed(terminal)


async def blocked(azure: EmulatorProcess) -> tuple[float, int]:
    """The longest time in seconds that the event loop did not run during a load, and how often over 50 ms."""
    os.environ |= azure.environment
    gaps: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0)
            gaps.append(time.perf_counter() - before)

    with tempfile.TemporaryDirectory() as project:
        settings = Settings(vault=VaultAddress(company.VAULT_RBAC), tenant_id=company.TENANT_ID)
        app = KvtuiApp(ConsoleStart(settings=settings, project_directory=Path(project)))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("3")
            await app.main.store.until(lambda state: state.secrets.names)
            watching = asyncio.create_task(watch())
            await app.main.store.until(lambda state: state.secrets.phase is Phase.DONE)
            watching.cancel()
            app.workers.cancel_all()
            await app.main.session.close()
    return max(gaps), sum(gap > 0.05 for gap in gaps)


def spread(seconds: list[float]) -> str:
    """The median, the 95th percentile and the longest, in ms."""
    ordered = sorted(seconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    return f"{statistics.median(ordered) * 1000:.0f} / {p95 * 1000:.0f} / {ordered[-1] * 1000:.0f} ms"


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.browse", description=__doc__)
    parser.add_argument("--secrets", type=int, default=25_000)
    secrets: int = parser.parse_args().secrets
    _, _, few = loaded(120)
    first, whole, many = loaded(secrets)
    during, (after, filtered) = keys(secrets)
    with start_emulator(secrets=secrets) as azure:
        longest, often = asyncio.run(blocked(azure))
    print(f"| {secrets:,} names at 120x40 | |\n| --- | ---: |")
    print(f"| first rows after the start | {first:.2f} s |")
    print(f"| all names after the start | {whole:.2f} s |")
    print(f"| memory, beside 120 names | {many:.0f} MiB, {many - few:+.1f} |")
    print(f"| a key of the filter during the load, median / p95 / longest | {spread(during)} |")
    print(f"| a key of the filter after the load | {spread(after)} |")
    print(f"| until the list is filtered | {spread(filtered)} |")
    print(f"| event loop not run at most; times over 50 ms | {longest * 1000:.0f} ms; {often} |")


if __name__ == "__main__":
    main()
