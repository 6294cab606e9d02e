"""Which kind signs in: what `auto` tries, and what the settings say of the deployment identity."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.azure.signin import AUTO_ORDER, sign_in, sign_in_as_deployment
from kvtui.core.problems import ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import AuthMode, SignInKind
from tests.azure.desk import BRIEF, Desk, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess


class TestAuto:
    async def test_it_takes_the_first_that_answers_and_shows_what_the_others_said(self, desk: Desk) -> None:
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
        assert problem.kind is ProblemKind.SIGN_IN
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
        assert problem.kind is ProblemKind.SIGN_IN

    async def test_a_workload_identity_without_its_token_file_is_said_plainly(
        self, azure: EmulatorProcess
    ) -> None:
        settings = replace(settings_of(company.REMOTE_AGENTS), auth_mode=AuthMode.WORKLOAD_IDENTITY)
        problem = await problem_of(sign_in_as_deployment(settings))
        assert problem.what.startswith("This host does not have the workload identity")
