"""Ending a command from outside, while it waits for an answer that never comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvtui.emulator import company
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

ROOT = str(Path(__file__).parent.parent.parent)


@pytest.fixture
def waiting(azure: EmulatorProcess, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`kvtui --list`, signed in, with a vault that never answers."""
    azure.inject(Fault(FaultKind.HANG, host=f"{company.VAULT_RBAC}*", times=None))
    command = [sys.executable, "-m", "kvtui", "--list", "--vault-url", company.VAULT_RBAC]
    running = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ROOT},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    assert running.stderr.readline().startswith("Using")
    yield running
    running.kill()
    running.communicate()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_by_its_number_and_without_a_word(
    waiting: subprocess.Popen[str], number: signal.Signals, code: int
) -> None:
    waiting.send_signal(number)
    out, err = waiting.communicate(timeout=10)
    assert (waiting.returncode, out, err) == (code, "", "")
