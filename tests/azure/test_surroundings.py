"""The way to Azure: proxies, CAs, other clouds, and what must stay silent."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kvtui.azure.directory import Directory
from kvtui.azure.model import DirectoryEntry
from kvtui.azure.signin import open_directory, open_vault, sign_in
from kvtui.azure.transport import ca_bundle, service_host, transport
from kvtui.core.problems import ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import Settings, SignInKind, VaultAddress
from tests.azure.desk import BRIEF, Desk, pages_of, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

HOSTS = {
    "vault": f"{company.VAULT_RBAC}.vault.azure.net",
    "graph": "graph.microsoft.com",
    "login": "login.microsoftonline.com",
}


async def _entries(directory: Directory) -> list[DirectoryEntry]:
    try:
        return [entry async for batch in directory.find("astro") for entry in batch]
    finally:
        await directory.close()


async def _ask(which: str, desk: Desk) -> object:
    """One request by aiohttp (vault), httpx (graph) or requests (the device code's login)."""
    if which == "vault":
        return await pages_of(await desk.vault())
    if which == "graph":
        ana = settings_of(kind=SignInKind.AZURE_CLI)
        return await _entries(open_directory(await desk.sign_in(ana), ana, limits=BRIEF))
    device = Settings(sign_in=SignInKind.DEVICE_CODE, tenant_id=company.TENANT_ID)
    return await sign_in(device, on_device_code=lambda _: None, limits=BRIEF)


@pytest.mark.parametrize("which", HOSTS)
@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "rejects connections"), (407, "requires authentication"), (502, "cannot find or reach")],
)
async def test_what_a_proxy_rejects_is_reported_as_the_proxys(
    azure: EmulatorProcess, desk: Desk, which: str, status: int, words: str
) -> None:
    azure.inject(Fault(FaultKind.STATUS, host=HOSTS[which], method="CONNECT", status=status, times=None))
    problem = await problem_of(_ask(which, desk))
    assert problem.kind is ProblemKind.UNREACHABLE
    assert words in problem.what
    assert str(status) in problem.what
    assert problem.status is None


@pytest.mark.parametrize("which", HOSTS)
async def test_a_ca_that_was_not_named_is_reported_by_each_stack(
    desk: Desk, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if which != "login":  # the sign-in itself must work first
        ana = settings_of(kind=SignInKind.AZURE_CLI)
        signed_in = await desk.sign_in(ana)
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    if which == "graph":
        problem = await problem_of(_entries(open_directory(signed_in, ana, limits=BRIEF)))
    elif which == "vault":
        vault = open_vault(signed_in, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
        problem = await problem_of(pages_of(vault))
        await vault.close()
    else:
        problem = await problem_of(_ask(which, desk))
    assert (problem.kind, problem.code) == (ProblemKind.UNREACHABLE, "tls")


async def test_a_file_that_is_no_ca_bundle_is_named(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("not a certificate")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.kind is ProblemKind.USAGE
    assert "ca.pem" in problem.what


CA = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
"""The variables of a CA bundle, the one that is taken first before the others."""


@pytest.mark.parametrize("named", CA)
@pytest.mark.parametrize("which", HOSTS)
async def test_each_variable_of_the_ca_is_enough_by_itself(
    azure: EmulatorProcess, desk: Desk, which: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in CA:
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(named, str(azure.ca_file))
    await _ask(which, desk)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_azure_clis_variable_is_taken_before_curls(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in CA:
        monkeypatch.delenv(each, raising=False)
    for each in CA[number:]:
        (tmp_path / each).touch()
        monkeypatch.setenv(each, str(tmp_path / each))
    assert ca_bundle() == str(tmp_path / CA[number])


@pytest.mark.parametrize("which", HOSTS)
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"])
async def test_a_directory_of_hashed_certificates_is_taken(
    azure: EmulatorProcess,
    desk: Desk,
    tmp_path: Path,
    which: str,
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["openssl", "x509", "-hash", "-noout", "-in", str(azure.ca_file)]
    asked = await asyncio.to_thread(subprocess.run, words, check=True, capture_output=True, text=True)
    name = asked.stdout.strip()
    shutil.copyfile(azure.ca_file, tmp_path / f"{name}.0")
    for each in CA:
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    await _ask(which, desk)


async def test_no_proxy_is_heeded(azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", ".microsoftonline.com")
    azure.clear_log()
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.kind is ProblemKind.UNREACHABLE
    assert azure.log() == []


async def test_the_http_session_reads_neither_netrc_nor_a_proxy_by_itself(azure: EmulatorProcess) -> None:
    made = transport(BRIEF, service_host(HOSTS["login"]))
    await made.open()
    assert made.session.trust_env is False
    await made.close()


def test_failures_leave_stdout_and_stderr_to_the_doors(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.RESET, host=HOSTS["vault"], path="/secrets*", times=None))
    azure.set_scenario(az_user="")
    program = """
import asyncio
from kvtui.azure.signin import open_vault, preload, sign_in
from kvtui.core.problems import ProblemError
from kvtui.settings.model import Settings, SignInKind, VaultAddress, VaultAddress

async def main():
    preload()
    for kind in (SignInKind.AZURE_CLI, SignInKind.CLIENT_SECRET):
        try:
            await sign_in(Settings(sign_in=kind))
        except ProblemError:
            pass
    signed_in = await sign_in(Settings())
    vault = open_vault(signed_in, VaultAddress("kv-contoso-prod"))
    try:
        async for _ in vault.names():
            pass
    except ProblemError as error:
        assert "closed before the answer" in error.problem.what, error
    else:
        raise AssertionError("the listing should have failed")
    await vault.close()
    await signed_in.close()

asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
