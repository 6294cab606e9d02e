"""Named settings: what is saved comes back, and a secret is never among it."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.core.secret_text import SecretText
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Chart, Context, Settings, SignInKind, Target, VaultAddress
from kvtui.settings.sources import resolve
from kvtui.settings.store.profiles import (
    described_profiles,
    profile_names,
    profile_path,
    read_profile,
    render_profile,
    save_profile,
)

FULL = Settings(
    cloud_name=CloudName.USGOV,
    vault=VaultAddress("kv-demo", CloudName.USGOV),
    tenant_id="contoso.com",
    client_id="bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb",
    client_secret=SecretText("kv-canary-1"),
    auth_mode=AuthMode.WORKLOAD_IDENTITY,
    target=Target.REMOTE_EXECUTION,
    chart=Chart.AIRFLOW,
    variables_prefix=None,
    connections_prefix="",
    config_prefix="team-config",
    sep="--",
    sign_in=SignInKind.DEVICE_CODE,
    airflow_version="2.11.2",
    provider_version="12.10.3",
    context=Context.SERVER,
    shell_sourceable=True,
    deployment_id="clx0abc123def456",
    namespace="astro-agents",
    release="blue",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def test_what_is_saved_comes_back_without_the_secret() -> None:
    save_profile("team", FULL)
    assert resolve([read_profile("team")]).settings == replace(FULL, client_secret=None)


def test_the_secret_is_in_no_file() -> None:
    path = save_profile("team", FULL)
    assert b"canary" not in path.read_bytes()


def test_it_is_the_users_alone() -> None:
    path = save_profile("team", FULL)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["team.toml"]


def test_saving_again_replaces_it() -> None:
    save_profile("team", FULL)
    save_profile("team", Settings())
    assert resolve([read_profile("team")]).settings == Settings()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.from_regex(r"[0-9A-Za-z_-]{0,30}", fullmatch=True))
def test_any_prefix_survives_the_file(prefix: str) -> None:
    save_profile("any", Settings(variables_prefix=prefix))
    assert resolve([read_profile("any")]).settings.variables_prefix == prefix


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b", "x" * 65, "a\n"])
def test_a_name_cannot_lead_elsewhere(name: str) -> None:
    with pytest.raises(ProblemError) as raised:
        profile_path(name)
    assert raised.value.problem.kind is ProblemKind.USAGE


def test_a_profile_that_is_not_there_names_those_that_are() -> None:
    save_profile("team", Settings())
    with pytest.raises(ProblemError, match=r"There is no profile other\. Saved profiles: team\."):
        read_profile("other")
    assert profile_names() == ["team"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('client-secret = "kv-canary-1"', "a profile never holds a secret"),
        ('vault-ulr = "kv-demo"', "Did you mean vault-url?"),
        ("no-variables = 1", "the value must be true or false"),
        ("sep = 5", "the value must be a string in quotes"),
        ("vault-url = ", "is not TOML"),
        ('vault-url = "kv\xe9"', "is not UTF-8"),
    ],
)
def test_what_does_not_belong_there_is_rejected(text: str, said: str) -> None:
    path = save_profile("bad", Settings())
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ProblemError) as raised:
        read_profile("bad")
    assert said in str(raised.value)
    assert "kv-canary" not in str(raised.value)


def test_a_bad_value_names_the_profile() -> None:
    path = save_profile("bad", Settings())
    path.write_text('vault-url = "http://kv-demo.vault.azure.net"\n')
    with pytest.raises(ProblemError, match=r"^profile bad, vault-url: "):
        resolve([read_profile("bad")])


def test_a_place_that_cannot_be_written_is_reported(home: Path) -> None:
    (home / "kvtui").write_text("a file, where a directory should be")
    with pytest.raises(ProblemError) as raised:
        save_profile("team", Settings())
    assert raised.value.problem.kind is ProblemKind.NOT_WRITTEN


def test_only_what_differs_from_the_default_prefixes_is_written() -> None:
    assert "prefix" not in render_profile(Settings())


def test_profiles_are_described_by_their_vault_and_mode() -> None:
    save_profile("team", FULL)
    save_profile("broken", Settings())
    profile_path("broken").write_text("sep = 5\n")
    assert described_profiles() == [
        ("broken", "profile broken, sep: the value must be a string in quotes."),
        ("team", "kv-demo.vault.usgovcloudapi.net, workload-identity, remote-execution"),
    ]
