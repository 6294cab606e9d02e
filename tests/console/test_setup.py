"""Pane 1 by keys: what each row does on Enter, → and ←."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.console.start import ConsoleStart
from kvtui.console.views.setup import rows
from kvtui.emulator.process import EmulatorProcess
from kvtui.settings.model import AuthMode, Target
from tests.console.conftest import READY, Console, running
from tests.console.driving import choose_field


@pytest.mark.parametrize("key", ["right", "left", "enter"])
@pytest.mark.parametrize("target", Target)
async def test_no_row_ends_kvtui(
    azure: EmulatorProcess, start: ConsoleStart, target: Target, key: str
) -> None:
    settings = replace(READY, target=target)
    async with running(replace(start, settings=settings)) as console:
        for field in [row.key for row in rows(console.state, 80) if row.key]:
            console.app.main.take(settings, {})
            await console.pilot.pause()
            await choose_field(console, field)
            assert console.app.main.pane("setup").lines.selected == field
            await console.press(key, "escape")
            assert console.app.screen is console.app.main, field


@pytest.mark.parametrize(
    ("key", "mode"), [("right", AuthMode.MANAGED_IDENTITY), ("left", AuthMode.WORKLOAD_IDENTITY)]
)
async def test_the_arrows_step_the_auth_mode_and_the_cursor_follows(
    console: Console, key: str, mode: AuthMode
) -> None:
    await choose_field(console, "auth_mode=client-secret")
    await console.press(key)
    assert console.state.settings.auth_mode is mode
    assert console.app.main.pane("setup").lines.selected == f"auth_mode={mode}"
