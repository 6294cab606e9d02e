"""The most important facts about a lookup, the most serious first."""

from __future__ import annotations

from collections.abc import Mapping

from kvtui.airflow import rules
from kvtui.airflow.azure_logs import about_requests
from kvtui.airflow.backend import Backend, kwargs_warnings, looks_up_as_task
from kvtui.airflow.configuration import is_value, options_in_the_vault
from kvtui.airflow.defects import about_context, about_masking
from kvtui.airflow.lookup import Lookup
from kvtui.airflow.model import Result
from kvtui.airflow.option import NotABooleanError, is_true
from kvtui.airflow.shape import about_shape
from kvtui.settings.model import Context, Kind


def headlines(
    lookup: Lookup,
    custom: Backend | None,
    server_custom: Backend | None,
    result: Result,
    context: Context,
) -> tuple[str, ...]:
    """The sentences above the trace. `custom` is the backend of the caller, which runs in `context`."""
    lines: list[str] = []
    if custom is None:
        lines.append("No secrets backend is configured: Airflow never asks the vault.")
    backends = [custom] if custom is server_custom else [custom, server_custom]
    for backend in backends:
        if backend is not None:
            lines += about_kwargs(backend)
    if custom is not None and custom.is_vault:
        lines += _about_name(lookup, custom)
    lines += lookup.trace.notes
    value = result.reveal() if result.outcome == "value" else None
    lines += _about_result(lookup, result, value)
    lines += about_context(lookup, result, context)
    for backend in backends:
        if backend is not None:
            lines += kwargs_warnings(backend)
    lines += _about_environment(lookup.environment, lookup.airflow_version)
    lines.append(about_requests(lookup) if custom is not None and custom.is_vault else "")
    is_task = looks_up_as_task(context, lookup.airflow_version)
    lines += about_masking(lookup, custom, value, is_task=is_task)
    return tuple(dict.fromkeys(filter(None, lines)))


def about_kwargs(backend: Backend) -> list[str]:
    """What is wrong with the text of the kwargs, and how to write it, one sentence each."""
    lines = [f"{warning} All kwargs in it are lost, vault_url included." for warning in backend.warnings]
    text = (backend.kwargs_source.text or "").strip()
    if lines and text[:1] in ("'", '"') and text[:1] == text[-1:]:
        lines.append(f"The kwargs in {backend.kwargs_source.source} are wrapped in quotes: remove these.")
    if backend.kwargs_source.expanded:
        lines.append(f"Airflow replaces a $NAME in {backend.kwargs_source.source} by that variable's value.")
    return lines


def _about_name(lookup: Lookup, backend: Backend) -> list[str]:
    named = lookup.vault.name_of(backend, lookup.key, lookup.kind)
    lines = []
    if named.why_not or named.error:
        why = named.why_not or f"building the name raises {named.error_type}: {named.error}"
        lines.append(f"The vault is not asked for {lookup.key}: {why}.")
    sep = backend.naming.sep
    if named.is_asked and isinstance(sep, str) and sep not in ("", "_") and sep in lookup.key:
        twin = lookup.key.replace(sep, "_")
        lines.append(f"{lookup.key} and {twin} map to the same secret: {sep!r} and '_' are the same there.")
    if sep == "" and "_" in lookup.key:
        lines.append(f"sep is empty, which deletes underscores: {lookup.key} becomes {named.name}.")
    return lines


def _about_result(lookup: Lookup, result: Result, value: object) -> list[str]:
    lines = []
    if lookup.kind is Kind.VARIABLE and result.outcome == "value" and result.length == 0:
        lines.append("The value is empty, and an empty value hides every backend that comes later.")
    if result.value_type == "Connection" and "conn_type" not in dict(result.fields):
        lines.append("The connection has no type: its text is not a URI with a scheme. Airflow accepts that.")
    if lookup.deserialize_json and lookup.kind is Kind.VARIABLE and result.outcome == "value":
        lines += _about_ignored_json(lookup, result)
    if result.outcome == "value" and result.value_type == "NoneType":
        lines.append("The value is JSON null: the caller gets None, not the default.")
    if (result.answered_by or "").startswith("AzureKeyVaultBackend"):
        lines += about_shape(value)
    if lookup.kind is Kind.CONNECTION and isinstance(value, Mapping) and isinstance(value["extra"], dict):
        lines.append(
            "Airflow 3.2.0 to 3.2.2 give the extra as a dict here: extra_dejson raises TypeError for "
            "one that is not empty. Write the fields instead of uri, or use Airflow 3.3.0."
        )
    if result.assumes_metastore_empty:
        lines.append(
            "This assumes that the key is not in Airflow's metastore (its database), which kvtui cannot see."
        )
    return lines


def _about_ignored_json(lookup: Lookup, result: Result) -> list[str]:
    in_task = (result.answered_by or "").endswith(("@worker", "@triggerer"))
    if not in_task or not rules.SDK_IGNORES_JSON.holds(lookup.airflow_version):
        return []
    return ["Airflow 3.0.0 and 3.0.1 ignore deserialize_json here: the caller gets the text as it is."]


def _about_environment(environment: Mapping[str, str], airflow_version: str) -> list[str]:
    lines = []
    per_key = sorted(
        name for name in environment if "__BACKEND_KWARG__" in name or "__SECRETS_BACKEND_KWARG__" in name
    )
    if per_key and not rules.PER_KEY_KWARGS.holds(airflow_version):
        lines.append(f"Airflow {airflow_version} ignores {', '.join(per_key)}: that came with 3.2.")
    if rules.PER_KEY_KWARGS_LEAK.holds(airflow_version) and any(
        "SECRET" in n.rpartition("__")[2] for n in per_key
    ):
        lines.append(
            f"Airflow {airflow_version} shows the BACKEND_KWARG__ values in its Config API (CVE-2026-48892)."
        )
    if _uses_cache(environment):
        seconds = environment.get("AIRFLOW__SECRETS__CACHE_TTL_SECONDS", "900")
        lines.append(
            f"[secrets] use_cache: while DAG files are parsed, values may be up to {seconds} s old. Tasks "
            "and the airflow command line do not use the cache."
        )
    if "AIRFLOW__SECRETS__BACKENDS_ORDER" in environment:
        lines.append("AIRFLOW__SECRETS__BACKENDS_ORDER does nothing: no Airflow has that option.")
    if environment.get("AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS") and not environment.get(
        "AIRFLOW__WORKERS__SECRETS_BACKEND"
    ):
        lines.append(
            "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS is ignored without AIRFLOW__WORKERS__SECRETS_BACKEND."
        )
    for name, key in options_in_the_vault(environment, airflow_version):
        if is_value(key):
            lines.append(
                f"{name} must contain a secret name. It looks like the value itself: remove _SECRET "
                f"from the variable's name ({name.removesuffix('_SECRET')})."
            )
            continue
        lines.append(f"{name} makes Airflow ask the vault for {key} whenever it starts, several times.")
    return lines


def _uses_cache(environment: Mapping[str, str]) -> bool:
    try:
        return is_true(environment, "secrets", "use_cache")
    except NotABooleanError:
        return False
