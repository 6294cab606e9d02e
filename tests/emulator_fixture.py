"""The embedded Azure for tests: one process per session, clean before each test.

A test module or a conftest asks for it by `from tests.emulator_fixture import azure, emulator_session`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.emulator_support.process import EmulatorProcess, start_emulator

_LEFT_OUT = ("AZURE_", "IDENTITY_", "MSI_", "KVTUI_")


@pytest.fixture(scope="session")
def emulator_session() -> Iterator[EmulatorProcess]:
    """The running process, without any change to this one's environment."""
    with start_emulator() as emulator:
        yield emulator


@pytest.fixture
def azure(emulator_session: EmulatorProcess, monkeypatch: pytest.MonkeyPatch) -> EmulatorProcess:
    """The embedded Azure with an empty log, no faults and the usual scenario.

    This process is pointed at it. A client that was made before, or aiohttp's default TLS settings when
    aiohttp was imported before, do not know its authority: name `ca_file` to them.
    """
    emulator_session.reset()
    for name in [name for name in os.environ if name.startswith(_LEFT_OUT)]:
        monkeypatch.delenv(name)
    for name, value in emulator_session.environment.items():
        monkeypatch.setenv(name, value)
    return emulator_session
