"""The kwargs both ways."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kvtui.airflow.kwargs import backend_kwargs, parse_backend_kwargs, settings_from_kwargs, vault_address
from kvtui.core.secret_text import SecretText
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Settings, VaultAddress

TENANT = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
CLIENT = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
APP = Settings(
    vault=VaultAddress("kv-demo"), tenant_id=TENANT, client_id=CLIENT, client_secret=SecretText("s3cr$t")
)


def test_the_client_secret_kwargs_stand_in_the_documented_order() -> None:
    assert json.dumps(backend_kwargs(APP)) == (
        '{"connections_prefix": "airflow-connections", "variables_prefix": "airflow-variables", '
        f'"vault_url": "https://kv-demo.vault.azure.net/", "tenant_id": "{TENANT}", '
        f'"client_id": "{CLIENT}", "client_secret": "s3cr$t"}}'
    )


@pytest.mark.parametrize("mode", [AuthMode.MANAGED_IDENTITY, AuthMode.WORKLOAD_IDENTITY])
def test_an_identity_has_no_secret_in_its_kwargs(mode: AuthMode) -> None:
    values = backend_kwargs(replace(APP, auth_mode=mode))
    assert list(values)[3:] == ["managed_identity_client_id", "workload_identity_tenant_id"]
    assert values["managed_identity_client_id"] == CLIENT


def test_the_config_prefix_and_the_separator_appear_when_they_are_not_the_defaults() -> None:
    values = backend_kwargs(replace(APP, config_prefix=None, sep="--"))
    assert list(values)[:5] == ["connections_prefix", "variables_prefix", "config_prefix", "vault_url", "sep"]
    assert values["config_prefix"] is None


@pytest.mark.parametrize("text", [None, "", "null", "0", "[]", "{}", '""', "false"])
def test_nothing_in_the_option_is_silently_no_kwargs(text: str | None) -> None:
    parsed = parse_backend_kwargs(text)
    assert (parsed.values, parsed.warnings) == ({}, ())


@pytest.mark.parametrize("text", ["{'a': 1}", '{"a": None}', '{"a": 1,}', "   ", "key=value", "\ufeff{}"])
def test_text_that_is_no_json_loses_every_kwarg(text: str) -> None:
    parsed = parse_backend_kwargs(text)
    assert parsed.values == {}
    assert parsed.warnings == ("Failed to parse [secrets] backend_kwargs as JSON, defaulting to no kwargs.",)


@pytest.mark.parametrize("text", ["5", '["a"]', '"text"', "true", "9" * 5000])
def test_json_that_is_no_object_loses_every_kwarg(text: str) -> None:
    parsed = parse_backend_kwargs(text, section="workers", option="secrets_backend_kwargs")
    assert parsed.values == {}
    assert parsed.warnings == (
        "Failed to parse [workers] secrets_backend_kwargs into a dict, defaulting to no kwargs.",
    )


def test_parsed_kwargs_do_not_show_their_values() -> None:
    assert "s3cr" not in repr(parse_backend_kwargs('{"client_secret": "s3cr$t"}'))


@pytest.mark.parametrize("mode", list(AuthMode))
def test_settings_come_back_from_their_kwargs(mode: AuthMode) -> None:
    settings = replace(APP, auth_mode=mode, sep="--", variables_prefix=None)
    fields = settings_from_kwargs(backend_kwargs(settings))
    assert fields["vault"] == settings.vault
    assert (fields["tenant_id"], fields["client_id"]) == (TENANT, CLIENT)
    assert (fields["sep"], fields["variables_prefix"], fields["config_prefix"]) == (
        "--",
        None,
        "airflow-config",
    )
    if mode is AuthMode.CLIENT_SECRET:
        assert fields["client_secret"] == SecretText("s3cr$t")
        assert fields["auth_mode"] is mode
    else:
        assert fields["auth_mode"] is AuthMode.MANAGED_IDENTITY


def test_kwargs_of_a_wrong_type_give_no_field() -> None:
    fields = settings_from_kwargs({"sep": 5, "variables_prefix": [], "vault_url": 7, "tenant_id": True})
    assert set(fields) == {"connections_prefix", "config_prefix"}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://kv-demo.vault.azure.net/", "kv-demo.vault.azure.net"),
        (" https://KV-demo.vault.azure.net ", "kv-demo.vault.azure.net"),
        ("https://kv-demo.vault.usgovcloudapi.net", "kv-demo.vault.usgovcloudapi.net"),
    ],
)
def test_a_vault_url_gives_the_vault(url: str, host: str) -> None:
    address = vault_address(url)
    assert address is not None
    assert address.host == host


@pytest.mark.parametrize(
    "url",
    [
        "http://kv.vault.azure.net",
        "https://kv-demo.vault.azure.net.evil.example",
        "https://evil.example/kv.vault.azure.net",
        "https://a.b.vault.azure.net",
        "https://user@kv.vault.azure.net",
        "https://kv-demo.vault.azure.net:8443",
        "https://kv-demo.vault.azure.net/secrets",
        "https://[bad",
        "kv",
        "",
        None,
    ],
)
def test_anything_else_is_no_vault(url: str | None) -> None:
    assert vault_address(url) is None


def test_the_cloud_comes_with_the_vault() -> None:
    assert (
        settings_from_kwargs({"vault_url": "https://kv-demo.vault.azure.cn/"})["cloud_name"]
        is CloudName.CHINA
    )
