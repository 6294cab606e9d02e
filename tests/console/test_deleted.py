"""The deleted secrets of the vault: listed and recovered in pane 3."""

from __future__ import annotations

from dataclasses import replace

from kvtui.console.deleted.dialog import DeletedDialog
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.emulator import company, contents
from kvtui.settings.model import VaultAddress
from tests.console.changing import changes, dialog, words
from tests.console.conftest import SETTINGS, Console, opened, said
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, value_requests

OLD, BUCKET = contents.DELETED


async def listed(console: Console) -> None:
    await console.press("3", "d")
    await console.until(lambda _: isinstance(console.app.screen, DeletedDialog), "the list")
    await console.until(lambda _: "listed as ana@contoso.com" in words(console), "all of them")


async def test_deleted_secrets_are_listed_with_both_dates(console: Console) -> None:
    await listed(console)
    assert "2 deleted secrets, listed as ana@contoso.com" in words(console)
    row = next(line for line in console.screen().splitlines() if OLD in line)
    deleted, kept = row.replace("┃", " ").split()[-2:]
    assert deleted < kept


async def test_listing_them_fetches_no_value(console: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await listed(console)
    assert value_requests(azure.log()) == []
    asked = [record for record in azure.log() if record.host.endswith(".vault.azure.net")]
    assert {record.path for record in asked if record.method == "GET"} == {"/deletedsecrets"}


async def test_typing_filters_them(console: Console) -> None:
    await listed(console)
    await console.type("bucket")
    assert (BUCKET in console.screen(), OLD in console.screen()) == (True, False)


async def test_one_is_recovered_after_a_dialog_that_names_it(
    allowed: Console, azure: EmulatorProcess
) -> None:
    azure.clear_log()
    await listed(allowed)
    await allowed.press("enter")
    await dialog(allowed)
    assert f"Recover {OLD} with all its versions" in words(allowed)
    assert changes(azure) == []
    await allowed.press("enter")
    await allowed.until(lambda state: OLD in {s.name for s in state.secrets.names}, "the secret")
    assert changes(azure) == ["recover"]
    assert value_requests(azure.log()) == []


async def test_esc_recovers_nothing(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await listed(allowed)
    await allowed.press("enter")
    await dialog(allowed)
    await allowed.press("escape")
    assert changes(azure) == []


async def test_without_allow_changes_there_is_the_command(console: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await listed(console)
    await console.press("enter")
    await dialog(console)
    assert f"az keyvault secret recover --vault-name kv-contoso-prod --name {OLD}" in words(console)
    await console.press("enter")
    assert changes(azure) == []


async def test_who_may_not_list_them_is_reported_the_identity_and_the_remedy(
    console: Console, azure: EmulatorProcess
) -> None:
    body = '{"error":{"code":"Forbidden","message":"x","innererror":{"code":"ForbiddenByRbac"}}}'
    azure.inject(
        Fault(
            FaultKind.BODY,
            host="*.vault.azure.net",
            path="/deletedsecrets*",
            status=403,
            body=body,
            with_token=True,
        )
    )
    await console.press("3", "d")
    await console.until(
        lambda _: "Not allowed to list the deleted secrets of kv-contoso-prod." in words(console)
    )
    assert "ana@contoso.com" in words(console)
    assert "Key Vault Secrets User" in words(console)


async def test_a_recovery_that_is_denied_offers_the_command(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    body = '{"error":{"code":"Forbidden","message":"x","innererror":{"code":"ForbiddenByRbac"}}}'
    async with opened(azure, replace(start, allow_changes=True)) as console:
        azure.inject(
            Fault(
                FaultKind.BODY,
                host="*.vault.azure.net",
                method="POST",
                status=403,
                body=body,
                with_token=True,
            )
        )
        await listed(console)
        await console.press("enter")
        await dialog(console)
        await console.press("enter")
        await console.until(lambda _: "Not allowed to recover secrets in" in words(console))
        assert f"az keyvault secret recover --vault-name kv-contoso-prod --name {OLD}" in words(console)


async def test_a_vault_without_any_says_so(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, start) as console:
        staging = replace(SETTINGS, vault=VaultAddress(company.VAULT_STAGING))
        console.controllers.settings.apply(staging, "vault")
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await console.press("3", "d")
        await console.until(lambda _: "kv-contoso-staging has no deleted secret" in words(console))


async def test_after_a_recovery_the_message_names_the_vault(allowed: Console) -> None:
    await listed(allowed)
    await allowed.press("enter")
    await dialog(allowed)
    await allowed.press("enter")
    await allowed.until(lambda _: said(allowed) == f"{OLD} is in kv-contoso-prod again.")


async def test_a_vault_that_asks_to_wait_is_said_to_do_so(console: Console, azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.STATUS, path="/deletedsecrets*", status=429, retry_after="30", times=None))
    await console.press("3", "d")
    await console.until(lambda _: "The vault answered 429." in words(console))
    await console.press("escape")
    assert not isinstance(console.app.screen, DeletedDialog)
