"""What each choice in the console does to the settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings import change
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import Settings, VaultAddress

APP = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"
OTHER_APP = "cccccccc-cccc-cccc-cccc-cccccccccccc"
SETTINGS = Settings(
    vault=VaultAddress("kv-demo"),
    tenant_id="contoso.com",
    client_id=APP,
    client_secret=SecretText("kv-canary-1"),
)


def test_another_app_forgets_the_secret_of_the_former() -> None:
    picked = change.pick_app(SETTINGS, OTHER_APP, "astro-prod", "fabrikam.com")
    assert (picked.client_id, picked.identity_name, picked.client_secret) == (OTHER_APP, "astro-prod", None)


def test_a_secret_that_was_typed_before_an_app_was_chosen_is_kept() -> None:
    typed = replace(SETTINGS, client_id="")
    assert change.pick_app(typed, OTHER_APP).client_secret == SETTINGS.client_secret


def test_picking_an_app_keeps_a_tenant_that_was_chosen() -> None:
    assert change.pick_app(SETTINGS, OTHER_APP, "", "fabrikam.com").tenant_id == "contoso.com"
    assert change.pick_app(Settings(), OTHER_APP, "", "fabrikam.com").tenant_id == "fabrikam.com"


def test_the_same_app_keeps_its_secret() -> None:
    assert change.pick_app(SETTINGS, APP.upper(), "astro-prod").client_secret is not None
    assert change.choose(SETTINGS, "client_id", APP) is SETTINGS


def test_another_mode_and_back_loses_nothing() -> None:
    there = change.choose(SETTINGS, "auth_mode", "managed-identity")
    assert change.choose(there, "auth_mode", "client-secret") == SETTINGS


def test_a_url_of_another_cloud_chooses_that_cloud() -> None:
    settings = change.choose_vault(SETTINGS, "https://kv-gov.vault.usgovcloudapi.net/")
    assert settings.cloud_name is CloudName.USGOV
    assert settings.vault is not None
    assert settings.vault.host == "kv-gov.vault.usgovcloudapi.net"


def test_another_cloud_keeps_the_vaults_name() -> None:
    china = change.choose(SETTINGS, "cloud_name", "china")
    assert china.vault is not None
    assert china.vault.host == "kv-demo.vault.azure.cn"
    assert change.choose(china, "cloud_name", "public") == SETTINGS
    assert change.choose(SETTINGS, "cloud_name", "public") is SETTINGS


def test_an_empty_text_takes_a_choice_back() -> None:
    cleared = SETTINGS
    for field in ("vault", "tenant_id", "client_id"):
        cleared = change.choose(cleared, field, " ")
    assert (cleared.vault, cleared.tenant_id, cleared.client_id, cleared.client_secret) == (
        None,
        "",
        "",
        None,
    )


def test_a_prefix_can_be_a_text_nothing_or_never() -> None:
    assert change.choose(SETTINGS, "variables_prefix", "").variables_prefix == ""
    assert change.choose(SETTINGS, "connections_prefix", "null").connections_prefix is None
    assert change.choose(SETTINGS, "config_prefix", "x").config_prefix == "x"


def test_a_choice_that_cannot_be_taken_says_so() -> None:
    with pytest.raises(ProblemError):
        change.choose_vault(SETTINGS, "https://evil.example/")
    with pytest.raises(ProblemError):
        change.choose(SETTINGS, "client_secret", APP)


def test_without_a_client_id_nothing_is_known_of_the_former_identity() -> None:
    for kind, mode in (("identity_is_app", "managed-identity"), ("identity_is_managed", "client-secret")):
        known = replace(SETTINGS, **{kind: True})  # type: ignore[arg-type]
        cleared = change.choose(change.choose(known, "client_id", ""), "auth_mode", mode)
        assert change.wrong_kind(cleared) == ""
