"""`python -m tests.emulator_support`: the embedded Azure as `python -m kvtui.emulator`, for tests."""

from __future__ import annotations

from kvtui.emulator.__main__ import main
from tests.emulator_support.faulty import FaultyAzure

if __name__ == "__main__":
    main(FaultyAzure)
