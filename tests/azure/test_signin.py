"""Every kind of sign-in, succeeding and failing, against the embedded Azure."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from kvtui.azure.connect import sign_in, sign_in_as_deployment
from kvtui.azure.model import DeviceCode
from kvtui.azure.signin import AUTO_ORDER
from kvtui.emulator import company
from kvtui.emulator.faults import Fault, FaultKind
from kvtui.emulator.process import EmulatorProcess
from kvtui.emulator.tokens import unsigned_token
from kvtui.exits import Exit
from kvtui.settings.model import AuthMode, Settings, SignInKind
from tests.azure.desk import BRIEF, Desk, problem_of, settings_of

LOGIN = "login.microsoftonline.com"


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
    assert problem.what == "The environment sign-in needs AZURE_CLIENT_ID, AZURE_CLIENT_SECRET."
    assert problem.exit is Exit.SIGN_IN


async def test_the_azure_cli_signs_in_as_its_user(desk: Desk) -> None:
    identity = (await desk.sign_in(settings_of(kind=SignInKind.AZURE_CLI))).identity
    assert str(identity) == "ana@contoso.com (az CLI)"
    assert identity.is_user


async def test_the_azure_cli_without_a_login_says_run_az_login(azure: EmulatorProcess) -> None:
    azure.set_scenario(az_user="")
    problem = await problem_of(sign_in(settings_of(kind=SignInKind.AZURE_CLI)))
    assert (problem.remedy, problem.exit) == ("Run: az login", Exit.SIGN_IN)


async def test_a_host_without_the_azure_cli_says_so(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    problem = await problem_of(sign_in(settings_of(kind=SignInKind.AZURE_CLI)))
    assert problem.what == "The Azure CLI is not installed here."


async def test_the_azure_developer_cli_signs_in_as_its_user(azure: EmulatorProcess, desk: Desk) -> None:
    azure.set_scenario(azd_user=company.USER)
    identity = (await desk.sign_in(settings_of(kind=SignInKind.AZD))).identity
    assert str(identity) == "ana@contoso.com (azd)"


async def test_the_azure_developer_cli_without_a_login_says_run_azd_auth_login(
    azure: EmulatorProcess,
) -> None:
    problem = await problem_of(sign_in(settings_of(kind=SignInKind.AZD)))
    assert (problem.remedy, problem.exit) == ("Run: azd auth login", Exit.SIGN_IN)


async def test_a_host_without_the_azure_developer_cli_says_so(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    problem = await problem_of(sign_in(settings_of(kind=SignInKind.AZD)))
    assert problem.what == "The Azure Developer CLI is not installed here."


async def test_a_host_without_a_browser_names_the_device_code(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "/bin/false")
    monkeypatch.delenv("DISPLAY", raising=False)
    problem = await problem_of(sign_in(settings_of(kind=SignInKind.BROWSER), limits=BRIEF))
    assert problem.what == "No browser can be opened here."
    assert "device code" in problem.remedy


class TestByCertificate:
    @pytest.fixture
    def certificate(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
        """A new certificate, named with its key in the environment. Returns what the app registers."""
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kvtui test")])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        public = made.public_bytes(serialization.Encoding.PEM)
        plain = serialization.NoEncryption()
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        path = tmp_path / "app.pem"
        path.write_bytes(private + public)
        monkeypatch.setenv("AZURE_TENANT_ID", company.TENANT_ID)
        monkeypatch.setenv("AZURE_CLIENT_ID", company.made_id("client", "Vault Backup Job"))
        monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(path))
        return public.decode()

    async def test_the_environments_certificate_signs_in(
        self, azure: EmulatorProcess, desk: Desk, certificate: str
    ) -> None:
        azure.set_scenario(certificate=certificate)
        signed_in = await desk.sign_in(Settings(sign_in=SignInKind.ENVIRONMENT))
        assert str(signed_in.identity) == "Vault Backup Job (environment)"

    async def test_one_that_the_app_does_not_know_is_said_so(
        self, azure: EmulatorProcess, certificate: str
    ) -> None:
        problem = await problem_of(sign_in(Settings(sign_in=SignInKind.ENVIRONMENT), limits=BRIEF))
        assert (problem.code, problem.exit) == ("AADSTS700027", Exit.SIGN_IN)

    async def test_a_file_that_is_none_is_named(
        self, azure: EmulatorProcess, certificate: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere/app.pem")
        problem = await problem_of(sign_in(Settings(sign_in=SignInKind.ENVIRONMENT), limits=BRIEF))
        assert problem.what == "The certificate /nowhere/app.pem cannot be used."


async def test_the_hosts_managed_identity_signs_in(desk: Desk) -> None:
    signed_in = await desk.sign_in(Settings(sign_in=SignInKind.MANAGED_IDENTITY))
    assert str(signed_in.identity) == "mi-bastion (managed identity)"


async def test_a_host_without_a_managed_identity_says_so(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.STATUS, host="169.254.169.254", status=502, times=None))
    problem = await problem_of(sign_in(Settings(sign_in=SignInKind.MANAGED_IDENTITY), limits=BRIEF))
    assert problem.what == "This host has no managed identity."
    assert problem.exit is Exit.SIGN_IN


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


async def test_a_service_account_that_is_not_trusted_is_told_apart(
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


async def test_a_declined_device_code_is_a_refusal(azure: EmulatorProcess) -> None:
    azure.set_scenario(device_code="declined", device_polls=0)
    settings = Settings(sign_in=SignInKind.DEVICE_CODE, tenant_id=company.TENANT_ID)
    problem = await problem_of(sign_in(settings, on_device_code=lambda _: None))
    assert problem.exit is Exit.SIGN_IN


async def test_waiting_for_a_device_code_is_cancelled_at_once(azure: EmulatorProcess) -> None:
    azure.set_scenario(device_polls=1000)
    shown = asyncio.Event()
    settings = Settings(sign_in=SignInKind.DEVICE_CODE, tenant_id=company.TENANT_ID)
    waiting = asyncio.ensure_future(sign_in(settings, on_device_code=lambda _: shown.set()))
    await asyncio.wait_for(shown.wait(), 10)
    started = time.monotonic()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert time.monotonic() - started < 0.3
    for polling in [one for one in threading.enumerate() if one.name == "kvtui-sign-in"]:
        polling.join(6)
        assert not polling.is_alive()
    polls = [record for record in azure.log() if record.path.endswith("/token")]
    assert len(polls) <= 1


async def test_a_device_code_without_anyone_to_show_it_to_is_refused(azure: EmulatorProcess) -> None:
    problem = await problem_of(sign_in(Settings(sign_in=SignInKind.DEVICE_CODE)))
    assert problem.exit is Exit.SIGN_IN
    assert not [record for record in azure.log() if record.path.endswith("/devicecode")]


@pytest.mark.parametrize(
    ("client_id", "secret", "code", "words"),
    [
        (company.ASTRO_PROD, "Wrong~Secret.0123456789-0123456789-abcd", "AADSTS7000215", "is wrong"),
        (company.ASTRO_STAGING, "", "AADSTS7000222", "has expired"),
        ("99999999-0000-4000-8000-000000000000", "", "AADSTS700016", "There is no app"),
    ],
)
async def test_a_client_that_entra_refuses_is_told_why(
    azure: EmulatorProcess, client_id: str, secret: str, code: str, words: str
) -> None:
    problem = await problem_of(sign_in(settings_of(client_id, secret=secret)))
    assert (problem.code, problem.status, problem.exit) == (code, 401, Exit.SIGN_IN)
    assert words in problem.what
    assert client_id in problem.identity


async def test_a_wrong_secret_stays_out_of_the_problem(azure: EmulatorProcess) -> None:
    secret = "Wrong~Secret.0123456789-0123456789-abcd"
    assert secret not in repr(await problem_of(sign_in(settings_of(secret=secret))))


async def test_a_refusal_keeps_the_correlation_id(azure: EmulatorProcess) -> None:
    problem = await problem_of(sign_in(settings_of(secret="Wrong~Secret.0123456789-0123456789-abcd")))
    assert "Correlation ID" in problem.detail


async def test_an_unknown_tenant_is_told_apart(azure: EmulatorProcess) -> None:
    settings = replace(settings_of(), tenant_id="12345678-0000-4000-8000-000000000000")
    problem = await problem_of(sign_in(settings))
    assert problem.code == "AADSTS90002"
    assert settings.tenant_id in problem.what


async def test_a_malformed_tenant_is_refused_before_anything_is_sent(azure: EmulatorProcess) -> None:
    problem = await problem_of(sign_in(replace(settings_of(), tenant_id="con toso/../x")))
    assert problem.exit is Exit.USAGE
    assert azure.log() == []


async def test_a_login_host_that_answers_with_a_web_page_is_unreachable(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.HTML, host=LOGIN, times=None))
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.exit is Exit.UNREACHABLE


async def test_a_login_host_that_hangs_is_given_up(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.HANG, host=LOGIN, times=None))
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert (problem.exit, problem.code, problem.status) == (Exit.UNREACHABLE, "timeout", None)


async def test_a_login_host_that_keeps_failing_is_unreachable(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.STATUS, host=LOGIN, status=503, times=None))
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.exit is Exit.UNREACHABLE


async def test_a_redirect_of_the_login_host_is_not_followed(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.REDIRECT, host=LOGIN, times=None, target="https://attacker.example/"))
    await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert {record.host for record in azure.log()} == {LOGIN}


async def test_a_certificate_that_is_not_trusted_says_what_to_set(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert (problem.exit, problem.code) == (Exit.UNREACHABLE, "tls")
    assert "SSL_CERT_FILE" in problem.remedy


async def test_a_ca_bundle_that_is_not_there_is_named(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.exit is Exit.USAGE
    assert "SSL_CERT_FILE" in problem.what


async def test_a_proxy_that_is_not_there_is_named_without_its_password(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://user:kvtui-canary@127.0.0.1:9")
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.exit is Exit.UNREACHABLE
    assert "127.0.0.1:9" in problem.what
    assert "kvtui-canary" not in repr(problem)


class TestAuto:
    async def test_it_takes_the_first_that_answers_and_tells_what_the_others_said(self, desk: Desk) -> None:
        attempts = (await desk.sign_in(settings_of(kind=SignInKind.AUTO))).attempts
        assert [(attempt.kind, attempt.ok) for attempt in attempts] == [
            ("environment", False),
            ("workload identity", False),
            ("az CLI", True),
        ]
        assert "AZURE_CLIENT_SECRET" in attempts[0].said
        assert "ana@contoso.com" in attempts[2].said

    async def test_it_goes_on_to_the_managed_identity(self, azure: EmulatorProcess, desk: Desk) -> None:
        azure.set_scenario(az_user="")
        signed_in = await desk.sign_in(settings_of(kind=SignInKind.AUTO))
        assert str(signed_in.identity) == "mi-bastion (managed identity)"
        assert "az login" not in signed_in.attempts[4].said

    async def test_a_wrong_secret_in_the_environment_is_reported_though_another_kind_answers(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AZURE_TENANT_ID", company.TENANT_ID)
        monkeypatch.setenv("AZURE_CLIENT_ID", company.ASTRO_PROD)
        monkeypatch.setenv("AZURE_CLIENT_SECRET", "Wrong~Secret.0123456789-0123456789-abcd")
        attempts = (await desk.sign_in(settings_of(kind=SignInKind.AUTO))).attempts
        assert "AADSTS7000215" in attempts[0].said

    async def test_when_nobody_answers_it_says_what_each_said(self, azure: EmulatorProcess) -> None:
        azure.set_scenario(az_user="")
        azure.inject(Fault(FaultKind.STATUS, host="169.254.169.254", status=502, times=None))
        problem = await problem_of(sign_in(settings_of(kind=SignInKind.AUTO), limits=BRIEF))
        assert problem.exit is Exit.SIGN_IN
        assert [line.split(":")[0] for line in problem.detail.splitlines()] == [
            "environment",
            "workload identity",
            "az CLI",
            "azd",
            "managed identity",
        ]
        assert problem.remedy == "Run: az login"

    def test_it_never_waits_for_a_human(self) -> None:
        assert not {SignInKind.DEVICE_CODE, SignInKind.BROWSER} & set(AUTO_ORDER)


class TestAsTheDeployment:
    async def test_a_client_secret_is_the_settings_own(self, azure: EmulatorProcess) -> None:
        signed_in = await sign_in_as_deployment(settings_of(kind=SignInKind.AZURE_CLI))
        await signed_in.close()
        assert str(signed_in.identity) == "astro-prod (client secret)"

    async def test_a_half_filled_mode_says_what_is_missing(self, azure: EmulatorProcess) -> None:
        problem = await problem_of(sign_in_as_deployment(replace(settings_of(), client_secret=None)))
        assert problem.what == "The client secret sign-in needs a client secret."

    async def test_a_managed_identity_of_this_host_answers(self, azure: EmulatorProcess) -> None:
        azure.set_scenario(host_identities=("mi-bastion", "mi-airflow-prod"))
        settings = replace(settings_of(company.MI_AIRFLOW_PROD), auth_mode=AuthMode.MANAGED_IDENTITY)
        signed_in = await sign_in_as_deployment(settings)
        await signed_in.close()
        assert signed_in.identity.name == "mi-airflow-prod"

    async def test_a_managed_identity_that_this_host_lacks_is_said_plainly(
        self, azure: EmulatorProcess
    ) -> None:
        settings = replace(settings_of(company.MI_AIRFLOW_PROD), auth_mode=AuthMode.MANAGED_IDENTITY)
        problem = await problem_of(sign_in_as_deployment(settings, limits=BRIEF))
        assert problem.what.startswith(
            f"This host does not have the managed identity {company.MI_AIRFLOW_PROD}"
        )
        assert problem.exit is Exit.SIGN_IN

    async def test_a_workload_identity_without_its_token_file_is_said_plainly(
        self, azure: EmulatorProcess
    ) -> None:
        settings = replace(settings_of(company.REMOTE_AGENTS), auth_mode=AuthMode.WORKLOAD_IDENTITY)
        problem = await problem_of(sign_in_as_deployment(settings))
        assert problem.what.startswith("This host does not have the workload identity")
