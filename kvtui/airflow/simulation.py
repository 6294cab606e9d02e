"""What Airflow does with one key, in one environment, at one version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from kvtui.airflow import rules
from kvtui.airflow.azure_logs import azure_lines
from kvtui.airflow.backend import Backend, StartError, build_backend, looks_up_as_task
from kvtui.airflow.configuration import configuration
from kvtui.airflow.headlines import headlines
from kvtui.airflow.lookup import Found, Lookup, Raised
from kvtui.airflow.model import UNSET, LogLine, Simulation
from kvtui.airflow.platforms import AGENTS, NO_VAULT_THERE
from kvtui.airflow.results import raises, result_of
from kvtui.airflow.vault import VaultAsker
from kvtui.core.problems import ProblemError
from kvtui.settings.model import Context, Kind


async def simulate(
    environment: Mapping[str, str],
    key: str,
    *,
    kind: Kind = Kind.VARIABLE,
    airflow_version: str,
    provider_version: str,
    context: Context = Context.TASK,
    deserialize_json: bool = False,
    default: object = UNSET,
    read: Callable[[str], Awaitable[str | None]],
    metastore: Mapping[str, str] | None = None,
    vault_url: str | None = None,
    platform: str = "",
) -> Simulation:
    """What `Variable.get(key)`, `get_connection(key)` or a `…_SECRET` option does.

    `environment` is the process's (worker and API server alike), `read` gives a secret's value by name, None
    for 404, or raises `VaultError`; it is called at most once for each name. `metastore` maps keys to texts,
    None if it cannot be seen: only the tests can. `vault_url` is the vault that `read` reads, None if it
    reads any: a backend of another vault is then not asked. `platform`: one of `PLATFORMS`. Raises
    `ProblemError` (usage) for an invalid version, and what else `read` raises.
    """
    rules.numbers(airflow_version)
    rules.numbers(provider_version)
    if platform == AGENTS and context is Context.SERVER and kind is not Kind.CONFIG:
        raise ProblemError(NO_VAULT_THERE)
    is_task = looks_up_as_task(context, airflow_version)
    vault = VaultAsker(read, provider_version, environment, vault_url)
    caller = "process"
    if is_task and kind is not Kind.CONFIG:
        caller = "triggerer" if context is Context.TRIGGERER else "worker"
    lookup = Lookup(
        key, kind, airflow_version, environment, deserialize_json, vault, metastore, caller, platform=platform
    )
    custom: Backend | None = None
    lines: tuple[str, ...]
    azure_logs: tuple[LogLine, ...] = ()
    try:
        server_custom = _started(lookup, worker=False)
    except StartError as error:
        result = raises(error.info)
        lines = (f"Airflow does not start: importing it raises {error.info.type}.", error.headline)
    else:
        custom = server_custom
        try:
            if is_task and kind is not Kind.CONFIG:
                custom = _started(lookup, worker=True)
            found = await _look(lookup, custom, server_custom, is_task=is_task)
            result = result_of(lookup, found, default, is_task=is_task)
        except StartError as error:
            lookup.trace.note(f"Every lookup in a task raises {error.info.type}.")
            lookup.trace.note(error.headline)
            result = raises(error.info)
        except Raised as error:
            result = raises(error.info)
        places = {lookup.caller: custom, "api-server": server_custom}
        azure_logs = azure_lines(lookup, places)
        lines = headlines(lookup, custom, server_custom, result, context)
    return Simulation(
        key,
        kind,
        context,
        airflow_version,
        provider_version,
        _secret(lookup, custom),
        tuple(lookup.trace.steps),
        result,
        tuple(filter(None, lines)),
        tuple(lookup.trace.logs),
        unknown=lookup.unknown,
        azure_logs=azure_logs,
    )


def _started(lookup: Lookup, *, worker: bool) -> Backend | None:
    """The backend of the worker, or of every other process. Raises `StartError`; logs what Airflow logs."""
    logger = "airflow.configuration"
    if rules.SHARED_CONFIGURATION.holds(lookup.airflow_version):
        logger = f"airflow.{'sdk.' if worker else ''}_shared.configuration.parser"
    provider_version = lookup.vault.provider_version
    try:
        backend = build_backend(lookup.environment, lookup.airflow_version, provider_version, worker=worker)
    except StartError as error:
        if error.warning:
            lookup.trace.log("WARNING", logger, error.warning, lookup.caller)
        raise
    for text in backend.warnings if backend is not None else ():
        lookup.trace.log("WARNING", logger, text, lookup.caller)
    return backend


async def _look(
    lookup: Lookup, custom: Backend | None, server_custom: Backend | None, *, is_task: bool
) -> Found | None:
    if lookup.kind is Kind.CONFIG:
        return await configuration(lookup, server_custom)
    if is_task:
        return await lookup.task(custom, server_custom)
    return await lookup.server(server_custom, "process")


def _secret(lookup: Lookup, custom: Backend | None) -> str | None:
    """The secret name for the key, whether it was asked for or not."""
    if custom is None or not custom.is_vault:
        return None
    return lookup.vault.name_of(custom, lookup.key, lookup.kind).name
