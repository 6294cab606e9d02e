"""Collects the facts of the checklist: from the files, and from one request to Azure for each."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from kvtui.airflow.naming import Naming, is_legal
from kvtui.airflow.provider_line import no_provider, objection, provider_line
from kvtui.airflow.requirements import read_requirements
from kvtui.airflow.versions import detect_provider
from kvtui.app.checks.facts import (
    BackendFacts,
    Facts,
    FileFacts,
    GitExposure,
    NetworkFacts,
    ProbeResult,
    ProviderPin,
)
from kvtui.app.configuration import Configuration
from kvtui.app.expiry import Expiring, in_order, of_credentials, of_secrets
from kvtui.app.files import plan_files, read_back_all
from kvtui.app.identity import with_kind
from kvtui.app.session import Session
from kvtui.azure.entries import SOON_DAYS, mistaken_id
from kvtui.azure.model import Permission, SecretName
from kvtui.azure.network import Resolve, addresses_of, proxy_for, proxy_variable, resolve_from_host
from kvtui.azure.vault import Vault
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.core.words import count
from kvtui.outputs.env.parsers.table import USED
from kvtui.outputs.git import is_ignored
from kvtui.outputs.model import Plan
from kvtui.project.model import MANIFEST_NAME, Project
from kvtui.project.versions import VersionsInUse
from kvtui.settings.change import wrong_kind
from kvtui.settings.model import AuthMode, From, Settings, Target


async def gather(
    session: Session, settings: Settings, project: Project, chosen: Configuration, versions: VersionsInUse
) -> Facts:
    """All facts that the checklist evaluates. Failures are facts, too. Keeps no value."""
    facts = Facts(
        files=written_files(settings, project) if chosen.source is From.SETTINGS else None,
        now=datetime.now(UTC),
    )
    facts = with_project(facts, settings, project, chosen, versions)
    names: list[SecretName] = []
    try:
        who = (await session.identity(settings)).identity
    except ProblemError as error:
        facts = replace(facts, sign_in=ProbeResult(error.problem.identity, problem=error.problem))
    else:
        facts = replace(facts, sign_in=ProbeResult(str(who), _minutes_left(who.expires)))
        if settings.vault is not None:
            listing = await _list_names(session, settings, names)
            listed = [name.name for name in names] if listing.ok else None
            facts = replace(facts, listing=listing, names=listed)
    async for parts in prove(session, settings, names):
        facts = replace(facts, **parts)
    listed_all = facts.listing is not None and facts.listing.ok
    return replace(facts, expiring=expiring_soon(facts, settings, names if listed_all else None, ()))


def expiring_soon(
    facts: Facts, settings: Settings, names: Sequence[SecretName] | None, used: Collection[str]
) -> tuple[Expiring, ...] | None:
    """What expires in the next 30 days, of what is known; None if nothing is.

    Of the vault's secrets those under the prefixes; `used`: only these, by name in lower case, if there are
    any.
    """
    if facts.now is None or (names is None and not facts.credentials):
        return None
    until = facts.now + timedelta(days=SOON_DAYS)
    found = list(of_credentials(facts.credentials, facts.who(settings), facts.now, until))
    if names is not None and settings.vault is not None:
        naming = Naming.of(settings)
        of_vault = of_secrets(names, settings.vault.name, naming, until, used or None)
        found += (each for each in of_vault if (each.used if used else each.kind != "other"))
    return in_order(found)


async def _list_names(session: Session, settings: Settings, names: list[SecretName]) -> ProbeResult:
    """Appends the vault's names to `names`."""
    began, who = time.monotonic(), ""
    try:
        vault = await session.vault(settings)
        who = str(vault.identity)
        async for page in vault.names():
            names += page.items
    except ProblemError as error:
        return ProbeResult(who or error.problem.identity, problem=error.problem)
    return ProbeResult(who, f"{count(len(names), 'name')} in {time.monotonic() - began:.1f} s")


