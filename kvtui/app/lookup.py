"""What a lookup needs besides Airflow's rules and a configuration: a reader of the live vault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kvtui.airflow.vault_errors import VaultError
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault

Read = Callable[[str], Awaitable[str | None]]
"""A secret's name in; its value out, None or a `VaultError` if there is none."""


def live_reader(vault: Callable[[], Awaitable[Vault]], *, deployment: bool) -> Read:
    """A reader for `simulate` that asks the vault which `vault` opens.

    Asked as the deployment identity, a refusal is what Airflow would meet, and the simulation goes on
    with it. Asked as the sign-in, it says nothing about Airflow: the `ProblemError` is raised. So is
    the failure to reach the vault at all, and a firewall that keeps this host out, whoever asks.
    """

    async def read(name: str) -> str | None:
        opened: Vault | None = None
        try:
            opened = await vault()
            return (await opened.value(name)).value.reveal()
        except ProblemError as error:
            refusal = _refusal(error.problem, deployment=deployment)
            if refusal is None:
                raise
        if opened is not None and refusal.status == 404:
            refusal.message = _about_deleted(await opened.recovery(name))
        raise refusal

    return read


def _about_deleted(command: str | None) -> str:
    """What is to be said of a secret that is not there: it may be soft-deleted."""
    if command is None:
        return "if it was deleted, it can be recovered; this identity may not see deleted secrets"
    return f"it is soft-deleted; recover it: {command}" if command else ""


_THIS_HOST = ("ForbiddenByFirewall", "ForbiddenByConnection")


def _refusal(problem: Problem, *, deployment: bool) -> VaultError | None:
    """What Airflow's backend would meet; None when it is only kvtui that could not find out."""
    if problem.code in _THIS_HOST:
        return None  # the vault's network rules keep this host out; Airflow runs elsewhere
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
    return VaultError(status, problem.code)
