"""The one door: what Airflow does with one key, in one environment, at one version."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from kvtui.airflow import rules
from kvtui.airflow.backend import Backend, StartError, build_backend, building_logs
from kvtui.airflow.configuration import configuration
from kvtui.airflow.connections import shown_fields
from kvtui.airflow.headlines import headlines
from kvtui.airflow.lookup import Found, Lookup, Raised
from kvtui.airflow.model import UNSET, ExceptionInfo, LogLine, Result, Sealed, Simulation
from kvtui.airflow.naming import KINDS
from kvtui.airflow.option import is_true
from kvtui.airflow.vault import VaultAsker
from kvtui.exits import Exit
from kvtui.problems import Problem, ProblemError


async def simulate(
    environment: Mapping[str, str],
    key: str,
    *,
    kind: str = "variable",
    airflow_version: str,
    provider_version: str,
    context: str = "task",
    deserialize_json: bool = False,
    default: object = UNSET,
    read: Callable[[str], Awaitable[str | None]],
    metastore: Mapping[str, str] | None = None,
) -> Simulation:
    """What `Variable.get(key)`, `get_connection(key)` or a `…_SECRET` option does.

    `environment` is the process's (worker and API server alike), `read` gives a secret's value by name,
    None for 404, or raises `Refusal`; it is called at most once for each name. `metastore` maps keys to
    texts, None if it cannot be seen. `context` is `task` or `server`. Raises `ProblemError` (usage) for a
    version, kind or context that is none, and lets whatever else `read` raises pass.
    """
    _check(kind, context, airflow_version, provider_version)
    is_task = context == "task" and rules.TASK_SDK.holds(airflow_version)
    multi_team = is_true(environment, "core", "multi_team")
    vault = VaultAsker(read, provider_version, multi_team)
    lookup = Lookup(environment, key, kind, airflow_version, deserialize_json, vault, metastore)

    def told(result: Result, secret: str | None, lines: tuple[str, ...]) -> Simulation:
        return Simulation(
            key,
            kind,
            context,
            airflow_version,
            provider_version,
            secret,
            tuple(lookup.steps),
            result,
            lines,
            tuple(lookup.logs),
        )

    try:
        server_custom = build_backend(environment, airflow_version, provider_version)
    except StartError as error:
        if error.warning:
            lookup.logs.append(
                LogLine("WARNING", _config_logger(airflow_version, worker=False), error.warning)
            )
        headline = f"Airflow does not start: importing it raises {error.info.type}."
        return told(_raised(error.info), None, tuple(filter(None, (headline, error.headline))))
    if server_custom is not None:
        lookup.logs += building_logs(server_custom, _config_logger(airflow_version, worker=False))
    custom = server_custom
    try:
        if is_task and kind != "config":
            custom = build_backend(environment, airflow_version, provider_version, worker=True)
            if custom is not None:
                lookup.logs += building_logs(custom, _config_logger(airflow_version, worker=True))
        found = await _look(lookup, custom, server_custom, is_task=is_task)
        result = _result(lookup, found, default, is_task=is_task)
    except StartError as error:
        if error.warning:
            lookup.logs.append(
                LogLine("WARNING", _config_logger(airflow_version, worker=True), error.warning)
            )
        lookup.notes.append(f"Every lookup in a task raises {error.info.type}.")
        lookup.notes += [error.headline] if error.headline else []
        result = _raised(error.info)
    except Raised as error:
        result = _raised(error.info)
    lines = headlines(lookup, custom, server_custom, result)
    runs_as = custom.choice.as_whom if custom is not None and custom.choice is not None else ""
    return replace(told(result, _secret(lookup, custom), lines), runs_as=runs_as)


def _check(kind: str, context: str, airflow_version: str, provider_version: str) -> None:
    for value, allowed, what in (
        (kind, KINDS, "a kind of lookup"),
        (context, ("task", "server"), "a context"),
    ):
        if value not in allowed:
            raise ProblemError(
                Problem(f"{value[:40]!r} is not {what}.", f"Use {' or '.join(allowed)}.", Exit.USAGE)
            )
    rules.numbers(airflow_version)
    rules.numbers(provider_version)


async def _look(
    lookup: Lookup, custom: Backend | None, server_custom: Backend | None, *, is_task: bool
) -> Found | None:
    if lookup.kind == "config":
        return await configuration(lookup, server_custom)
    if is_task:
        return await lookup.task(custom, server_custom)
    return await lookup.server(server_custom, "process")


def _result(lookup: Lookup, found: Found | None, default: object, *, is_task: bool) -> Result:
    if found is None:
        return _missing(lookup, default, is_task=is_task)
    value = found.value
    if lookup.kind == "variable" and lookup.deserialize_json and not is_task:
        try:
            value = json.loads(str(value))
        except ValueError as error:
            lookup.notes.append("The value is no JSON: the caller gets the exception, default or not.")
            raise Raised(type(error).__name__, str(error)) from None
    is_connection = lookup.kind == "connection" and isinstance(value, Mapping)
    return Result(
        "value",
        answered_by=found.by,
        length=found.length,
        value_type="Connection" if is_connection else type(value).__name__,
        fields=shown_fields(value) if is_connection and isinstance(value, Mapping) else (),
        assumes_metastore_empty=False,
        sealed=Sealed(value),
    )


def _missing(lookup: Lookup, default: object, *, is_task: bool) -> Result:
    """What the caller gets when no backend has the key."""
    unseen = lookup.assumes_metastore_empty
    if lookup.kind == "connection":
        info = ExceptionInfo("AirflowNotFoundException", f"The conn_id `{lookup.key}` isn't defined")
        return _raised(info, unseen=unseen)
    if default is not UNSET:
        return Result(
            "default",
            answered_by="default",
            value_type=type(default).__name__,
            assumes_metastore_empty=unseen,
            sealed=Sealed(default),
        )
    if lookup.kind == "config":
        return Result("default", answered_by="default", value_type="NoneType", sealed=Sealed(None))
    if is_task:
        detail = (
            {"message": f"Variable {lookup.key} not found"}
            if rules.EXECUTION_API_BACKEND.holds(lookup.airflow_version)
            else {"key": lookup.key}
        )
        return _raised(ExceptionInfo("AirflowRuntimeError", f"VARIABLE_NOT_FOUND: {detail}"), unseen=unseen)
    stop = "." if rules.MISSING_KEY_FULL_STOP.holds(lookup.airflow_version) else ""
    missing = KeyError(f"Variable {lookup.key} does not exist{stop}")
    return _raised(ExceptionInfo("KeyError", str(missing)), unseen=unseen)


def _raised(info: ExceptionInfo, *, unseen: bool = False) -> Result:
    return Result("raises", exception=info, assumes_metastore_empty=unseen)


def _secret(lookup: Lookup, custom: Backend | None) -> str | None:
    """The name that the lookup is about, asked or not."""
    if custom is None or not custom.is_vault:
        return None
    return lookup.vault.name_of(custom, lookup.key, lookup.kind).name


def _config_logger(airflow_version: str, *, worker: bool) -> str:
    if not rules.SHARED_CONFIGURATION.holds(airflow_version):
        return "airflow.configuration"
    return "airflow.sdk._shared.configuration.parser" if worker else "airflow._shared.configuration.parser"
