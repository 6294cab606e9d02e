"""Services that misbehave: every answer has a size, every wait an end, every ending a sentence."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from kvtui.azure.signin import open_access, open_directory, open_vault, sign_in
from kvtui.core.problems import Problem, ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import Settings, SignInKind, VaultAddress
from tests.azure.desk import BRIEF, Desk, pages_of, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

LOGIN = "login.microsoftonline.com"
TOKEN = "*/oauth2/v2.0/token"
HOSTS = {
    "login": LOGIN,
    "device code": LOGIN,
    "vault": f"{company.VAULT_RBAC}.vault.azure.net",
    "graph": "graph.microsoft.com",
    "arm": "management.azure.com",
}
FOUR = [which for which in HOSTS if which != "device code"]


async def ask(which: str, desk: Desk, azure: EmulatorProcess, fault: Fault) -> Problem:
    """The Problem of one request to a service that meets `fault` with every answer."""
    limits = replace(BRIEF, connect=0.6) if fault.kind is FaultKind.DRIP else BRIEF  # it waits for all of it
    ana = settings_of(kind=SignInKind.AZURE_CLI)
    fault = replace(fault, host=HOSTS[which], times=None, with_token=which not in ("login", "device code"))
    if which == "login":
        azure.inject(fault)
        return await problem_of(sign_in(settings_of(), limits=limits))
    if which == "device code":
        azure.inject(fault)
        device = Settings(sign_in=SignInKind.DEVICE_CODE, tenant_id=company.TENANT_ID)
        return await problem_of(sign_in(device, on_device_code=lambda _: None, limits=limits))
    signed_in = await desk.sign_in(ana)
    azure.inject(fault)
    if which == "vault":
        vault = open_vault(signed_in, VaultAddress(company.VAULT_RBAC), limits=limits)
        try:
            return await problem_of(pages_of(vault))
        finally:
            await vault.close()
    if which == "graph":
        directory = open_directory(signed_in, ana, limits=limits)
        try:
            return await problem_of(anext(aiter(directory.find("astro"))))
        finally:
            await directory.close()
    access = open_access(signed_in, ana, limits=limits)
    try:
        return await problem_of(anext(aiter(access.vaults())))
    finally:
        await access.close()


@pytest.mark.parametrize("which", HOSTS)
async def test_a_body_without_end_is_cut_off(azure: EmulatorProcess, desk: Desk, which: str) -> None:
    problem = await ask(which, desk, azure, Fault(FaultKind.ENDLESS))
    assert problem.kind is ProblemKind.UNREACHABLE
    assert "larger than 1,000,000 bytes" in problem.what


@pytest.mark.parametrize("which", HOSTS)
async def test_a_small_answer_that_unpacks_to_a_huge_one_is_rejected(
    azure: EmulatorProcess, desk: Desk, which: str
) -> None:
    problem = await ask(which, desk, azure, Fault(FaultKind.BOMB))
    assert problem.kind is ProblemKind.UNREACHABLE
    assert "larger than 1,000,000 bytes" in problem.what


@pytest.mark.parametrize("which", HOSTS)
async def test_headers_that_drip_end_in_a_total_time(azure: EmulatorProcess, desk: Desk, which: str) -> None:
    problem = await ask(which, desk, azure, Fault(FaultKind.DRIP, seconds=0.2))
    assert (problem.kind, problem.code) == (ProblemKind.UNREACHABLE, "timeout")


@pytest.mark.parametrize("which", HOSTS)
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("31536000", "365 days"),
        ("inf", "more than a year"),
        ("1e400", "more than a year"),
        ("Fri, 01 Jan 2199 00:00:00 GMT", "more than a year"),
    ],
)
async def test_a_long_wait_that_is_asked_for_ends_at_once_and_is_named(
    azure: EmulatorProcess, desk: Desk, which: str, status: int, asked: str, words: str
) -> None:
    problem = await ask(which, desk, azure, Fault(FaultKind.STATUS, status=status, retry_after=asked))
    assert (problem.kind, problem.status) == (ProblemKind.UNREACHABLE, status)
    assert f"It asks to wait {words}." in problem.what
    counted = [(record.path, record.query) for record in azure.log() if record.status == status]
    assert len(counted) == len(set(counted))  # none was sent again


@pytest.mark.parametrize("which", FOUR)
async def test_a_redirect_to_a_malformed_address_is_not_followed(
    azure: EmulatorProcess, desk: Desk, which: str
) -> None:
    problem = await ask(which, desk, azure, Fault(FaultKind.REDIRECT, target="https://[::1"))
    assert problem.kind in (ProblemKind.UNREACHABLE, ProblemKind.SIGN_IN)


@pytest.mark.parametrize("which", ["vault", "graph", "arm"])
async def test_a_malformed_link_to_the_next_page_is_reported(
    azure: EmulatorProcess, desk: Desk, which: str
) -> None:
    name = "@odata.nextLink" if which == "graph" else "nextLink"
    body = f'{{"value": [], "{name}": "https://[::1"}}'
    problem = await ask(which, desk, azure, Fault(FaultKind.BODY, status=200, body=body))
    assert problem.kind is ProblemKind.UNREACHABLE
    assert "next page" in problem.what


@pytest.mark.parametrize(
    ("which", "item"),
    [
        ("graph", '{"passwordCredentials": 5, "alternativeNames": 5}'),
        ("arm", '{"displayName": "no id"}'),
        ("arm", f'{{"subscriptionId": "{company.SUBSCRIPTION_ID}", "properties": 5}}'),
    ],
)
async def test_an_item_of_another_form_is_reported(
    azure: EmulatorProcess, desk: Desk, which: str, item: str
) -> None:
    body = f'{{"value": [{item}]}}'
    problem = await ask(which, desk, azure, Fault(FaultKind.BODY, status=200, body=body))
    assert problem.kind is ProblemKind.UNREACHABLE


@pytest.mark.parametrize("which", ["login", "device code"])
@pytest.mark.parametrize("token", ["5", "[]", "null", '""', '"a\\r\\nb"', "{}"])
async def test_an_access_token_of_a_wrong_type_is_reported(
    azure: EmulatorProcess, desk: Desk, which: str, token: str
) -> None:
    body = f'{{"token_type": "Bearer", "expires_in": 3599, "access_token": {token}}}'
    problem = await ask(which, desk, azure, Fault(FaultKind.BODY, path=TOKEN, status=200, body=body))
    assert problem.kind in (ProblemKind.UNREACHABLE, ProblemKind.SIGN_IN)


@pytest.mark.parametrize("which", ["login", "device code"])
@pytest.mark.parametrize(
    "ends", ["99999999999999999999", "-99999999999999999999", "1e400", '"soon"', "[]", "{}", "null"]
)
async def test_a_lifetime_of_a_wrong_type_is_reported(
    azure: EmulatorProcess, desk: Desk, which: str, ends: str
) -> None:
    body = f'{{"token_type": "Bearer", "expires_in": {ends}, "access_token": "a.b.c"}}'
    problem = await ask(which, desk, azure, Fault(FaultKind.BODY, path=TOKEN, status=200, body=body))
    assert problem.kind in (ProblemKind.UNREACHABLE, ProblemKind.SIGN_IN)


@pytest.mark.parametrize("body", ["5", "[]", "null", '"text"', '{"access_token": 7}', "{}"])
async def test_a_token_answer_of_another_form_is_reported(
    azure: EmulatorProcess, desk: Desk, body: str
) -> None:
    problem = await ask("login", desk, azure, Fault(FaultKind.BODY, path=TOKEN, status=200, body=body))
    assert problem.kind in (ProblemKind.UNREACHABLE, ProblemKind.SIGN_IN)


@pytest.mark.parametrize("kind", [FaultKind.ENDLESS, FaultKind.BOMB])
@pytest.mark.parametrize("path", ["*", "*/oauth2/v2.0/token"])
def test_memory_stays_within_64_mib_above_the_start(
    azure: EmulatorProcess, kind: FaultKind, path: str
) -> None:
    azure.inject(Fault(kind, host=LOGIN, path=path, times=None))
    program = """
import asyncio, resource
from kvtui.azure.signin import preload, sign_in
from kvtui.core.problems import ProblemError
from tests.azure.desk import BRIEF, settings_of

preload()
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    asyncio.run(sign_in(settings_of(), limits=BRIEF))
except ProblemError:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 64
