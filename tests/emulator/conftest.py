"""What the tests of the embedded Azure share."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest

from tests.emulator.desk import Desk
from tests.emulator_fixture import azure, emulator_session
from tests.emulator_support.process import EmulatorProcess

__all__ = ["azure", "emulator_session"]


@pytest.fixture(scope="session")
def trust(emulator_session: EmulatorProcess) -> ssl.SSLContext:
    """The TLS settings of a client that trusts the authority, as strict as newer Pythons are by default."""
    context = ssl.create_default_context(cafile=str(emulator_session.ca_file))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@pytest.fixture
def desk(azure: EmulatorProcess, trust: ssl.SSLContext) -> Iterator[Desk]:
    """Bare HTTP to every service, through the proxy of the environment."""
    with httpx.Client(verify=trust, timeout=10) as client:
        yield Desk(azure, client)
