"""The dialog of vaults: where it starts, and how it is filtered."""

from __future__ import annotations

import pytest

from kvtui.console.dialogs.vaults import VaultsDialog
from kvtui.console.widgets.lines import LineList
from kvtui.emulator import company
from kvtui.settings.model import VaultAddress
from tests.console.conftest import Console


@pytest.fixture
async def vaults(console: Console) -> Console:
    """The dialog with all vaults in it."""
    await console.press("1", "v")
    await console.until(lambda _: isinstance(console.app.screen, VaultsDialog))
    await console.until(lambda _: "6 vaults, listed as" in console.screen())
    return console


async def test_the_dialog_starts_on_the_current_vault_so_that_enter_changes_nothing(vaults: Console) -> None:
    await vaults.press("enter")
    assert vaults.state.settings.vault == VaultAddress(company.VAULT_RBAC)


async def test_the_current_vault_is_marked(vaults: Console) -> None:
    assert f"● {company.VAULT_RBAC}" in vaults.screen()


async def test_typing_filters_the_vaults(vaults: Console) -> None:
    await vaults.type(company.VAULT_PRIVATE[-5:])
    shown = vaults.screen()
    assert (f"  {company.VAULT_PRIVATE} " in shown, f"● {company.VAULT_RBAC} " in shown) == (True, False)


async def test_enter_uses_the_vault_that_the_filter_left(vaults: Console) -> None:
    await vaults.type(company.VAULT_POLICIES)
    await vaults.press("enter")
    assert vaults.state.settings.vault == VaultAddress(company.VAULT_POLICIES)


async def test_esc_takes_the_filter_away_first_and_then_closes_the_dialog(vaults: Console) -> None:
    await vaults.type("zz")
    await vaults.press("escape")
    assert f"● {company.VAULT_RBAC}" in vaults.screen()
    assert vaults.app.screen.query_one(LineList).selected == company.VAULT_RBAC
    await vaults.press("escape")
    assert not isinstance(vaults.app.screen, VaultsDialog)


async def test_the_resource_group_is_whole_where_there_is_room(vaults: Console) -> None:
    assert f"/ {company.NETWORK_RESOURCE_GROUP}, " in vaults.screen()
