"""What Azure's SDK writes into Airflow's log, and what of it is normal."""

from __future__ import annotations

import pytest

from kvtui.airflow import Refusal, Simulation
from kvtui.app.trace import shown_logs
from tests.airflow.conftest import Look

TRIO = {"tenant_id": "contoso.com", "client_id": "c", "client_secret": "s"}
FOUND = {"airflow-variables-k": "v"}


def texts(simulation: Simulation) -> list[str]:
    return [text.removeprefix("INFO ") for text in shown_logs(simulation)[1]]


async def test_a_client_secrets_sign_in_is_one_line(look: Look) -> None:
    assert texts(await look("k", FOUND, kwargs=TRIO)) == ["ClientSecretCredential.get_token_info succeeded"]


async def test_a_managed_identitys_sign_in_is_three_normal_lines(look: Look) -> None:
    assert texts(await look("k", FOUND)) == [
        "No environment configuration found.",
        "ManagedIdentityCredential will use IMDS",
        "DefaultAzureCredential acquired a token from ManagedIdentityCredential",
    ]


async def test_the_client_id_alone_is_an_incomplete_environment_which_is_normal(look: Look) -> None:
    first = texts(await look("k", FOUND, env={"AZURE_CLIENT_ID": "c"}))[0]
    assert first.startswith("Incomplete environment configuration for EnvironmentCredential.")


async def test_a_sign_in_that_fails_is_a_warning(look: Look) -> None:
    simulation = await look("k", {"airflow-variables-k": Refusal(401, "AADSTS7000215")}, kwargs=TRIO)
    assert ("WARNING", "ClientSecretCredential.get_token_info failed: …") in [
        (line.level, line.text) for line in shown_logs(simulation)[0]
    ]


async def test_a_lookup_that_sends_nothing_signs_in_nowhere(look: Look) -> None:
    assert (await look("k", kwargs={"variables_prefix": None})).azure_logs == ()


@pytest.mark.parametrize(("provider", "logs"), [("6.2.4", True), ("6.3.0", False)])
async def test_each_request_is_logged_before_6_3(look: Look, provider: str, logs: bool) -> None:
    simulation = await look("k", FOUND, airflow="2.6.3", provider=provider)
    assert (
        any(text.startswith("Request URL: '…/secrets/airflow-variables-k/") for text in texts(simulation))
        is logs
    )
    assert any("Provider 6.3.0 or newer ends that" in line for line in simulation.headlines) is logs


async def test_the_level_of_the_environment_brings_the_requests_back(look: Look) -> None:
    simulation = await look("k", FOUND, env={"AZURE_HTTP_LOGGING_LEVEL": "INFO"})
    assert any("Remove AZURE_HTTP_LOGGING_LEVEL" in line for line in simulation.headlines)
