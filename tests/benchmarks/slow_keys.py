"""How soon keys are answered on a slow line: `python -m tests.benchmarks.slow_keys`.

25,000 names stream in at 80 ms a request, through 5 kB/s and a round trip of 300 ms.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kvtui.emulator import company
from tests.benchmarks.starts import KVTUI, plain_environment
from tests.console.slow_line import SlowLine
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, start_emulator

ROUNDS = 4
"""So few that they end before the names do."""
SIZES = ((80, 24), (120, 40))


def _holds(part: str, text: str) -> bool:
    return part in text


def _lacks(part: str, text: str) -> bool:
    return part not in text


def _ten_fast(line: SlowLine) -> float:
    line.type(b"warehouse-")
    return line.seconds_until(partial(_holds, "▌ warehouse-"), 20)


def measure(azure: EmulatorProcess, directory: Path, columns: int, rows: int) -> dict[str, list[float]]:
    """The seconds of each answer, by its name.

    TimeoutError where one is not seen, or where the names had all arrived before the last.
    """
    words = [str(KVTUI), "--no-memory", "--vault-url", company.VAULT_RBAC, "--tenant-id", company.TENANT_ID]
    words += ["--sign-in", "azure-cli"]
    environment = plain_environment(directory) | azure.environment
    found: dict[str, list[float]] = {"filter opens": [], "echo": [], "ten at once": [], "Esc": [], "pane": []}

    def timed(name: str, line: SlowLine, keys: bytes, seen: Callable[[str], object]) -> None:
        line.run(1.0)
        line.type(keys)
        found[name].append(line.seconds_until(seen, 20))

    with SlowLine(words, columns=columns, rows=rows, environment=environment, directory=directory) as line:
        line.seconds_until(partial(_holds, "1 Setup"), 60)
        line.type(b"3")
        line.seconds_until(lambda text: text.count("airflow-variables-") > 12, 60)
        for _ in range(ROUNDS):
            timed("filter opens", line, b"/", partial(_holds, "▌"))
            timed("echo", line, b"e", partial(_holds, "▌ e"))
            timed("echo", line, b"t", partial(_holds, "▌ et"))
            timed("Esc", line, b"\x1b", partial(_lacks, "▌"))
            timed("filter opens", line, b"/", partial(_holds, "▌"))
            line.run(1.0)
            found["ten at once"].append(_ten_fast(line))
            timed("Esc", line, b"\x1b", partial(_lacks, "▌"))
            timed("pane", line, b"1", partial(_holds, "━ 1 Setup"))
            timed("pane", line, b"3", partial(_holds, "━ 3 Secrets"))
        line.seconds_until(partial(_holds, "names, loading"), 5)
    return found


def main() -> int:
    """Prints the table."""
    print("| size | answer | runs | median | longest |\n| --- | --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="kvtui-slow-") as place, start_emulator(secrets=25_000) as azure:
        azure.inject(Fault(FaultKind.DELAY, host="*vault*", seconds=0.08, times=None))
        for columns, rows in SIZES:
            for name, took in measure(azure, Path(place), columns, rows).items():
                middle = statistics.median(took)
                print(f"| {columns}x{rows} | {name} | {len(took)} | {middle:.2f} s | {max(took):.2f} s |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
