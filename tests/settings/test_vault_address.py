"""Which texts name a vault, and why each of the others is rejected."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.headless.remedies import words
from kvtui.settings.clouds import CloudName, all_clouds
from kvtui.settings.vault_address import InvalidVaultAddress, parse_vault_address

TAKEN = [
    ("kv-demo", "https://kv-demo.vault.azure.net/"),
    ("KV-Demo", "https://kv-demo.vault.azure.net/"),
    ("  kv-demo ", "https://kv-demo.vault.azure.net/"),
    ("abc", "https://abc.vault.azure.net/"),
    ("a" * 24, f"https://{'a' * 24}.vault.azure.net/"),
    ("kv1", "https://kv1.vault.azure.net/"),
    ("https://kv-demo.vault.azure.net", "https://kv-demo.vault.azure.net/"),
    ("https://kv-demo.vault.azure.net/", "https://kv-demo.vault.azure.net/"),
    ("HTTPS://KV-DEMO.VAULT.AZURE.NET/", "https://kv-demo.vault.azure.net/"),
    ("kv-demo.vault.azure.net", "https://kv-demo.vault.azure.net/"),
    ("KV-demo.vault.azure.net/", "https://kv-demo.vault.azure.net/"),
]

REFUSED: list[tuple[str, InvalidVaultAddress]] = [
    ("", InvalidVaultAddress.EMPTY),
    ("   ", InvalidVaultAddress.EMPTY),
    # White space, control characters, letters that only look like ours.
    ("kv demo", InvalidVaultAddress.CHARACTERS),
    ("kv-demo\n", InvalidVaultAddress.CHARACTERS),
    ("kv-demo\r", InvalidVaultAddress.CHARACTERS),
    ("\tkv-demo", InvalidVaultAddress.CHARACTERS),
    ("kv-demo\x00", InvalidVaultAddress.CHARACTERS),
    ("https://kv-demo.vault.azure.net/\nhttps://evil.example", InvalidVaultAddress.CHARACTERS),
    ("https://kv-dem\u043e.vault.azure.net", InvalidVaultAddress.CHARACTERS),
    ("https://kv-demo\u3002vault.azure.net", InvalidVaultAddress.CHARACTERS),
    ("https://kv-demo.vault.azure.net\u2028", InvalidVaultAddress.CHARACTERS),
    ("kv\u200bdemo", InvalidVaultAddress.CHARACTERS),
    ("\ufeffhttps://kv-demo.vault.azure.net", InvalidVaultAddress.CHARACTERS),
    # Any scheme but https, or none.
    ("http://kv-demo.vault.azure.net/", InvalidVaultAddress.SCHEME),
    ("kv-demo.vault.azure.net//", InvalidVaultAddress.SCHEME),
    ("kv-demo.vault.azure.net/secrets", InvalidVaultAddress.SCHEME),
    ("//kv-demo.vault.azure.net/", InvalidVaultAddress.SCHEME),
    ("ftp://kv-demo.vault.azure.net", InvalidVaultAddress.SCHEME),
    ("file:///etc/passwd", InvalidVaultAddress.SCHEME),
    ("https:kv-demo.vault.azure.net", InvalidVaultAddress.SCHEME),
    ("https:/kv-demo.vault.azure.net", InvalidVaultAddress.SCHEME),
    ("javascript:alert(1)", InvalidVaultAddress.SCHEME),
    ("hhttps://kv-demo.vault.azure.net", InvalidVaultAddress.SCHEME),
    ("kv-demo:443", InvalidVaultAddress.SCHEME),
    ("kv-demo/secrets", InvalidVaultAddress.SCHEME),
    # A user name or a password.
    ("https://ana@kv-demo.vault.azure.net/", InvalidVaultAddress.USERINFO),
    ("https://ana:pw@kv-demo.vault.azure.net/", InvalidVaultAddress.USERINFO),
    ("https://kv-demo.vault.azure.net@evil.example/", InvalidVaultAddress.USERINFO),
    ("https://@kv-demo.vault.azure.net", InvalidVaultAddress.USERINFO),
    # A port, even the right one.
    ("https://kv-demo.vault.azure.net:443/", InvalidVaultAddress.PORT),
    ("https://kv-demo.vault.azure.net:8443", InvalidVaultAddress.PORT),
    ("https://kv-demo.vault.azure.net:", InvalidVaultAddress.PORT),
    # Anything after the host.
    ("https://kv-demo.vault.azure.net/secrets", InvalidVaultAddress.PATH),
    ("https://kv-demo.vault.azure.net//", InvalidVaultAddress.PATH),
    ("https://kv-demo.vault.azure.net/..", InvalidVaultAddress.PATH),
    ("https://kv-demo.vault.azure.net/;x", InvalidVaultAddress.PATH),
    ("https://kv-demo.vault.azure.net\\", InvalidVaultAddress.PATH),
    ("https://evil.example\\.vault.azure.net", InvalidVaultAddress.PATH),
    ("https://evil.example/.vault.azure.net", InvalidVaultAddress.PATH),
    ("https://evil.example/@kv-demo.vault.azure.net", InvalidVaultAddress.PATH),
    ("https://kv-demo.vault.azure.net?api-version=7.4", InvalidVaultAddress.QUERY),
    ("https://kv-demo.vault.azure.net/?x", InvalidVaultAddress.QUERY),
    ("https://evil.example?.vault.azure.net", InvalidVaultAddress.QUERY),
    ("https://kv-demo.vault.azure.net/#", InvalidVaultAddress.FRAGMENT),
    ("https://evil.example#.vault.azure.net", InvalidVaultAddress.FRAGMENT),
    # No name that Azure gives to a vault.
    ("kv", InvalidVaultAddress.NAME),
    ("a" * 25, InvalidVaultAddress.NAME),
    ("1kv", InvalidVaultAddress.NAME),
    ("-kv-demo", InvalidVaultAddress.NAME),
    ("kv-demo-", InvalidVaultAddress.NAME),
    ("kv--demo", InvalidVaultAddress.NAME),
    ("kv_demo", InvalidVaultAddress.NAME),
    ("kv%2ddemo", InvalidVaultAddress.NAME),
    ("xn--kv-demo", InvalidVaultAddress.NAME),
    ("https://.vault.azure.net/", InvalidVaultAddress.NAME),
    ("https://kv.vault.azure.net/", InvalidVaultAddress.NAME),
    ("https://evil.example%2f.vault.azure.net/", InvalidVaultAddress.NAME),
    ("https://evil.kv-demo.vault.azure.net/", InvalidVaultAddress.NAME),
    ("https://kv-demo..vault.azure.net/", InvalidVaultAddress.NAME),
    ("https://kv+demo.vault.azure.net/", InvalidVaultAddress.NAME),
    # A vault, but of a cloud that is not chosen.
    ("https://kv-demo.vault.usgovcloudapi.net/", InvalidVaultAddress.OTHER_CLOUD),
    ("https://kv-demo.vault.azure.cn/", InvalidVaultAddress.OTHER_CLOUD),
    # The private endpoint's own name.
    ("https://kv-demo.privatelink.vaultcore.azure.net/", InvalidVaultAddress.PRIVATE_LINK),
    ("https://kv-demo.vaultcore.azure.net/", InvalidVaultAddress.PRIVATE_LINK),
    # Hosts that somebody else may own.
    ("https://evil.example/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://evilvault.azure.net/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://vault.azure.net/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://kv-demo.vault.azure.net.evil.example/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://kv-demo.vault.azure.net./", InvalidVaultAddress.FOREIGN_HOST),
    ("https://kv-demo.vault.azure.com/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://kv-demo.managedhsm.azure.net/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://kv-demo.vault.microsoftazure.de/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://127.0.0.1/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://[::1]/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://169.254.169.254/", InvalidVaultAddress.FOREIGN_HOST),
    ("https://localhost/", InvalidVaultAddress.FOREIGN_HOST),
    ("https:///", InvalidVaultAddress.FOREIGN_HOST),
    ("https://", InvalidVaultAddress.FOREIGN_HOST),
    ("https://kv-demo", InvalidVaultAddress.FOREIGN_HOST),
    ("https://kv-demo.vault.azure.net.vault.azure.net", InvalidVaultAddress.FOREIGN_HOST),
]


@pytest.mark.parametrize(("text", "url"), TAKEN)
def test_a_name_or_an_https_url_names_the_vault(text: str, url: str) -> None:
    assert parse_vault_address(text).url == url


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_everything_else_is_rejected_for_its_own_reason(text: str, reason: InvalidVaultAddress) -> None:
    with pytest.raises(ProblemError) as raised:
        parse_vault_address(text)
    assert raised.value.problem.code == reason
    assert raised.value.problem.kind is ProblemKind.USAGE


@pytest.mark.parametrize("cloud", list(CloudName))
def test_each_cloud_takes_its_own_suffix_and_no_other(cloud: CloudName) -> None:
    for each in all_clouds():
        url = f"https://kv-demo.{each.vault_suffix}/"
        if each.name is cloud:
            assert parse_vault_address(url, cloud).url == url
        else:
            with pytest.raises(ProblemError) as raised:
                parse_vault_address(url, cloud)
            assert f"--cloud {each.name}" in words(raised.value.problem.remedy)


def test_a_bare_name_is_of_the_chosen_cloud() -> None:
    assert parse_vault_address("kv-demo", CloudName.CHINA).url == "https://kv-demo.vault.azure.cn/"


def test_a_error_does_not_repeat_a_password() -> None:
    with pytest.raises(ProblemError) as raised:
        parse_vault_address("https://ana:hunter2@kv-demo.vault.azure.net/")
    assert "hunter2" not in str(raised.value)


_PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "kv-demo",
        ".vault.azure.net",
        "evil.example",
        "/",
        "@",
        ":443",
        "?",
        "#",
        "%2f",
        "\\",
        ".",
    ]
)


@given(st.lists(_PIECES, max_size=7).map("".join))
def test_what_is_taken_is_always_built_from_one_label_and_the_clouds_suffix(text: str) -> None:
    try:
        address = parse_vault_address(text)
    except ProblemError:
        return
    assert re.fullmatch(r"(kv-demo)+", address.name)
    assert address.url == f"https://{address.name}.vault.azure.net/"
    host = f"{address.name}.vault.azure.net"
    assert text in (address.name, host, f"{host}/", address.url.removesuffix("/"), address.url)


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_the_parser(text: str) -> None:
    with contextlib.suppress(ProblemError):
        assert 3 <= len(parse_vault_address(text).name) <= 24
