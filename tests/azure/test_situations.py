"""Ways to have access, or not: what kvtui reports is what the embedded vault then really allows."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kvtui.azure.model import VaultAccess
from kvtui.azure.signin import open_access, open_directory, open_vault
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import SignInKind, VaultAddress
from tests.azure.desk import BRIEF, Desk, settings_of
from tests.emulator_support.process import EmulatorProcess

ANA = settings_of(kind=SignInKind.AZURE_CLI)
SECRET = {
    company.VAULT_RBAC: "airflow-variables-api-base-url",
    company.VAULT_POLICIES: "airflow-variables-region",
}


@dataclass(frozen=True)
class Situation:
    """Who, on which vault, and what kvtui says."""

    name: str
    vault: str
    summary: str
    reason: str


RBAC, POLICIES = company.VAULT_RBAC, company.VAULT_POLICIES
SITUATIONS = [
    Situation("astro-prod", RBAC, "can get and list", "on the vault"),
    Situation("mi-astro-agents", RBAC, "can get and list", "on the resource group rg-data-platform"),
    Situation("platform-automation", RBAC, "no access", "None of its roles (Contributor) can read secrets."),
    Situation("Databricks Workspace", RBAC, "can get and list", "on the management group mg-contoso"),
    Situation("dbt Cloud", RBAC, "can get and list", "by the group grp-vault-readers"),
    Situation("airflow-legacy", POLICIES, "can get and list", "Granted by an access policy"),
    Situation("Fivetran Ingest", POLICIES, "can get and list", "It names the group grp-legacy-readers."),
    Situation("astro-dev", RBAC, "no access", "It has no role on this vault."),
    Situation("mi-bastion", RBAC, "can list, not get", "It lists names but reads no values."),
    Situation(
        "mi-dbt-runner", RBAC, "can do more than Airflow needs", "Key Vault Secrets Officer on the vault"
    ),
    Situation("Airbyte", RBAC, "can list, not get", "no-values-for-airbyte"),
    Situation("Looker", RBAC, "can list, not get", "Contoso Secret Lister"),
]


async def reported(desk: Desk, situation: Situation) -> VaultAccess:
    """What kvtui says, asked as Ana."""
    signed_in = await desk.sign_in(ANA)
    directory = open_directory(signed_in, ANA, limits=BRIEF)
    access = open_access(signed_in, ANA, limits=BRIEF)
    try:
        principal = company.made_id("sp", situation.name)
        return await access.on_vault(situation.vault, principal, await directory.groups(principal))
    finally:
        await directory.close()
        await access.close()


async def allowed(azure: EmulatorProcess, desk: Desk, situation: Situation) -> tuple[bool, bool]:
    """Whether the vault lets the identity itself get and list."""
    kind = SignInKind.CLIENT_SECRET
    if situation.name.startswith("mi-"):
        azure.set_scenario(host_identities=(situation.name,))
        kind = SignInKind.MANAGED_IDENTITY
    who = await desk.sign_in(settings_of(company.made_id("client", situation.name), kind=kind))
    vault = open_vault(who, VaultAddress(situation.vault), tenant_id=company.TENANT_ID, limits=BRIEF)
    try:
        return await _works(vault.value(SECRET[situation.vault])), await _works(anext(vault.names()))
    finally:
        await vault.close()


async def _works(call: object) -> bool:
    try:
        await call  # type: ignore[misc]
    except ProblemError as error:
        if error.problem.kind is ProblemKind.DENIED:
            return False
        raise
    return True


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: f"{one.name} on {one.vault}")
async def test_the_result_is_what_the_vault_allows(
    azure: EmulatorProcess, desk: Desk, situation: Situation
) -> None:
    access = await reported(desk, situation)
    assert access.summary == situation.summary
    assert situation.reason in access.reason
    assert (access.can_get == "yes", access.can_list == "yes") == await allowed(azure, desk, situation)


async def test_who_may_not_look_cannot_tell_and_gets_the_commands(azure: EmulatorProcess, desk: Desk) -> None:
    azure.set_scenario(az_user=company.USER_WITHOUT_RIGHTS)
    access = open_access(await desk.sign_in(ANA), ANA, limits=BRIEF)
    found = await access.on_vault(RBAC, company.made_id("sp", "astro-prod"))
    await access.close()
    assert found.summary == "unknown"
    assert "az keyvault show --name kv-contoso-prod" in found.to_find_out[0]
    assert company.made_id("sp", "astro-prod") in found.to_find_out[1]


async def test_without_the_groups_a_policy_for_somebody_else_leaves_it_open(desk: Desk) -> None:
    access = open_access(await desk.sign_in(ANA), ANA, limits=BRIEF)
    found = await access.on_vault(POLICIES, company.made_id("sp", "Fivetran Ingest"), None)
    await access.close()
    assert found.summary == "unknown"
    assert "its groups could not be read" in found.reason


async def test_permissions_on_keys_and_certificates_are_more_than_needed(desk: Desk) -> None:
    access = open_access(await desk.sign_in(ANA), ANA, limits=BRIEF)
    found = await access.on_vault(POLICIES, company.made_id("sp", "Vault Backup Job"), ())
    await access.close()
    assert found.summary == "can do more than Airflow needs"
    assert "keys all; certificates all" in found.more_than_needed


@pytest.mark.parametrize(
    ("vault", "words"),
    [
        (company.VAULT_RBAC, "The vault can be reached from all networks."),
        (
            company.VAULT_PRIVATE,
            "The vault accepts requests only through its private endpoint.",
        ),
        (company.VAULT_FIREWALL, "The vault's firewall allows 1 address range and 0 virtual networks."),
    ],
)
async def test_the_network_rules_are_said(desk: Desk, vault: str, words: str) -> None:
    access = open_access(await desk.sign_in(ANA), ANA, limits=BRIEF)
    found = await access.on_vault(vault, company.made_id("sp", "astro-prod"), ())
    await access.close()
    assert found.network == words


async def test_the_vaults_that_the_sign_in_sees_are_listed(desk: Desk) -> None:
    access = open_access(await desk.sign_in(ANA), ANA, limits=BRIEF)
    found = [vault async for batch in access.vaults() for vault in batch]
    await access.close()
    assert [vault.name for vault in found] == sorted(
        [
            POLICIES,
            company.VAULT_FIREWALL,
            company.VAULT_PRIVATE,
            company.VAULT_STAGING,
            company.VAULT_STRICT,
            RBAC,
        ]
    )
    assert {vault.subscription for vault in found} == {company.SUBSCRIPTION_NAME}
