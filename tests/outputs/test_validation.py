"""What cannot be exported, and the sentence that says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.core.secret_text import SecretText
from kvtui.outputs.validation import validation_errors
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import Settings, VaultAddress
from tests.outputs.samples import CLIENT_SECRET, MANAGED, MODES, WORKLOAD, with_secret


@pytest.mark.parametrize("chosen", MODES)
def test_complete_settings_have_no_error(chosen: Settings) -> None:
    assert validation_errors(chosen, "all") == ()


def test_nothing_chosen_names_everything_that_is_missing() -> None:
    found = validation_errors(Settings(), "env")
    assert [sentence.split(" is missing")[0] for sentence in found] == [
        "The vault",
        "The tenant of the deployment identity",
        "The client ID of the deployment identity",
        "The client secret",
    ]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (replace(CLIENT_SECRET, vault=None), "The vault is missing"),
        (replace(CLIENT_SECRET, client_secret=None), "The client secret is missing"),
        (replace(CLIENT_SECRET, client_secret=SecretText("")), "The client secret is missing"),
        (replace(MANAGED, tenant_id=""), "The tenant of the managed identity is missing"),
        (replace(WORKLOAD, client_id=""), "The client ID of the workload identity is missing"),
        (with_secret("cccccccc-cccc-cccc-cccc-cccccccccccc"), "looks like the secret's ID"),
        (with_secret("cccccccc-cccc-cccc-cccc-cccccccccccc\n"), "looks like the secret's ID"),
        (replace(CLIENT_SECRET, tenant_id="contoso"), "neither a GUID nor a domain"),
        (replace(CLIENT_SECRET, tenant_id="contoso.com\n"), "neither a GUID nor a domain"),
        (replace(CLIENT_SECRET, client_id="my app"), "is not a GUID"),
        (replace(CLIENT_SECRET, sep="_"), "The separator must contain"),
        (replace(CLIENT_SECRET, variables_prefix="a/b"), "The prefix for variables must contain"),
        (replace(CLIENT_SECRET, connections_prefix="é"), "The prefix for connections must contain"),
        (replace(CLIENT_SECRET, config_prefix="x" * 126), "The prefix for config is too long"),
        (replace(CLIENT_SECRET, vault=VaultAddress("kv", CloudName.CHINA)), "belongs to the cloud china"),
        (with_secret("$" * 11_000), "65,536 at most"),
    ],
)
def test_each_error_has_its_sentence(chosen: Settings, words: str) -> None:
    found = validation_errors(chosen, "env")
    assert len(found) == 1
    assert words in found[0]


def test_all_prefixes_off_is_an_error() -> None:
    off = replace(CLIENT_SECRET, variables_prefix=None, connections_prefix=None, config_prefix=None)
    assert "never ask the vault" in validation_errors(off, "env")[0]


@pytest.mark.parametrize(
    "tenant", ["contoso.onmicrosoft.com", "contoso.com", CLIENT_SECRET.tenant_id.upper()]
)
def test_a_domain_or_a_guid_is_a_tenant(tenant: str) -> None:
    assert validation_errors(replace(CLIENT_SECRET, tenant_id=tenant), "env") == ()


def test_empty_prefixes_and_an_empty_separator_are_allowed() -> None:
    bare = replace(CLIENT_SECRET, variables_prefix="", connections_prefix="", sep="")
    assert validation_errors(bare, "all") == ()


def test_the_longest_line_that_the_astro_cli_loads_is_allowed() -> None:
    room = 65_534 - len("AIRFLOW__SECRETS__BACKEND_KWARGS=")
    used = len(line_without_secret())
    assert validation_errors(with_secret("x" * (room - used)), "env") == ()
    assert "65,536" in validation_errors(with_secret("x" * (room - used + 1)), "env")[0]


def line_without_secret() -> str:
    from kvtui.airflow.kwargs import backend_kwargs
    from kvtui.outputs.env.escape import kwargs_json

    return kwargs_json({**backend_kwargs(CLIENT_SECRET), "client_secret": ""})


def test_no_error_shows_the_secret() -> None:
    guid = "cccccccc-cccc-cccc-cccc-cccccccccccc"
    assert guid not in " ".join(validation_errors(with_secret(guid), "all"))
