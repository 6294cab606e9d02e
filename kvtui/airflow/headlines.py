"""What a human must not miss about a lookup, the gravest first."""

from __future__ import annotations

from collections.abc import Mapping

from kvtui.airflow import rules
from kvtui.airflow.backend import Backend, traps
from kvtui.airflow.configuration import is_value, options_in_the_vault
from kvtui.airflow.lookup import Lookup
from kvtui.airflow.model import Result


def headlines(
    lookup: Lookup, custom: Backend | None, server_custom: Backend | None, result: Result
) -> tuple[str, ...]:
    """The sentences that stand above the trace. `custom` is the backend that the caller's process has."""
    lines: list[str] = []
    if custom is None:
        lines.append("No secrets backend is configured: the vault is never asked.")
    backends = [custom] if custom is server_custom else [custom, server_custom]
    for backend in backends:
        if backend is not None:
            lines += _about_kwargs(backend)
    if custom is not None and custom.is_vault:
        lines += _about_name(lookup, custom)
    lines += lookup.notes
    lines += _about_result(lookup, result)
    for backend in backends:
        if backend is not None:
            lines += traps(backend)
    lines += _about_environment(lookup.environment, lookup.airflow_version)
    return tuple(dict.fromkeys(lines))


def _about_kwargs(backend: Backend) -> list[str]:
    lines = [f"{warning} Whatever it holds is lost, vault_url included." for warning in backend.warnings]
    if backend.kwargs_source.expanded:
        lines.append(f"Airflow replaces a $NAME in {backend.kwargs_source.source} by that variable's value.")
    return lines


def _about_name(lookup: Lookup, backend: Backend) -> list[str]:
    named = lookup.vault.name_of(backend, lookup.key, lookup.kind)
    lines = []
    if named.why_not or named.error:
        why = named.why_not or f"building the name raises {named.error_type}: {named.error}"
        lines.append(f"The vault is not asked for {lookup.key}: {why}.")
    sep = backend.values["sep"]
    if named.is_asked and isinstance(sep, str) and sep not in ("", "_") and sep in lookup.key:
        twin = lookup.key.replace(sep, "_")
        lines.append(f"{lookup.key} and {twin} lead to the same secret: {sep!r} and '_' are one there.")
    if sep == "" and "_" in lookup.key:
        lines.append(f"sep is empty, which deletes underscores: {lookup.key} becomes {named.name}.")
    return lines


def _about_result(lookup: Lookup, result: Result) -> list[str]:
    lines = []
    if lookup.kind == "variable" and result.outcome == "value" and result.length == 0:
        lines.append("The value is empty, and an empty value hides every backend that comes later.")
    if result.value_type == "Connection" and "conn_type" not in dict(result.fields):
        lines.append("The connection has no type: its text is no URI with a scheme, which Airflow accepts.")
    if lookup.deserialize_json and lookup.kind == "variable" and result.outcome == "value":
        lines += _about_ignored_json(lookup, result)
    if result.outcome == "value" and result.value_type == "NoneType":
        lines.append("The value is JSON null: the caller gets None, not the default.")
    if result.assumes_metastore_empty:
        lines.append("This holds if the metastore has nothing under that key, which kvtui cannot see.")
    return lines


def _about_ignored_json(lookup: Lookup, result: Result) -> list[str]:
    in_task = (result.answered_by or "").endswith("@worker")
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
                f"{name} does not hold a secret's name. It looks like the value itself: remove _SECRET "
                f"from the variable's name ({name.removesuffix('_SECRET')})."
            )
            continue
        lines.append(f"{name} makes Airflow ask the vault for {key} whenever it starts, several times.")
    return lines
