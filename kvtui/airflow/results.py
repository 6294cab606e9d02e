"""From the backends' answers to what the caller gets: the value, the default or an exception."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kvtui.airflow import rules
from kvtui.airflow.connection_fields import shown_fields
from kvtui.airflow.lookup import Found, Lookup, Raised
from kvtui.airflow.model import UNSET, ExceptionInfo, Result
from kvtui.core.secret_text import Sealed
from kvtui.settings.model import Kind


def result_of(lookup: Lookup, found: Found | None, default: object, *, is_task: bool) -> Result:
    """What the caller gets for `found`, None if no backend has the key. Raises `Raised` for bad JSON."""
    if found is None:
        return _missing(lookup, default, is_task=is_task)
    value = found.value
    if lookup.kind is Kind.VARIABLE and lookup.deserialize_json and not is_task:
        try:
            value = json.loads(str(value))
        except (ValueError, RecursionError) as error:
            lookup.trace.note("The value is not JSON: the caller gets the exception even with a default.")
            raise Raised(type(error).__name__, str(error)) from None
        if isinstance(value, str) and not rules.TASK_SDK.holds(lookup.airflow_version):
            try:
                value.encode()  # Airflow 2 puts it into a pattern for its log's masking
            except UnicodeEncodeError as error:
                raise Raised(type(error).__name__, str(error)) from None
    connection = value if lookup.kind is Kind.CONNECTION and isinstance(value, Mapping) else None
    return Result(
        "value",
        answered_by=found.by,
        length=found.length,
        value_type=type(value).__name__ if connection is None else "Connection",
        fields=() if connection is None else shown_fields(connection, doubtful=found.doubtful),
        sealed=Sealed(value),
    )


def _missing(lookup: Lookup, default: object, *, is_task: bool) -> Result:
    """What the caller gets when no backend has the key."""
    unseen = lookup.assumes_metastore_empty
    if lookup.kind is Kind.CONNECTION:
        info = ExceptionInfo("AirflowNotFoundException", f"The conn_id `{lookup.key}` isn't defined")
        if is_task and not rules.CONNECTION_MISS_TRANSLATED.holds(lookup.airflow_version):
            detail = {"conn_id": lookup.key}
            lookup.trace.note(f"BaseHook.get_connection raises {info.type} here: {info.message}.")
            info = ExceptionInfo("AirflowRuntimeError", f"CONNECTION_NOT_FOUND: {detail}")
        return raises(info, unseen=unseen)
    if default is not UNSET:
        return Result(
            "default",
            answered_by="default",
            value_type=type(default).__name__,
            assumes_metastore_empty=unseen,
            sealed=Sealed(default),
        )
    if lookup.kind is Kind.CONFIG:
        return Result("default", answered_by="default", value_type="NoneType", sealed=Sealed(None))
    if is_task:
        detail = (
            {"message": f"Variable {lookup.key} not found"}
            if rules.EXECUTION_API_BACKEND.holds(lookup.airflow_version)
            else {"key": lookup.key}
        )
        return raises(ExceptionInfo("AirflowRuntimeError", f"VARIABLE_NOT_FOUND: {detail}"), unseen=unseen)
    stop = "." if rules.MISSING_KEY_FULL_STOP.holds(lookup.airflow_version) else ""
    missing = KeyError(f"Variable {lookup.key} does not exist{stop}")
    return raises(ExceptionInfo("KeyError", str(missing)), unseen=unseen)


def raises(info: ExceptionInfo, *, unseen: bool = False) -> Result:
    """The result of a lookup that raises; `unseen`: it assumes that the metastore does not have the key."""
    return Result("raises", exception=info, assumes_metastore_empty=unseen)
