"""Where kvtui may only read, or the sign-in may not grant, the same keys give the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kvtui.console.start import ConsoleStart
from kvtui.emulator import company
from kvtui.settings.model import VaultAddress
from tests.console.changing import changes, dialog, done, open_app
from tests.console.conftest import SETTINGS, opened
from tests.emulator_support.process import EmulatorProcess

READ_ONLY: list[tuple[str, str]] = [
    ("n", "az ad app create --display-name"),
    ("x", "az ad app credential reset --id"),
    ("o", "az ad app credential delete --id"),
    ("a", "az role assignment create --role"),
]


@pytest.mark.parametrize(("key", "command"), READ_ONLY)
async def test_without_allow_changes_a_key_shows_the_command_and_sends_nothing(
    azure: EmulatorProcess, start: ConsoleStart, key: str, command: str
) -> None:
    async with opened(azure, start) as console:
        await open_app(console, "astro-dev")
        azure.clear_log()
        await console.press(key)
        await dialog(console)
        shown = console.screen()
        assert command in shown
        assert "--allow-changes" in shown
        assert "Esc cancel" in shown
        assert "Enter confirm" not in shown
        await console.press("enter", "enter", "enter")
        assert changes(azure) == []


async def test_by_hand_the_secret_does_not_reach_kvtui(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, start) as console:
        await open_app(console, "astro-dev")
        await console.press("x")
        await dialog(console)
        shown = console.screen()
        assert "in memory only" not in shown
        assert "in clear text" in shown
        assert "@FILE" in shown


async def test_y_copies_the_command(
    azure: EmulatorProcess, start: ConsoleStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(azure, start) as console:
        copied: list[str] = []
        keep: Callable[[str], None] = copied.append
        monkeypatch.setattr(console.app, "copy_to_clipboard", keep)
        await open_app(console, "astro-dev")
        await console.press("a")
        await dialog(console)
        await console.press("y")
        assert copied[0].startswith("az role assignment create")


async def test_who_may_not_grant_gets_the_command(azure: EmulatorProcess, start: ConsoleStart) -> None:
    settings = replace(SETTINGS, vault=VaultAddress(company.VAULT_FIREWALL))
    async with opened(azure, replace(start, allow_changes=True)) as console:
        console.controllers.settings.apply(settings, "vault")
        await open_app(console, "astro-dev")
        await console.press("a")
        await dialog(console)
        await console.press("enter")
        await done(console, "read")
        await dialog(console)
        shown = " ".join(console.screen().split())
        assert "may not grant roles on the vault" in shown
        assert "az role assignment create" in shown
