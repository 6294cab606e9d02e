"""What a lookup needs besides Airflow's rules."""

from __future__ import annotations

import pytest

from kvtui.airflow.vault_errors import VaultError
from kvtui.app.lookup import live_reader
from kvtui.azure.model import SecretValue
from kvtui.azure.vault import Vault
from kvtui.core.problems import Problem, ProblemError, ProblemKind


async def ask(problem: Problem, *, deployment: bool) -> None:
    """Reads from a vault that fails with `problem`."""

    class Failing:
        async def value(self, name: str) -> SecretValue:
            raise ProblemError(problem)

        async def recovery(self, name: str) -> str | None:
            return ""

    async def open_vault() -> Vault:
        return Failing()  # type: ignore[return-value]  # only `value` is asked

    await live_reader(open_vault, deployment=deployment)("airflow-variables-x")


def problem(status: int | None, code: str, kind: ProblemKind) -> Problem:
    return Problem("What happened.", "What to do.", kind, code=code, status=status)


@pytest.mark.parametrize(
    ("met", "status"),
    [
        (problem(403, "ForbiddenByRbac", ProblemKind.DENIED), 403),
        (problem(None, "AADSTS7000215", ProblemKind.SIGN_IN), 401),
        (problem(404, "SecretNotFound", ProblemKind.UNRESOLVED), 404),
    ],
)
async def test_a_error_of_the_deployment_identity_is_what_airflow_meets(met: Problem, status: int) -> None:
    with pytest.raises(VaultError) as raised:
        await ask(met, deployment=True)
    assert raised.value.status == status


@pytest.mark.parametrize(
    "met",
    [
        problem(403, "ForbiddenByRbac", ProblemKind.DENIED),
        problem(None, "AADSTS7000215", ProblemKind.SIGN_IN),
    ],
)
async def test_a_error_of_the_sign_in_says_nothing_about_airflow(met: Problem) -> None:
    with pytest.raises(ProblemError):
        await ask(met, deployment=False)


async def test_a_secret_that_is_not_there_is_absent_for_everybody() -> None:
    with pytest.raises(VaultError):
        await ask(problem(404, "SecretNotFound", ProblemKind.UNRESOLVED), deployment=False)


@pytest.mark.parametrize("code", ["ForbiddenByFirewall", "ForbiddenByConnection"])
async def test_a_firewall_that_keeps_this_host_out_is_not_airflows_answer(code: str) -> None:
    with pytest.raises(ProblemError):
        await ask(problem(403, code, ProblemKind.DENIED), deployment=True)


@pytest.mark.parametrize("deployment", [True, False])
async def test_a_vault_that_cannot_be_reached_is_not_airflows_answer(deployment: bool) -> None:
    with pytest.raises(ProblemError):
        await ask(problem(None, "", ProblemKind.UNREACHABLE), deployment=deployment)


async def test_a_host_that_cannot_be_the_identity_says_nothing_about_airflow() -> None:
    problem = Problem("This host has no such identity.", "", ProblemKind.SIGN_IN, code="identity-not-found")

    async def no_vault() -> Vault:
        raise ProblemError(problem)

    with pytest.raises(ProblemError):
        await live_reader(no_vault, deployment=True)("airflow-variables-k")
