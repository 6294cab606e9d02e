from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity.aio import ClientSecretCredential
from azure.keyvault.secrets.aio import SecretClient

from kvtui.emulator import company, contents
from tests.emulator.desk import GRAPH, PROD, VAULT, Desk
from tests.emulator_support.process import EmulatorProcess

API = {"api-version": "2026-04-01"}


def vault(name: str) -> str:
    """The address of a vault."""
    return f"https://{name}.vault.azure.net"


def error_of(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and inner code of an error."""
    error = answer.json()["error"]
    return answer.status_code, error["code"], error.get("innererror", {}).get("code", "")


@pytest.fixture
def token(desk: Desk) -> str:
    """Of astro-prod, which may read the production vault."""
    return desk.app_token(company.ASTRO_PROD, VAULT)


def sdk_client(azure: EmulatorProcess, address: str = PROD, **options: Any) -> SecretClient:
    """The SDK's client as astro-prod. The authority is named, for aiohttp may have been imported before."""
    trust = {"connection_verify": str(azure.ca_file)}
    secret = company.CLIENT_SECRETS[company.ASTRO_PROD]
    credential = ClientSecretCredential(company.TENANT_ID, company.ASTRO_PROD, secret, **trust)
    return SecretClient(address, credential, **trust, **options)


async def test_the_sdk_lists_every_name_once(azure: EmulatorProcess) -> None:
    async with sdk_client(azure) as client:
        names = [str(item.name) async for item in client.list_properties_of_secrets()]
    assert len(names) == len(set(names)) == 120
    assert names == sorted(names, key=str.lower)


async def test_the_sdk_reads_a_value_with_its_attributes(azure: EmulatorProcess) -> None:
    async with sdk_client(azure) as client:
        secret = await client.get_secret("airflow-connections-snowflake-default")
    assert secret.value
    assert secret.value.startswith("snowflake://")
    assert secret.properties.version
    assert secret.properties.tags == {"owner": "data-platform", "system": "snowflake"}


async def test_the_sdk_meets_a_missing_secret(azure: EmulatorProcess) -> None:
    async with sdk_client(azure) as client:
        with pytest.raises(ResourceNotFoundError, match="SecretNotFound"):
            await client.get_secret("airflow-variables-nothing")


async def test_the_sdk_rejects_a_vault_of_another_tenant(azure: EmulatorProcess) -> None:
    async with sdk_client(azure, vault(company.VAULT_FOREIGN)) as client:
        with pytest.raises(ClientAuthenticationError, match=company.FOREIGN_TENANT_ID):
            await client.get_secret("airflow-variables-region")


def test_pages_hold_25_but_some_are_short_or_empty(desk: Desk, token: str) -> None:
    sizes = [len(page["value"]) for page in desk.pages(token)]
    assert sizes == [25, 25, 18, 25, 0, 25, 2]


def test_a_listing_never_carries_a_value_or_a_version(desk: Desk, token: str) -> None:
    items = [item for page in desk.pages(token) for item in page["value"]]
    assert not [item for item in items if "value" in item or item["id"].count("/") > 4]


def test_the_next_link_names_the_port_and_an_opaque_marker(desk: Desk, token: str) -> None:
    link = desk.pages(token)[0]["nextLink"]
    assert link.startswith(f"{PROD}:443/secrets?api-version=2026-04-01&$skiptoken=")
    assert link.endswith("&maxresults=25")


@pytest.mark.parametrize(
    "query", [{"maxresults": "26"}, {"maxresults": "0"}, {"maxresults": "x"}, {"$skiptoken": "x"}]
)
def test_a_page_that_cannot_be_is_a_bad_parameter(desk: Desk, token: str, query: dict[str, str]) -> None:
    answer = desk.get(f"{PROD}/secrets", token, **API, **query)
    assert error_of(answer) == (400, "BadParameter", "")


def test_without_a_token_comes_the_challenge(desk: Desk) -> None:
    answer = desk.get(f"{PROD}/secrets", **API)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        f'Bearer authorization="https://login.microsoftonline.com/{company.TENANT_ID}", '
        'resource="https://vault.azure.net"'
    )
    assert "AKV10000" in answer.text


def test_a_token_for_another_service_is_not_taken(desk: Desk) -> None:
    answer = desk.secret("airflow-variables-region", desk.app_token(company.ASTRO_PROD, GRAPH))
    assert answer.status_code == 401
    assert "AKV10022: Invalid audience" in answer.text


def test_a_token_that_nobody_issued_is_not_taken(desk: Desk, token: str) -> None:
    answer = desk.secret("airflow-variables-region", f"{token}x")
    assert answer.status_code == 401
    assert "BearerReadAccessTokenFailed" in answer.text


def test_a_token_of_another_tenant_is_not_taken(desk: Desk, token: str) -> None:
    answer = desk.secret("airflow-variables-region", token, vault(company.VAULT_FOREIGN))
    assert answer.status_code == 401
    assert "AKV10032: Invalid issuer" in answer.text
    assert company.FOREIGN_TENANT_ID in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("name", ["AIRFLOW-Variables-REGION", "airflow-variables-region"])
