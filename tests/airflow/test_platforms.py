"""What Astro and the agents change about a lookup."""

from __future__ import annotations

import pytest

from kvtui.airflow.platforms import AGENTS, ASTRO
from kvtui.core.problems import ProblemError
from tests.airflow.conftest import Look, Vault


async def test_with_agents_the_api_server_is_in_astros_plane_and_asks_no_vault(look: Look) -> None:
    found = await look("k", platform=AGENTS, metastore=None)
    there = [(step.backend, step.outcome) for step in found.steps if step.where == "api-server"]
    assert there == [
        ("AzureKeyVaultBackend", "not asked"),
        ("EnvironmentVariablesBackend", "not asked"),
        ("MetastoreBackend", "not asked"),
    ]
    assert "Astro's orchestration plane" in next(
        step.detail for step in found.steps if step.where == "api-server"
    )


async def test_with_agents_their_environment_is_not_the_api_servers(look: Look) -> None:
    found = await look("k", platform=AGENTS, metastore={"k": "row"})
    assert found.result.answered_by == "MetastoreBackend@api-server"


async def test_with_agents_the_worker_still_asks_the_vault(look: Look) -> None:
    found = await look("k", {"airflow-variables-k": "v"}, platform=AGENTS)
    assert found.result.answered_by == "AzureKeyVaultBackend@worker"


async def test_with_agents_a_lookup_of_the_server_side_is_rejected(look: Look, vault: Vault) -> None:
    with pytest.raises(ProblemError, match="Astro's orchestration plane"):
        await look("k", platform=AGENTS, context="server")
    assert vault.read_names == []


async def test_on_astro_the_environment_manager_comes_before_the_environments_connections(look: Look) -> None:
    found = await look("k", kind="connection", platform=ASTRO, env={"AIRFLOW_CONN_K": "postgres://h"})
    assert [step.backend for step in found.steps] == [
        "AzureKeyVaultBackend",
        "Astro Environment Manager",
        "EnvironmentVariablesBackend",
    ]
    assert "Astro Environment Manager (which kvtui cannot see)" in " ".join(found.headlines)


async def test_a_connection_of_the_vault_comes_before_the_environment_manager(look: Look) -> None:
    found = await look("k", {"airflow-connections-k": "postgres://h"}, kind="connection", platform=ASTRO)
    assert len(found.steps) == 1


async def test_the_environment_manager_has_no_part_in_variables(look: Look) -> None:
    found = await look("k", platform=ASTRO)
    assert all(step.backend != "Astro Environment Manager" for step in found.steps)


async def test_kwargs_in_quotes_are_reported_to_lose_them(look: Look) -> None:
    found = await look("k", kwargs='\'{"vault_url": "https://kv-demo.vault.azure.net/"}\'')
    assert any("are wrapped in quotes: remove these" in line for line in found.headlines)
