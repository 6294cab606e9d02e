"""What Azure's SDK writes into Airflow's log, and what of it is normal."""

from __future__ import annotations

from kvtui.airflow.model import Simulation
from kvtui.airflow.vault_errors import VaultError
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
    simulation = await look("k", {"airflow-variables-k": VaultError(401, "AADSTS7000215")}, kwargs=TRIO)
    assert ("WARNING", "ClientSecretCredential.get_token_info failed: …") in [
        (line.level, line.text) for line in shown_logs(simulation)[0]
    ]


async def test_a_lookup_that_sends_nothing_signs_in_nowhere(look: Look) -> None:
    assert (await look("k", kwargs={"variables_prefix": None})).azure_logs == ()


async def test_the_level_of_the_environment_brings_the_requests_back(look: Look) -> None:
    simulation = await look("k", FOUND, env={"AZURE_HTTP_LOGGING_LEVEL": "INFO"})
    assert any("Remove AZURE_HTTP_LOGGING_LEVEL" in line for line in simulation.headlines)
