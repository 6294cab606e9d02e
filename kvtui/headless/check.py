"""`--check`: the checklist. Asks Azure once for each fact, reads at most one value, and keeps none."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from kvtui.app.checks import CheckResult, Facts, FileFacts, Tried, checklist, checklist_exit
from kvtui.app.checks.evidence import (
    backend_facts,
    closed_network,
    file_facts,
    git_exposure,
    not_of_this_host,
    provider_pin,
    read_one,
    sample_name,
    with_grant,
)
from kvtui.app.configuration import Configuration
from kvtui.azure.entries import mistaken_id
from kvtui.azure.model import Group, SecretName, VaultAccess
from kvtui.azure.signin import open_access, open_directory
from kvtui.core.exits import Exit
from kvtui.core.problems import ProblemError
from kvtui.headless.client_id import entries_of
from kvtui.headless.configured import configured, entry
from kvtui.headless.request import Request
from kvtui.headless.signing import deployment_is_known, signed_in, vault_of
from kvtui.headless.text import document, out, out_now
from kvtui.outputs.env.parsers.table import USED
from kvtui.outputs.plan import plan
from kvtui.outputs.readback import read_back, reader_warnings
from kvtui.project.versions import VersionsInUse, versions_in_use
from kvtui.settings.model import AuthMode, From, Settings, Target

if TYPE_CHECKING:
    from kvtui.azure.signin import SignedIn
    from kvtui.azure.vault import Vault

_MARKS = {"ok": "✓", "warn": "!", "fail": "✗", "skipped": "·"}


def run(request: Request) -> int:
    """Prints the checklist and exits by it."""
    versions = versions_in_use(request.settings, request.project)
    request, chosen = configured(request, versions)
    results = checklist(asyncio.run(gather_facts(request, chosen, versions)), request.settings)
    code = checklist_exit(results)
    if request.json:
        checks = [_entry(result) for result in results]
        document({"ok": code is Exit.OK, "checks": checks, "configuration": entry(chosen)})
        return code
    for result in results:
        out(f"{_MARKS[result.verdict]} {result.name:<24}  {result.detail}")
        if result.remedy and result.verdict != "ok":
            out(f"  {'':<24}  {result.remedy}")
    out_now()
    return code


async def gather_facts(request: Request, chosen: Configuration, versions: VersionsInUse) -> Facts:
    """Everything that the checklist judges, found out with one try each. Failures are facts, too."""
    facts = replace(_of_the_project(request, chosen, versions), now=datetime.now(UTC))
    try:
        async with signed_in(request.settings) as who:
            left = who.identity.expires
            facts = replace(facts, sign_in=Tried(str(who.identity), _minutes(left)))
            if request.settings.vault is not None:
                async with vault_of(request, who) as vault:
                    facts = await _as_sign_in(facts, request.settings, vault, who)
            facts = await _with_app(facts, request.settings, who)
            return await _with_deployment(facts, request, who)
    except ProblemError as error:
        known = Tried(error.problem.identity, problem=error.problem)
        facts = replace(facts, sign_in=known) if facts.sign_in is None else replace(facts, listing=known)
    return await _with_deployment(facts, request, None)


async def _with_app(facts: Facts, settings: Settings, who: SignedIn) -> Facts:
    """What the directory says of the client id; nothing to a sign-in that may not read it."""
    if not settings.client_id:
        return facts
    try:
        found = await entries_of(who, settings)
    except ProblemError:
        return facts
    held = [each for entry in found for each in entry.credentials if each.kind == "secret"]
    ends = tuple(each.expires for each in held if each.expires)
    return replace(
        facts,
        mistaken_id=mistaken_id(found, settings.client_id),
        secrets_end=ends if settings.auth_mode is AuthMode.CLIENT_SECRET else (),
    )


async def _access(who: SignedIn, settings: Settings, object_id: str) -> VaultAccess:
    """What the identity with this object id may do on the vault, asked as `who`. Raises `ProblemError`."""
    directory, access = open_directory(who, settings), open_access(who, settings)
    groups: tuple[Group, ...] | None = None
    try:
        with suppress(ProblemError):  # without them the answer says what it cannot tell
            groups = await directory.groups(object_id)
        return await access.on_vault(settings.vault.name if settings.vault else "", object_id, groups)
    finally:
        await directory.close()
        await access.close()


async def _as_sign_in(facts: Facts, settings: Settings, vault: Vault, sign_in: SignedIn) -> Facts:
    names: list[SecretName] = []
    began = time.monotonic()
    who = str(vault.identity)
    try:
        async for page in vault.names():
            names += page.items
    except ProblemError as error:
        facts = replace(facts, listing=Tried(who, problem=error.problem))
    else:
        found = f"{len(names)} names in {time.monotonic() - began:.1f} s"
        facts = replace(facts, listing=Tried(who, found), names=[name.name for name in names])
    access = partial(_access, sign_in, settings, sign_in.identity.object_id)
    if settings.target is Target.ASTRO:
        with suppress(ProblemError):
            facts = replace(facts, closed_network=closed_network(await access()))
    read = await read_one(vault, sample_name(settings, names))
    return replace(facts, sample_read=await with_grant(read, access))


async def _with_deployment(facts: Facts, request: Request, sign_in: SignedIn | None) -> Facts:
    """A managed or workload identity is tried, too: this may be the host that has it."""
    settings = request.settings
    secret_mode = settings.auth_mode is AuthMode.CLIENT_SECRET
    if (
        settings.vault is None
        or not settings.client_id
        or (secret_mode and not deployment_is_known(settings))
    ):
        return facts
    tried = await _as_deployment(facts, request, sign_in)
    elsewhere = not_of_this_host(settings, tried)
    if elsewhere:
        return replace(facts, deployment_elsewhere=elsewhere)
    return replace(facts, deployment_read=tried)


async def _as_deployment(facts: Facts, request: Request, sign_in: SignedIn | None) -> Tried:
    settings = request.settings
    try:
        async with signed_in(settings, deployment=True) as who, vault_of(request, who) as vault:
            read = await read_one(vault, sample_name(settings, [SecretName(n) for n in facts.names or ()]))
            return await with_grant(read, partial(_access, sign_in or who, settings, who.identity.object_id))
    except ProblemError as error:
        return Tried(error.problem.identity, problem=error.problem)


def _of_the_project(request: Request, chosen: Configuration, versions: VersionsInUse) -> Facts:
    settings, project = request.settings, request.project
    return Facts(
        provider_version=versions.provider,
        backend=backend_facts(chosen),
        provider=provider_pin(settings, project, versions.airflow),
        files=_files(request) if chosen.source is From.SETTINGS else None,
        git=git_exposure(project),
    )


def _files(request: Request) -> FileFacts:
    try:
        planned = plan(request.settings, request.project, "all")
    except ProblemError as error:
        return FileFacts(problem=error.problem)
    facts = file_facts(planned, None)
    if facts.pending:
        return facts
    there = [file for file in planned.files if file.state.exists]
    settings = request.settings
    return file_facts(
        planned,
        tuple(each for file in there for each in read_back(settings, file, file.state.text)),
        warnings=tuple(each for file in there for each in reader_warnings(settings, file)),
        readers=USED[settings.target],
    )


def _minutes(ends: datetime | None) -> str:
    left = int((ends - datetime.now(UTC)).total_seconds() // 60) if ends else 0
    return f"{left} min left" if left > 0 else ""


def _entry(result: CheckResult) -> dict[str, str]:
    return {
        "name": result.name,
        "verdict": result.verdict,
        "detail": result.detail,
        "remedy": result.remedy,
    }
