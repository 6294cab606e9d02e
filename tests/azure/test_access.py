"""What Resource Manager tells about a vault agrees with what the vault then does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.azure.model import VaultAccess
from kvtui.azure.signin import open_access
from kvtui.core.problems import ProblemKind
from kvtui.emulator import company
from kvtui.emulator.grants import GET, LIST, Grants
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import Settings, SignInKind
from tests.azure.desk import BRIEF, Desk, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

ARM = "management.azure.com"
ANA = settings_of(kind=SignInKind.AZURE_CLI)
PROD = company.made_id("sp", "astro-prod")


async def _access(
    desk: Desk, principal: str, vault: str = company.VAULT_RBAC, *, asked_as: Settings = ANA
) -> VaultAccess:
    access = open_access(await desk.sign_in(asked_as), asked_as, limits=BRIEF)
    try:
        return await access.on_vault(vault, principal)
    finally:
        await access.close()


@pytest.mark.parametrize(
    "name",
    [
        "astro-prod",
        "astro-dev",
        "mi-bastion",
        "mi-dbt-runner",
        "mi-astro-agents",
        "Vault Backup Job",
        "Terraform Cloud",
    ],
)
@pytest.mark.parametrize("vault", [company.VAULT_RBAC, company.VAULT_POLICIES])
async def test_the_result_on_access_is_what_the_vault_then_does(desk: Desk, name: str, vault: str) -> None:
    principal, grants = company.made_id("sp", name), Grants()
    access = await _access(desk, principal, vault)
    if vault == company.VAULT_RBAC:
        scope = company.vault_id(vault)
        allowed = grants.by_role(principal, scope, GET), grants.by_role(principal, scope, LIST)
    else:
        allowed = tuple(grants.by_policy(principal, vault, right) for right in ("get", "list"))  # type: ignore[assignment]
    assert (access.can_get == "yes", access.can_list == "yes") == allowed
    assert bool(access.remedy) == (not allowed[0])


async def test_it_says_through_which_role(desk: Desk) -> None:
    access = await _access(desk, PROD)
    assert (access.model, access.public_network) == ("rbac", True)
    assert access.reason == "Granted by the role Key Vault Secrets User on the vault."


async def test_a_role_that_gives_more_than_needed_is_named(desk: Desk) -> None:
    access = await _access(desk, company.made_id("sp", "mi-dbt-runner"))
    assert access.more_than_needed == "Key Vault Secrets Officer"


async def test_what_is_missing_comes_with_the_command(desk: Desk) -> None:
    principal = company.made_id("sp", "astro-dev")
    access = await _access(desk, principal)
    assert f"--assignee-object-id {principal}" in access.remedy
    assert company.vault_id(company.VAULT_RBAC) in access.remedy


async def test_a_private_vault_is_known_as_one(desk: Desk) -> None:
    assert (await _access(desk, PROD, company.VAULT_PRIVATE)).public_network is False


async def test_a_vault_that_cannot_be_seen_is_unknown_and_says_why(desk: Desk) -> None:
    access = await _access(desk, PROD, "kv-nowhere")
    assert (access.can_get, access.can_list, access.model) == ("unknown", "unknown", "")
    assert "kv-nowhere" in access.reason


async def test_who_may_not_read_resources_gets_unknown_not_no(desk: Desk) -> None:
    access = await _access(desk, PROD, asked_as=settings_of(company.ASTRO_DEV))
    assert (access.can_get, access.can_list) == ("unknown", "unknown")
    assert access.reason


@pytest.mark.parametrize("object_id", ["", "astro-prod", "x') or principalId ne 'y"])
async def test_without_an_object_id_nothing_is_asked(
    azure: EmulatorProcess, desk: Desk, object_id: str
) -> None:
    assert (await _access(desk, object_id)).can_get == "unknown"
    assert ARM not in {record.host for record in azure.log()}


@pytest.mark.parametrize(
    "kind", [FaultKind.STATUS, FaultKind.HTML, FaultKind.BAD_JSON, FaultKind.RESET, FaultKind.REDIRECT]
)
async def test_a_service_that_fails_is_unreachable(
    azure: EmulatorProcess, desk: Desk, kind: FaultKind
) -> None:
    azure.inject(Fault(kind, host=ARM, path="/subscriptions*", status=503, times=None))
    assert (await problem_of(_access(desk, PROD))).kind is ProblemKind.UNREACHABLE


async def test_the_sign_in_of_one_cloud_opens_nothing_of_another(desk: Desk) -> None:
    signed_in = await desk.sign_in(ANA)

    async def open_elsewhere() -> None:
        open_access(signed_in, replace(ANA, cloud_name=CloudName.USGOV))

    assert (await problem_of(open_elsewhere())).kind is ProblemKind.SIGN_IN