def _minutes_left(ends: datetime | None) -> str:
    left = int((ends - datetime.now(UTC)).total_seconds() // 60) if ends else 0
    return f"token valid for {left} min" if left > 0 else ""


async def prove(
    session: Session, settings: Settings, names: Sequence[SecretName]
) -> AsyncIterator[dict[str, Any]]:
    """How Azure is reached and what it answers, as parts of `Facts`: the directory, a read as each identity.

    Without a signed-in user only the deployment identity asks. A managed or workload identity is tried,
    too: this may be the host that has it.
    """
    yield {"network": await network_facts(settings)}
    name = sample_name(settings, names)
    user = session.signed_in
    if user is not None:
        if settings.vault is not None and settings.target is Target.ASTRO:
            with suppress(ProblemError):  # then it is not known
                access = await session.access_on_vault(settings, user.identity.object_id)
                yield {"closed_network": access.network if access.public_network is False else ""}
        yield await _about_app(session, settings)
        if settings.vault is not None:
            yield {"sample_read": await try_reading(session, settings, name)}
    else:
        yield {"kind_unknown": True}
    secret_mode = settings.auth_mode is AuthMode.CLIENT_SECRET
    if settings.vault is None or not settings.client_id or (secret_mode and settings.identity_lacks):
        return
    tried = await try_reading(session, settings, name, deployment=True)
    elsewhere = _not_of_this_host(settings, tried)
    yield {"deployment_elsewhere": elsewhere, "deployment_read": None if elsewhere else tried}


async def network_facts(settings: Settings, resolve: Resolve = addresses_of) -> NetworkFacts:
    """The proxy for Azure and for the vault, and the vault's address from here. Connects to nothing."""
    login = f"https://{settings.cloud.authority}/"
    vault = f"https://{settings.vault.host}/" if settings.vault is not None else ""
    try:
        proxies = [proxy_for(url) for url in (login, vault) if url]
    except ProblemError as error:
        return NetworkFacts(problem=error.problem)
    variable = proxy_variable(login) if any(proxies) else ""
    if settings.vault is None or proxies[-1]:
        return NetworkFacts(variable)
    seen = await resolve_from_host(settings.vault.host, resolve)
    return NetworkFacts(variable, vault_directly=True, addresses=seen.addresses, private=seen.private)


async def _about_app(session: Session, settings: Settings) -> dict[str, Any]:
    """What the directory knows about the client ID; nothing if the user may not read it."""
    if not settings.client_id:
        return {}
    try:
        found = await session.entries(settings, settings.client_id)
    except ProblemError:
        return {"kind_unknown": True}
    own = next((entry for entry in found if entry.client_id.lower() == settings.client_id.lower()), None)
    known = replace(settings, identity_is_app=False, identity_is_managed=False)
    if own is not None:
        known = replace(with_kind(settings, own), identity_name=own.display_name)
    held = [each for entry in found for each in entry.credentials if each.kind == "secret"]
    ends = tuple(each.expires for each in held if each.expires)
    return {
        "mistaken_id": mistaken_id(found, settings.client_id),
        "wrong_kind": wrong_kind(known),
        "kind_unknown": own is None,
        "app_name": own.display_name if own else "",
        "credentials": tuple(each for entry in found for each in entry.credentials),
        "secrets_end": ends if settings.auth_mode is AuthMode.CLIENT_SECRET else (),
    }


async def try_reading(
    session: Session, settings: Settings, name: str, *, deployment: bool = False
) -> ProbeResult:
    """One read of the vault as one of the two identities.

    Where the vault denies a right that Resource Manager shows, the remedy says so.
    """
    try:
        vault = await session.vault(settings, deployment=deployment)
    except ProblemError as error:
        return ProbeResult(error.problem.identity, problem=error.problem)
    tried = await _read_one(vault, name)
    problem = tried.problem
    if problem is None or problem.code not in ("ForbiddenByRbac", "AccessDenied", "ForbiddenByPolicy"):
        return tried
    asks_itself = deployment and session.signed_in is None
    try:
        found = await session.access_on_vault(settings, vault.identity.object_id, deployment=asks_itself)
    except ProblemError:
        return tried
    if found.can_get is not Permission.YES:
        return tried
    remedy = (
        f"The permission exists already. {found.reason} Wait up to ten minutes, or sign in again "
        "(az login): a token from before the grant or group change does not include it."
    )
    return replace(tried, problem=replace(problem, remedy=remedy))


async def _read_one(vault: Vault, name: str) -> ProbeResult:
    """Proves the right to read by one answer, whose value is dropped. "Not found" proves it as well."""
    who = str(vault.identity)
    try:
        await vault.value(name)
    except ProblemError as error:
        if error.problem.status != 404 and error.problem.code != "SecretDisabled":
            return ProbeResult(who, problem=error.problem)
    return ProbeResult(who, f"{who} can read secrets.")


def with_project(
    facts: Facts, settings: Settings, project: Project, chosen: Configuration, versions: VersionsInUse
) -> Facts:
    """`facts` with what the project's files say, without comparing them with the settings."""
    judged = chosen.diagnosis
    return replace(
        facts,
        provider_version=versions.provider,
        backend=BackendFacts(chosen.source is From.FILES, judged.broken, chosen.warnings, judged.warnings),
        provider=provider_pin(settings, project, versions.airflow),
        git=_git_exposure(project),
    )


def written_files(settings: Settings, project: Project) -> FileFacts:
    """Compares what the settings would write with the files, and reads unchanged files back."""
    try:
        plan = plan_files(settings, project)
    except ProblemError as error:
        return FileFacts(problem=error.problem)
    if (facts := file_facts(plan, None)).pending:
        return facts
    differences, warnings = read_back_all(settings, plan.files)
    return file_facts(plan, differences, warnings=warnings, readers=USED[settings.target])


def provider_pin(settings: Settings, project: Project, airflow_version: str) -> ProviderPin:
    """What the requirements of the chosen target say about the Azure provider."""
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
        exists=named.exists,
        built_in=built_in,
        bounded=any(read.provider),
        objection=next(filter(None, judged), none),
        line="" if none else provider_line(settings.auth_mode, airflow_version),
        by_hand=read.hashed,
    )


