"""Whether a configuration gives a backend that can ask the vault, and as which identity. Nothing is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kvtui.airflow.backend import Backend, StartError, build_backend, kwargs_warnings, looks_up_as_task
from kvtui.airflow.headlines import about_kwargs
from kvtui.airflow.kwargs import CLIENT_SECRET_TRIO, IDENTITY_PAIR
from kvtui.settings.model import Context


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What one environment configures."""

    broken: tuple[str, ...] = ()
    """Why no lookup reaches the vault, one sentence each; empty: it does."""
    warnings: tuple[str, ...] = ()
    """What in the configuration has no effect."""
    signs_in_as: str = ""
    """The identity that the backend signs in as, in words; empty if it never does."""
    half: str = ""
    """Which kwargs of an identity are missing, so that the others have no effect; empty if none."""
    backend: Backend | None = field(default=None, repr=False)


def diagnose(
    environment: Mapping[str, str],
    airflow_version: str,
    provider_version: str,
    context: Context,
) -> Diagnosis:
    """What `environment` gives a process in `context`. Pure."""
    worker = looks_up_as_task(context, airflow_version)
    try:
        backend = build_backend(environment, airflow_version, provider_version, worker=worker)
    except StartError as error:
        return Diagnosis((error.headline or f"Airflow does not start: {error.info.type}.",))
    if backend is None:
        return Diagnosis(("No secrets backend is configured: Airflow never asks the vault.",))
    if not backend.is_vault:
        return Diagnosis((f"The secrets backend is {backend.name}: Airflow never asks the vault.",))
    broken = [*about_kwargs(backend)] if backend.warnings else []
    for failed in (backend.client_fault, backend.request_fault if not backend.client_fault else None):
        if failed is not None and not backend.unasked:
            broken.append(f"Every lookup in the vault fails ({failed.type}: {failed.message}).")
    choice = backend.choice
    return Diagnosis(
        tuple(broken),
        kwargs_warnings(backend),
        choice.identity if choice and not broken else "",
        _half(backend),
        backend,
    )


def _half(backend: Backend) -> str:
    if backend.choice is None or backend.choice.kind != "DefaultAzureCredential":
        return ""
    for names in (IDENTITY_PAIR, CLIENT_SECRET_TRIO):
        missing = [name for name in names if not backend.values.get(name)]
        if not missing:
            return ""
        if len(missing) < len(names):
            return " and ".join(missing)
    return ""
