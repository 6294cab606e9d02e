"""The proxy and the private endpoint as lines of the checklist, and the facts that they judge."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.app.checks.facts import NetworkFacts, ProbeResult
from kvtui.app.checks.gathering import network_facts
from kvtui.app.checks.network import IN_THE_DEMO
from kvtui.app.exits import Exit
from kvtui.core.problems import Problem, ProblemKind
from kvtui.settings.enums import CloudName
from kvtui.settings.model import Settings, VaultAddress
from tests.app.test_checklist import CHOSEN, judged, with_facts

HOST = "kv-demo.vault.azure.net"
PUBLIC = NetworkFacts(vault_directly=True, addresses=("20.50.1.9",), private=False)
BY_PROXY = NetworkFacts("HTTPS_PROXY")
LOST = ProbeResult(
    problem=Problem("The proxy p:8080 cannot be reached.", "Check it.", ProblemKind.UNREACHABLE)
)
BLOCKED = ProbeResult(
    problem=Problem("The firewall blocks this.", "Open it.", ProblemKind.DENIED, code="ForbiddenByFirewall")
)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("https_proxy", "all_proxy", "no_proxy"):
        for each in (name, name.upper()):
            monkeypatch.delenv(each, raising=False)
    return monkeypatch


def test_without_a_proxy_the_line_says_that_there_is_none() -> None:
    result = judged("proxy", with_facts(network=PUBLIC))
    assert (result.outcome, result.detail) == ("ok", "No proxy is set: requests go to Azure directly.")


def test_without_a_proxy_a_lost_connection_suggests_one() -> None:
    result = judged("proxy", with_facts(network=PUBLIC, sign_in=LOST))
    assert (result.outcome, result.remedy) == ("warn", "If this network needs a proxy, set HTTPS_PROXY.")


def test_the_variable_of_the_proxy_is_named() -> None:
    result = judged("proxy", with_facts(network=BY_PROXY))
    assert result.detail == "Requests to Azure go through the proxy in HTTPS_PROXY."


def test_a_vault_in_no_proxy_is_said_to_be_asked_directly() -> None:
    result = judged("proxy", with_facts(network=replace(PUBLIC, proxy="HTTPS_PROXY")))
    assert result.detail.endswith("the proxy in HTTPS_PROXY, those to the vault directly.")


def test_a_proxy_that_does_not_answer_fails_with_its_remedy() -> None:
    result = judged("proxy", with_facts(network=BY_PROXY, sign_in=LOST))
    assert (result.outcome, result.remedy, result.exit) == ("fail", "Check it.", Exit.UNREACHABLE)


def test_a_vault_that_is_asked_directly_says_nothing_about_the_proxy() -> None:
    facts = with_facts(network=replace(PUBLIC, proxy="HTTPS_PROXY"), listing=LOST)
    assert judged("proxy", facts).outcome == "ok"


def test_a_proxy_that_cannot_be_used_fails_with_its_remedy() -> None:
    problem = Problem("HTTPS_PROXY names a SOCKS proxy.", "Unset it.", ProblemKind.USAGE)
    facts = with_facts(network=NetworkFacts(problem=problem))
    assert (judged("proxy", facts).outcome, judged("proxy", facts).remedy) == ("fail", "Unset it.")
    assert judged("private endpoint", facts).outcome == "skipped"


@pytest.mark.parametrize(
    ("network", "detail"),
    [
        (with_facts().network, f"{HOST} has the private address 10.4.0.7 here."),
        (PUBLIC, f"{HOST} has the public address 20.50.1.9 here: no private endpoint is used."),
    ],
)
def test_a_vault_that_answers_passes_with_the_address_it_has(network: NetworkFacts, detail: str) -> None:
    result = judged("private endpoint", with_facts(network=network))
    assert (result.outcome, result.detail) == ("ok", detail)


@pytest.mark.parametrize(
    ("cloud", "zone"),
    [
        (CloudName.PUBLIC, "privatelink.vaultcore.azure.net"),
        (CloudName.USGOV, "privatelink.vaultcore.usgovcloudapi.net"),
        (CloudName.CHINA, "privatelink.vaultcore.azure.cn"),
    ],
)
def test_a_public_address_that_the_firewall_blocks_names_the_private_zone(
    cloud: CloudName, zone: str
) -> None:
    settings = replace(CHOSEN, cloud_name=cloud)
    result = judged("private endpoint", with_facts(network=PUBLIC, listing=BLOCKED), settings)
    assert result.outcome == "warn"
    assert f"link the private DNS zone {zone} to this host's network" in result.remedy


def test_a_proxy_that_the_firewall_blocks_suggests_no_proxy() -> None:
    result = judged("private endpoint", with_facts(network=BY_PROXY, listing=BLOCKED))
    assert (result.outcome, f"list {HOST} in NO_PROXY" in result.remedy) == ("warn", True)


def test_a_name_that_this_host_cannot_resolve_is_a_warning() -> None:
    result = judged("private endpoint", with_facts(network=replace(PUBLIC, addresses=(), private=None)))
    assert (result.outcome, result.detail) == ("warn", f"This host cannot resolve {HOST}.")


async def test_without_a_proxy_the_vaults_address_is_a_fact(no_proxy: pytest.MonkeyPatch) -> None:
    found = await network_facts(Settings(vault=VaultAddress("kv-demo")), lambda _: ["10.4.0.7"])
    assert found == NetworkFacts(vault_directly=True, addresses=("10.4.0.7",), private=True)


async def test_behind_a_proxy_the_name_is_not_resolved_here(no_proxy: pytest.MonkeyPatch) -> None:
    no_proxy.setenv("HTTPS_PROXY", "http://proxy.corp:8080")
    found = await network_facts(Settings(vault=VaultAddress("kv-demo")), lambda _: ["10.4.0.7"])
    assert found == NetworkFacts("HTTPS_PROXY")


async def test_a_vault_in_no_proxy_is_resolved_here(no_proxy: pytest.MonkeyPatch) -> None:
    no_proxy.setenv("https_proxy", "http://proxy.corp:8080")
    no_proxy.setenv("NO_PROXY", "*.vault.azure.net")
    found = await network_facts(Settings(vault=VaultAddress("kv-demo")), lambda _: ["10.4.0.7"])
    assert found == NetworkFacts("https_proxy", vault_directly=True, addresses=("10.4.0.7",), private=True)


async def test_a_proxy_that_cannot_be_used_is_a_fact(no_proxy: pytest.MonkeyPatch) -> None:
    no_proxy.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    found = await network_facts(Settings(vault=VaultAddress("kv-demo")))
    assert found.problem is not None
    assert found.problem.what == "ALL_PROXY names a SOCKS proxy, which kvtui cannot use."


def test_in_the_demo_the_line_is_about_the_demos_proxy() -> None:
    result = judged("proxy", with_facts(network=BY_PROXY, demo=True))
    assert (result.outcome, result.detail) == ("ok", IN_THE_DEMO)
    assert "simulated inside kvtui" in IN_THE_DEMO


@pytest.mark.parametrize(
    ("demo", "detail"),
    [
        (False, "This host's DNS is not used: the proxy looks up the vault's address."),
        (True, "Demo: no address is looked up."),
    ],
)
def test_an_address_that_this_host_does_not_look_up_has_not_passed(demo: bool, detail: str) -> None:
    result = judged("private endpoint", with_facts(network=BY_PROXY, demo=demo))
    assert (result.outcome, result.detail, result.remedy) == ("skipped", detail, "")
