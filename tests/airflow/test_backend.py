"""Which backend an environment configures, and what stops Airflow from starting."""

from __future__ import annotations

import json

import pytest

from kvtui.airflow.kwargs import BACKEND_CLASS
from tests.airflow.conftest import SECRETS, URL, Look

NAME = "airflow-variables-k"
WORKERS = "AIRFLOW__WORKERS__SECRETS_BACKEND"
VALUE = {NAME: "v"}
OLD = {"airflow": "2.11.2", "provider": "12.10.3"}


@pytest.mark.parametrize(
    "path",
    [
        BACKEND_CLASS + "s",
        BACKEND_CLASS + " ",
        f'"{BACKEND_CLASS}"',
        "airflow.contrib.secrets.azure_key_vault.AzureKeyVaultBackend",
        "AzureKeyVaultBackend",
    ],
)
async def test_a_class_that_cannot_be_loaded_stops_airflow(look: Look, path: str) -> None:
    simulation = await look("k", VALUE, env={SECRETS: path})
    assert simulation.steps == ()
    error = simulation.result.exception
    assert error is not None
    assert error.type == "AirflowConfigException"
    assert error.message == (
        'The object could not be loaded. Please check "backend" key in "secrets" section. '
        f'Current value: "{path}".'
    )
    assert simulation.headlines[0] == "Airflow does not start: importing it raises AirflowConfigException."


async def test_the_contrib_path_still_works_in_airflow_2(look: Look) -> None:
    env = {SECRETS: "airflow.contrib.secrets.azure_key_vault.AzureKeyVaultBackend"}
    assert (await look("k", VALUE, env=env, **OLD)).result.reveal() == "v"


@pytest.mark.parametrize("path", ["", "(unset)"])
async def test_without_a_backend_the_vault_is_never_asked(look: Look, path: str) -> None:
    simulation = await look("k", VALUE, env={SECRETS: path})
    assert {step.backend for step in simulation.steps} >= {"MetastoreBackend"}
    assert simulation.secret_name is None
    assert simulation.headlines[0] == "No secrets backend is configured: Airflow never asks the vault."


@pytest.mark.parametrize(
    ("kwargs", "expected"),
    [
        ({"sep": 5}, ("TypeError", "rstrip arg must be None or str")),
        ({"variables_prefix": 5}, ("AttributeError", "'int' object has no attribute 'rstrip'")),
        ({"config_prefix": ["a"]}, ("AttributeError", "'list' object has no attribute 'rstrip'")),
        (
            {"self": 1},
            ("TypeError", "AzureKeyVaultBackend.__init__() got multiple values for argument 'self'"),
        ),
    ],
)
async def test_kwargs_that_the_constructor_cannot_take_stop_airflow(
    look: Look, kwargs: dict[str, object], expected: tuple[str, str]
) -> None:
    error = (await look("k", kwargs=kwargs)).result.exception
    assert error is not None
    assert (error.type, error.message) == expected


@pytest.mark.parametrize("text", ["(unset)", "{'vault_url': 'x'}", '{"vault_url": None}', "[1]"])
async def test_kwargs_that_are_lost_leave_a_backend_that_fails_at_every_lookup(look: Look, text: str) -> None:
    simulation = await look("k", VALUE, kwargs=text)
    first = simulation.steps[0]
    assert (first.outcome, first.asked) == ("error", "")
    assert "vault_url must be the URL of an Azure Key Vault" in first.detail
    assert simulation.result.outcome == "raises"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("kv-demo", "Bearer token authentication is not permitted"),
        ("http://kv-demo.vault.azure.net", "Bearer token authentication is not permitted"),
        ("https://kv.privatelink.vaultcore.azure.net/", "The challenge resource 'vault.azure.net'"),
        ("https://kv-demo.vault.azure.net/secrets", "the vault answers 400"),
        ("https://[kv-demo", "Invalid IPv6 URL"),
    ],
)
async def test_a_vault_url_that_cannot_work_fails_at_every_lookup(look: Look, url: str, words: str) -> None:
    simulation = await look("k", VALUE, kwargs={"vault_url": url})
    assert simulation.steps[0].outcome == "error"
    assert words in simulation.steps[0].detail


