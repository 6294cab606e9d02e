from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    AzureCliCredential,
    ClientSecretCredential,
    CredentialUnavailableError,
    DeviceCodeCredential,
    WorkloadIdentityCredential,
)

from kvtui.emulator import company
from kvtui.emulator.tokens import decode_claims, unsigned_token
from tests.emulator.desk import ARM, GRAPH, VAULT, Desk
from tests.emulator_support.process import EmulatorProcess

SCOPE = f"{VAULT}/.default"


def service_account(**changes: Any) -> str:
    """The token that Kubernetes gives to the agents' pods."""
    return unsigned_token(
        {
            "iss": company.FEDERATION_ISSUER,
            "sub": company.FEDERATION_SUBJECT,
            "aud": [company.FEDERATION_AUDIENCE],
            "exp": int(time.time()) + 3600,
            **changes,
        }
    )


def federated(desk: Desk, client_id: str = company.REMOTE_AGENTS, **changes: Any) -> httpx.Response:
    """A sign-in with the pods' token in place of a secret."""
    return desk.sign_in(client_id, client_secret="", client_assertion=service_account(**changes))


def test_a_client_secret_gives_a_token_that_says_who_it_is_for(azure: EmulatorProcess) -> None:
    secret = company.CLIENT_SECRETS[company.ASTRO_PROD]
    credential = ClientSecretCredential(company.TENANT_ID, company.ASTRO_PROD, secret)
    claims = decode_claims(credential.get_token(SCOPE).token)
    assert claims["appid"] == company.ASTRO_PROD
    assert (claims["aud"], claims["tid"], claims["idtyp"]) == (VAULT, company.TENANT_ID, "app")
    assert claims["app_displayname"] == "astro-prod"


@pytest.mark.parametrize("tenant", company.DOMAINS)
def test_the_tenants_domains_name_it_too(desk: Desk, tenant: str) -> None:
    assert desk.sign_in(company.ASTRO_PROD, tenant=tenant).status_code == 200


@pytest.mark.parametrize("resource", [GRAPH, ARM, VAULT])
def test_a_token_is_for_what_it_was_asked_for(desk: Desk, resource: str) -> None:
    assert decode_claims(desk.app_token(company.ASTRO_PROD, resource))["aud"] == resource


def test_granted_permissions_on_graph_are_in_the_token(desk: Desk) -> None:
    claims = decode_claims(desk.app_token(company.PLATFORM_AUTOMATION, GRAPH))
    assert claims["roles"] == ["Application.Read.All", "Organization.Read.All"]


def test_an_expired_client_secret_says_so_through_the_sdk(azure: EmulatorProcess) -> None:
    secret = company.CLIENT_SECRETS[company.ASTRO_STAGING]
    credential = ClientSecretCredential(company.TENANT_ID, company.ASTRO_STAGING, secret)
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000222"):
        credential.get_token(SCOPE)


def test_an_unknown_tenant_fails_at_discovery(azure: EmulatorProcess) -> None:
    credential = ClientSecretCredential(company.made_id("tenant", "nobody"), company.ASTRO_PROD, "x")
    with pytest.raises(ClientAuthenticationError, match="Unable to get authority configuration"):
        credential.get_token(SCOPE)


