"""The entrance of this package: sign in, then open clients with that sign-in.

Importing it loads no SDK. `DefaultAzureCredential` is not used: its chain is long and slow, and it does not
report what it skipped.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kvtui.azure.credentials import LABELS, Prompt, build, client_secret, managed_identity, workload_identity
from kvtui.azure.limits import LIMITS, Limits
from kvtui.azure.model import Attempt, Identity
from kvtui.azure.network import PROXY
from kvtui.azure.scoped_credential import ScopedCredential, Source
from kvtui.azure.sign_in_errors import not_signed_in
from kvtui.azure.transport import quiet
from kvtui.core.ids import GUID
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.sanitize import sanitized
from kvtui.settings.clouds import Cloud
from kvtui.settings.model import AuthMode, Settings, SignInKind, VaultAddress

if TYPE_CHECKING:
    from kvtui.azure.access import Access
    from kvtui.azure.changes import Changes
    from kvtui.azure.directory import Directory
    from kvtui.azure.vault import Vault

_LABEL = re.compile(r"[a-zA-Z](?:-?[a-zA-Z0-9])*")

AUTO_ORDER = (
    SignInKind.ENVIRONMENT,
    SignInKind.WORKLOAD_IDENTITY,
    SignInKind.AZURE_CLI,
    SignInKind.AZD,
    SignInKind.MANAGED_IDENTITY,
)
"""What `auto` tries, in this order. Device code and browser need a person: only when chosen."""


class SignedIn:
    """One credential that has answered: the signed-in user's, or the deployment identity's."""

    def __init__(self, credential: ScopedCredential, attempts: tuple[Attempt, ...]) -> None:
        self.credential = credential
        self.attempts = attempts
        """What was tried, in order; the last one answered."""

    @property
    def identity(self) -> Identity:
        """Who the token is for."""
        return self.credential.identity

    @property
    def cloud(self) -> Cloud:
        """The cloud whose services this credential gives tokens for."""
        return self.credential.cloud

    async def close(self) -> None:
        """Closes its connections. May be called twice."""
        await self.credential.close()


async def sign_in(
    settings: Settings,
    *,
    on_device_code: Prompt | None = None,
    allow_changes: bool = False,
    limits: Limits = LIMITS,
) -> SignedIn:
    """Signs in by the settings' kind; `on_device_code` is called on the event loop when a code must be typed.

    Without `allow_changes`, its clients can send no changing request.
    Raises ProblemError: SIGN_IN when there is no token, UNREACHABLE when nothing answered, USAGE.
    """
    quiet()
    kinds = AUTO_ORDER if settings.sign_in is SignInKind.AUTO else (settings.sign_in,)
    attempts: list[Attempt] = []
    problems: list[Problem] = []
    for kind in kinds:
        try:
            credential = await _enter(
                partial(build, kind, settings, limits, on_device_code), settings, limits, allow_changes
            )
        except ProblemError as error:
            if error.problem.code == PROXY:  # every further kind, and the vault, would get the same error
                raise
            problems.append(error.problem)
            attempts.append(Attempt(LABELS[kind], False, _said(error.problem)))
            continue
        attempts.append(Attempt(LABELS[kind], True, f"signed in as {credential.identity.name}"))
        return SignedIn(credential, tuple(attempts))
    raise ProblemError(problems[0] if len(kinds) == 1 else _no_sign_in(attempts, problems))


async def sign_in_as_deployment(settings: Settings, *, limits: Limits = LIMITS) -> SignedIn:
    """Signs in as the deployment identity, as Airflow will.

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
    try:
        credential = await _enter(
            lambda: replace(builders[settings.auth_mode](), as_airflow=True), settings, limits
        )
    except ProblemError as error:
        raise ProblemError(_not_here(error.problem, settings)) from None
    identity = credential.identity
    return SignedIn(credential, (Attempt(identity.kind, True, f"signed in as {identity.name}"),))


