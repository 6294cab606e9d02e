from __future__ import annotations

import httpx
import pytest
from azure.identity import CredentialUnavailableError, ManagedIdentityCredential

from kvtui.emulator import company
from kvtui.emulator.tokens import decode_claims
from tests.emulator.desk import VAULT, Desk
from tests.emulator_support.process import EmulatorProcess

SCOPE = f"{VAULT}/.default"
URL = "http://169.254.169.254/metadata/identity/oauth2/token"


def ask(desk: Desk, **query: str) -> httpx.Response:
    """The metadata service's answer."""
    return desk.http.get(URL, params={"resource": VAULT, **query}, headers={"Metadata": "true"})


def test_the_hosts_own_identity_answers_through_the_sdk(azure: EmulatorProcess) -> None:
    claims = decode_claims(ManagedIdentityCredential().get_token(SCOPE).token)
    assert claims["appid"] == company.MI_BASTION
    assert claims["xms_mirid"].endswith("/userAssignedIdentities/mi-bastion")


def test_an_identity_that_this_host_has_is_found_by_its_client_id(azure: EmulatorProcess) -> None:
    azure.set_scenario(host_identities=("mi-bastion", "mi-airflow-prod"))
    token = ManagedIdentityCredential(client_id=company.MI_AIRFLOW_PROD).get_token(SCOPE).token
    assert decode_claims(token)["app_displayname"] == "mi-airflow-prod"


def test_an_identity_of_another_host_is_not_found(azure: EmulatorProcess) -> None:
    with pytest.raises(CredentialUnavailableError, match="Identity not found"):
        ManagedIdentityCredential(client_id=company.MI_AIRFLOW_PROD).get_token(SCOPE)


def test_two_identities_must_be_kept_apart(desk: Desk) -> None:
    desk.azure.set_scenario(host_identities=("mi-bastion", "mi-airflow-prod"))
    answer = ask(desk)
    assert answer.status_code == 400
    assert answer.json()["error_description"].startswith("Multiple user assigned identities exist")


def test_its_numbers_are_strings(desk: Desk) -> None:
    body = ask(desk).json()
    assert body["expires_in"] == "86399"
    assert body["expires_on"].isdecimal()


def test_the_header_is_needed(desk: Desk) -> None:
    answer = desk.http.get(URL, params={"resource": VAULT})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
