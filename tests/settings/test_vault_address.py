"""Which texts name a vault, and why each of the others is refused."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.headless.remedies import words
from kvtui.settings.clouds import CloudName, all_clouds
from kvtui.settings.vault_address import VaultRefusal, parse_vault_address

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

REFUSED: list[tuple[str, VaultRefusal]] = [
    ("", VaultRefusal.EMPTY),
    ("   ", VaultRefusal.EMPTY),
    # White space, control characters, letters that only look like ours.
    ("kv demo", VaultRefusal.CHARACTERS),
    ("kv-demo\n", VaultRefusal.CHARACTERS),
    ("kv-demo\r", VaultRefusal.CHARACTERS),
    ("\tkv-demo", VaultRefusal.CHARACTERS),
    ("kv-demo\x00", VaultRefusal.CHARACTERS),
    ("https://kv-demo.vault.azure.net/\nhttps://evil.example", VaultRefusal.CHARACTERS),
    ("https://kv-dem\u043e.vault.azure.net", VaultRefusal.CHARACTERS),
    ("https://kv-demo\u3002vault.azure.net", VaultRefusal.CHARACTERS),
    ("https://kv-demo.vault.azure.net\u2028", VaultRefusal.CHARACTERS),
    ("kv\u200bdemo", VaultRefusal.CHARACTERS),
    ("\ufeffhttps://kv-demo.vault.azure.net", VaultRefusal.CHARACTERS),
    # Any scheme but https, or none.
    ("http://kv-demo.vault.azure.net/", VaultRefusal.SCHEME),
    ("kv-demo.vault.azure.net//", VaultRefusal.SCHEME),
    ("kv-demo.vault.azure.net/secrets", VaultRefusal.SCHEME),
    ("//kv-demo.vault.azure.net/", VaultRefusal.SCHEME),
    ("ftp://kv-demo.vault.azure.net", VaultRefusal.SCHEME),
    ("file:///etc/passwd", VaultRefusal.SCHEME),
    ("https:kv-demo.vault.azure.net", VaultRefusal.SCHEME),
    ("https:/kv-demo.vault.azure.net", VaultRefusal.SCHEME),
    ("javascript:alert(1)", VaultRefusal.SCHEME),
    ("hhttps://kv-demo.vault.azure.net", VaultRefusal.SCHEME),
    ("kv-demo:443", VaultRefusal.SCHEME),
    ("kv-demo/secrets", VaultRefusal.SCHEME),
    # A user name or a password.
    ("https://ana@kv-demo.vault.azure.net/", VaultRefusal.USERINFO),
    ("https://ana:pw@kv-demo.vault.azure.net/", VaultRefusal.USERINFO),
    ("https://kv-demo.vault.azure.net@evil.example/", VaultRefusal.USERINFO),
    ("https://@kv-demo.vault.azure.net", VaultRefusal.USERINFO),
    # A port, even the right one.
    ("https://kv-demo.vault.azure.net:443/", VaultRefusal.PORT),
    ("https://kv-demo.vault.azure.net:8443", VaultRefusal.PORT),
    ("https://kv-demo.vault.azure.net:", VaultRefusal.PORT),
    # Anything after the host.
    ("https://kv-demo.vault.azure.net/secrets", VaultRefusal.PATH),
    ("https://kv-demo.vault.azure.net//", VaultRefusal.PATH),
    ("https://kv-demo.vault.azure.net/..", VaultRefusal.PATH),
    ("https://kv-demo.vault.azure.net/;x", VaultRefusal.PATH),
    ("https://kv-demo.vault.azure.net\\", VaultRefusal.PATH),
    ("https://evil.example\\.vault.azure.net", VaultRefusal.PATH),
    ("https://evil.example/.vault.azure.net", VaultRefusal.PATH),
    ("https://evil.example/@kv-demo.vault.azure.net", VaultRefusal.PATH),
    ("https://kv-demo.vault.azure.net?api-version=7.4", VaultRefusal.QUERY),
    ("https://kv-demo.vault.azure.net/?x", VaultRefusal.QUERY),
    ("https://evil.example?.vault.azure.net", VaultRefusal.QUERY),
    ("https://kv-demo.vault.azure.net/#", VaultRefusal.FRAGMENT),
    ("https://evil.example#.vault.azure.net", VaultRefusal.FRAGMENT),
    # No name that Azure gives to a vault.
    ("kv", VaultRefusal.NAME),
    ("a" * 25, VaultRefusal.NAME),
    ("1kv", VaultRefusal.NAME),
    ("-kv-demo", VaultRefusal.NAME),
    ("kv-demo-", VaultRefusal.NAME),
    ("kv--demo", VaultRefusal.NAME),
    ("kv_demo", VaultRefusal.NAME),
    ("kv%2ddemo", VaultRefusal.NAME),
    ("xn--kv-demo", VaultRefusal.NAME),
    ("https://.vault.azure.net/", VaultRefusal.NAME),
    ("https://kv.vault.azure.net/", VaultRefusal.NAME),
    ("https://evil.example%2f.vault.azure.net/", VaultRefusal.NAME),
    ("https://evil.kv-demo.vault.azure.net/", VaultRefusal.NAME),
    ("https://kv-demo..vault.azure.net/", VaultRefusal.NAME),
    ("https://kv+demo.vault.azure.net/", VaultRefusal.NAME),
    # A vault, but of a cloud that is not chosen.
    ("https://kv-demo.vault.usgovcloudapi.net/", VaultRefusal.OTHER_CLOUD),
    ("https://kv-demo.vault.azure.cn/", VaultRefusal.OTHER_CLOUD),
    # The private endpoint's own name.
    ("https://kv-demo.privatelink.vaultcore.azure.net/", VaultRefusal.PRIVATE_LINK),
    ("https://kv-demo.vaultcore.azure.net/", VaultRefusal.PRIVATE_LINK),
    # Hosts that somebody else may own.
    ("https://evil.example/", VaultRefusal.FOREIGN_HOST),
    ("https://evilvault.azure.net/", VaultRefusal.FOREIGN_HOST),
    ("https://vault.azure.net/", VaultRefusal.FOREIGN_HOST),
    ("https://kv-demo.vault.azure.net.evil.example/", VaultRefusal.FOREIGN_HOST),
    ("https://kv-demo.vault.azure.net./", VaultRefusal.FOREIGN_HOST),
    ("https://kv-demo.vault.azure.com/", VaultRefusal.FOREIGN_HOST),
    ("https://kv-demo.managedhsm.azure.net/", VaultRefusal.FOREIGN_HOST),
    ("https://kv-demo.vault.microsoftazure.de/", VaultRefusal.FOREIGN_HOST),
    ("https://127.0.0.1/", VaultRefusal.FOREIGN_HOST),
    ("https://[::1]/", VaultRefusal.FOREIGN_HOST),
    ("https://169.254.169.254/", VaultRefusal.FOREIGN_HOST),
    ("https://localhost/", VaultRefusal.FOREIGN_HOST),
    ("https:///", VaultRefusal.FOREIGN_HOST),
    ("https://", VaultRefusal.FOREIGN_HOST),
    ("https://kv-demo", VaultRefusal.FOREIGN_HOST),
    ("https://kv-demo.vault.azure.net.vault.azure.net", VaultRefusal.FOREIGN_HOST),
]


@pytest.mark.parametrize(("text", "url"), TAKEN)
def test_a_name_or_an_https_url_names_the_vault(text: str, url: str) -> None:
    assert parse_vault_address(text).url == url


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_everything_else_is_refused_for_its_own_reason(text: str, reason: VaultRefusal) -> None:
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


def test_a_refusal_does_not_repeat_a_password() -> None:
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
