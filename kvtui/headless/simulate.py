"""`--simulate KEY…`: what Airflow's lookup of each key gives, step by step, printed as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

from kvtui.airflow import simulate
from kvtui.airflow.configuration import is_value
from kvtui.airflow.explanation import NORMAL_LOG, PLACES, QUIET_LOG, WHOSE_LOG, call, shown_logs
from kvtui.airflow.model import UNSET, Simulation
from kvtui.airflow.naming import Naming
from kvtui.airflow.nearby import NearMiss, near_misses
from kvtui.app.configuration import Configuration
from kvtui.app.lookup import Read, live_reader
from kvtui.core.exits import Exit
from kvtui.core.problems import Problem, ProblemError
from kvtui.headless.configured import configured, entry
from kvtui.headless.request import Request
from kvtui.headless.signing import deployment_is_known, signed_in, vault_of
from kvtui.headless.text import document, out, out_now, say
from kvtui.project.versions import VersionsInUse, versions_in_use
from kvtui.settings.model import AuthMode, From, Kind, Settings

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault


def run(request: Request) -> int:
    """Exits 0 if every key has a value, else 5; raises `ProblemError` if kvtui itself could not find out."""
    for number, key in enumerate(cast("list[str]", request.options["simulate"]), 1):
        if "://" in key or (request.text("kind") == "config" and is_value(key)):
            what = f"--simulate: KEY {number} is not a key: it looks like a value."
            remedy = "Give the key that a DAG uses, or the secret's name that a …_SECRET variable holds."
            raise ProblemError(Problem(what=what, remedy=remedy, exit=Exit.USAGE))
    versions = versions_in_use(request.settings, request.project)
    for note in (*versions.notes, *_ignored(request)):
        say(f"note: {note}")
    request, chosen = configured(request, versions)
    if chosen.source is From.SETTINGS:
        request.vault()
    if request.text("as") == "deployment":
        _deployment_is_complete(request.settings)
    return asyncio.run(_simulate_all(request, chosen, versions))


def _deployment_is_complete(settings: Settings) -> None:
    """Raises `ProblemError` (usage) when the app cannot be asked as, for want of what it signs in with."""
    if settings.auth_mode is not AuthMode.CLIENT_SECRET or deployment_is_known(settings):
        return
    missing, remedy = "client secret", "Give the client secret: AZURE_CLIENT_SECRET or --client-secret-file."
    if not settings.client_id:
        missing, remedy = "client id", "Give the app's client id: --client-id; kvtui --apps TEXT finds it."
    elif not settings.tenant_id:
        missing, remedy = "tenant", "Give the tenant's id: --tenant-id."
    what = f"--as deployment: without the {missing} kvtui cannot sign in as the deployment identity."
    raise ProblemError(Problem(what=what, remedy=remedy, exit=Exit.USAGE))


async def _simulate_all(request: Request, chosen: Configuration, versions: VersionsInUse) -> int:
    keys = request.options["simulate"]
    assert isinstance(keys, list)  # noqa: S101  # the parser's own doing
    answers: list[dict[str, object]] = []
    resolved = True
    unknown: list[str] = []
    async with _Asking(request).open() as (read, asking):
        for key in keys:
            lookup = await _look_up(request, chosen, key, versions, read)
            near = await asking.near(lookup)
            resolved = resolved and lookup.result.outcome == "value"
            unknown += [lookup.unknown] if lookup.unknown else []
            in_its_place = asking.kind == "sign-in" and asking.name
            unknown += [chosen.uncertain] if chosen.uncertain and in_its_place else []
            if request.json:
                shown = _entry(lookup, asking, near, show_value=request.flag("show_value"))
                answers.append({**shown, "configuration": entry(chosen)})
            else:
                _print(lookup, asking, near, request)
    if request.json:
        document(answers)
    for why in dict.fromkeys(unknown):
        say(f"Not found out: {why}")
    if unknown:
        return Exit.UNREACHABLE
    return Exit.OK if resolved else Exit.UNRESOLVED


def _ignored(request: Request) -> list[str]:
    """What was asked for and means nothing for this kind."""
    kind = request.text("kind", "variable")
    given = [flag for flag in ("default", "deserialize_json") if flag in request.options]
    if kind == "variable" or not given:
        return []
    names = " and ".join(f"--{flag.replace('_', '-')}" for flag in given)
    return [f"{names} {'means' if len(given) == 1 else 'mean'} nothing for a {kind}."]


async def _look_up(
    request: Request, chosen: Configuration, key: str, versions: VersionsInUse, read: Read
) -> Simulation:
    vault = request.settings.vault
    return await simulate(
        chosen.environment,
        key,
        kind=Kind(request.text("kind", "variable")),
        airflow_version=versions.airflow,
        provider_version=versions.provider,
        context=request.settings.context,
        deserialize_json=request.flag("deserialize_json"),
        default=request.options.get("default", UNSET) if request.text("kind") in ("", "variable") else UNSET,
        read=read,
        vault_url=vault.url if vault else "",
        platform=chosen.platform,
    )


class _Asking:
    """As whom the vault is asked. Signs in when the first lookup asks the vault: some never do."""

    def __init__(self, request: Request) -> None:
        self._request = request
        settings = request.settings
        default = "deployment" if deployment_is_known(settings) else "sign-in"
        self.kind = request.text("as", default)
        self.name = settings.deployment_name if self.kind == "deployment" else ""
        """Who the token is for; of a sign-in that was not needed nothing is known."""
        self._vault: Vault | None = None
        self._stack = AsyncExitStack()
        self._names: list[str] | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[Read, _Asking]]:
        """The reader for `simulate`, which gives its connections back at the end."""
        async with self._stack:
            yield live_reader(self._opened, deployment=self.kind == "deployment"), self

    async def _opened(self) -> Vault:
        if self._vault is None:
            entering = signed_in(self._request.settings, deployment=self.kind == "deployment")
            who = await self._stack.enter_async_context(entering)
            self.name = who.identity.name
            role = "deployment identity" if self.kind == "deployment" else "sign-in"
            say(f"Asked as {who.identity}, the {role}.")
            self._vault = await self._stack.enter_async_context(vault_of(self._request, who))
        return self._vault

    async def near(self, lookup: Simulation) -> tuple[NearMiss, ...]:
        """The vault's names that were perhaps meant, where nothing was found and the names may be listed.

        They are listed once, and only if the vault was asked.
        """
        if lookup.result.outcome == "value" or self._vault is None:
            return ()
        if self._names is None:
            self._names = []
            with suppress(ProblemError):  # only what the lookup itself found out decides the exit
                async for page in self._vault.names():
                    self._names += [name.name for name in page.items]
        naming = Naming.of(self._request.settings)
        return near_misses(lookup.key, lookup.kind, naming, self._names, limit=3)


def _entry(
    lookup: Simulation, asking: _Asking, near: tuple[NearMiss, ...], *, show_value: bool
) -> dict[str, object]:
    result: dict[str, object] = {
        "outcome": lookup.result.outcome,
        "answered_by": lookup.result.answered_by,
        "length": lookup.result.length,
    }
    if show_value:
        result["value"] = lookup.result.reveal()
    found = lookup.result.exception
    result["exception"] = {"type": found.type, "message": found.message} if found else None
    return {
        "key": lookup.key,
        "kind": lookup.kind,
        "context": lookup.context,
        "airflow_version": lookup.airflow_version,
        "provider_version": lookup.provider_version,
        "runs_as": {"kind": asking.kind, "name": asking.name},
        "secret_name": lookup.secret_name,
        "steps": [
            {
                "backend": step.backend,
                "asked": step.asked,
                "outcome": step.outcome,
                "detail": step.detail,
                "logged": step.logged,
            }
            for step in lookup.steps
        ],
        "result": result,
        "headlines": list(lookup.headlines),
        "logs": [
            {"level": line.level, "logger": line.logger, "text": line.text, "where": line.where}
            for line in (*lookup.logs, *lookup.azure_logs)
        ],
        "near": [{"name": miss.name, "why": miss.why, "fix": miss.fix} for miss in near],
    }


def _print(lookup: Simulation, asking: _Asking, near: tuple[NearMiss, ...], request: Request) -> None:
    where = PLACES[lookup.context]
    who = f"asked as {asking.name}" if asking.name else "the vault is not asked"
    versions = f"Airflow {lookup.airflow_version}, provider {lookup.provider_version}"
    out(f"{_call(lookup, request)}  {where}, {versions}, {who}")
    number = 0
    for step in lookup.steps:
        inner = step.where == "api-server"  # what the API server does when the task asks it
        number += not inner
        head = "    " if inner else f"  {number} "
        asked = f"{step.asked}: " if step.asked else ""
        out(f"{head}{step.backend} ({step.where}): {asked}{step.outcome}")
        if step.detail:
            out(f"{' ' * len(head)}  {step.detail}")
    out(f"  => {_result(lookup)}")
    if lookup.result.fields:
        out(f"     {', '.join(f'{name}={value}' for name, value in lookup.result.fields)}")
    loud, normal = shown_logs(lookup)
    for line in loud:
        out(f"  {WHOSE_LOG[line.where]}: {line.level} {line.text}")
    if not loud:
        out(f"  {QUIET_LOG}")
    if normal:
        out(f"  {NORMAL_LOG}")
    for text in normal:
        out(f"    {text}")
    if request.flag("show_value") and lookup.result.outcome != "raises":
        out(f"     {lookup.result.reveal()}")
    for headline in lookup.headlines:
        out(f"  ! {headline}")
    for miss in near:
        out(f"  ≈ {miss.name}: {miss.why}. {miss.fix}")
    out_now()


def _call(lookup: Simulation, request: Request) -> str:
    """The call as it stands in a DAG."""
    if lookup.kind == "config":
        return f"an option whose …_SECRET is {lookup.key!r}"
    if lookup.kind == "connection":
        return call(lookup)
    more = ", deserialize_json=True" if request.flag("deserialize_json") else ""
    if "default" in request.options:
        more += f", default={request.options['default']!r}"
    return f"Variable.get({lookup.key!r}{more})"


def _result(lookup: Simulation) -> str:
    result = lookup.result
    if result.exception is not None:
        return f"raises {result.exception.type}: {result.exception.message}"
    if result.outcome == "default":
        return "the default: the key itself does not resolve"
    length = f", {result.length} characters" if result.length is not None else ""
    return f"a value ({result.value_type}{length}) from {result.answered_by}"
