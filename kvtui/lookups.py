"""What a lookup needs besides Airflow's rules and a configuration: a reader of the live vault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from kvtui.airflow.refusals import Refusal
from kvtui.azure.ports import Vault
from kvtui.exits import Exit
from kvtui.problems import Problem, ProblemError

Read = Callable[[str], Awaitable[str | None]]
"""A secret's name in; its value out, None or a `Refusal` if there is none."""


def live_reader(vault: Callable[[], Awaitable[Vault]], *, deployment: bool) -> Read:
    """A reader for `simulate` that asks the vault which `vault` opens.

    Asked as the deployment identity, a refusal is what Airflow would meet, and the simulation goes on
    with it. Asked as the sign-in, it says nothing about Airflow: the `ProblemError` is raised. So is
    the failure to reach the vault at all, whoever asks.
    """

    async def read(name: str) -> str | None:
        try:
            return (await (await vault()).value(name)).value.reveal()
        except ProblemError as error:
            refusal = _refusal(error.problem, deployment=deployment)
            if refusal is None:
                raise
            raise refusal from None

    return read


def _refusal(problem: Problem, *, deployment: bool) -> Refusal | None:
    """What Airflow's backend would meet; None when it is only kvtui that could not find out."""
    if problem.status == 404 or problem.code == "SecretDisabled" or problem.exit is Exit.USAGE:
        status = problem.status or 400
    elif not deployment or problem.exit is Exit.UNREACHABLE:
        return None
    elif problem.exit is Exit.SIGN_IN:
        if not problem.code.startswith("AADSTS"):
            return None  # this host cannot be that identity; where Airflow runs it may well be
        status = 401
    elif problem.status is not None:
        status = problem.status
    else:
        return None
    return Refusal(status, problem.code)
