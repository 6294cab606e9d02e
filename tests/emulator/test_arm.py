from __future__ import annotations

import pytest

from kvtui.emulator import company
from kvtui.emulator.company import made_id
from kvtui.emulator.grants import ROLES
from tests.emulator.desk import ARM, VAULT, Desk

SUBSCRIPTION = company.SUBSCRIPTION
ASSIGNMENTS = "/providers/Microsoft.Authorization/roleAssignments"


@pytest.fixture
def token(desk: Desk) -> str:
    """Of ana, who is a Reader of the subscription."""
    return desk.user_token(ARM)


def test_the_subscription_is_seen_by_who_has_a_role_in_it(desk: Desk, token: str) -> None:
    (one,) = desk.arm("/subscriptions", token).json()["value"]
    assert (one["subscriptionId"], one["tenantId"]) == (company.SUBSCRIPTION_ID, company.TENANT_ID)
    ben = desk.user_token(ARM, company.USER_WITHOUT_RIGHTS)
    assert desk.arm("/subscriptions", ben).json()["value"] == []


def test_all_vaults_of_this_cloud_and_tenant_are_listed(desk: Desk, token: str) -> None:
    vaults = desk.arm(f"{SUBSCRIPTION}/providers/Microsoft.KeyVault/vaults", token).json()["value"]
    assert {vault["name"] for vault in vaults} == {
        company.VAULT_RBAC,
        company.VAULT_STAGING,
        company.VAULT_STRICT,
        company.VAULT_POLICIES,
        company.VAULT_PRIVATE,
        company.VAULT_FIREWALL,
    }


def test_a_vault_shows_who_decides_about_its_data(desk: Desk, token: str) -> None:
    rbac = desk.arm(company.vault_id(company.VAULT_RBAC), token).json()["properties"]
    assert (rbac["enableRbacAuthorization"], rbac["accessPolicies"]) == (True, [])
    assert rbac["vaultUri"] == "https://kv-contoso-prod.vault.azure.net/"
    legacy = desk.arm(company.vault_id(company.VAULT_POLICIES), token).json()["properties"]
    assert legacy["enableRbacAuthorization"] is False
    rights = {policy["objectId"]: policy["permissions"]["secrets"] for policy in legacy["accessPolicies"]}
    assert rights[made_id("sp", "airflow-legacy")] == ["get", "list"]


@pytest.mark.parametrize(
    ("name", "network", "default"),
    [
        (company.VAULT_PRIVATE, "Disabled", "Allow"),
        (company.VAULT_FIREWALL, "Enabled", "Deny"),
    ],
)
def test_a_vault_shows_who_may_reach_it(
    desk: Desk, token: str, name: str, network: str, default: str
) -> None:
    path = f"{company.group_id(company.NETWORK_RESOURCE_GROUP)}/providers/Microsoft.KeyVault/vaults/{name}"
    properties = desk.arm(path, token).json()["properties"]
    assert properties["publicNetworkAccess"] == network
    assert properties["networkAcls"]["defaultAction"] == default


def roles_of(desk: Desk, token: str, query: str) -> dict[str, str]:
    """The scopes of the role assignments on the production vault, by role id."""
    path = f"{company.vault_id(company.VAULT_RBAC)}{ASSIGNMENTS}"
    found = desk.arm(path, token, filter=query).json()["value"]
    return {
        one["properties"]["roleDefinitionId"].rpartition("/")[2]: one["properties"]["scope"] for one in found
    }


@pytest.mark.parametrize(
    "query", ["assignedTo('{}')", "principalId eq '{}'", "atScope() and assignedTo('{}')"]
)
def test_the_roles_of_one_principal_are_found(desk: Desk, token: str, query: str) -> None:
    role = ROLES["Key Vault Secrets User"].id
    found = roles_of(desk, token, query.format(made_id("sp", "astro-prod")))
    assert found == {role: company.vault_id(company.VAULT_RBAC)}
    assert roles_of(desk, token, query.format(made_id("sp", "astro-dev"))) == {}


def test_a_role_given_higher_up_is_found_too(desk: Desk, token: str) -> None:
    found = roles_of(desk, token, f"assignedTo('{made_id('sp', 'mi-astro-agents')}')")
    assert list(found.values()) == [company.group_id()]


def test_a_role_shows_what_it_allows(desk: Desk, token: str) -> None:
    path = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    (role,) = desk.arm(path, token, filter="roleName eq 'Key Vault Reader'").json()["value"]
    (permissions,) = role["properties"]["permissions"]
    assert "Microsoft.KeyVault/vaults/secrets/readMetadata/action" in permissions["dataActions"]
    assert "Microsoft.KeyVault/vaults/secrets/getSecret/action" not in permissions["dataActions"]
    assert desk.arm(f"{path}/{role['name']}", token).json() == role


def test_the_identitys_federated_credentials_are_here(desk: Desk, token: str) -> None:
    path = f"{company.group_id()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi-astro-agents"
    (one,) = desk.arm(f"{path}/federatedIdentityCredentials", token).json()["value"]
    assert one["properties"]["subject"] == company.FEDERATION_SUBJECT


def test_who_may_not_read_a_resource_is_denied(desk: Desk) -> None:
    token = desk.app_token(company.ASTRO_PROD, ARM)
    answer = desk.arm(company.vault_id(company.VAULT_RBAC), token)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (403, "AuthorizationFailed")
    assert (
        f"The client '{company.ASTRO_PROD}' with object id '{made_id('sp', 'astro-prod')}'"
        in error["message"]
    )


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (company.vault_id("kv-nobody"), "ResourceNotFound"),
        ("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups", "SubscriptionNotFound"),
        (f"{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts", "ResourceNotFound"),
    ],
)
def test_what_is_not_there_is_not_found(desk: Desk, token: str, path: str, code: str) -> None:
    answer = desk.arm(path, token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)


def test_an_api_version_is_needed(desk: Desk, token: str) -> None:
    answer = desk.get(f"{ARM}/subscriptions", token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "MissingApiVersionParameter")


def test_a_token_must_be_for_resource_manager(desk: Desk) -> None:
    answer = desk.arm("/subscriptions", desk.user_token(VAULT))
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationTokenAudience"