@pytest.mark.parametrize("url", [" https://kv-demo.vault.azure.net// ", "HTTPS://KV-DEMO.VAULT.AZURE.NET"])
async def test_spaces_slashes_and_case_of_the_vault_url_do_not_matter(look: Look, url: str) -> None:
    assert (await look("k", VALUE, kwargs={"vault_url": url})).result.reveal() == "v"


async def test_a_custom_domain_works_without_the_challenge_check(look: Look) -> None:
    kwargs = {"vault_url": "https://kv.corp.example", "verify_challenge_resource": False}
    assert (await look("k", VALUE, kwargs=kwargs)).result.reveal() == "v"


async def test_a_misspelt_kwarg_leaves_the_default_and_is_named(look: Look) -> None:
    simulation = await look("k", VALUE, kwargs={"variable_prefix": "x"})
    assert simulation.result.reveal() == "v"
    assert "The kwarg 'variable_prefix' is unknown to the backend; write variables_prefix." in (
        simulation.headlines
    )


async def test_a_malformed_tenant_fails_only_where_it_is_used(look: Look) -> None:
    app = {"tenant_id": "a b", "client_id": "c", "client_secret": "s"}
    assert "Invalid tenant ID provided." in (await look("k", VALUE, kwargs=app)).steps[0].detail
    assert (await look("k", VALUE, kwargs={"tenant_id": "a b"})).result.reveal() == "v"


async def test_workers_replaces_secrets_in_a_task_only(look: Look) -> None:
    env = {
        WORKERS: BACKEND_CLASS,
        f"{WORKERS}_KWARGS": json.dumps({"vault_url": URL, "variables_prefix": "w"}),
    }
    secrets = {"w-k": "worker", NAME: "server"}
    assert (await look("k", secrets, env=env)).result.reveal() == "worker"
    assert (await look("k", secrets, env=env, context="server")).result.reveal() == "server"
    assert (await look("k", secrets, env=env, **OLD)).result.reveal() == "server"


async def test_workers_without_kwargs_inherits_none(look: Look) -> None:
    simulation = await look("k", VALUE, env={WORKERS: BACKEND_CLASS})
    assert simulation.steps[0].outcome == "error"
    assert simulation.result.answered_by == "AzureKeyVaultBackend@api-server"


async def test_workers_kwargs_without_a_backend_are_ignored(look: Look) -> None:
    simulation = await look("k", VALUE, env={f"{WORKERS}_KWARGS": '{"variables_prefix": "w"}'})
    assert simulation.result.reveal() == "v"
    assert any("is ignored without" in line for line in simulation.headlines)


async def test_a_workers_class_that_cannot_be_loaded_raises_at_the_lookup(look: Look) -> None:
    simulation = await look("k", VALUE, env={WORKERS: "no.such.Backend"}, default="d")
    assert simulation.result.exception is not None
    assert 'check "secrets_backend" key in "workers" section' in simulation.result.exception.message
    assert (await look("k", VALUE, env={WORKERS: "no.such.Backend"}, context="server")).result.reveal() == "v"


async def test_one_kwarg_in_a_variable_of_its_own_overrides_the_json_from_3_2_on(look: Look) -> None:
    env = {f"{SECRETS}_KWARG__VARIABLES_PREFIX": "null"}
    assert (await look("k", {"null-k": "v"}, env=env)).result.reveal() == "v"
    older = await look("k", VALUE, env=env, airflow="3.1.8")
    assert older.result.reveal() == "v"
    assert any("that came with 3.2" in line for line in older.headlines)


async def test_such_a_variable_survives_kwargs_that_are_no_json(look: Look) -> None:
    env = {f"{SECRETS}_KWARG__VAULT_URL": URL}
    assert (await look("k", VALUE, kwargs="{'a'}", env=env)).result.reveal() == "v"


async def test_a_secret_in_such_a_variable_leaks_before_3_3(look: Look) -> None:
    env = {f"{SECRETS}_KWARG__CLIENT_SECRET": "s"}
    assert any("CVE-2026-48892" in line for line in (await look("k", env=env, airflow="3.2.2")).headlines)
    assert not any("CVE" in line for line in (await look("k", env=env, airflow="3.3.0")).headlines)


async def test_names_in_the_kwargs_are_expanded_from_the_environment(look: Look) -> None:
    text = json.dumps({"vault_url": URL, "variables_prefix": "$TEAM-${NOWHERE}"})
    simulation = await look("k", kwargs=text, env={"TEAM": "$INNER", "INNER": "b"})
    assert simulation.secret_name == "b-${NOWHERE}-k"
    assert any("replaces a $NAME" in line for line in simulation.headlines)


