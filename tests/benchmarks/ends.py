"""How kvtui ends: `python -m tests.benchmarks.ends`, ten runs of each way, median and longest."""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kvtui.emulator import company
from tests.benchmarks.starts import KVTUI, plain_environment
from tests.benchmarks.terminal import Terminal
from tests.emulator_support.process import EmulatorProcess, start_emulator

GIVEN_BACK = b"\x1b[?1049l"
"""The alternate screen is left."""


@dataclass(frozen=True)
class End:
    """One way to end it, the exit code, and the seconds that it may take."""

    name: str
    begin: Callable[[Terminal], object]
    code: int
    seconds: float
    given_back: bool = True
    """Whether the terminal is there to be given back."""
    wrapped: bool = False
    """Started by a shell that ignores SIGHUP and stays."""


def _stalled(then: Callable[[Terminal], object]) -> Callable[[Terminal], None]:
    def begin(terminal: Terminal) -> None:
        terminal.stall()
        then(terminal)

    return begin


def _signal(number: signal.Signals) -> Callable[[Terminal], None]:
    return lambda terminal: os.kill(terminal.pid, number)


def _ctrl_q(terminal: Terminal) -> None:
    terminal.type(b"\x11")
    if not terminal.wait_for(lambda t: "Quit kvtui?" in t.text(), 20):
        raise RuntimeError(f"Ctrl+Q did not ask:\n{terminal.text()}")
    terminal.type(b"\x1b[B\r")


def _key(key: bytes) -> Callable[[Terminal], None]:
    return lambda terminal: terminal.type(key)


ENDS = (
    End("q", _key(b"q"), 0, 3),
    End("Ctrl+Q, Down, Enter", _ctrl_q, 0, 3),
    End("SIGTERM", _signal(signal.SIGTERM), 143, 3),
    End("SIGINT", _signal(signal.SIGINT), 130, 3),
    End("hang-up", Terminal.hang_up, 129, 3, given_back=False),
    End("hang-up, SIGHUP ignored by the session", Terminal.hang_up, 129, 3, given_back=False, wrapped=True),
    End("stalled, q", _stalled(_key(b"q")), 0, 8, given_back=False),
    End("stalled, SIGTERM", _stalled(_signal(signal.SIGTERM)), 143, 8, given_back=False),
    End("stalled, SIGHUP", _stalled(_signal(signal.SIGHUP)), 129, 8, given_back=False),
    End("stalled, hang-up", _stalled(Terminal.hang_up), 129, 8, given_back=False),
)


def seconds_to_end(end: End, azure: EmulatorProcess, directory: Path, limit: float = 30) -> float:
    """Seconds that it took once the names were listed. RuntimeError if it lives on, or ends otherwise."""
    words = [str(KVTUI), "--no-memory", "--vault-url", company.VAULT_RBAC, "--tenant-id", company.TENANT_ID]
    words += ["--sign-in", "azure-cli"]
    if end.wrapped:
        words = ["sh", "-c", "trap '' HUP; \"$@\"; exit $?", "sh", *words]
    environment = plain_environment(directory) | azure.environment
    with Terminal(words, columns=80, rows=24, environment=environment, directory=directory) as terminal:
        terminal.wait_for(lambda t: "1 Setup" in t.text(), 60)
        terminal.type(b"3")
        if not terminal.wait_for(lambda t: "names in" in t.text(), 60):
            raise RuntimeError(f"it did not list the names:\n{terminal.text()}")
        while terminal.read(0.5):
            pass
        end.begin(terminal)
        took = terminal.ended_after(limit)
        if took is None:
            raise RuntimeError(f"{end.name}: it lives on after {limit} s")
        terminal.drain()
        if terminal.exit_code != end.code:
            raise RuntimeError(f"{end.name}: it ended with {terminal.exit_code}, not {end.code}")
        if end.given_back and not any(GIVEN_BACK in data for _, data in terminal.chunks):
            raise RuntimeError(f"{end.name}: the terminal was not given back")
        return took


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ends", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="how often each is run (default: 10)")
    rounds = parser.parse_args().rounds
    print("| end | exit code | runs | median | longest |\n| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="kvtui-ends-") as directory, start_emulator() as azure:
        for end in ENDS:
            took = [seconds_to_end(end, azure, Path(directory)) * 1000 for _ in range(rounds)]
            median = statistics.median(took)
            print(
                f"| {end.name} | {end.code} | {rounds} | {median:,.0f} ms | {max(took):,.0f} ms |", flush=True
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
