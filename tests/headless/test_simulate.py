"""`--simulate`: the result per key, the identity that asked, and the exit code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from kvtui.app.exits import Exit
from kvtui.emulator import company
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, value_requests
from tests.headless.conftest import APP, Run

SECRET = company.CLIENT_SECRETS[company.ASTRO_PROD]


def test_a_key_that_resolves_exits_0_and_shows_no_value(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url")
    assert ran.code == Exit.OK
    assert "contoso.com/v2" not in ran.out
    assert "=> a value (str, 38 characters) from Key Vault (worker)" in ran.out


def test_the_value_is_printed_when_it_is_asked_for(on_vault: Run) -> None:
    assert (
        "https://orders.internal.contoso.com/v2" in on_vault("--simulate", "api_base_url", "--show-value").out
    )


def test_one_key_of_several_that_does_not_resolve_exits_5(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", "etl_batch_size")
    assert ran.code == Exit.UNRESOLVED
    assert "VARIABLE_NOT_FOUND" in ran.out


def test_as_json_there_is_one_object_per_key(on_vault: Run) -> None:
    document: Any = on_vault("--simulate", "api_base_url", "etl_batch_size", "--json").document
    assert [entry["key"] for entry in document] == ["api_base_url", "etl_batch_size"]
    for entry in document:
        assert list(entry) == [
            "key",
            "kind",
            "context",
            "airflow_version",
            "provider_version",
            "runs_as",
            "secret_name",
            "steps",
            "result",
            "headlines",
            "logs",
            "near",
            "configuration",
        ]
        assert all(
            list(step) == ["backend", "asked", "outcome", "detail", "logged"] for step in entry["steps"]
        )
        assert set(entry["result"]) == {"outcome", "answered_by", "length", "exception"}
    assert document[0]["result"]["exception"] is None
    assert set(document[1]["result"]["exception"]) == {"type", "message"}


def test_the_value_is_in_the_json_only_when_it_is_asked_for(on_vault: Run) -> None:
    document: Any = on_vault("--simulate", "api_base_url", "--json", "--show-value").document
    assert document[0]["result"]["value"] == "https://orders.internal.contoso.com/v2"


def test_without_the_apps_secret_the_sign_in_asks(on_vault: Run) -> None:
    document: Any = on_vault("--simulate", "api_base_url", "--json", *APP).document
    assert document[0]["runs_as"] == {"kind": "sign-in", "name": company.USER}


def test_with_the_apps_secret_the_deployment_identity_asks(on_vault: Run) -> None:
    document: Any = on_vault("--simulate", "api_base_url", "--json", *APP, secret=SECRET).document
    assert document[0]["runs_as"] == {"kind": "deployment", "name": "astro-prod"}


def test_the_headline_names_no_identity_for_a_key_that_the_vault_is_not_asked_for(on_vault: Run) -> None:
    ran = on_vault("--simulate", "a$b", "--as", "deployment", *APP, secret=SECRET)
    assert ran.out.splitlines()[0].endswith("the vault is not asked")


def test_the_sign_in_can_be_asked_for_all_the_same(on_vault: Run) -> None:
    document: Any = on_vault(
        "--simulate", "api_base_url", "--json", "--as", "sign-in", *APP, secret=SECRET
    ).document
    # The variable is there for both, so the first kind of `auto` answers: the environment.
    assert document[0]["runs_as"]["kind"] == "sign-in"


def test_a_wrong_secret_is_what_airflow_would_meet_and_exits_5(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", *APP, secret="kv-canary-wrong")
    assert ran.code == Exit.UNRESOLVED
    assert "AADSTS7000215" in ran.out
    assert "kv-canary" not in ran.out + ran.err


def test_a_deployment_identity_without_a_role_exits_5(on_vault: Run) -> None:
    secret = company.CLIENT_SECRETS[company.ASTRO_DEV]
    app = ("--client-id", company.ASTRO_DEV, "--tenant-id", company.TENANT_ID)
    ran = on_vault("--simulate", "api_base_url", *app, secret=secret)
    assert ran.code == Exit.UNRESOLVED
    assert "ForbiddenByRbac" in ran.out


def test_a_sign_in_that_is_rejected_could_not_find_out_and_exits_4(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", vault=company.VAULT_PRIVATE)
    assert ran.code == Exit.DENIED


def test_no_sign_in_could_not_find_out_and_exits_3(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", "--sign-in", "environment")
    assert ran.code == Exit.SIGN_IN


def test_a_vault_without_an_answer_could_not_find_out_and_exits_6(on_vault: Run) -> None:
    assert on_vault("--simulate", "api_base_url", vault="kv-nosuch").code == Exit.UNREACHABLE


def test_a_key_that_key_vault_cannot_hold_is_never_asked_for(on_vault: Run, azure: EmulatorProcess) -> None:
    ran = on_vault("--simulate", "my key")
    assert ran.code == Exit.UNRESOLVED
    assert "Key Vault does not allow that name" in ran.out
    assert "the vault is not asked" in ran.out
    assert azure.log() == []


def test_a_missing_key_costs_one_value_request(on_vault: Run, azure: EmulatorProcess) -> None:
    on_vault("--simulate", "etl_batch_size")
    answered = [record for record in value_requests(azure.log()) if record.status != 401]
    assert len(answered) == 1


def test_a_default_answers_but_the_key_does_not_resolve(on_vault: Run) -> None:
    ran = on_vault("--simulate", "etl_batch_size", "--default", "100", "--json")
    document: Any = ran.document
    assert (ran.code, document[0]["result"]["outcome"]) == (Exit.UNRESOLVED, "default")


def test_a_disabled_secret_is_the_secrets_fault_whoever_asks(on_vault: Run) -> None:
    disabled: Any = on_vault("--list", "airflow-variables-", "--json").document
    name = next(secret["key"] for secret in disabled["secrets"] if not secret["enabled"])
    assert on_vault("--simulate", name).code == Exit.UNRESOLVED


def test_the_projects_env_is_part_of_airflows_environment(on_vault: Run, project: Path) -> None:
    (project / ".env").write_text("AIRFLOW_VAR_ETL_BATCH_SIZE=500\n")
    document: Any = on_vault("--simulate", "etl_batch_size", "--json").document
    assert document[0]["result"]["answered_by"] == "EnvironmentVariablesBackend@worker"


def test_the_projects_versions_are_simulated(on_vault: Run, project: Path) -> None:
    (project / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:13.11.0\n")
    (project / "requirements.txt").write_text("apache-airflow-providers-microsoft-azure==12.10.3\n")
    entry: Any = on_vault("--simulate", "etl_batch_size", "--json").document
    assert (entry[0]["airflow_version"], entry[0]["provider_version"]) == ("2.11.2", "12.10.3")
    assert entry[0]["result"]["exception"]["type"] == "KeyError"


def test_a_connection_is_looked_up_under_its_own_prefix(on_vault: Run) -> None:
    entry: Any = on_vault("--simulate", "no_such_conn", "--kind", "connection", "--json").document
    assert entry[0]["secret_name"] == "airflow-connections-no-such-conn"


def test_another_vault_of_the_workers_could_not_be_found_out_and_exits_6(
    on_vault: Run, project: Path
) -> None:
    (project / ".env").write_text(
        "AIRFLOW__WORKERS__SECRETS_BACKEND="
        "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend\n"
        'AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS={"vault_url": "https://kv-other.vault.azure.net/"}\n'
    )
    ran = on_vault("--simulate", "api_base_url")
    assert (ran.code, "its vault is kv-other.vault.azure.net" in ran.err) == (6, True)


def test_what_means_nothing_for_a_connection_is_said(on_vault: Run) -> None:
    ran = on_vault("--simulate", "snowflake_default", "--kind", "connection", "--default", "x")
    assert "--default has no effect for a connection." in ran.err


def test_a_connections_fields_are_printed_without_its_password(on_vault: Run) -> None:
    out = on_vault("--simulate", "snowflake_default", "--kind", "connection").out
    assert ("conn_type=snowflake" in out, "password=••••••••" in out) == (True, True)


def test_a_series_is_taken_for_its_newest_patch(on_vault: Run) -> None:
    assert (
        "3.0 is a series: kvtui assumes 3.0.6"
        in on_vault("--simulate", "api_base_url", "--airflow-version", "3.0").err
    )


def test_as_the_deployment_identity_without_its_secret_is_a_usage_error(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", "--as", "deployment", *APP)
    assert ran.code == Exit.USAGE
    assert "Set the client secret" in ran.err


def test_a_wrong_client_secret_is_called_wrong(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", *APP, secret="kvtui-canary-wrong")
    assert ran.code == Exit.UNRESOLVED
    assert "could not get a token: the client secret is wrong (AADSTS7000215)" in ran.out


def test_a_client_secret_that_may_be_too_new_is_to_be_tried_again(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", *APP, secret="kvtui-canary-wrong")
    said = " ".join(ran.out.split())
    assert "If the client secret is new, wait a minute and try again" in said


def test_a_firewall_that_keeps_this_host_out_is_not_airflows_answer(on_vault: Run) -> None:
    ran = on_vault("--simulate", "region", *APP, secret=SECRET, vault=company.VAULT_FIREWALL)
    assert ran.code == Exit.DENIED
    assert ran.out == ""
    assert "blocks this address" in ran.err


DELETED = Fault(FaultKind.BODY, path="/deletedsecrets/*", with_token=True, status=200, body="{}")


def test_a_secret_that_is_soft_deleted_comes_with_the_command_that_recovers_it(
    on_vault: Run, azure: EmulatorProcess
) -> None:
    azure.inject(DELETED)
    ran = on_vault("--simulate", "no_such_key")
    assert ran.code == Exit.UNRESOLVED
    command = (
        f"az keyvault secret recover --vault-name {company.VAULT_RBAC} --name airflow-variables-no-such-key"
    )
    assert f"it is soft-deleted; recover it: {command}" in ran.out


def test_who_may_not_see_deleted_secrets_is_reported_that_it_may_be_one(
    on_vault: Run, azure: EmulatorProcess
) -> None:
    azure.inject(replace(DELETED, status=403))
    ran = on_vault("--simulate", "no_such_key")
    assert "if it was deleted, it can be recovered; this identity may not see deleted secrets" in ran.out


def test_a_secret_that_never_was_is_just_absent(on_vault: Run) -> None:
    assert "404, the vault has no such secret\n" in on_vault("--simulate", "no_such_key").out


def test_a_grant_that_is_missing_may_only_need_time(on_vault: Run) -> None:
    app = ("--client-id", company.ASTRO_DEV, "--tenant-id", company.TENANT_ID)
    ran = on_vault("--simulate", "region", *app, secret=company.CLIENT_SECRETS[company.ASTRO_DEV])
    assert "If access was just granted, wait up to ten minutes" in ran.out


def test_a_miss_names_the_secrets_that_were_perhaps_meant(on_vault: Run) -> None:
    ran = on_vault("--simulate", "airflow-variables-api-base-url")
    assert (
        "≈ airflow-variables-api-base-url: the key is the secret's whole name. Use the key api_base_url"
        in ran.out
    )


def test_a_miss_names_them_in_json_too(on_vault: Run) -> None:
    document: Any = on_vault("--simulate", "api_base_ur", "--json").document
    assert [miss["name"] for miss in document[0]["near"]] == ["airflow-variables-api-base-url"]
    assert set(document[0]["near"][0]) == {"name", "why", "fix"}


def test_a_hit_lists_no_names(on_vault: Run, azure: EmulatorProcess) -> None:
    document: Any = on_vault("--simulate", "api_base_url", "--json").document
    assert document[0]["near"] == []
    assert [record.path for record in azure.log() if record.path.rstrip("/") == "/secrets"] == []


def test_the_log_is_said_by_level(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", *APP, secret=SECRET)
    assert "Airflow log: no entries at WARNING or above." in ran.out
    assert "Azure's SDK also writes these lines, which are normal:" in ran.out
    assert ran.out.count("    INFO ClientSecretCredential.get_token_info succeeded") == 1


def test_a_lookup_in_a_trigger_says_so(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", "--context", "triggerer", "--json")
    document: Any = ran.document
    assert document[0]["result"]["answered_by"] == "AzureKeyVaultBackend@triggerer"
    assert any("in the triggerer" in line for line in document[0]["headlines"])


def test_the_value_has_a_label_and_follows_the_result(on_vault: Run) -> None:
    lines = on_vault("--simulate", "api_base_url", "--show-value").out.splitlines()
    result = next(number for number, line in enumerate(lines) if line.startswith("  => "))
    assert lines[result + 1] == "     value: https://orders.internal.contoso.com/v2"


def test_an_exit_code_of_5_names_the_keys(on_vault: Run) -> None:
    ran = on_vault("--simulate", "api_base_url", "etl_batch_size", "other_key")
    assert ran.err.endswith("Failed: etl_batch_size and other_key do not resolve.\n")


def test_a_default_is_said_not_to_change_the_exit_code(on_vault: Run) -> None:
    ran = on_vault("--simulate", "etl_batch_size", "--default", "x")
    assert ran.code == Exit.UNRESOLVED
    assert ran.err.endswith(
        "Failed: etl_batch_size does not resolve. A default does not change the exit code.\n"
    )


def test_the_api_servers_step_says_who_asks_the_api_server(on_vault: Run) -> None:
    assert "  3 API server, asked by the worker, looks in:\n" in on_vault("--simulate", "etl_batch_size").out


def test_variables_that_are_off_are_explained_with_one_colon(on_vault: Run) -> None:
    ran = on_vault("--simulate", "a", "--no-variables")
    assert "  ! The vault is not asked for a: variables are off (variables_prefix is null).\n" in ran.out


def test_a_default_that_has_no_effect_is_not_mentioned_in_the_outcome(on_vault: Run) -> None:
    ran = on_vault("--simulate", "no_such_conn", "--kind", "connection", "--default", "x")
    assert ran.code == Exit.UNRESOLVED
    assert "Failed: no_such_conn does not resolve.\n" in ran.err
    assert "A default" not in ran.err


def test_without_files_no_note_is_about_what_a_file_says(on_vault: Run, project: Path) -> None:
    said = on_vault("--simulate", "api_base_url").err
    assert f"note: There is no {project / 'Dockerfile'}: kvtui assumes Airflow" in said
    assert f"note: There is no {project / 'requirements.txt'}: kvtui assumes" in said
    assert "is named in" not in said
    assert "Airflow cannot load" not in said


def test_a_requirements_file_without_the_provider_is_named_with_its_path(
    on_vault: Run, project: Path
) -> None:
    (project / "requirements.txt").write_text("numpy\n")
    said = on_vault("--simulate", "api_base_url").err
    assert f"is not in {project / 'requirements.txt'}:" in said