async def test_names_that_lead_back_to_themselves_never_end(look: Look) -> None:
    simulation = await look("k", kwargs="$A", env={"A": "x$B", "B": "$A"})
    assert simulation.result.outcome == "raises"
    assert any("does not start" in line for line in simulation.headlines)


@pytest.mark.parametrize(
    "command", [f'echo \'{{"vault_url": "{URL}"}}\'', f'printf %s \'{{"vault_url": "{URL}"}}\'']
)
async def test_a_command_that_only_prints_is_understood(look: Look, command: str) -> None:
    simulation = await look("k", VALUE, kwargs="(unset)", env={f"{SECRETS}_KWARGS_CMD": command})
    assert simulation.result.reveal() == "v"


async def test_a_command_that_fails_is_bad_json(look: Look) -> None:
    simulation = await look("k", VALUE, kwargs="(unset)", env={f"{SECRETS}_KWARGS_CMD": "false"})
    assert simulation.logs[0].text.startswith("Failed to parse [secrets] backend_kwargs as JSON")


async def test_any_other_command_is_explained_and_not_run(look: Look) -> None:
    simulation = await look("k", VALUE, kwargs="(unset)", env={f"{SECRETS}_KWARGS_CMD": "cat /run/kwargs"})
    assert simulation.steps[0].outcome == "not asked"
    assert "which kvtui does not run" in simulation.steps[0].detail


async def test_a_plain_value_wins_over_a_command(look: Look) -> None:
    assert (await look("k", VALUE, env={f"{SECRETS}_KWARGS_CMD": "false"})).result.reveal() == "v"


async def test_a_command_for_the_class_is_ignored(look: Look) -> None:
    env = {SECRETS: "(unset)", f"{SECRETS}_CMD": f"echo {BACKEND_CLASS}"}
    assert (await look("k", VALUE, env=env)).secret_name is None


async def test_kwargs_kept_in_the_backend_that_needs_them_stop_airflow_3_only(look: Look) -> None:
    env = {f"{SECRETS}_KWARGS_SECRET": "kwargs"}
    newest = await look("k", VALUE, kwargs="(unset)", env=env)
    assert newest.result.exception is not None
    assert newest.result.exception.type == "RecursionError"
    older = await look("k", VALUE, kwargs="(unset)", env=env, **OLD)
    assert "vault_url must be" in older.steps[0].detail


async def test_another_secrets_backend_is_named_and_passed_over(look: Look) -> None:
    env = {SECRETS: "airflow.providers.hashicorp.secrets.vault.VaultBackend"}
    simulation = await look("k", env=env)
    assert (simulation.steps[0].backend, simulation.steps[0].outcome) == ("VaultBackend", "not asked")


async def test_an_order_of_backends_does_nothing(look: Look) -> None:
    env = {"AIRFLOW__SECRETS__BACKENDS_ORDER": "environment_variable,custom", "AIRFLOW_VAR_K": "env"}
    simulation = await look("k", VALUE, env=env)
    assert simulation.result.reveal() == "v"
    assert any("BACKENDS_ORDER does nothing" in line for line in simulation.headlines)


async def test_kwargs_that_are_nested_too_deeply_stop_airflow(look: Look) -> None:
    error = (await look("k", kwargs="[" * 200_000)).result.exception
    assert error is not None
    assert error.type == "RecursionError"


@pytest.mark.parametrize(
    ("path", "warning"),
    [
        ("airflow.contrib.secrets.azure_key_vault.AzureKeyVaultBackend", "No module named 'airflow.contrib'"),
        ("no.such.Backend", "No module named 'no'"),
        ("airflow.secrets", 'Module "airflow" does not define a "secrets" attribute/class'),
        ("Backend", "Backend doesn't look like a module path"),
        (
            BACKEND_CLASS.replace("key_vault", "azure_key_vault"),
            "No module named 'airflow.providers.microsoft.azure.secrets.azure_key_vault'",
        ),
    ],
)
async def test_the_log_says_what_cannot_be_loaded(look: Look, path: str, warning: str) -> None:
    assert [line.text for line in (await look("k", env={SECRETS: path})).logs] == [warning]
