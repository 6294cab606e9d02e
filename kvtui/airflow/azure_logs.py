"""What Azure's SDK logs while the backend signs in and asks the vault; most of it is normal.

Mirrors azure-identity 1.27 (`_internal/get_token_mixin.py`, `_credentials/environment.py`,
`managed_identity.py`, `chained.py`) and `HttpLoggingPolicy` of azure-core.
"""

from __future__ import annotations

from collections.abc import Mapping

from kvtui.airflow.backend import Backend
from kvtui.airflow.lookup import Lookup
from kvtui.airflow.model import LogLine, Outcome, Step

HTTP_LOGGER = "azure.core.pipeline.policies.http_logging_policy"
_LEVEL = "AZURE_HTTP_LOGGING_LEVEL"


def azure_lines(lookup: Lookup, backends: Mapping[str, Backend | None]) -> tuple[LogLine, ...]:
    """The lines of one lookup, by process. `backends`: the backend of each place that a step may name.

    Only if a request was sent. Assumes that no token is cached yet, as in a new process.
    """
    lines: list[LogLine] = []
    for place, backend in backends.items():
        asked = [step.asked for step in lookup.trace.steps if step.where == place and _is_sent(step)]
        if backend is None or not backend.is_vault or not asked:
            continue
        lines += _of_sign_in(lookup, backend, place)
        if logs_requests(lookup):
            text = f"Request URL: '…/secrets/{asked[0]}/…', and some 20 lines more for each request"
            lines.append(LogLine("INFO", HTTP_LOGGER, text, place))
    return tuple(lines)


def _is_sent(step: Step) -> bool:
    sent = step.outcome in (Outcome.FOUND, Outcome.ABSENT, Outcome.DENIED)
    return sent and bool(step.asked) and step.backend == "AzureKeyVaultBackend"


def logs_requests(lookup: Lookup) -> bool:
    """Whether each request to the vault is logged at INFO."""
    return lookup.environment.get(_LEVEL, "").upper() in ("INFO", "DEBUG", "10", "20")


def about_requests(lookup: Lookup) -> str:
    """How to stop the logging of requests, one or two sentences; empty if they are not logged."""
    if not logs_requests(lookup):
        return ""
    what = "Airflow logs each request to the vault at INFO, some 20 lines with the secret's name."
    return f"{what} Remove {_LEVEL}, or set it to WARNING, to stop that."


def _of_sign_in(lookup: Lookup, backend: Backend, place: str) -> list[LogLine]:
    """The lines of azure-identity, from the first lookup of a process on."""
    if backend.choice is None:
        return []
    if any("could not get a token" in step.detail for step in lookup.trace.steps if step.where == place):
        text = f"{backend.choice.kind}.get_token_info failed: …"
        if backend.choice.kind == "DefaultAzureCredential":
            text = "DefaultAzureCredential failed to retrieve a token from the included credentials. …"
        return [LogLine("WARNING", "azure.identity", text, place)]
    if backend.choice.kind == "ClientSecretCredential":
        texts = ["ClientSecretCredential.get_token_info succeeded"]
    else:
        texts = _of_default_credential(lookup.environment)
    return [LogLine("INFO", "azure.identity", text, place) for text in texts]


def _of_default_credential(names: Mapping[str, str]) -> list[str]:
    """What `DefaultAzureCredential` logs about the credentials that it tries; the last one succeeds."""
    trio = [f"AZURE_{part}" for part in ("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID")]
    given = [name for name in trio if names.get(name)]
    if len(given) == len(trio):
        first, by = "Environment is configured for ClientSecretCredential", "EnvironmentCredential"
    elif given:
        first = "Incomplete environment configuration for EnvironmentCredential. These variables are set: …"
        by = ""
    else:
        first, by = "No environment configuration found.", ""
    if not by:
        federated = bool(names.get("AZURE_FEDERATED_TOKEN_FILE"))
        by = "WorkloadIdentityCredential" if federated else "ManagedIdentityCredential"
    host = "workload identity" if names.get("AZURE_FEDERATED_TOKEN_FILE") else "IMDS"
    return [
        first,
        f"ManagedIdentityCredential will use {host}",
        f"DefaultAzureCredential acquired a token from {by}",
    ]
