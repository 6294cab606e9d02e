"""Every kind of sign-in, succeeding and failing, against the embedded Azure."""

from __future__ import annotations

import asyncio
import threading
import time
import webbrowser
from pathlib import Path

import pytest

from kvtui.azure.model import DeviceCode
from kvtui.azure.signin import sign_in
from kvtui.core.problems import ProblemKind
from kvtui.emulator import company
from kvtui.emulator.tokens import unsigned_token
from kvtui.settings.model import Settings, SignInKind
from tests.azure.desk import BRIEF, Desk, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess


def _token_file(folder: Path, *, subject: str = company.FEDERATION_SUBJECT) -> str:
    path = folder / "token"
    now = int(time.time())
    claims = {
        "iss": company.FEDERATION_ISSUER,
        "sub": subject,
        "aud": [company.FEDERATION_AUDIENCE],
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
    }
    path.write_text(unsigned_token(claims))
    return str(path)


async def test_a_client_secret_signs_in_and_says_who_it_is(desk: Desk) -> None:
    identity = (await desk.sign_in(settings_of())).identity
    assert str(identity) == "astro-prod (client secret)"
    assert identity.tenant_id == company.TENANT_ID
    assert identity.object_id == company.made_id("sp", "astro-prod")
    assert not identity.is_user


async def test_the_environment_signs_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", company.TENANT_ID)
    monkeypatch.setenv("AZURE_CLIENT_ID", company.AIRFLOW_LEGACY)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", company.CLIENT_SECRETS[company.AIRFLOW_LEGACY])
    signed_in = await desk.sign_in(Settings(sign_in=SignInKind.ENVIRONMENT))
    assert str(signed_in.identity) == "airflow-legacy (environment)"


async def test_the_environment_says_which_variables_it_lacks(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", company.TENANT_ID)
    problem = await problem_of(sign_in(Settings(sign_in=SignInKind.ENVIRONMENT)))
    either = "AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH"
    assert problem.what == f"The environment sign-in needs AZURE_CLIENT_ID, {either}."
    assert problem.kind is ProblemKind.SIGN_IN


async def test_the_azure_cli_signs_in_as_its_user(desk: Desk) -> None:
    identity = (await desk.sign_in(settings_of(kind=SignInKind.AZURE_CLI))).identity
    assert str(identity) == "ana@contoso.com (az CLI)"
    assert identity.is_user


async def test_the_azure_developer_cli_signs_in_as_its_user(azure: EmulatorProcess, desk: Desk) -> None:
    azure.set_scenario(azd_user=company.USER)
    identity = (await desk.sign_in(settings_of(kind=SignInKind.AZD))).identity
    assert str(identity) == "ana@contoso.com (azd)"


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [(SignInKind.AZURE_CLI, "Run: az login"), (SignInKind.AZD, "Run: azd auth login")],
)
async def test_a_command_line_tool_without_a_login_says_how_to_log_in(
    azure: EmulatorProcess, kind: SignInKind, remedy: str
) -> None:
    azure.set_scenario(az_user="", azd_user="")
    problem = await problem_of(sign_in(settings_of(kind=kind)))
    assert (problem.remedy, problem.kind) == (remedy, ProblemKind.SIGN_IN)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (SignInKind.AZURE_CLI, "The Azure CLI is not installed here."),
        (SignInKind.AZD, "The Azure Developer CLI is not installed here."),
    ],
)
async def test_a_host_without_the_command_line_tool_says_so(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: SignInKind, what: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    problem = await problem_of(sign_in(settings_of(kind=kind)))
    assert problem.what == what


async def test_a_host_without_a_browser_names_the_device_code(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "/bin/false")
    monkeypatch.delenv("DISPLAY", raising=False)
    problem = await problem_of(sign_in(settings_of(kind=SignInKind.BROWSER), limits=BRIEF))
    assert problem.what == "No browser can be opened here."
    assert "device code" in problem.remedy


async def test_a_browser_that_draws_in_the_terminal_is_not_opened(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browser = tmp_path / "lynx"
    browser.write_text(f"#!/bin/sh\ntouch {tmp_path}/opened\n")
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", "/bin/false")
    monkeypatch.delenv("DISPLAY", raising=False)
    webbrowser.register("lynx", None, webbrowser.GenericBrowser(str(browser)), preferred=True)
    problem = await problem_of(sign_in(settings_of(kind=SignInKind.BROWSER), limits=BRIEF))
    assert (problem.what, (tmp_path / "opened").exists()) == ("No browser can be opened here.", False)


async def test_the_hosts_managed_identity_signs_in(desk: Desk) -> None:
    signed_in = await desk.sign_in(Settings(sign_in=SignInKind.MANAGED_IDENTITY))
    assert str(signed_in.identity) == "mi-bastion (managed identity)"


async def test_a_host_without_a_managed_identity_says_so(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.STATUS, host="169.254.169.254", status=502, times=None))
    problem = await problem_of(sign_in(Settings(sign_in=SignInKind.MANAGED_IDENTITY), limits=BRIEF))
    assert problem.what == "This host has no managed identity."
    assert problem.kind is ProblemKind.SIGN_IN


async def test_a_host_whose_identity_endpoint_hangs_is_given_up_soon(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.HANG, host="169.254.169.254", times=None))
    started = time.monotonic()
    problem = await problem_of(sign_in(Settings(sign_in=SignInKind.MANAGED_IDENTITY), limits=BRIEF))
    assert problem.what == "This host has no managed identity."
    assert time.monotonic() - started < 2


