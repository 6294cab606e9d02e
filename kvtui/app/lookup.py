"""One lookup as Airflow would do it, and where its answers come from: the live vault or the loaded names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from kvtui.airflow.model import UNSET, Simulation
from kvtui.airflow.naming import Naming
from kvtui.airflow.nearby import NearMiss, near_misses
from kvtui.airflow.simulation import simulate
from kvtui.airflow.vault_errors import VaultError
from kvtui.app.configuration import Configuration
from kvtui.app.trace import Question
from kvtui.azure.model import SecretName
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.project.versions import VersionsInUse
from kvtui.settings.model import Context, Kind, Settings, VaultAddress

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault

Read = Callable[[str], Awaitable[str | None]]
"""A secret's name in; its value out, None or a `VaultError` if there is none."""

_PRESENT = {Kind.CONNECTION: "present://"}
"""A valid value in place of one that was not fetched, by kind. All others: `{}`, which is JSON."""


async def look_up(
    question: Question,
    chosen: Configuration,
    versions: VersionsInUse,
    read: Read,
    *,
    vault: VaultAddress | None,
    context: Context,
) -> Simulation:
    """What Airflow does with the `chosen` configuration, there; `vault` is the one that `read` reads.

    Raises what `read` raises, and `ProblemError` (usage) for an invalid version.
    """
    variable = question.kind is Kind.VARIABLE
    return await simulate(
        chosen.environment,
        question.key,
        kind=question.kind,
        airflow_version=versions.airflow,
        provider_version=versions.provider,
        context=context,
        deserialize_json=question.deserialize_json and variable,
        default=question.default if variable else UNSET,
        read=read,
        vault_url=vault.url if vault else "",
        platform=chosen.platform,
    )


def near(lookup: Simulation, settings: Settings, names: Sequence[str]) -> tuple[NearMiss, ...]:
    """Similar names in the vault, if the key was not found."""
    if lookup.result.outcome == "value":
        return ()
    return near_misses(lookup.key, lookup.kind, Naming.of(settings), names, limit=3)


def predicting_reader(names: Iterable[SecretName], kind: Kind) -> Read:
    """A reader for `look_up` that knows names only: whether a value is there, not what it is."""
    listed = {secret.name.lower(): secret for secret in names}

    async def read(name: str) -> str | None:
        secret = listed.get(name.lower())
        if secret is not None and not secret.enabled:
            raise VaultError(403, "SecretDisabled", "Operation get is not allowed on a disabled secret.")
        return None if secret is None else _PRESENT.get(kind, "{}")

    return read


def live_reader(vault: Callable[[], Awaitable[Vault]], *, deployment: bool) -> Read:
    """A reader for `look_up` that asks the vault which `vault` opens.

    With the deployment identity, an error is what Airflow would get, and the simulation continues with it.
    With the signed-in user it shows nothing about Airflow: the `ProblemError` is raised. An unreachable vault
    and a firewall that blocks this host are raised for both.
    """

    async def read(name: str) -> str | None:
        opened: Vault | None = None
        try:
            opened = await vault()
            return (await opened.value(name)).value.reveal()
        except ProblemError as error:
            met = _airflow_error(error.problem, deployment=deployment)
            if met is None:
                raise
        if opened is not None and met.status == 404:
            met.message = _about_deleted(await opened.recovery(name))
        raise met

    return read


def _about_deleted(command: str | None) -> str:
    """What to add about a missing secret: it may be soft-deleted."""
    if command is None:
        return "if it was deleted, it can be recovered; this identity may not see deleted secrets"
    return f"it is soft-deleted; recover it: {command}" if command else ""


_THIS_HOST = ("ForbiddenByFirewall", "ForbiddenByConnection")


def _airflow_error(problem: Problem, *, deployment: bool) -> VaultError | None:
    """The error that Airflow's backend would get; None if only kvtui could not find out."""
    if problem.code in _THIS_HOST:
        return None  # the vault's network rules block this host; Airflow runs elsewhere
    if problem.status == 404 or problem.code == "SecretDisabled" or problem.kind is ProblemKind.USAGE:
        status = problem.status or 400
    elif not deployment or problem.kind is ProblemKind.UNREACHABLE:
        return None
    elif problem.kind is ProblemKind.SIGN_IN:
        if not problem.code.startswith("AADSTS"):
            return None  # this host does not have that identity, or Entra does not accept a new secret yet
        status = 401
    elif problem.status is not None:
        status = problem.status
    else:
        return None
    return VaultError(status, problem.code)
