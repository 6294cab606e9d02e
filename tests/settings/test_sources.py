"""In which order the sources decide, and what is kept of where a value came from."""

from __future__ import annotations

import pytest

from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings.model import Settings
from kvtui.settings.sources import DEFAULT, Given, Source, resolve

APP = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
OTHER_APP = "cccccccc-cccc-cccc-cccc-cccccccccccc"


def source(label: str, *, lenient: bool = False, **texts: str | None) -> Source:
    return Source(
        {name.replace("_", "-"): Given(text, label) for name, text in texts.items()}, lenient=lenient
    )


def test_the_first_source_that_speaks_decides() -> None:
    found = resolve(
        [
            source("options", sep="--"),
            source("environment", sep="-", target="remote-execution"),
            source("p", sep="x"),
        ]
    )
    assert (found.settings.sep, found.settings.target) == ("--", "remote-execution")
    assert (found.origins["sep"], found.origins["target"]) == ("options", "environment")


def test_what_nobody_speaks_of_has_its_default_and_says_so() -> None:
    found = resolve([])
    assert found.settings == Settings()
    assert set(found.origins.values()) == {DEFAULT}


def test_a_bad_value_names_the_place_where_it_stands() -> None:
    with pytest.raises(ProblemError, match=r"^KVTUI_TENANT_ID: This is neither"):
        resolve([source("KVTUI_TENANT_ID", tenant_id="nonsense")])


def test_a_bad_value_in_a_lenient_source_is_left_out_and_the_next_source_decides() -> None:
    found = resolve([source(".env", lenient=True, vault_url="http://x"), source("demo", vault_url="kv-demo")])
    assert (str(found.settings.vault), found.origins["vault"]) == ("https://kv-demo.vault.azure.net/", "demo")
    assert found.notices[0].startswith(".env: A vault's address must begin with https://")


def test_the_vault_is_judged_by_the_cloud_of_any_source() -> None:
    found = resolve([source("--vault-url", vault_url="kv-demo"), source("profile", cloud="usgov")])
    assert str(found.settings.vault) == "https://kv-demo.vault.usgovcloudapi.net/"


def test_a_cloud_that_only_follows_from_env_yields_to_a_vault_that_was_given() -> None:
    implied = Source({"cloud": Given("usgov", ".env", implied=True)}, lenient=True)
    found = resolve([source("--vault-url", vault_url="https://kv-demo.vault.azure.net/"), implied])
    assert str(found.settings.vault) == "https://kv-demo.vault.azure.net/"


def test_never_looking_a_kind_up_is_reported_from_an_empty_prefix() -> None:
    found = resolve([source("o", variables_prefix=None, connections_prefix="")])
    assert (found.settings.variables_prefix, found.settings.connections_prefix) == (None, "")


def test_a_secret_of_another_app_is_not_used() -> None:
    secret = Given(SecretText("kv-canary-1"), "AZURE_CLIENT_SECRET", belongs_to=OTHER_APP)
    found = resolve([source("--client-id", client_id=APP), Source({"client-secret": secret})])
    assert found.settings.client_secret is None
    assert found.notices == (
        "AZURE_CLIENT_SECRET is not used: it belongs to another client ID than the chosen one.",
    )


def test_a_secret_beside_its_own_app_or_beside_none_is_used() -> None:
    for belongs_to in (APP.upper(), ""):
        secret = Given(SecretText("kv-canary-1"), "AZURE_CLIENT_SECRET", belongs_to=belongs_to)
        found = resolve([source("--client-id", client_id=APP), Source({"client-secret": secret})])
        assert found.settings.client_secret == SecretText("kv-canary-1")


def test_a_secrets_text_is_in_no_error() -> None:
    with pytest.raises(ProblemError) as raised:
        resolve([Source({"client-secret": Given(SecretText("canary\n1"), "AZURE_CLIENT_SECRET")})])
    assert "canary" not in str(raised.value)
