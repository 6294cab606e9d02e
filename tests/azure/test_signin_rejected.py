"""A sign-in that Entra rejects, and one whose login host cannot be reached or trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.azure.signin import sign_in
from kvtui.core.problems import ProblemKind
from kvtui.emulator import company
from tests.azure.desk import BRIEF, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

LOGIN = "login.microsoftonline.com"


@pytest.mark.parametrize(
    ("client_id", "secret", "code", "words"),
    [
        (company.ASTRO_PROD, "Wrong~Secret.0123456789-0123456789-abcd", "AADSTS7000215", "is wrong"),
        (company.ASTRO_STAGING, "", "AADSTS7000222", "has expired"),
        ("99999999-0000-4000-8000-000000000000", "", "AADSTS700016", "There is no app"),
    ],
)
async def test_a_client_that_entra_rejects_is_reported_why(
    azure: EmulatorProcess, client_id: str, secret: str, code: str, words: str
) -> None:
    problem = await problem_of(sign_in(settings_of(client_id, secret=secret)))
    assert (problem.code, problem.status, problem.kind) == (code, 401, ProblemKind.SIGN_IN)
    assert words in problem.what
    assert client_id in problem.identity


async def test_a_wrong_secret_stays_out_of_the_problem(azure: EmulatorProcess) -> None:
    secret = "Wrong~Secret.0123456789-0123456789-abcd"
    assert secret not in repr(await problem_of(sign_in(settings_of(secret=secret))))


async def test_an_error_keeps_the_correlation_id(azure: EmulatorProcess) -> None:
    problem = await problem_of(sign_in(settings_of(secret="Wrong~Secret.0123456789-0123456789-abcd")))
    assert "Correlation ID" in problem.detail


async def test_an_unknown_tenant_is_kept_apart(azure: EmulatorProcess) -> None:
    settings = replace(settings_of(), tenant_id="12345678-0000-4000-8000-000000000000")
    problem = await problem_of(sign_in(settings))
    assert problem.code == "AADSTS90002"
    assert settings.tenant_id in problem.what


async def test_a_malformed_tenant_is_rejected_before_anything_is_sent(azure: EmulatorProcess) -> None:
    problem = await problem_of(sign_in(replace(settings_of(), tenant_id="con toso/../x")))
    assert problem.kind is ProblemKind.USAGE
    assert azure.log() == []


async def test_a_login_host_that_answers_with_a_web_page_is_unreachable(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.HTML, host=LOGIN, times=None))
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.kind is ProblemKind.UNREACHABLE


async def test_a_login_host_that_hangs_is_given_up(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.HANG, host=LOGIN, times=None))
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert (problem.kind, problem.code, problem.status) == (ProblemKind.UNREACHABLE, "timeout", None)


async def test_a_login_host_that_keeps_failing_is_unreachable(azure: EmulatorProcess) -> None:
    azure.inject(Fault(FaultKind.STATUS, host=LOGIN, status=503, times=None))
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.kind is ProblemKind.UNREACHABLE


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
    assert (problem.kind, problem.code) == (ProblemKind.UNREACHABLE, "tls")
    assert "SSL_CERT_FILE" in problem.remedy


async def test_a_ca_bundle_that_is_not_there_is_named(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.kind is ProblemKind.USAGE
    assert "REQUESTS_CA_BUNDLE" in problem.what


async def test_a_proxy_that_is_not_there_is_named_without_its_password(
    azure: EmulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://user:kvtui-canary@127.0.0.1:9")
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert problem.kind is ProblemKind.UNREACHABLE
    assert "127.0.0.1:9" in problem.what
    assert "kvtui-canary" not in repr(problem)


@pytest.mark.parametrize(
    ("code", "what", "remedy"),
    [
        ("7000215", "is wrong", "If the client secret is new, wait a minute and try again"),
        ("70021", "No federated credential of", "If it was just created, wait two minutes"),
        ("700211", "has this token's issuer", "If it was just created, wait two minutes"),
        ("700213", "has this token's subject", "If it was just created, wait two minutes"),
        ("50020", "not a member or guest", "az login --tenant"),
        ("90072", "belongs to another tenant", "az login --tenant"),
        ("70043", "sign-in frequency", "Run: az login"),
    ],
)
async def test_a_code_of_entra_comes_with_what_to_do(
    azure: EmulatorProcess, code: str, what: str, remedy: str
) -> None:
    body = (
        f'{{"error": "invalid_grant", "error_description": "AADSTS{code}: words.", "error_codes": [{code}]}}'
    )
    azure.inject(Fault(FaultKind.BODY, host=LOGIN, path="*/token", status=400, body=body, times=None))
    problem = await problem_of(sign_in(settings_of(), limits=BRIEF))
    assert (problem.kind, problem.code) == (ProblemKind.SIGN_IN, f"AADSTS{code}")
    assert what in problem.what
    assert remedy in problem.remedy