def open_vault(
    signed_in: SignedIn, address: VaultAddress, *, tenant_id: str = "", limits: Limits = LIMITS
) -> Vault:
    """The vault at `address`, asked as `signed_in`. Sends nothing yet.

    `tenant_id` is the tenant that the vault must belong to; if it is empty or a domain, the signed-in user's
    own. Raises ProblemError(USAGE) for an address outside the chosen cloud.
    """
    from kvtui.azure.vault import Vault

    label = address.name
    if not _LABEL.fullmatch(label) or not 3 <= len(label) <= 24 or address.cloud_name != signed_in.cloud.name:
        raise ProblemError(
            Problem(
                f"{sanitized(address.host, 120)} is not a vault of the {signed_in.cloud.name} cloud.",
                "Give the vault's name (3 to 24 letters, digits and hyphens) and its cloud.",
                ProblemKind.USAGE,
            )
        )
    expected = tenant_id if GUID.fullmatch(tenant_id) else signed_in.identity.tenant_id
    credential = signed_in.credential.for_vault(address.host, expected)
    return Vault(credential, signed_in.identity, address, limits)


def open_directory(signed_in: SignedIn, settings: Settings, *, limits: Limits = LIMITS) -> Directory:
    """Microsoft Graph of the settings' cloud, asked as `signed_in`. Sends nothing yet."""
    from kvtui.azure.directory import Directory

    return Directory(_for_cloud(signed_in, settings), limits)


def open_access(signed_in: SignedIn, settings: Settings, *, limits: Limits = LIMITS) -> Access:
    """Resource Manager of the settings' cloud, asked as `signed_in`. Sends nothing yet."""
    from kvtui.azure.access import Access

    return Access(_for_cloud(signed_in, settings), limits)


def open_changes(signed_in: SignedIn, settings: Settings, *, limits: Limits = LIMITS) -> Changes:
    """The changes in the settings' cloud, made as `signed_in`. Sends nothing yet."""
    from kvtui.azure.changes import Changes

    return Changes(_for_cloud(signed_in, settings), limits)


def preload_sign_in() -> None:
    """Imports what a sign-in needs: call it in a thread after the first frame."""
    quiet()
    for name in _TO_SIGN_IN:
        importlib.import_module(name)


def preload() -> None:
    """Imports what the first calls need, which takes half a second: call it in a thread, too."""
    from kvtui.azure.graph import warm_up

    preload_sign_in()
    for name in _FIRST_NEEDED:
        importlib.import_module(name)
    warm_up()


_TO_SIGN_IN = (
    "azure.core.pipeline.transport._aiohttp",
    "azure.identity.aio",
    "azure.core.rest._aiohttp",
)
_FIRST_NEEDED = (
    "kvtui.azure.vault",
    "azure.keyvault.secrets.aio",
    "kvtui.azure.directory",
    "kvtui.azure.access",
)


def _for_cloud(signed_in: SignedIn, settings: Settings) -> ScopedCredential:
    if settings.cloud_name != signed_in.cloud.name:
        raise ProblemError(
            Problem(
                (
                    f"The signed-in session is for the {signed_in.cloud.name} cloud, not for "
                    f"{settings.cloud_name}."
                ),
                "Sign in again.",
                ProblemKind.SIGN_IN,
            )
        )
    return signed_in.credential


async def _enter(
    source: Callable[[], Source], settings: Settings, limits: Limits, allow_changes: bool = False
) -> ScopedCredential:
    credential = ScopedCredential(source(), settings.cloud, limits, allows_changes=allow_changes)
    try:
        await credential.first_token()
    except BaseException:
        await credential.close()
        raise
    return credential


def _said(problem: Problem) -> str:
    return f"{problem.what} {problem.detail}".strip() if problem.code.startswith("AADSTS") else problem.what


def _no_sign_in(attempts: list[Attempt], problems: list[Problem]) -> Problem:
    """The Problem when no kind of `auto` worked: every answer, and the likeliest next step."""
    set_up = [
        problem for problem in problems if problem.code not in ("not-set-up", "no-az", "no-azd", "no-imds")
    ]
    remedy = set_up[0].remedy if set_up else "Run az login, or sign in by device code."
    unreachable = bool(set_up) and all(problem.kind is ProblemKind.UNREACHABLE for problem in set_up)
    return Problem(
        "No sign-in worked: " + " ".join(f"{attempt.kind}: {_first(attempt.said)}" for attempt in attempts),
        remedy,
        ProblemKind.UNREACHABLE if unreachable else ProblemKind.SIGN_IN,
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
    what = f"This host does not have the {mode} {settings.deployment_name}."
    if problem.code != "identity-not-found":
        what = f"{what} {problem.what}"
    remedy = "Run kvtui where Airflow runs to test it. From here, kvtui can only read its roles."
    who = f"{settings.deployment_name} ({mode})"
    return not_signed_in(what, remedy, who, problem.code, problem.detail)
