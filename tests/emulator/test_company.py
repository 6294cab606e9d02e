from __future__ import annotations

import re
import time
from datetime import UTC, datetime

from kvtui.emulator import company, contents
from kvtui.emulator.clouds import certificate_hosts
from kvtui.emulator.contents import make_vaults
from kvtui.emulator.directory import Directory

NOW = datetime(2026, 2, 1, tzinfo=UTC)
SECRETS = make_vaults(NOW)[company.VAULT_RBAC].secrets


def test_contoso_has_some_forty_apps_and_six_managed_identities() -> None:
    kinds = [principal.kind for principal in Directory(NOW).principals]
    assert (kinds.count("app"), kinds.count("managed-identity"), kinds.count("user")) == (41, 6, 2)


def test_client_secrets_look_like_real_ones_and_carry_the_mark_of_the_demo() -> None:
    assert len(set(company.CLIENT_SECRETS.values())) == len(company.CLIENT_SECRETS)
    for text in company.CLIENT_SECRETS.values():
        assert re.fullmatch(r"[A-Za-z0-9~._-]{40}", text)
        assert text.startswith(company.CLIENT_SECRET_PREFIX)


def test_some_credentials_have_ended_and_some_are_about_to() -> None:
    days = [(one.ends - NOW).days for app in Directory(NOW).principals for one in app.secrets]
    assert any(day < 0 for day in days)
    assert any(0 <= day < 14 for day in days)
    assert any(day > 90 for day in days)


def test_the_production_vault_holds_every_kind_of_name() -> None:
    prefixes = ("airflow-variables-", "airflow-connections-", "airflow-config-")
    counts = [sum(name.startswith(prefix) for name in SECRETS) for prefix in prefixes]
    assert len(SECRETS) == 120
    assert all(counts)
    assert sum(counts) < 120


def test_every_name_is_one_that_key_vault_can_hold() -> None:
    names = [secret.name for vault in make_vaults(NOW, 3000).values() for secret in vault.listed]
    assert all(re.fullmatch(r"[0-9a-zA-Z-]{1,127}", name) for name in names)


def test_the_special_secrets_are_what_they_are_called() -> None:
    assert SECRETS[contents.EMPTY].value == ""
    assert "\n" in SECRETS[contents.MULTI_LINE].value
    assert SECRETS[contents.JSON_VALUE].value.startswith("{")
    assert not SECRETS[contents.DISABLED].enabled
    assert (SECRETS[contents.EXPIRED].expires or 0) < NOW.timestamp()
    assert contents.UNREACHABLE in SECRETS
    assert contents.NEAR_MISS in SECRETS
    assert "airflow-variables-etl-batch-size" not in SECRETS


def test_the_same_secrets_come_at_every_start() -> None:
    again = make_vaults(NOW, 500)[company.VAULT_RBAC].secrets
    assert list(again) == list(make_vaults(NOW, 500)[company.VAULT_RBAC].secrets)


def test_a_vault_may_be_made_small_or_empty() -> None:
    assert [len(make_vaults(NOW, count)[company.VAULT_RBAC].listed) for count in (0, 7, 121)] == [0, 7, 121]


def test_25_000_secrets_are_made_in_a_blink() -> None:
    started = time.process_time()
    assert len(make_vaults(NOW, 25_000)[company.VAULT_RBAC].listed) == 25_000
    assert time.process_time() - started < 0.3


def test_certificates_are_for_azures_hosts_alone() -> None:
    owners = ("microsoft.com", "microsoftonline.com", "microsoftonline.us", "windows.net", "azure.net",
              "azure.com", "usgovcloudapi.net", "microsoft.us", "azure.cn", "chinacloudapi.cn",
              "microsoftonline.cn")  # fmt: skip
    assert all(host.endswith(owners) for host in certificate_hosts())
