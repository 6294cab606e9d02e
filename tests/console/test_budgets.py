"""How many bytes it costs to draw what a key does: on a slow line each of them is waited for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kvtui.emulator import company
from tests.benchmarks.starts import KVTUI, plain_environment
from tests.benchmarks.terminal import Terminal
from tests.emulator_fixture import emulator_session
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, start_emulator

__all__ = ["emulator_session"]

LARGER = 2.5
"""How many times the bytes of 80x24 a screen of 120x40 may cost."""
SETTLED = 0.6
"""Seconds without a byte after which an action has been drawn."""
PANES = (
    (b"2", "astro-prod"),
    (b"3", "api_base_url"),
    (b"4", "Variable.get"),
    (b"5", ".env"),
    (b"6", "Checklist"),
    (b"1", "Auth mode"),
)
"""The key of each pane, and what is seen there."""
WORDS: list[str | Path] = [
    *(KVTUI, "--vault-url", company.VAULT_RBAC, "--tenant-id", company.TENANT_ID, "--sign-in", "azure-cli"),
    *("--auth-mode", "managed-identity", "--client-id", company.MI_ASTRO_AGENTS),
]


def opened(azure: EmulatorProcess, directory: Path, size: tuple[int, int]) -> Terminal:
    """kvtui at the other end of an SSH connection: 256 colours, as COLORTERM is not forwarded."""
    return Terminal(
        WORDS,
        columns=size[0],
        rows=size[1],
        environment=plain_environment(directory) | azure.environment,
        directory=directory,
        variables={"COLORTERM": "", "SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"},
    )


def count(terminal: Terminal) -> int:
    """Bytes so far."""
    return sum(len(data) for _, data in terminal.chunks)


def settle(terminal: Terminal) -> None:
    """Reads until nothing has come for a while."""
    while terminal.read(SETTLED):
        pass


def cost(terminal: Terminal, keys: bytes, shown: str = "") -> int:
    """Bytes that the keys cost, until nothing more is drawn; fails unless `shown` is then on the screen."""
    before = count(terminal)
    terminal.type(keys)
    assert terminal.wait_for(lambda t: count(t) > before and shown in t.text(), 30), terminal.text()
    settle(terminal)
    return count(terminal) - before


@pytest.fixture(scope="module", params=[(80, 24), (120, 40)], ids=["80x24", "120x40"])
def measured(
    request: pytest.FixtureRequest,
    emulator_session: EmulatorProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[float, dict[str, int]]]:
    """How many times the budget this screen may cost, and the bytes of each action on it."""
    emulator_session.reset()
    small = request.param == (80, 24)
    with opened(emulator_session, tmp_path_factory.mktemp("wire"), request.param) as terminal:
        assert terminal.wait_for(lambda t: "user ana" in t.text(), 40), terminal.text()
        settle(terminal)
        figures = {"start": count(terminal)}
        for key, shown in PANES:  # what they ask for is there before it is measured
            cost(terminal, key, shown)
        rounds = [[cost(terminal, key, shown) for key, shown in PANES] for _ in range(3)]
        figures["pane switch"] = max(
            min(each) for each in zip(*rounds, strict=True)
        )  # the machine may be busy
        figures["editor"] = max(cost(terminal, b"\r", "Esc"), cost(terminal, b"\x1b"))
        cost(terminal, b"3", "api_base_url")
        figures["arrow"] = max(cost(terminal, b"\x1b[B") for _ in range(5))
        figures["end"] = max(cost(terminal, b"\x1b[F"), cost(terminal, b"\x1b[H"))
        figures["prompt"] = cost(terminal, b"/")
        figures["filtered"] = cost(terminal, b"e")
        cost(terminal, b"\x7f")
        figures["prompt"] = max(figures["prompt"], cost(terminal, b"\x1b"))
        cost(terminal, b"4", "Variable.get")
        cost(terminal, b"\r", "ask the vault")
        for letter in (b"x", b"y"):  # the trace takes the place of what the pane says without a key
            cost(terminal, letter)
        figures["character"] = max(cost(terminal, letter) for letter in (b"z", b"a"))
        cost(terminal, b"\x1b")
        figures["help"] = max(cost(terminal, b"?", "Esc close"), cost(terminal, b"\x1b"))
        before = count(terminal)
        terminal.read(3.0)
        figures["idle"] = count(terminal) - before
        print(figures)
        yield 1 if small else LARGER, figures


@pytest.mark.parametrize(
    ("action", "budget"),
    [
        ("start", 20_000),
        ("pane switch", 3_000),
        ("prompt", 3_000),
        ("editor", 3_000),
        ("character", 600),
        ("arrow", 400),
        ("end", 4_000),
        ("help", 8_000),
        ("idle", 0),
    ],
)
def test_what_an_action_costs_is_within_its_budget(
    measured: tuple[float, dict[str, int]], action: str, budget: int
) -> None:
    larger, figures = measured
    assert figures[action] <= budget * larger, figures


def test_names_that_stream_in_cost_half_a_kilobyte_a_second(tmp_path: Path) -> None:
    with start_emulator(secrets=25_000) as azure:
        azure.inject(Fault(FaultKind.DELAY, host="*vault*", seconds=0.08, times=None))
        with opened(azure, tmp_path, (80, 24)) as terminal:
            terminal.wait_for(lambda t: "1 Setup" in t.text(), 30)
            terminal.type(b"3")
            assert terminal.wait_for(lambda t: "names, loading" in t.text(), 30), terminal.text()
            rows_are_full = terminal.wait_for(lambda t: t.text().count("airflow-variables-") > 12, 30)
            assert rows_are_full, terminal.text()
            settle_for, before = 8.0, count(terminal)
            terminal.wait_for(lambda t: False, settle_for)
            assert (count(terminal) - before) / settle_for <= 500


def test_the_first_frame_of_a_small_terminal_has_no_pane_that_it_does_not_show(tmp_path: Path) -> None:
    with Terminal(
        [KVTUI], columns=80, rows=24, environment=plain_environment(tmp_path), directory=tmp_path
    ) as terminal:
        assert terminal.wait_for(lambda t: "[1 Setup]" in t.text(), 30), terminal.text()
        drawn = ["\n".join(terminal.screen(number).display) for number in range(len(terminal.chunks) + 1)]
        assert not [screen for screen in drawn if "─ 6 Checklist ─" in screen]
