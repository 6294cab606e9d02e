"""A real sshd on a loopback port, and kvtui behind it on the embedded Azure."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvtui.emulator import company
from tests.benchmarks.starts import KVTUI
from tests.emulator_fixture import emulator_session
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, start_emulator
from tests.ssh.server import Host, SshServer, missing

__all__ = ["emulator_session"]

VAULT = ("--vault-url", company.VAULT_RBAC, "--tenant-id", company.TENANT_ID, "--sign-in", "azure-cli")


@pytest.fixture(scope="session")
def server() -> Iterator[SshServer]:
    lacking = missing()
    assert not lacking, f"not installed here: {', '.join(lacking)}"
    # A short path: a socket's must fit into 107 characters.
    with tempfile.TemporaryDirectory(prefix="kvtui-ssh-") as place, SshServer(Path(place)) as running:
        yield running


@pytest.fixture
def host(server: SshServer) -> Iterator[Host]:
    with tempfile.TemporaryDirectory(prefix="kvtui-home-") as home:
        yield Host(server, Path(home))


@pytest.fixture
def azure(emulator_session: EmulatorProcess, host: Host) -> EmulatorProcess:
    """The embedded Azure as the usual company; programs on the host are pointed at it."""
    emulator_session.reset()
    host.environment |= emulator_session.environment
    return emulator_session


@pytest.fixture
def large(host: Host) -> Iterator[EmulatorProcess]:
    """An embedded Azure with 25,000 names, 80 ms a page; programs on the host are pointed at it."""
    with start_emulator(secrets=25_000) as azure:
        azure.inject(Fault(FaultKind.DELAY, host="*vault*", seconds=0.08, times=None))
        host.environment |= azure.environment
        yield azure


def console(*words: str) -> list[str]:
    """The words that open the console on the usual vault."""
    return [str(KVTUI), *VAULT, *words]
