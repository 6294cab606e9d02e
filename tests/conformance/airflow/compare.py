"""Holds a simulation against what the real Airflow did, and says in words where they disagree."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from kvtui.airflow import rules, simulate
from kvtui.airflow.backend import StartError, build_backend
from kvtui.airflow.configuration import options_in_the_vault
from kvtui.airflow.model import UNSET, Simulation
from kvtui.airflow.vault_errors import VaultError
from kvtui.settings.model import Context, Kind
from tests.conformance.airflow.case import Case

RESULTS = {"found": "value", "absent": "none", "not asked": "none", "refused": "raised", "error": "raised"}
NOT_OURS = ("Skipping masking for a secret", "Using Variable.get from `airflow.models` is deprecated")
"""Lines that the real one logs about its masking and its own imports, not about the lookup."""


async def simulated(case: Case, *, airflow: str, provider: str, context: str) -> Simulation:
    """The simulation of a filled case, with a vault made of the case's own words."""
    secrets = {name.lower(): content for name, content in case.vault.items()}

    async def read(name: str) -> str | None:
        if case.refused is not None:
            raise VaultError(case.refused.status, case.refused.code, case.refused.message)
        found = secrets.get(name.lower())
        if isinstance(found, dict):
            if not found.get("enabled", True):
                raise VaultError(403, "SecretDisabled", "Operation get is not allowed on a disabled secret.")
            return str(found["value"])
        return found

    return await simulate(
        case.env,
        case.key,
        kind=Kind(case.kind),
        airflow_version=airflow,
        provider_version=provider,
        context=Context(context),
        deserialize_json=case.deserialize_json,
        default=case.default["value"] if case.default else UNSET,
        read=read,
        metastore=case.metastore,
    )


def differences(case: Case, real: dict[str, Any], told: Simulation, names_seen: list[str]) -> list[str]:
    """What the two disagree about, one sentence each. `names_seen`: what the emulator was asked, in order.

    What Airflow asks for its own options while it starts is not about the lookup.
    """
    if "crash" in real:
        return [f"the probe failed: {real['crash']}"]
    found = _about_outcome(real, told)
    if real["phase"] == "call" and told.kind != "config":
        has_class = rules.EXECUTION_API_BACKEND.holds(told.airflow_version)
        ours = [
            (step.backend, step.where, RESULTS[step.outcome])
            for step in told.steps
            if has_class or step.backend != "ExecutionAPISecretsBackend"  # a call in the SDK, no backend yet
        ]
        theirs = [(step["backend"], step["where"], step["result"]) for step in real["steps"]]
        if ours != theirs:
            found.append(f"backends: real {theirs}, told {ours}")
        asked = [step.asked for step in told.steps if step.backend == "AzureKeyVaultBackend" and step.asked]
        named = [name for step in real["steps"] for name in step["asked"] if name]
        if asked != named:
            found.append(f"names: real {named}, told {asked}")
        if (answered := _answered_by(real, told)) and told.result.answered_by != answered:
            found.append(f"answered by: real {answered}, told {told.result.answered_by}")
    known = {"", *real["asked_before"], *_options(case, told), *(step.asked for step in told.steps)}
    if strangers := sorted({*names_seen} - known):
        found.append(f"the vault was asked for {strangers}, which the simulation does not know")
    return found + _about_logs(real, told)


def _options(case: Case, told: Simulation) -> set[str]:
    """The names that kvtui says Airflow asks for, whenever it starts, for options kept in the vault."""
    try:
        backend = build_backend(case.env, told.airflow_version, told.provider_version)
    except StartError:
        return set()
    if backend is None or not backend.is_vault:
        return set()
    keys = [key for _, key in options_in_the_vault(case.env, told.airflow_version)]
    named = [backend.naming.secret_name(Kind.CONFIG, key).name for key in keys]
    return {name for name in named if name}


def _about_outcome(real: dict[str, Any], told: Simulation) -> list[str]:
    result = told.result
    if real["outcome"] == "raised":
        kind = real["exception"]["class"].rpartition(".")[2]
        message = real["exception"]["message"]
        if result.exception is None:
            return [f"real raises {kind}: {message}; told {result.outcome}"]
        if result.exception.type != kind or not _same_text(kind, message, result.exception.message):
            return [f"real raises {kind}: {message!r}; told {result.exception}"]
        return []
    if result.exception is not None:
        return [f"real gives {real.get('value') or real.get('connection')}; told raises {result.exception}"]
    if told.kind == "config" and result.outcome == "default":
        return []  # the option's default is Airflow's own, here one that is made at random
    value = result.reveal()
    if "connection" in real:
        return [] if value == real["connection"] else [f"real {real['connection']}, told {value}"]
    ours = {"type": type(value).__name__, "repr": repr(value)}
    return [] if ours == real["value"] else [f"real {real['value']}, told {ours}"]


def _same_text(kind: str, real: str, told: str) -> bool:
    """Whether the texts agree. How deep Python recurses, and where it notices, is not Airflow's doing."""
    return real == told or (kind == "RecursionError" and "recursion" in real)


def _answered_by(real: dict[str, Any], told: Simulation) -> str:
    if told.result.outcome == "default":
        return "default"  # the value itself, which was compared, tells it from what a backend holds
    values = [step for step in real["steps"] if step["result"] == "value"]
    if real["outcome"] != "value":
        return ""
    if not values or (values[-1]["backend"] == "ExecutionAPISecretsBackend"):
        return "default"
    return f"{values[-1]['backend']}@{values[-1]['where']}"


def _about_logs(real: dict[str, Any], told: Simulation) -> list[str]:
    theirs = [
        [line["level"].upper(), line["logger"].partition(" ")[0], line["message"]]
        for line in real["logs"]
        if not line["message"].startswith(NOT_OURS)
    ]
    told_logs = sorted(told.logs, key=lambda line: line.where == "api-server")  # as the probe joins them
    ours = [[line.level, line.logger, line.text] for line in told_logs if line.level != "DEBUG"]
    theirs, ours = ([line for line, _ in groupby(lines)] for lines in (theirs, ours))
    return [] if ours == theirs else [f"logs: real {theirs}, told {ours}"]
