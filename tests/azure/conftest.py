"""The embedded Azure; the SDKs are as they come, only their environment is set."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.azure.desk import Desk
from tests.emulator_fixture import azure, emulator_session
from tests.emulator_support.process import EmulatorProcess

__all__ = ["azure", "emulator_session"]


@pytest.fixture
async def desk(azure: EmulatorProcess) -> AsyncIterator[Desk]:
    opened = Desk()
    yield opened
    await opened.close()
