"""Options that Airflow takes from the secrets backend."""

from __future__ import annotations

from kvtui.airflow.vault_errors import VaultError
from tests.airflow.conftest import Look

NAME = "airflow-config-fernet-key"


async def test_an_option_is_asked_for_under_the_config_prefix(look: Look) -> None:
    simulation = await look("fernet_key", {NAME: "v"}, kind="config")
    assert [step.asked for step in simulation.steps] == [NAME]
    assert simulation.result.answered_by == "AzureKeyVaultBackend@process"


async def test_an_option_that_is_not_there_has_its_default(look: Look) -> None:
    assert (await look("fernet_key", kind="config")).result.outcome == "default"


async def test_a_rejected_option_raises(look: Look) -> None:
    simulation = await look("fernet_key", {NAME: VaultError(403, "ForbiddenByRbac", "No.")}, kind="config")
    error = simulation.result.exception
    assert error is not None
    assert error.type == "AirflowConfigException"
    assert error.message.startswith("Cannot retrieve config from alternative secrets backend.")


async def test_no_backend_means_the_default(look: Look) -> None:
    env = {"AIRFLOW__SECRETS__BACKEND": ""}
    assert (await look("fernet_key", {NAME: "v"}, kind="config", env=env)).result.outcome == "default"


async def test_an_option_in_the_vault_is_named_in_every_lookup(look: Look) -> None:
    env = {"AIRFLOW__CORE__FERNET_KEY_SECRET": "fernet_key"}
    assert any("AIRFLOW__CORE__FERNET_KEY_SECRET" in line for line in (await look("k", env=env)).headlines)
    plain = {**env, "AIRFLOW__CORE__FERNET_KEY": "f"}
    assert not any("FERNET" in line for line in (await look("k", env=plain)).headlines)
