"""The proxy of the environment: what cannot be used, what fails in it, and what is never asked through it."""

from __future__ import annotations

import socket

import pytest

from kvtui.azure.network import proxy_for, proxy_shown
from kvtui.azure.signin import sign_in
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import Settings, SignInKind
from tests.azure.desk import BRIEF, Desk, problem_of
from tests.azure.test_surroundings import HOSTS, _ask
from tests.emulator_support.process import EmulatorProcess

MALFORMED = [
    "http://u:canary@[:",
    "http://u:canary@h:",
    "http://u:canary/x@",
    "http://u:canary/x@h:80",
    "http://u:80/canary@h:80",
    "http://u:can#ary@h:80",
    "http://u:can?ary@h:80",
    "http://u:canary@h:99999",
    "http://u:canary@h:0",
    "http://u:canary@h h:80",
    "http://u:canary@",
    "http://:80",
    "ftp://u:canary@h:80",
    "http://u:canary@h\n:80",
    "http://[::1",
]


def _set(monkeypatch: pytest.MonkeyPatch, proxy: str, name: str = "https_proxy") -> None:
    for each in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, proxy)


async def _meets(which: str, desk: Desk, monkeypatch: pytest.MonkeyPatch, proxy: str, name: str) -> Problem:
    """The Problem of a client's first request when the proxy is this one."""
    _set(monkeypatch, proxy, name)
    return await problem_of(_ask(which, desk))


@pytest.mark.parametrize("proxy", MALFORMED)
def test_a_malformed_proxy_is_one_sentence_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    _set(monkeypatch, proxy)
    with pytest.raises(ProblemError) as raised:
        proxy_for("https://graph.microsoft.com/")
    assert raised.value.problem.kind is ProblemKind.USAGE
    assert "https_proxy is not the URL of a proxy." in raised.value.problem.what
    assert "canary" not in raised.value.problem.sentence()


@pytest.mark.parametrize(
    "proxy",
    ["http://proxy:8080", "proxy:8080", "http://u:p%40w@proxy.corp:8080/", "http://[::1]:3128", "https://p"],
)
def test_a_proxy_of_the_usual_form_is_taken(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    _set(monkeypatch, proxy)
    assert (proxy_for("https://graph.microsoft.com/") or "").endswith(proxy)


def test_a_malformed_proxy_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, "http://u:canary@[:")
    assert proxy_shown("https://graph.microsoft.com/") == ""


def test_a_host_in_no_proxy_does_not_need_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, "socks5://127.0.0.1:1080")
    monkeypatch.setenv("no_proxy", "graph.microsoft.com")
    assert proxy_for("https://graph.microsoft.com/") is None


@pytest.mark.parametrize("which", HOSTS)
@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4"])
async def test_a_socks_proxy_is_rejected_in_one_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, which: str, name: str, scheme: str
) -> None:
    problem = await _meets(which, desk, monkeypatch, f"{scheme}://u:canary@127.0.0.1:1080", name)
    assert problem.kind is ProblemKind.USAGE
    assert problem.what == f"{name} names a SOCKS proxy, which kvtui cannot use."
    assert "canary" not in problem.sentence()


async def test_auto_ends_with_what_is_wrong_with_the_proxy(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    azure.set_scenario(az_user="", host_identities=())
    monkeypatch.setenv("AZURE_TENANT_ID", company.TENANT_ID)
    monkeypatch.setenv("AZURE_CLIENT_ID", company.ASTRO_PROD)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", company.CLIENT_SECRETS[company.ASTRO_PROD])
    _set(monkeypatch, "socks5://127.0.0.1:1080")
    problem = await problem_of(sign_in(Settings(), limits=BRIEF))
    assert (problem.kind, problem.code) == (ProblemKind.USAGE, "proxy")


@pytest.mark.parametrize("which", HOSTS)
async def test_a_proxy_whose_name_does_not_resolve_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    problem = await _meets(which, desk, monkeypatch, "http://u:canary@proxy.invalid:8080", "https_proxy")
    assert problem.kind is ProblemKind.UNREACHABLE
    assert problem.what == "The name of the proxy proxy.invalid:8080 cannot be resolved."


@pytest.mark.parametrize("which", HOSTS)
async def test_a_proxy_that_nobody_listens_at_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    problem = await _meets(which, desk, monkeypatch, "http://127.0.0.1:9", "https_proxy")
    assert problem.what == "The proxy 127.0.0.1:9 cannot be reached."
    assert "set HTTPS_PROXY" not in problem.remedy


@pytest.mark.parametrize("which", HOSTS)
async def test_a_silent_proxy_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        problem = await _meets(which, desk, monkeypatch, f"http://{place}", "https_proxy")
    assert (problem.kind, problem.code) == (ProblemKind.UNREACHABLE, "timeout")
    assert f" did not answer in time through the proxy {place}." in problem.what


async def test_the_metadata_service_is_never_asked_through_a_proxy(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZURE_POD_IDENTITY_AUTHORITY_HOST")
    azure.clear_log()
    problem = await problem_of(sign_in(Settings(sign_in=SignInKind.MANAGED_IDENTITY), limits=BRIEF))
    assert problem.what == "This host has no managed identity."
    assert azure.log() == []


async def test_a_managed_identity_signs_in_whatever_the_proxy_is(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:1080")
    signed_in = await desk.sign_in(Settings(sign_in=SignInKind.MANAGED_IDENTITY))
    assert str(signed_in.identity) == "mi-bastion (managed identity)"