def test_letter_case_does_not_matter_to_a_name(desk: Desk, token: str, name: str) -> None:
    assert desk.secret(name, token).json()["value"] == "westeurope"


@pytest.mark.parametrize("name", ["a_b", "a.b", "a" * 128])
def test_a_name_that_cannot_be_is_a_bad_parameter(desk: Desk, token: str, name: str) -> None:
    answer = desk.secret(name, token)
    assert error_of(answer) == (400, "BadParameter", "")
    assert answer.json()["error"]["message"] == f"The request URI contains an invalid name: {name}"


def test_an_expired_secret_is_served_all_the_same(desk: Desk, token: str) -> None:
    body = desk.secret(contents.EXPIRED, token).json()
    assert body["value"]
    assert body["attributes"]["exp"] < time.time()


def test_a_disabled_secret_is_listed_but_not_served(desk: Desk, token: str) -> None:
    items = {item["id"]: item for page in desk.pages(token) for item in page["value"]}
    assert items[f"{PROD}/secrets/{contents.DISABLED}"]["attributes"]["enabled"] is False
    assert error_of(desk.secret(contents.DISABLED, token)) == (403, "Forbidden", "SecretDisabled")


def test_versions_are_listed_newest_first_and_read_one_by_one(desk: Desk, token: str) -> None:
    url = f"{PROD}/secrets/{contents.JSON_VALUE}"
    versions = [item["id"] for item in desk.get(f"{url}/versions", token, **API).json()["value"]]
    assert len(versions) == 3
    assert desk.get(url, token, **API).json()["id"] == versions[0]
    assert desk.get(versions[2], token, **API).json()["id"] == versions[2]
    assert error_of(desk.get(f"{url}/{'0' * 32}", token, **API))[:2] == (404, "SecretNotFound")


def test_an_identity_without_a_role_is_rejected_with_what_a_remedy_needs(desk: Desk) -> None:
    answer = desk.secret("airflow-variables-region", desk.app_token(company.ASTRO_DEV, VAULT))
    assert error_of(answer) == (403, "Forbidden", "ForbiddenByRbac")
    message = answer.json()["error"]["message"]
    assert f"appid={company.ASTRO_DEV};oid={company.made_id('sp', 'astro-dev')};iss=" in message
    assert "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\n" in message
    assert "DecisionReason: 'DeniedWithNoValidRBAC'" in message


def test_a_user_without_rights_is_rejected(desk: Desk) -> None:
    token = desk.user_token(VAULT, company.USER_WITHOUT_RIGHTS)
    answer = desk.get(f"{PROD}/secrets", token, **API)
    assert error_of(answer) == (403, "Forbidden", "ForbiddenByRbac")
    assert "secrets/readMetadata/action" in answer.text


def test_the_bastions_identity_lists_names_and_reads_no_value(desk: Desk) -> None:
    url = "http://169.254.169.254/metadata/identity/oauth2/token"
    answer = desk.http.get(url, params={"resource": VAULT}, headers={"Metadata": "true"})
    token = answer.json()["access_token"]
    assert sum(len(page["value"]) for page in desk.pages(token)) == 120
    assert error_of(desk.secret("airflow-variables-region", token))[2] == "ForbiddenByRbac"


def test_access_policies_decide_in_a_vault_of_the_older_kind(desk: Desk) -> None:
    legacy, name = vault(company.VAULT_POLICIES), "airflow-variables-region"
    assert desk.secret(name, desk.app_token(company.AIRFLOW_LEGACY, VAULT), legacy).status_code == 200
    ana = desk.user_token(VAULT)
    assert desk.pages(ana, legacy)
    answer = desk.secret(name, ana, legacy)
    assert error_of(answer) == (403, "Forbidden", "AccessDenied")
    assert "does not have secrets get permission on key vault 'kv-contoso-legacy;" in answer.text


@pytest.mark.parametrize(
    ("name", "inner", "said"),
    [
        (company.VAULT_PRIVATE, "ForbiddenByConnection", "Public network access is disabled"),
        (company.VAULT_FIREWALL, "ForbiddenByFirewall", "Client address: 203.0.113.24"),
    ],
)
def test_a_vault_may_be_closed_to_this_network(
    desk: Desk, token: str, name: str, inner: str, said: str
) -> None:
    answer = desk.get(f"{vault(name)}/secrets", token, **API)
    assert error_of(answer) == (403, "Forbidden", inner)
    assert said in answer.json()["error"]["message"]


def test_what_is_not_known_here_is_not_served(desk: Desk, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = desk.http.post(f"{PROD}/secrets/new/backup", params=API, headers=headers)
    assert error_of(answer)[:2] == (405, "MethodNotAllowed")


async def test_a_wrong_role_reaches_the_sdk_as_its_own_error(azure: EmulatorProcess) -> None:
    async with sdk_client(azure, vault(company.VAULT_POLICIES)) as client:
        with pytest.raises(HttpResponseError) as caught:
            await client.get_secret("airflow-variables-region")
    error = caught.value.error
    assert (caught.value.status_code, error and error.code) == (403, "Forbidden")
    assert error
    assert error.innererror["code"] == "AccessDenied"
