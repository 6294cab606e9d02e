"""Known defects of some versions that a lookup meets: in a trigger, on the server, in what is masked."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from kvtui.airflow import rules
from kvtui.airflow.backend import Backend
from kvtui.airflow.lookup import Lookup
from kvtui.airflow.model import Result
from kvtui.settings.model import Context, Kind

_ASYNC = "one that uses sync_to_async does not"


def about_context(lookup: Lookup, result: Result, context: Context) -> list[str]:
    """What the process that looks up does wrong in this version."""
    if lookup.kind is Kind.CONFIG:
        return []
    version = lookup.airflow_version
    if context is Context.SERVER:
        needed = rules.SERVER_HOOKS_NEED_SUPERVISOR.holds(version)
        in_vault = (result.answered_by or "").startswith(("AzureKeyVaultBackend", "EnvironmentVariables"))
        if lookup.kind is Kind.CONNECTION and needed and not in_vault:
            return [
                "Airflow 3.1.0: a hook on the server (a log handler, a plugin) ends in ImportError: "
                "SUPERVISOR_COMMS for a connection that is only in the metastore. Fixed in Airflow "
                "3.1.1."
            ]
        return []
    return _about_triggers(lookup, result) if context is Context.TRIGGERER else []


def _about_triggers(lookup: Lookup, result: Result) -> list[str]:
    lines = [
        f"A deferrable operator looks the {lookup.kind} up again in the triggerer, which therefore also "
        "needs this configuration, the identity and network access to the vault."
    ]
    version, what = lookup.airflow_version, lookup.kind
    if not rules.TASK_SDK.holds(version):
        return lines
    here = (result.answered_by or "").endswith("@triggerer")
    if here and rules.TRIGGER_LOSES_VALUES.holds(version):
        lines.append(
            "Airflow 3.0.5 and 3.0.6: a trigger that looks up in its event loop gets a RuntimeError "
            f"although the {what} was found; {_ASYNC}. Fixed in Airflow 3.1.0."
        )
    if here:
        return lines
    if rules.TRIGGER_CANNOT_ASK_SERVER.holds(version):
        lines.append(
            "Airflow before 3.1.0: a trigger that looks up in its event loop gets a RuntimeError for "
            f"a {what} that is not in the vault; {_ASYNC}."
        )
    if what is Kind.VARIABLE and rules.TRIGGER_VARIABLES_NOT_ASKED.holds(version):
        lines.append(
            "Airflow 3.1.0 to 3.2.1 has a defect: in a trigger, Variable.get may not find a variable that is "
            "only in the metastore. In a thread it can fail with 'attached to a different loop'. Airflow "
            "finds a variable that is in the vault. Fixed in Airflow 3.2.2."
        )
    elif rules.TRIGGER_CROSSES_LOOPS.holds(version):
        lines.append(
            f"Airflow before 3.2.2: a trigger may fail to find a {what} of the metastore ('attached to a "
            f"different loop'). Airflow finds a {what} that is in the vault."
        )
    if what is Kind.CONNECTION and rules.DEADLINES_WITHOUT_METASTORE.holds(version):
        lines.append(
            "A deadline's callback, which also runs in the triggerer, finds no connection of the metastore "
            "(apache/airflow#63929): keep it in the vault."
        )
    if what is Kind.CONNECTION and rules.TRIGGERER_LOGS_WITHOUT_METASTORE.holds(version):
        lines.append(
            "Airflow before 3.3.0: for the upload of its logs, the triggerer finds only connections that are "
            "in the vault or in the environment."
        )
    return lines


def about_masking(lookup: Lookup, custom: Backend | None, value: object, *, is_task: bool) -> list[str]:
    """Who can read what, and what is not masked. `value`: what the caller gets, None if nothing."""
    lines: list[str] = []
    version = lookup.airflow_version
    found = is_task and value is not None and lookup.kind is not Kind.CONFIG
    if found and rules.BACKEND_VALUES_UNMASKED.holds(version):
        lines.append(
            "Airflow 3.0.0 to 3.0.4 do not mask values of a secrets backend in task logs: print none. "
            "Airflow 3.0.6 masks them."
        )
    if found and rules.QUOTED_PASSWORD_UNMASKED.holds(version) and _needs_escapes(value):
        lines.append("The password in a URI, with its % escapes, is not masked in task logs: print no URI.")
    if custom is not None and custom.choice is not None and custom.choice.kind == "ClientSecretCredential":
        unmasked = rules.CONFIG_SECRETS_UNMASKED.holds(version)
        shows = ", and a task log shows it unmasked if a DAG prints it" if unmasked else ""
        lines.append(
            f"Any DAG can read the client secret from Airflow's configuration{shows}. "
            "A managed or workload identity needs no secret."
        )
    return lines


def _needs_escapes(value: object) -> bool:
    password = value.get("password") if isinstance(value, Mapping) else None
    return isinstance(password, str) and quote(password, safe="") != password
