"""Resource Manager keeps what a client puts, by the client's name, and finds resources by theirs."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from kvtui.emulator import company
from kvtui.emulator.company import made_id
from kvtui.emulator.grants import ROLES
from tests.emulator.desk import ARM, GRAPH, VAULT, Desk

SUBSCRIPTION = company.SUBSCRIPTION
PROD_ID = company.vault_id(company.VAULT_RBAC)
ROLE = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ROLES['Key Vault Reader'].id}"
DEV = made_id("sp", "astro-dev")
NETWORK = company.group_id(company.NETWORK_RESOURCE_GROUP)
OFFICE = f"{NETWORK}/providers/Microsoft.KeyVault/vaults/{company.VAULT_FIREWALL}"


@pytest.fixture
def token(desk: Desk) -> str:
    """Of ana, who may assign Key Vault roles on the production vault."""
    return desk.user_token(ARM)


def send(desk: Desk, method: str, path: str, token: str, body: Any = None) -> httpx.Response:
    """One changing request."""
    headers = {"Authorization": f"Bearer {token}"}
    query = {"api-version": "2022-04-01"}
    return desk.http.request(method, f"{ARM}{path}", params=query, json=body, headers=headers)


def assign(desk: Desk, token: str, name: str, principal: str = DEV) -> httpx.Response:
    """The answer to a role assignment of that name."""
    body = {"properties": {"roleDefinitionId": ROLE, "principalId": principal}}
    path = f"{PROD_ID}/providers/Microsoft.Authorization/roleAssignments/{name}"
    return send(desk, "PUT", path, token, body)


def test_a_role_assignment_has_the_name_that_the_client_gave_it(desk: Desk, token: str) -> None:
    name = str(uuid4())
    made = assign(desk, token, name)
    assert (made.status_code, made.json()["name"]) == (201, name)
    assert desk.arm(made.json()["id"], token).json() == made.json()


def test_the_same_assignment_again_changes_nothing(desk: Desk, token: str) -> None:
    name = str(uuid4())
    assert [assign(desk, token, name).status_code for _ in range(2)] == [201, 200]
    answer = assign(desk, token, str(uuid4()))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "RoleAssignmentExists")


def test_the_name_of_an_assignment_is_not_given_to_another_principal(desk: Desk, token: str) -> None:
    name = str(uuid4())
    assign(desk, token, name)
    answer = assign(desk, token, name, made_id("sp", "Airbyte"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "RoleAssignmentUpdateNotPermitted")


def test_a_deleted_assignment_is_gone(desk: Desk, token: str) -> None:
    path = assign(desk, token, str(uuid4())).json()["id"]
    assert [send(desk, "DELETE", path, token).status_code for _ in range(2)] == [200, 204]
    answer = desk.arm(path, token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "RoleAssignmentNotFound")


def test_an_assignment_names_its_role_as_the_list_of_roles_does(desk: Desk, token: str) -> None:
    path = f"{PROD_ID}/providers/Microsoft.Authorization"
    roles = {one["id"] for one in desk.arm(f"{path}/roleDefinitions", token).json()["value"]}
    assigned = desk.arm(f"{path}/roleAssignments", token).json()["value"]
    assert {one["properties"]["roleDefinitionId"] for one in assigned} <= roles


def test_principals_are_found_by_their_ids_with_their_kind(desk: Desk) -> None:
    ids = [DEV, made_id("user", company.USER), made_id("group", "grp-vault-readers"), str(uuid4())]
    headers = {"Authorization": f"Bearer {desk.user_token(GRAPH)}"}
    answer = desk.http.post(f"{GRAPH}/v1.0/directoryObjects/getByIds", json={"ids": ids}, headers=headers)
    found = {one["id"]: one["@odata.type"].rpartition(".")[2] for one in answer.json()["value"]}
    assert found == dict(zip(ids[:3], ("servicePrincipal", "user", "group"), strict=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (
            "resourceType eq 'Microsoft.KeyVault/vaults'",
            {f"kv-contoso-{name}" for name in ("prod", "staging", "legacy", "private", "office", "strict")},
        ),
        ("resourceType eq 'Microsoft.KeyVault/vaults' and name eq 'KV-contoso-prod'", {"kv-contoso-prod"}),
        ("name eq 'nobody'", set()),
    ],
)
def test_resources_are_found_by_kind_and_name(desk: Desk, token: str, query: str, names: set[str]) -> None:
    found = desk.arm(f"{SUBSCRIPTION}/resources", token, filter=query).json()["value"]
    assert {one["name"] for one in found} == names


def test_only_resources_that_one_may_read_are_found(desk: Desk) -> None:
    token = desk.app_token(company.ASTRO_PROD, ARM)
    assert desk.arm(f"{SUBSCRIPTION}/resources", token).json()["value"] == []


def test_a_filter_of_another_kind_is_rejected(desk: Desk, token: str) -> None:
    answer = desk.arm(f"{SUBSCRIPTION}/resources", token, filter="tagName eq 'team'")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidFilterInQueryString")


def test_an_address_that_the_firewall_admits_reaches_the_vault(desk: Desk) -> None:
    token = desk.app_token(company.PLATFORM_AUTOMATION, ARM)
    properties = desk.arm(OFFICE, token).json()["properties"]
    properties["networkAcls"]["ipRules"].append({"value": "203.0.113.24"})
    assert send(desk, "PUT", OFFICE, token, {"properties": properties}).status_code == 200
    url = f"https://{company.VAULT_FIREWALL}.vault.azure.net/secrets?api-version=2026-04-01"
    answer = desk.get(url, desk.user_token(VAULT))
    assert answer.json()["error"]["innererror"]["code"] == "ForbiddenByRbac"


def test_access_policies_are_what_the_vault_is_put_with(desk: Desk, token: str) -> None:
    path = company.vault_id(company.VAULT_POLICIES)
    properties = desk.arm(path, token).json()["properties"]
    own = {"objectId": DEV, "tenantId": company.TENANT_ID, "permissions": {"secrets": ["get"]}}
    properties["accessPolicies"] = [own]
    send(desk, "PUT", path, token, {"properties": properties})
    (held,) = desk.arm(path, token).json()["properties"]["accessPolicies"]
    assert (held["objectId"], held["permissions"]["secrets"]) == (DEV, ["get"])


def test_who_manages_vaults_may_not_change_who_decides(desk: Desk, token: str) -> None:
    body = {"properties": {"enableRbacAuthorization": True}}
    answer = send(desk, "PATCH", company.vault_id(company.VAULT_POLICIES), token, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "AuthorizationFailed")


def test_the_cluster_shows_the_issuer_that_the_agents_app_trusts(desk: Desk, token: str) -> None:
    path = f"{company.group_id()}/providers/Microsoft.ContainerService/managedClusters/{company.CLUSTER}"
    profile = desk.arm(path, token).json()["properties"]["oidcIssuerProfile"]
    assert profile["issuerURL"] == company.FEDERATION_ISSUER
