"""`python -m tests.benchmarks.wire`: the bytes that actions cost on the wire, and the seconds on a slow one.

Beside kvtui a bare Textual hello-world; with `--peers` posting and harlequin too, which are installed into an
environment of their own. The terminal is that of an SSH session: 256 colours, as COLORTERM is not forwarded.
With `--seconds` each start and action is also timed over a real sshd and a relay of 5 kB/s and 300 ms.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kvtui.emulator import company
from tests.benchmarks.starts import HELLO, KVTUI, plain_environment
from tests.benchmarks.terminal import Terminal
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, start_emulator

SIZES = ((80, 24), (120, 40))
SETTLED = 1.5
"""Seconds without a byte after which an action has been drawn."""
IDLE = 10.0
MANY = 25_000
PEERS = {
    "posting": ("posting==2.11.1", "tree-sitter==0.25.2"),  # newer grammars end in a segmentation fault
    "harlequin": ("harlequin==2.17.0",),
}
_WORDS = ("--vault-url", company.VAULT_RBAC, "--tenant-id", company.TENANT_ID, "--sign-in", "azure-cli")


@dataclass(frozen=True)
class Step:
    """What is done, and what is on the screen once it is drawn. `name` is empty for what is not reported."""

    name: str
    keys: bytes
    shown: str = ""


@dataclass(frozen=True)
class Program:
    """A program, what its first screen shows, and what is done on it."""

    name: str
    argv: tuple[str | Path, ...]
    shown: str
    steps: tuple[Step, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def kvtui(azure: EmulatorProcess) -> Program:
    """kvtui as a user of the embedded Azure, and the actions that are reported."""
    steps = (
        *(
            Step("", key, shown)
            for key, shown in ((b"2", "Airbyte"), (b"3", "api-base-url"), (b"1", "Cloud"))
        ),
        Step("pane switch (2)", b"2", "Airbyte"),
        Step("pane switch (3)", b"3", "api-base-url"),
        Step("pane switch (4)", b"4", "Variable.get("),
        Step("pane switch (5)", b"5", "cannot be written yet"),
        Step("pane switch (6)", b"6", "Checklist"),
        Step("pane switch (1)", b"1", "Cloud"),
        Step("editor opens", b"\r", "Esc"),
        Step("character in the editor", b"x"),
        Step("Esc of the editor", b"\x1b"),
        Step("", b"3", "api-base-url"),
        Step("prompt (/)", b"/"),
        Step("filter character", b"e"),
        Step("", b"\x7f"),
        Step("Esc of the prompt", b"\x1b"),
        Step("arrow", b"\x1b[B"),
        Step("End", b"\x1b[F"),
        Step("help", b"?", "Esc close"),
        Step("Esc of the help", b"\x1b"),
    )
    return Program("kvtui", (KVTUI, *_WORDS), "user ana", steps, azure.environment)


def peers(place: Path) -> Iterator[Program]:
    """posting and harlequin, each installed below `place` unless it is there already."""
    for name, packages in PEERS.items():
        home = place / name
        if not (home / "bin" / name).exists():
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            pip = [str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, *packages], check=True)
        tab = (Step("pane switch (Tab)", b"\t"),)
        if name == "posting":
            yield Program(name, (home / "bin" / name,), "posting", tab)
        else:
            yield Program(name, (home / "bin" / name, ":memory:"), "Run", tab)


def count(terminal: Terminal) -> int:
    """Bytes so far."""
    return sum(len(data) for _, data in terminal.chunks)


def settle(terminal: Terminal, limit: float = 12.0) -> float:
    """Reads until nothing has come for a while, `limit` seconds at most; the time of the last byte."""
    until = time.perf_counter() + limit
    last = time.perf_counter()
    while time.perf_counter() < until and terminal.read(SETTLED):
        last = time.perf_counter()
    return last


Opener = Callable[[Program, tuple[int, int], Path], Terminal]


def locally(program: Program, size: tuple[int, int], home: Path) -> Terminal:
    """On a terminal of this host, as sshd would give it."""
    environment = plain_environment(home) | {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
    words = ["env", "-u", "COLORTERM", *program.argv]
    return Terminal(
        words,
        columns=size[0],
        rows=size[1],
        environment=environment | dict(program.environment),
        directory=home,
    )


def measured(
    program: Program, size: tuple[int, int], open_: Opener
) -> tuple[dict[str, int], dict[str, float]]:
    """The bytes and the seconds of the start, of each step, and the bytes of a second without any key."""
    bytes_: dict[str, int] = {}
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as home, open_(program, size, Path(home)) as terminal:
        began = time.perf_counter()
        if not terminal.wait_for(lambda t: program.shown.lower() in t.text().lower(), 90):
            raise TimeoutError(f"{program.name} never showed {program.shown}:\n{terminal.text()}")
        seconds["start"] = settle(terminal) - began
        bytes_["start"] = count(terminal)
        for step in program.steps:
            before, began = count(terminal), time.perf_counter()
            terminal.type(step.keys)
            seen = terminal.wait_for(lambda t, b=before, s=step: count(t) > b and s.shown in t.text(), 60)  # type: ignore[misc]
            if not seen:
                raise TimeoutError(
                    f"{program.name}: {step.keys!r} did not show {step.shown}:\n{terminal.text()}"
                )
            last = settle(terminal)
            if step.name:
                bytes_[step.name], seconds[step.name] = count(terminal) - before, last - began
        before = count(terminal)
        terminal.wait_for(lambda _: False, IDLE)
        bytes_["idle, B/s"] = round((count(terminal) - before) / IDLE)
    return bytes_, seconds


def streaming(size: tuple[int, int], key: bytes) -> int:
    """Bytes a second while 25,000 names come in, 80 ms a page, on the pane of `key`."""
    with start_emulator(secrets=MANY) as azure, tempfile.TemporaryDirectory() as home:
        azure.inject(Fault(FaultKind.DELAY, host="*vault*", seconds=0.08, times=None))
        with locally(kvtui(azure), size, Path(home)) as terminal:
            terminal.wait_for(lambda t: "1 Setup" in t.text(), 60)
            terminal.type(b"3")
            if not terminal.wait_for(lambda t: "names, loading" in t.text(), 60):
                raise TimeoutError(terminal.text())
            terminal.type(key)
            terminal.wait_for(lambda _: False, 3)
            before = count(terminal)
            terminal.wait_for(lambda _: False, IDLE)
            return round((count(terminal) - before) / IDLE)


@contextmanager
def over_ssh() -> Iterator[Opener]:
    """Opens programs over a real sshd, behind a link of 5 kB/s and 300 ms."""
    from tests.ssh.relay import Relay
    from tests.ssh.server import Host, SshServer

    with (
        tempfile.TemporaryDirectory() as place,
        SshServer(Path(place)) as server,
        Relay(server.port) as relay,
    ):

        def opened(program: Program, size: tuple[int, int], home: Path) -> Terminal:
            host = Host(server, home)
            host.environment |= program.environment
            return host.open(*program.argv, size=size, port=relay.port)

        yield opened


def table(title: str, columns: Mapping[str, Mapping[str, float]], digits: int) -> str:
    """A Markdown table with a row for each action."""
    rows = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    lines = [f"| {title} | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]
    for row in rows:
        cells = [f"{figures[row]:,.{digits}f}" if row in figures else "" for figures in columns.values()]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    """Prints one table of bytes and, with `--seconds`, one of seconds."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.wire", description=__doc__)
    parser.add_argument("--peers", action="store_true", help="posting and harlequin beside it")
    parser.add_argument("--seconds", action="store_true", help="also over sshd and a slow link")
    parser.add_argument("--place", type=Path, help="where the peers' environments are kept")
    options = parser.parse_args()
    columns: dict[str, dict[str, float]] = {}
    slow: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        place = options.place or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        azure = stack.enter_context(start_emulator())
        programs = [kvtui(azure), Program("Textual hello", HELLO, "Hello, world")]
        programs += peers(place) if options.peers else []
        ways: list[tuple[Opener, bool]] = [(locally, False)]
        if options.seconds:
            ways.append((stack.enter_context(over_ssh()), True))
        for way, is_slow in ways:
            for program in programs:
                for size in SIZES:
                    name = f"{program.name} {size[0]}x{size[1]}"
                    print(f"measuring: {name}", file=sys.stderr)
                    bytes_, seconds = measured(program, size, way)
                    if is_slow:
                        slow[name] = seconds
                    else:
                        columns[name] = dict(bytes_)
    for size in SIZES:
        for key, pane in ((b"3", 3), (b"1", 1)):
            name = f"streaming {MANY:,} names, pane {pane}, B/s"
            columns[f"kvtui {size[0]}x{size[1]}"][name] = streaming(size, key)
    print(table("bytes, 256 colours", columns, 0))
    if slow:
        print("\n" + table("seconds at 5 kB/s and 300 ms, over sshd", slow, 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
