"""`--simulate KEY…`: what Airflow's lookup of each key gives, step by step, printed as it goes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from kvtui.airflow.configuration import is_value
from kvtui.airflow.model import UNSET, Simulation
from kvtui.airflow.nearby import NearMiss
from kvtui.airflow.platforms import PLACES
from kvtui.app.configuration import Configuration
from kvtui.app.exits import Exit
from kvtui.app.lookup import live_reader, look_up, near
from kvtui.app.session import Session, chosen_vault
from kvtui.app.trace import (
    NORMAL_LOG,
    OUTCOMES_SHOWN,
    PROCESSES,
    QUIET_LOG,
    WHOSE_LOG,
    Question,
    TraceStep,
    call,
    result_line,
    shown_logs,
    trace_steps,
)
from kvtui.core.problems import ProblemError
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.sanitize import sanitized
from kvtui.core.words import listed
from kvtui.headless.request import Request, configuration_data, configured
from kvtui.headless.text import document, out, out_now, say, show_code
from kvtui.project.versions import VersionsInUse, versions_in_use
from kvtui.settings.model import AuthMode, From, Kind, Settings
from kvtui.settings.values import usage_error

if TYPE_CHECKING:
    from kvtui.azure.vault import Vault


def run(request: Request) -> int:
    """Exits 0 if every key has a value, else 5; raises `ProblemError` if kvtui itself could not find out."""
    kind = Kind(request.text("kind", "variable"))
    keys = cast("list[str]", request.options["simulate"])
    for number, key in enumerate(keys, 1):
        which = f"KEY {number}" if len(keys) > 1 else "KEY"
        if kind is Kind.CONFIG and is_value(key):
            what = f"--simulate: {which} cannot be the key of a config option."
            remedy = "Give the text that AIRFLOW__SECTION__OPTION_SECRET contains, such as smtp_password."
            raise usage_error(what, remedy)
        if "://" in key:
            what = f"--simulate: {which} is not a key: it looks like a value."
            raise usage_error(what, "Give the key that a DAG uses.")
    versions = versions_in_use(request.settings, request.project)
    for note in (*versions.notes, *_ignored(request)):
        say(f"note: {note}")
    request, chosen = configured(request, versions)
    if chosen.source is From.SETTINGS:
        chosen_vault(request.settings)
    if request.as_deployment:
        _deployment_is_complete(request.settings)
    default = request.options.get("default", UNSET) if kind is Kind.VARIABLE else UNSET
    questions = [Question(key, kind, request.flag("deserialize_json"), default) for key in keys]
    return asyncio.run(_simulate_all(request, chosen, versions, questions))


def _ignored(request: Request) -> list[str]:
    """The options that have no effect for this kind."""
    kind = request.text("kind", "variable")
    given = [flag for flag in ("default", "deserialize_json") if flag in request.options]
    if kind == "variable" or not given:
        return []
    names = " and ".join(f"--{flag.replace('_', '-')}" for flag in given)
    return [f"{names} {'has' if len(given) == 1 else 'have'} no effect for a {kind}."]


_GIVE = {
    "client ID": "Set the client ID with --client-id. Find the app with kvtui --apps TEXT.",
    "tenant": "Set the tenant ID with --tenant-id.",
    "client secret": Remedy(Do.GIVE_CLIENT_SECRET, f"Set the client secret {HOW}."),
}


def _deployment_is_complete(settings: Settings) -> None:
    """Raises `ProblemError` (usage) if kvtui cannot sign in as the app because a part is missing."""
    if settings.auth_mode is not AuthMode.CLIENT_SECRET or not settings.identity_lacks:
        return
    missing = settings.identity_lacks[0]
    what = f"--as deployment: without the {missing} kvtui cannot sign in as the deployment identity."
    raise usage_error(what, _GIVE[missing])


async def _simulate_all(
    request: Request, chosen: Configuration, versions: VersionsInUse, questions: list[Question]
) -> int:
    answers: list[dict[str, object]] = []
    unresolved: list[str] = []
    unknown: list[str] = []
    async with Session(show_code, on_demand=True) as session:
        asking = _AskedVault(session, request)
        read = live_reader(asking.vault, deployment=asking.deployment)
        for question in questions:
            lookup = await look_up(
                question,
                chosen,
                versions,
                read,
                vault=request.settings.vault,
                context=request.settings.context,
            )
            misses = await asking.near(lookup)
            unresolved += [] if lookup.result.outcome == "value" else [question.key]
            unknown += [lookup.unknown] if lookup.unknown else []
            in_its_place = asking.opened is not None and not asking.deployment
            unknown += [chosen.uncertain] if chosen.uncertain and in_its_place else []
            if request.json:
                shown = _entry(lookup, asking, misses, show_value=request.flag("show_value"))
                answers.append({**shown, "configuration": configuration_data(chosen)})
            else:
                print_lookup(question, lookup, asking.name, misses, show_value=request.flag("show_value"))
    if request.json:
        document(answers)
    for why in dict.fromkeys(unknown):
        say(f"Unknown: {why}")
    if unknown:
        return Exit.UNREACHABLE
    if not unresolved:
        return Exit.OK
    say(_failed(unresolved, has_default=questions[0].default is not UNSET))
    return Exit.UNRESOLVED


def _failed(keys: list[str], *, has_default: bool) -> str:
    """Why the exit code is 5."""
    shown = sanitized(listed(keys), 300)
    which = f"{shown} {'does' if len(keys) == 1 else 'do'} not resolve"
    return f"Failed: {which}.{' A default does not change the exit code.' if has_default else ''}"


class _AskedVault:
    """The vault as one identity, which signs in when the first lookup needs it: some never do."""

    def __init__(self, session: Session, request: Request) -> None:
        self._session, self._settings = session, request.settings
        default = "deployment" if request.settings.signs_in_anywhere else "sign-in"
        self.kind = request.text("as", default)
        self.deployment = self.kind == "deployment"
        self.name = self._settings.deployment_name if self.deployment else ""
        """The identity that the token is for; empty as long as no sign-in was needed."""
        self.opened: Vault | None = None
        self._names: list[str] | None = None

    async def vault(self) -> Vault:
        """The vault, opened once."""
        if self.opened is None:
            self.opened = await self._session.vault(self._settings, deployment=self.deployment)
            self.name = self.opened.identity.name
            role = "deployment identity" if self.deployment else "signed-in user"
            say(f"Using {self.opened.identity}, the {role}.")
        return self.opened

    async def near(self, lookup: Simulation) -> tuple[NearMiss, ...]:
        """Similar names in the vault: listed once, and only if the vault was asked."""
        if lookup.result.outcome == "value" or self.opened is None:
            return ()
        if self._names is None:
            self._names = []
            with suppress(ProblemError):  # only the lookup itself decides the exit code
                async for page in self.opened.names():
                    self._names += [name.name for name in page.items]
        return near(lookup, self._settings, self._names)


def _entry(
    lookup: Simulation, asking: _AskedVault, misses: tuple[NearMiss, ...], *, show_value: bool
) -> dict[str, object]:
    result: dict[str, object] = {
        "outcome": lookup.result.outcome,
        "answered_by": lookup.result.answered_by,
        "length": lookup.result.length,
    }
    if show_value:
        result["value"] = lookup.result.reveal()
    found = lookup.result.exception
    result["exception"] = asdict(found) if found else None
    return {
        "key": lookup.key,
        "kind": lookup.kind,
        "context": lookup.context,
        "airflow_version": lookup.airflow_version,
        "provider_version": lookup.provider_version,
        "runs_as": {"kind": asking.kind, "name": asking.name},
        "secret_name": lookup.secret_name,
        "steps": [
            {name: value for name, value in asdict(step).items() if name != "where"} for step in lookup.steps
        ],
        "result": result,
        "headlines": list(lookup.headlines),
        "logs": [asdict(line) for line in (*lookup.logs, *lookup.azure_logs)],
        "near": [asdict(miss) for miss in misses],
    }


def print_lookup(
    question: Question,
    lookup: Simulation,
    asked_as: str,
    misses: tuple[NearMiss, ...] = (),
    *,
    show_value: bool = False,
) -> None:
    """One lookup as text; `asked_as` names the identity that reads the vault, if it was asked."""
    where = PLACES[lookup.context]
    asked = any(
        step.backend == "AzureKeyVaultBackend" and step.outcome != "not asked" for step in lookup.steps
    )
    who = f"vault read as {asked_as}" if asked_as and asked else "the vault is not asked"
    versions = f"Airflow {lookup.airflow_version}, provider {lookup.provider_version}"
    out(f"{''.join(call(question))}  {where}, {versions}, {who}")
    for step in trace_steps(lookup):
        _print_step(step)
    out(f"  => {result_line(lookup.result)}")
    if show_value and lookup.result.outcome != "raises":
        out(f"     value: {lookup.result.reveal()}")
    elif lookup.result.fields:
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
    for headline in lookup.headlines:
        out(f"  ! {headline}")
    for miss in misses:
        out(f"  ≈ {miss.name}: {miss.why}. {miss.fix}")
    out_now()


def _print_step(step: TraceStep) -> None:
    """One step and, below it, its detail. A step without a number is one of the API server."""
    head = f"  {step.number} " if step.number else "    "
    process = PROCESSES.get(step.where, "")
    by = f" ({process})" if process else ""
    outcome = OUTCOMES_SHOWN.get(step.outcome, step.outcome)
    if step.asks:
        asker = f", asked by the {process}," if process else ""
        shown = "" if step.outcome in ("absent", "found") else outcome
        out("  ".join(filter(None, (f"{head}{step.backend}{asker} {step.instead}", shown))))
    else:
        shown = "" if step.instead and step.outcome == "not asked" else outcome
        out("  ".join(filter(None, (f"{head}{step.backend}{by}", step.asked or step.instead, shown))))
    if step.detail:
        out(f"{' ' * len(head)}  {step.detail}")
