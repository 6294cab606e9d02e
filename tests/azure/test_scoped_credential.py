"""The credential that clients are given: what it rejects, and that it asks once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from kvtui.azure.access import Access
from kvtui.azure.directory import Directory
from kvtui.azure.scoped_credential import Source, identity_of
from kvtui.azure.signin import (
    SignedIn,
    open_access,
    open_directory,
    open_vault,
    preload,
    sign_in_as_deployment,
)
from kvtui.azure.vault import Vault
from kvtui.core.problems import ProblemKind
from kvtui.emulator import company
from kvtui.emulator.tokens import unsigned_token
from kvtui.settings.model import SignInKind, VaultAddress
from tests.azure.desk import BRIEF, Desk, pages_of, problem_of, settings_of
from tests.emulator_support.process import EmulatorProcess


async def _signed_in(desk: Desk, kind: SignInKind = SignInKind.CLIENT_SECRET) -> SignedIn:
    signed_in = await desk.sign_in(settings_of(kind=kind))
    assert isinstance(signed_in, SignedIn)
    return signed_in


@pytest.mark.parametrize(
    "scope",
    [
        "https://attacker.example/.default",
        "https://vault.azure.net.attacker.example/.default",
        "https://vault.azure.cn/.default",
        "https://vault.azure.net",
        "",
    ],
)
async def test_a_token_for_anything_but_the_clouds_services_is_rejected_unasked(
    azure: EmulatorProcess, desk: Desk, scope: str
) -> None:
    credential = (await _signed_in(desk)).credential
    azure.clear_log()
    assert (await problem_of(credential.get_token_info(scope))).code == "ForeignScope"
    assert azure.log() == []


async def test_many_who_wait_for_one_token_make_one_request(azure: EmulatorProcess, desk: Desk) -> None:
    credential = (await _signed_in(desk)).credential
    azure.clear_log()
    scope = "https://graph.microsoft.com/.default"
    tokens = await asyncio.gather(*(credential.get_token_info(scope) for _ in range(8)))
    assert len({token.token for token in tokens}) == 1
    assert len([record for record in azure.log() if record.path.endswith("/token")]) == 1


async def test_the_vault_takes_the_sign_ins_own_token(azure: EmulatorProcess, desk: Desk) -> None:
    signed_in = await _signed_in(desk, SignInKind.AZURE_CLI)
    vault = open_vault(signed_in, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
    azure.clear_log()
    await pages_of(vault)
    await vault.close()
    assert {record.host for record in azure.log()} == {f"{company.VAULT_RBAC}.vault.azure.net"}


@pytest.mark.parametrize("tenant", [company.DOMAIN, company.TENANT_ID.upper()])
async def test_a_tenant_in_another_spelling_fails_as_it_would_in_airflow(
    azure: EmulatorProcess, tenant: str
) -> None:
    signed_in = await sign_in_as_deployment(replace(settings_of(), tenant_id=tenant))
    vault = open_vault(signed_in, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
    problem = await problem_of(pages_of(vault))
    await vault.close()
    await signed_in.close()
    assert problem.kind is ProblemKind.SIGN_IN
    assert "lowercase GUID" in problem.remedy


@pytest.mark.parametrize("kind", [SignInKind.AZURE_CLI, SignInKind.CLIENT_SECRET])
async def test_a_tenant_given_as_a_domain_does_not_hinder_the_sign_in_itself(
    desk: Desk, kind: SignInKind
) -> None:
    signed_in = await desk.sign_in(replace(settings_of(kind=kind), tenant_id=company.DOMAIN))
    vault = open_vault(signed_in, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
    assert await pages_of(vault)
    await vault.close()


async def test_closing_twice_is_no_error(azure: EmulatorProcess, desk: Desk) -> None:
    signed_in = await _signed_in(desk)
    vault = open_vault(signed_in, VaultAddress(company.VAULT_RBAC))
    await pages_of(vault)
    opened: list[Vault | Directory | Access | SignedIn] = [
        vault,
        open_directory(signed_in, settings_of()),
        open_access(signed_in, settings_of()),
        signed_in,
    ]
    for one in opened:
        await one.close()
        await one.close()


def test_a_managed_identity_is_known_by_its_resource() -> None:
    token = unsigned_token(
        {"xms_mirid": "/subscriptions/s/resourcegroups/r/x/" + "y" * 200 + "/mi-a", "tid": "t"}
    )
    assert identity_of(token, Source(None, "managed identity"), 0).name == "mi-a"


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "a.!!!.c", "a." + "W10" + ".c"])
def test_a_token_that_shows_nothing_leaves_the_client_id(token: str) -> None:
    assert identity_of(token, Source(None, "client secret", client="c-1"), 0).name == "c-1"


def test_hostile_names_in_a_token_are_inert() -> None:
    token = unsigned_token({"upn": "ana\x1b]52;c;aGk=\x07@contoso.com"})
    assert "\x1b" not in str(identity_of(token, Source(None, "az CLI"), 0))


def test_a_source_shows_nothing_of_its_credential() -> None:
    assert "kvtui-canary" not in repr(Source("kvtui-canary", "client secret"))


def test_everything_can_be_loaded_ahead(azure: EmulatorProcess) -> None:
    preload()


async def test_reading_as_the_deployment_takes_one_token(azure: EmulatorProcess) -> None:
    signed_in = await sign_in_as_deployment(settings_of())
    vault = open_vault(signed_in, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
    await pages_of(vault)
    await vault.close()
    await signed_in.close()
    assert len([record for record in azure.log() if record.path.endswith("/token")]) == 1
