"""Who we are towards Azure: one kind when it is named, else each in a stated order, all said aloud.

`DefaultAzureCredential` is not used: its order is long, it waits, and it does not tell what it skipped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from kvtui.azure.credentials import LABELS, Prompt, build, client_secret, managed_identity, workload_identity
from kvtui.azure.guard import Guard, Source
from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.model import Attempt, Identity
from kvtui.azure.pipeline import quiet
from kvtui.azure.proxies import CODE as PROXY
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.settings.clouds import Cloud
from kvtui.settings.model import AuthMode, Settings, SignInKind

AUTO_ORDER = (
    SignInKind.ENVIRONMENT,
    SignInKind.WORKLOAD_IDENTITY,
    SignInKind.AZURE_CLI,
    SignInKind.AZD,
    SignInKind.MANAGED_IDENTITY,
)
"""What `auto` tries, in this order. Device code and browser are for people: only when asked for."""


class SignedInAs:
    """One credential that has answered. Implements `ports.SignedIn`."""

    def __init__(self, guard: Guard, attempts: tuple[Attempt, ...]) -> None:
        self.guard = guard
        self.attempts = attempts

    @property
    def identity(self) -> Identity:
        """Who the token is for."""
        return self.guard.identity

    @property
    def cloud(self) -> Cloud:
        """The cloud whose services this credential gives tokens for."""
        return self.guard.cloud

    async def close(self) -> None:
        """Gives back its connections. May be called twice."""
        await self.guard.close()


async def sign_in(
    settings: Settings,
    *,
    on_device_code: Prompt | None = None,
    allow_changes: bool = False,
    limits: Limits = LIMITS,
) -> SignedInAs:
    """Signs in by the settings' kind. Raises ProblemError (SIGN_IN, UNREACHABLE, USAGE)."""
    quiet()
    kinds = AUTO_ORDER if settings.sign_in is SignInKind.AUTO else (settings.sign_in,)
    attempts: list[Attempt] = []
    problems: list[Problem] = []
    for kind in kinds:
        try:
            guard = await _enter(
                partial(build, kind, settings, limits, on_device_code), settings, limits, allow_changes
            )
        except ProblemError as error:
            if error.problem.code == PROXY:  # every further kind, and the vault, would meet it
                raise
            problems.append(error.problem)
            attempts.append(Attempt(LABELS[kind], False, _said(error.problem)))
            continue
        attempts.append(Attempt(LABELS[kind], True, f"signed in as {guard.identity.name}"))
        return SignedInAs(guard, tuple(attempts))
    raise ProblemError(problems[0] if len(kinds) == 1 else _nobody(attempts, problems))


async def sign_in_as_deployment(settings: Settings, *, limits: Limits = LIMITS) -> SignedInAs:
    """Signs in as the deployment identity itself, as Airflow will.

    Raises ProblemError; for a managed or workload identity that this host does not have, the Problem
    says that plainly.
    """
    quiet()
    builders: dict[AuthMode, Callable[[], Source]] = {
        AuthMode.CLIENT_SECRET: lambda: client_secret(settings, limits),
        AuthMode.MANAGED_IDENTITY: lambda: managed_identity(settings.client_id, limits),
        AuthMode.WORKLOAD_IDENTITY: lambda: workload_identity(
            settings, limits, settings.tenant_id, settings.client_id
        ),
    }
    label = settings.auth_mode.value.replace("-", " ")
    try:
        guard = await _enter(
            lambda: replace(builders[settings.auth_mode](), as_airflow=True), settings, limits
        )
    except ProblemError as error:
        raise ProblemError(_not_here(error.problem, settings)) from None
    return SignedInAs(guard, (Attempt(label, True, f"signed in as {guard.identity.name}"),))


async def _enter(
    source: Callable[[], Source], settings: Settings, limits: Limits, allow_changes: bool = False
) -> Guard:
    guard = Guard(source(), settings.cloud, limits, allows_changes=allow_changes)
    try:
        await guard.first_token()
    except BaseException:
        await guard.close()
        raise
    return guard


def _said(problem: Problem) -> str:
    return f"{problem.what} {problem.detail}".strip() if problem.code.startswith("AADSTS") else problem.what


def _nobody(attempts: list[Attempt], problems: list[Problem]) -> Problem:
    """What to say when no kind of `auto` worked: every answer, and the likeliest next step."""
    set_up = [
        problem for problem in problems if problem.code not in ("not-set-up", "no-az", "no-azd", "no-imds")
    ]
    remedy = set_up[0].remedy if set_up else "Run az login, or sign in by device code."
    unreachable = bool(set_up) and all(problem.exit is Exit.UNREACHABLE for problem in set_up)
    return Problem(
        "No sign-in worked: " + " ".join(f"{attempt.kind}: {_first(attempt.said)}" for attempt in attempts),
        remedy,
        Exit.UNREACHABLE if unreachable else Exit.SIGN_IN,
        code=set_up[0].code if set_up else "not-signed-in",
        status=None if unreachable else 401,
        detail="\n".join(f"{each.kind}: {each.said}" for each in attempts),
    )


def _first(said: str) -> str:
    return said if len(said) < 160 else said[:157] + "…"


_ABSENT = ("no-imds", "identity-not-found", "not-set-up", "unavailable")


def _not_here(problem: Problem, settings: Settings) -> Problem:
    if settings.auth_mode is AuthMode.CLIENT_SECRET or problem.code not in _ABSENT:
        return problem
    mode = settings.auth_mode.value.replace("-", " ")
    return Problem(
        f"This host does not have the {mode} {settings.deployment_name}. {problem.what}",
        "Run kvtui where Airflow runs to prove it; here, only its roles can be read.",
        Exit.SIGN_IN,
        identity=f"{settings.deployment_name} ({mode})",
        code=problem.code,
        status=401,
        detail=problem.detail,
    )
