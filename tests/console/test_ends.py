"""Every way to end it ends it, in time and with its exit code, whatever the terminal does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.ends import ENDS, End, seconds_to_end
from tests.emulator_fixture import emulator_session
from tests.emulator_support.process import EmulatorProcess

__all__ = ["emulator_session"]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
def test_it_ends_in_time_with_its_exit_code(
    end: End, emulator_session: EmulatorProcess, tmp_path: Path
) -> None:
    emulator_session.reset()
    assert seconds_to_end(end, emulator_session, tmp_path) < end.seconds * 2  # the machine may be busy
