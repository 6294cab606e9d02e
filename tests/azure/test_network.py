"""How a vault's name looks from this host."""

from __future__ import annotations

import pytest

from kvtui.azure.model import HostView, Permission, VaultAccess
from kvtui.azure.network import is_bypassed, proxy_for, resolve_from_host

HOST = "kv-demo.vault.azure.net"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (["10.4.0.7"], "From here its name resolves to a private address, 10.4.0.7."),
        (["20.50.1.9"], "From here its name resolves to a public address, 20.50.1.9."),
        (["10.4.0.7", "20.50.1.9"], "From here its name resolves to a public address, 10.4.0.7, 20.50.1.9."),
    ],
)
async def test_an_address_is_private_or_public(addresses: list[str], words: str) -> None:
    assert (await resolve_from_host(HOST, lambda _: addresses)).words == words


async def test_a_name_that_does_not_resolve_is_said_so() -> None:
    def fail(_: str) -> list[str]:
        raise OSError

    assert (await resolve_from_host(HOST, fail)).words == "From here its name cannot be resolved."


async def test_behind_a_proxy_this_hosts_view_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.corp:8080")
    seen = await resolve_from_host(HOST, lambda _: ["10.4.0.7"])
    assert seen.words.startswith(
        "The proxy proxy.corp:8080 resolves the vault's name, so kvtui does not know"
    )


@pytest.mark.parametrize(
    ("public", "private", "hinted"),
    [
        (False, None, True),
        (False, False, True),
        (False, True, False),
        (True, False, False),
        (None, False, False),
    ],
)
def test_a_vault_that_lets_few_in_says_that_a_grant_alone_may_not_do(
    public: bool | None, private: bool | None, hinted: bool
) -> None:
    access = VaultAccess("rbac", Permission.NO, Permission.NO, "", public_network=public)
    assert bool(access.hint_from(HostView(private=private))) is hinted


@pytest.mark.parametrize(
    ("listed", "host", "bypassed"),
    [
        ("*", HOST, True),
        (HOST, HOST, True),
        (HOST.upper(), HOST, True),
        ("vault.azure.net", HOST, True),
        (".vault.azure.net", HOST, True),
        ("*.vault.azure.net", HOST, True),
        ("localhost, .vault.azure.net", HOST, True),
        ("localhost .vault.azure.net", HOST, True),
        (f"{HOST}:443", HOST, True),
        (f"{HOST}:8443", HOST, False),
        ("ault.azure.net", HOST, False),
        ("demo.vault.azure.net", HOST, False),
        ("*vault.azure.net", "evilvault.azure.net", False),
        ("10.0.0.0/8", "10.4.0.7", True),
        ("10.0.0.0/8", HOST, False),
        ("169.254.169.254", "169.254.169.254", True),
        ("::1", "[::1]", True),
        ("", HOST, False),
        (",", HOST, False),
        (".", HOST, False),
    ],
)
def test_no_proxy_is_read_as_curl_and_the_azure_cli_read_it(listed: str, host: str, bypassed: bool) -> None:
    assert is_bypassed(host, None, listed) is bypassed


def test_the_lower_case_variable_is_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://lower:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://upper:1")
    assert proxy_for(f"https://{HOST}/") == "http://lower:1"
