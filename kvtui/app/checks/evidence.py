"""How the facts are found out, for both doors: what the files say, and one answer of the vault."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kvtui.airflow.naming import Naming, is_legal
from kvtui.airflow.provider_line import no_provider, objection, provider_line
from kvtui.airflow.requirements import read_requirements
from kvtui.airflow.versions import detect_provider
from kvtui.app.checks.facts import BackendFacts, FileFacts, GitExposure, ProviderPin, Tried
from kvtui.app.configuration import Configuration
from kvtui.azure.model import SecretName, VaultAccess, Verdict
from kvtui.core.exits import Exit
from kvtui.core.problems import ProblemError
from kvtui.outputs.git import is_ignored
from kvtui.outputs.model import Plan
from kvtui.project.model import MANIFEST_NAME, Project
from kvtui.settings.model import AuthMode, From, Settings

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault


def provider_pin(settings: Settings, project: Project, airflow_version: str) -> ProviderPin:
    """What the requirements of the chosen target say of the Azure provider."""
    named = project.requirements_client if settings.has_client_image else project.requirements
    text = named.text or ""
    pin = detect_provider(text, airflow_version, named.path.name)
    built_in = airflow_version.startswith("2.") and "astro-runtime" in (project.dockerfile.text or "")
    read = read_requirements(text)
    judged = [objection(named.path.name, each, settings.auth_mode, airflow_version) for each in read.provider]
    none = no_provider(settings.auth_mode, airflow_version)
    return ProviderPin(
        named.path.name,
        named=bool(read.provider),
        exact=pin.exact,
        version=pin.version,
        built_in=built_in,
        bounded=any(read.provider),
        objection=next(filter(None, judged), none),
        line="" if none else provider_line(settings.auth_mode, airflow_version),
        by_hand=read.hashed,
    )


def backend_facts(chosen: Configuration) -> BackendFacts:
    """What the configuration gives Airflow."""
    found = chosen.diagnosis
    return BackendFacts(chosen.source is From.FILES, found.broken, chosen.warnings, found.warnings)


def git_exposure(project: Project) -> GitExposure:
    """Which of the files that hold secrets git has or would take; `.env` even while there is none."""
    tracked = project.git.tracked
    names = [".env", MANIFEST_NAME] if MANIFEST_NAME in (tracked or ()) else [".env"]
    return GitExposure(
        project.git.found,
        None if tracked is None else tuple(name for name in names if name in tracked),
        tuple(name for name in names if not is_ignored(project.git, project.gitignore.text, name)),
    )


def file_facts(
    plan: Plan,
    differences: tuple[str, ...] | None,
    left_out: Sequence[str] = (),
    warnings: tuple[str, ...] = (),
    readers: tuple[str, ...] = (),
) -> FileFacts:
    """What a plan says of the files; `differences` is what was found when reading back, None if it was not.

    A file that is deleted after its use is not missed, nor is what the user took out of `left_out`.
    """
    files = [file for file in plan.files if file.state.exists or not file.temporary]
    pending = tuple(file.path.name for file in files if file.changed and file.path.name not in left_out)
    settled = tuple(file.path.name for file in files if not file.changed)
    left = tuple(file.path.name for file in files if file.changed and file.path.name in left_out)
    return FileFacts(
        pending=pending,
        settled=settled,
        left_out=left,
        differences=None if pending else differences,
        warnings=warnings,
        readers=() if ".env" in left else readers,
    )


def sample_name(settings: Settings, names: Sequence[SecretName]) -> str:
    """A name to try the right to read with: Airflow's first enabled one, else one that need not be there."""
    naming = Naming.of(settings)
    for secret in names:
        if secret.enabled and naming.read(secret.name):
            return secret.name
    probe = f"{settings.variables_prefix or 'airflow'}-kvtui-check"
    return probe if is_legal(probe) else "kvtui-check"


async def read_one(vault: Vault, name: str) -> Tried:
    """The right to read, proved by one answer, whose value is let go. `Not there` proves it as well."""
    who = str(vault.identity)
    try:
        await vault.value(name)
    except ProblemError as error:
        if error.problem.status != 404 and error.problem.code != "SecretDisabled":
            return Tried(who, problem=error.problem)
    return Tried(who, f"Key Vault answers {who}.")


async def with_grant(tried: Tried, access: Callable[[], Awaitable[VaultAccess]]) -> Tried:
    """`tried`; where the vault denies a right that the directory shows, the remedy says so.

    `access` asks Resource Manager for the identity's rights; that it cannot be asked changes nothing.
    """
    problem = tried.problem
    if problem is None or problem.code not in ("ForbiddenByRbac", "AccessDenied", "ForbiddenByPolicy"):
        return tried
    try:
        found = await access()
    except ProblemError:
        return tried
    if found.can_get is not Verdict.YES:
        return tried
    remedy = (
        f"The right is granted already. {found.reason} Wait up to ten minutes, or sign in again (az login): "
        "a token that is older than the grant or the group does not have it."
    )
    return replace(tried, problem=replace(problem, remedy=remedy))


def closed_network(access: VaultAccess) -> str:
    """From where the vault may be reached, if not from every network; else empty."""
    return access.network if access.public_network is False else ""


def not_of_this_host(settings: Settings, tried: Tried) -> str:
    """Why the deployment identity cannot be tried on this host; empty if the answer is about the identity.

    A managed or workload identity belongs to the host that Airflow runs on. Entra's own refusal is about
    the identity; any other failed sign-in is about this host.
    """
    problem = tried.problem
    if settings.auth_mode is AuthMode.CLIENT_SECRET or problem is None or problem.exit is not Exit.SIGN_IN:
        return ""
    return "" if problem.code.startswith("AADSTS") else problem.what
