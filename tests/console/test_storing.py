"""One secret in the vault, created in pane 3."""

from __future__ import annotations

from dataclasses import replace

from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.settings.model import VaultAddress
from tests.console.changing import changes, dialog
from tests.console.conftest import SETTINGS, Console, opened
from tests.emulator_support.process import EmulatorProcess


async def create(console: Console, key: str, value: str) -> None:
    await console.press("3", "n")
    await dialog(console)
    await console.type(key)
    await console.press("enter")
    await console.type(value)
    await console.press("enter")


async def test_a_secret_is_created_under_its_prefix(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await create(allowed, "new_flag", "kvtui-canary")
    assert "kvtui-canary" not in allowed.screen()
    await allowed.press("enter")
    await allowed.until(lambda state: "airflow-variables-new-flag" in {s.name for s in state.secrets.names})
    assert set(changes(azure)) == {"airflow-variables-new-flag"}
    vault = await allowed.app.main.session.vault(allowed.state.settings, deployment=False)
    assert (await vault.value("airflow-variables-new-flag")).value == SecretText("kvtui-canary")
    assert "kvtui-canary" not in allowed.screen()


async def test_without_allow_changes_the_command_holds_no_value(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        azure.clear_log()
        await console.press("3", "n")
        await dialog(console)
        assert "Read-only" in console.screen()
        assert "Value, or @FILE" not in console.screen()
        await console.type("new_flag")
        await console.press("enter")
        assert "az keyvault secret set --vault-name kv-contoso-prod" in console.screen()
        await console.press("enter")
        assert changes(azure) == []


async def test_who_may_not_store_is_reported_the_role(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, replace(start, allow_changes=True)) as console:
        console.controllers.settings.apply(
            replace(SETTINGS, vault=VaultAddress(company.VAULT_POLICIES)), "vault"
        )
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await create(console, "new_flag", "x")
        await console.press("enter")
        await console.until(lambda _: "not created" in console.screen())
        assert "--secret-permissions get list set" in " ".join(console.screen().replace("┃", " ").split())


async def test_a_key_that_key_vault_cannot_store_is_not_offered_and_has_no_command(allowed: Console) -> None:
    await create(allowed, "bad key!", "x")
    shown = " ".join(allowed.screen().replace("┃", " ").split())
    assert "Key Vault cannot store airflow-variables-bad key!" in shown
    assert ("Create airflow" in shown, "az keyvault" in shown) == (False, False)


async def test_the_dialog_names_the_vault_by_name_and_address(allowed: Console) -> None:
    await allowed.press("3", "n")
    await dialog(allowed)
    assert "kv-contoso-prod, kv-contoso-prod.vault.azure.net" in allowed.screen()


async def test_with_allow_changes_the_commands_are_another_way_and_for_nobody_else(allowed: Console) -> None:
    await allowed.press("3", "n")
    await dialog(allowed)
    await allowed.type("new_flag")
    assert "Or run the commands yourself:" in allowed.screen()
    assert "someone with the permission" not in allowed.screen()