async def test_a_workload_identity_signs_in_with_its_token_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", company.TENANT_ID)
    monkeypatch.setenv("AZURE_CLIENT_ID", company.REMOTE_AGENTS)
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", _token_file(tmp_path))
    signed_in = await desk.sign_in(Settings(sign_in=SignInKind.WORKLOAD_IDENTITY))
    assert str(signed_in.identity) == "astro-remote-agents (workload identity)"


async def test_a_service_account_that_is_not_trusted_is_kept_apart(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", company.TENANT_ID)
    monkeypatch.setenv("AZURE_CLIENT_ID", company.REMOTE_AGENTS)
    token_file = _token_file(tmp_path, subject="system:serviceaccount:default:nobody")
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", token_file)
    problem = await problem_of(sign_in(Settings(sign_in=SignInKind.WORKLOAD_IDENTITY)))
    assert problem.code == "AADSTS700213"
    assert "subject" in problem.what


async def test_a_device_code_is_shown_and_then_signs_in(azure: EmulatorProcess) -> None:
    shown: list[DeviceCode] = []
    settings = Settings(sign_in=SignInKind.DEVICE_CODE, tenant_id=company.TENANT_ID)
    signed_in = await sign_in(settings, on_device_code=shown.append)
    await signed_in.close()
    assert str(signed_in.identity) == "ana@contoso.com (device code)"
    assert shown[0].user_code
    assert shown[0].url == "https://microsoft.com/devicelogin"


async def test_a_device_code_prints_nothing(
    azure: EmulatorProcess, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(sign_in=SignInKind.DEVICE_CODE, tenant_id=company.TENANT_ID)
    await (await sign_in(settings, on_device_code=lambda _: None)).close()
    assert capfd.readouterr() == ("", "")


async def test_a_declined_device_code_is_an_error(azure: EmulatorProcess) -> None:
    azure.set_scenario(device_code="declined", device_polls=0)
    settings = Settings(sign_in=SignInKind.DEVICE_CODE, tenant_id=company.TENANT_ID)
    problem = await problem_of(sign_in(settings, on_device_code=lambda _: None))
    assert problem.kind is ProblemKind.SIGN_IN


async def test_waiting_for_a_device_code_is_cancelled_at_once(azure: EmulatorProcess) -> None:
    azure.set_scenario(device_polls=1000)
    shown, before = asyncio.Event(), set(threading.enumerate())
    settings = Settings(sign_in=SignInKind.DEVICE_CODE, tenant_id=company.TENANT_ID)
    waiting = asyncio.ensure_future(sign_in(settings, on_device_code=lambda _: shown.set()))
    await asyncio.wait_for(shown.wait(), 10)
    started = time.monotonic()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert time.monotonic() - started < 0.3
    for polling in [
        one for one in threading.enumerate() if one not in before and one.name == "kvtui-sign-in"
    ]:
        polling.join(6)
        assert not polling.is_alive()
    polls = [record for record in azure.log() if record.path.endswith("/token")]
    assert len(polls) <= 1


async def test_a_device_code_without_anyone_to_show_it_to_is_rejected(azure: EmulatorProcess) -> None:
    problem = await problem_of(sign_in(Settings(sign_in=SignInKind.DEVICE_CODE)))
    assert problem.kind is ProblemKind.SIGN_IN
    assert not [record for record in azure.log() if record.path.endswith("/devicecode")]