NOBODY = company.made_id("client", "nobody")
ERRORS = [
    ("a wrong secret", company.ASTRO_PROD, {"client_secret": "wrong"}, 401, "invalid_client", 7000215),
    ("an expired secret", company.ASTRO_STAGING, {}, 401, "invalid_client", 7000222),
    ("an unknown app", NOBODY, {"client_secret": "x"}, 400, "unauthorized_client", 700016),
    ("an unknown tenant", company.ASTRO_PROD, {"tenant": NOBODY}, 400, "invalid_request", 90002),
    ("a malformed tenant", company.ASTRO_PROD, {"tenant": "contoso"}, 400, "invalid_request", 900023),
    (
        "another company's tenant",
        company.ASTRO_PROD,
        {"tenant": company.FOREIGN_TENANT_ID},
        400,
        "unauthorized_client",
        700016,
    ),
    ("no secret", company.ASTRO_PROD, {"client_secret": ""}, 401, "invalid_client", 7000218),
    ("no service principal", company.NO_SERVICE_PRINCIPAL, {}, 401, "invalid_client", 7000229),
    ("a bare scope", company.ASTRO_PROD, {"scope": VAULT}, 400, "invalid_scope", 1002012),
    (
        "an unknown resource",
        company.ASTRO_PROD,
        {"scope": "https://attacker.example/.default"},
        400,
        "invalid_resource",
        500011,
    ),
    (
        "another cloud's vaults",
        company.ASTRO_PROD,
        {"scope": "https://vault.azure.cn/.default"},
        400,
        "invalid_resource",
        500011,
    ),
    ("no client id", "", {"client_secret": "x"}, 400, "invalid_request", 900144),
    ("a foreign grant", company.ASTRO_PROD, {"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    (
        "an unknown refresh token",
        company.ASTRO_PROD,
        {"grant_type": "refresh_token", "refresh_token": "x"},
        400,
        "invalid_grant",
        9002313,
    ),
]


def test_scopes_that_every_user_has_do_not_matter_to_an_app(desk: Desk) -> None:
    """As MSAL for Go sends them."""
    scope = f"{VAULT}/.default openid offline_access profile"
    token = desk.sign_in(company.ASTRO_PROD, scope=scope).json()["access_token"]
    assert decode_claims(token)["aud"] == VAULT


@pytest.mark.parametrize("grant", ["urn:ietf:params:oauth:grant-type:device_code", "device_code"])
def test_a_device_code_is_taken_under_both_names_of_the_grant(desk: Desk, grant: str) -> None:
    """MSAL for Node sends the short one."""
    desk.azure.set_scenario(device_polls=0)
    url = f"https://login.microsoftonline.com/{company.TENANT_ID}/oauth2/v2.0"
    asked = {"client_id": company.CLI_CLIENT_ID, "scope": f"{VAULT}/.default"}
    code = desk.http.post(f"{url}/devicecode", data=asked).json()["device_code"]
    answer = desk.http.post(f"{url}/token", data={**asked, "grant_type": grant, "device_code": code})
    assert decode_claims(answer.json()["access_token"])["upn"] == company.USER


@pytest.mark.parametrize(
    ("client_id", "form", "status", "error", "number"),
    [each[1:] for each in ERRORS],
    ids=[each[0] for each in ERRORS],
)
def test_an_error_has_entras_number(
    desk: Desk, client_id: str, form: dict[str, str], status: int, error: str, number: int
) -> None:
    answer = desk.sign_in(client_id, **form)
    body = answer.json()
    assert (answer.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert "Correlation ID: " in body["error_description"]


def test_a_service_accounts_token_signs_in_in_place_of_a_secret(
    azure: EmulatorProcess, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(service_account())
    for client_id in (company.REMOTE_AGENTS, company.MI_ASTRO_AGENTS):
        credential = WorkloadIdentityCredential(
            tenant_id=company.TENANT_ID, client_id=client_id, token_file_path=str(file)
        )
        assert decode_claims(credential.get_token(SCOPE).token)["appid"] == client_id


@pytest.mark.parametrize(
    ("client_id", "changes", "number"),
    [
        (company.REMOTE_AGENTS, {"iss": company.FEDERATION_ISSUER.rstrip("/")}, 700211),
        (company.REMOTE_AGENTS, {"sub": "system:serviceaccount:astro-agents:default"}, 700213),
        (company.REMOTE_AGENTS, {"aud": "https://vault.azure.net"}, 700212),
        (company.REMOTE_AGENTS, {"exp": 0}, 700024),
        (company.ASTRO_PROD, {}, 70025),
    ],
)
def test_a_service_accounts_token_is_compared_letter_by_letter(
    desk: Desk, client_id: str, changes: dict[str, Any], number: int
) -> None:
    assert federated(desk, client_id, **changes).json()["error_codes"] == [number]


def device_credential(**options: Any) -> DeviceCodeCredential:
    """A sign-in whose user is shown nothing."""
    return DeviceCodeCredential(
        tenant_id=company.TENANT_ID, prompt_callback=lambda *_: None, timeout=20, **options
    )


def test_a_device_code_signs_the_user_in_once_for_all_services(azure: EmulatorProcess) -> None:
    credential = device_credential()
    tokens = [credential.get_token(f"{resource}/.default").token for resource in (VAULT, GRAPH)]
    assert [decode_claims(token)["upn"] for token in tokens] == [company.USER] * 2
    codes = [record for record in azure.log() if record.path.endswith("/devicecode")]
    assert len(codes) == 1


def test_a_device_code_is_pending_as_often_as_the_scenario_says(azure: EmulatorProcess) -> None:
    azure.set_scenario(device_polls=2)
    device_credential().get_token(SCOPE)
    polls = [record.status for record in azure.log() if record.path.endswith("/token")]
    assert polls == [400, 400, 200]


@pytest.mark.parametrize(("outcome", "said"), [("declined", "AADSTS65004"), ("expired", "AADSTS70020")])
def test_a_device_code_may_be_declined_or_expire(azure: EmulatorProcess, outcome: str, said: str) -> None:
    azure.set_scenario(device_code=outcome, device_polls=0)
    with pytest.raises(ClientAuthenticationError, match=said):
        device_credential().get_token(SCOPE)


def test_only_an_app_that_allows_it_takes_device_codes(azure: EmulatorProcess) -> None:
    device_credential(client_id=company.DESK_TOOL).get_token(SCOPE)
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000218"):
        device_credential(client_id=company.ASTRO_PROD).get_token(SCOPE)


def test_the_az_stand_in_signs_in_its_user(azure: EmulatorProcess) -> None:
    claims = decode_claims(AzureCliCredential().get_token(SCOPE).token)
    assert (claims["upn"], claims["name"], claims["idtyp"]) == (company.USER, company.USER_NAME, "user")


def test_the_az_stand_in_may_be_logged_out(azure: EmulatorProcess) -> None:
    azure.set_scenario(az_user="")
    with pytest.raises(CredentialUnavailableError, match="az login"):
        AzureCliCredential().get_token(SCOPE)


def test_the_az_stand_in_gets_no_token_of_another_tenant(azure: EmulatorProcess) -> None:
    with pytest.raises(ClientAuthenticationError, match="AADSTS50020"):
        AzureCliCredential(tenant_id=company.FOREIGN_TENANT_ID).get_token(SCOPE)


def test_the_az_stand_in_says_what_it_does_not_know(desk: Desk) -> None:
    done = desk.az("keyvault", "secret", "list")
    assert done.returncode == 2
    assert "account get-access-token" in done.stderr
