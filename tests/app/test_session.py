"""The clients of one session, on the embedded Azure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.app.session import Session
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import Settings, SignInKind, VaultAddress
from tests.azure.desk import settings_of
from tests.emulator_fixture import azure, emulator_session
from tests.emulator_support.process import EmulatorProcess

__all__ = ["azure", "emulator_session"]

ANA = settings_of(kind=SignInKind.AZURE_CLI)


async def test_a_client_is_opened_once(azure: EmulatorProcess) -> None:
    async with Session(on_demand=True) as session:
        assert await session.vault(ANA) is await session.vault(ANA)


async def test_the_user_and_the_deployment_identity_each_have_a_vault(azure: EmulatorProcess) -> None:
    async with Session(on_demand=True) as session:
        vaults = [await session.vault(ANA, deployment=deployment) for deployment in (False, True)]
        assert [vault.identity.name for vault in vaults] == [company.USER, "astro-prod"]


async def test_another_deployment_identity_signs_in_anew(azure: EmulatorProcess) -> None:
    other = settings_of(company.ASTRO_DEV)
    async with Session(on_demand=True) as session:
        first = await session.identity(ANA, deployment=True)
        assert (await session.identity(other, deployment=True)).identity != first.identity


async def test_a_new_sign_in_opens_its_clients_anew(azure: EmulatorProcess) -> None:
    async with Session(on_demand=True) as session:
        before = await session.directory(ANA)
        await session.sign_in(ANA)
        assert await session.directory(ANA) is not before


async def test_the_console_is_never_signed_in_behind_its_back(azure: EmulatorProcess) -> None:
    async with Session() as session:
        with pytest.raises(ProblemError) as raised:
            await session.vault(ANA)
    assert (raised.value.problem.kind, azure.log()) == (ProblemKind.SIGN_IN, [])


async def test_without_a_vault_nobody_signs_in(azure: EmulatorProcess) -> None:
    async with Session(on_demand=True) as session:
        with pytest.raises(ProblemError) as raised:
            await session.vault(replace(ANA, vault=None))
    assert (raised.value.problem.kind, session.signed_in) == (ProblemKind.USAGE, None)


async def test_what_an_identity_may_do_on_the_vault_is_asked_as_the_user(azure: EmulatorProcess) -> None:
    principal = company.made_id("sp", "astro-prod")
    async with Session(on_demand=True) as session:
        access = await session.access_on_vault(ANA, principal)
    assert access.can_get == "yes"


def test_settings_without_the_apps_secret_sign_in_nowhere() -> None:
    known = Settings(vault=VaultAddress("kv-demo"), tenant_id="t", client_id="c")
    assert (known.identity_lacks, known.signs_in_anywhere) == (("client secret",), False)