def _git_exposure(project: Project) -> GitExposure:
    """Which of the files that hold secrets git tracks or would add; `.env` even if it does not exist yet."""
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
    """What a plan says about the files; `differences` were found when reading back, None: not read back.

    Files that are deleted after use, and files in `left_out`, from which the user removed kvtui's lines, are
    not pending.
    """
    files = [file for file in plan.files if file.state.exists or not file.temporary]
    pending = tuple(file.path.name for file in files if file.changed and file.path.name not in left_out)
    settled = tuple(file.path.name for file in files if not file.changed)
    left = tuple(file.path.name for file in files if file.changed and file.path.name in left_out)
    return FileFacts(
        pending=pending,
        missing=tuple(
            file.path.name for file in files if not file.state.exists and file.path.name in pending
        ),
        settled=settled,
        left_out=left,
        differences=None if pending else differences,
        warnings=warnings,
        readers=() if ".env" in left else readers,
    )


def sample_name(settings: Settings, names: Sequence[SecretName]) -> str:
    """A name to test the right to read with: Airflow's first enabled one, else one that need not exist."""
    naming = Naming.of(settings)
    for secret in names:
        if secret.enabled and naming.read(secret.name):
            return secret.name
    probe = f"{settings.variables_prefix or 'airflow'}-kvtui-check"
    return probe if is_legal(probe) else "kvtui-check"


def _not_of_this_host(settings: Settings, tried: ProbeResult) -> str:
    """Why the deployment identity cannot be tried on this host; empty if the error is about the identity.

    A managed or workload identity belongs to the host that Airflow runs on. Entra's own error is about
    the identity; any other failed sign-in is about this host.
    """
    problem = tried.problem
    if (
        settings.auth_mode is AuthMode.CLIENT_SECRET
        or problem is None
        or problem.kind is not ProblemKind.SIGN_IN
    ):
        return ""
    return "" if problem.code.startswith("AADSTS") else problem.what
