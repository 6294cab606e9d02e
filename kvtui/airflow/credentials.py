"""Which Azure credential results from the backend's kwargs, and which kwargs are silently dropped.

Mirrors `AzureKeyVaultBackend.client` and `get_sync_default_azure_credential`
(`airflow/providers/microsoft/azure/utils.py`); the tenant check is azure-identity's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kvtui.airflow import rules
from kvtui.airflow.kwargs import CLIENT_SECRET_TRIO, DEFAULTS, IDENTITY_PAIR
from kvtui.core.ids import is_guid

_TENANT = re.compile(r"[a-zA-Z0-9.-]+")
INVALID_TENANT = (
    "Invalid tenant ID provided. You can locate your tenant ID by following the instructions here: "
    "https://learn.microsoft.com/partner-center/find-ids-and-domain-names"
)


@dataclass(frozen=True, slots=True)
class CredentialChoice:
    """The credential that the backend builds on its first lookup."""

    kind: str
    """`ClientSecretCredential` or `DefaultAzureCredential`."""
    identity: str
    """What Airflow then signs in as, in words."""
    warnings: tuple[str, ...] = ()
    """What the kwargs seem to say and the backend ignores, one sentence each."""
    fault: str = ""
    """The text of what building it raises; empty if it is built."""
    fault_type: str = "ValueError"


def credential(
    values: Mapping[str, object], provider_version: str, environment: Mapping[str, str] | None = None
) -> CredentialChoice:
    """The credential for the kwargs `values`; `environment` decides what Azure's default finds first."""
    has_trio = rules.CLIENT_SECRET_KWARGS.holds(provider_version)
    has_pair = rules.IDENTITY_KWARGS.holds(provider_version)
    trio = [name for name in CLIENT_SECRET_TRIO if values.get(name)]
    pair = [name for name in IDENTITY_PAIR if values.get(name)]
    warnings = list(_too_old(trio, pair, has_trio, has_pair, provider_version))
    if has_trio and len(trio) == 3:
        if pair:
            warnings.append(f"{' and '.join(pair)} are ignored when a full client secret is set.")
        tenant, fault, fault_type = values["tenant_id"], "", "ValueError"
        if not isinstance(tenant, str):
            fault, fault_type = (
                f"expected string or bytes-like object, got {type(tenant).__name__!r}",
                "TypeError",
            )
        elif not _TENANT.fullmatch(tenant):
            fault = INVALID_TENANT
        if is_guid(str(values["client_secret"])):
            warnings.append("client_secret looks like a secret's id, not its value.")
        return CredentialChoice(
            "ClientSecretCredential", f"the app {values['client_id']}", tuple(warnings), fault, fault_type
        )
    identity = _found_first(environment or {})
    if has_pair and len(pair) == 2:
        identity = f"the managed or workload identity {values['managed_identity_client_id']}"
    if has_trio and trio:
        missing = [name for name in CLIENT_SECRET_TRIO if name not in trio]
        warnings.append(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing, so "
            f"{' and '.join(trio)} {'is' if len(trio) == 1 else 'are'} ignored: "
            f"Airflow signs in as {identity}."
        )
    if has_pair and len(pair) == 1:
        (missing_one,) = (name for name in IDENTITY_PAIR if name not in pair)
        warnings.append(f"{missing_one} is missing, so {pair[0]} is ignored: Airflow signs in as {identity}.")
    return CredentialChoice("DefaultAzureCredential", identity, tuple(warnings))


def _too_old(
    trio: list[str], pair: list[str], has_trio: bool, has_pair: bool, provider_version: str
) -> tuple[str, ...]:
    ignored = (trio if not has_trio else []) + (pair if not has_pair else [])
    if not ignored:
        return ()
    return (f"Provider {provider_version} does not support {', '.join(ignored)} and ignores it.",)


def _found_first(environment: Mapping[str, str]) -> str:
    if all(environment.get(f"AZURE_{part}") for part in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET")):
        return f"the app {environment['AZURE_CLIENT_ID']} of the AZURE_ variables"
    if environment.get("AZURE_FEDERATED_TOKEN_FILE"):
        return "the workload identity of the AZURE_ variables"
    if environment.get("AZURE_CLIENT_ID"):
        return f"the managed identity {environment['AZURE_CLIENT_ID']}"
    return "the first identity that DefaultAzureCredential finds"


def unknown_kwargs(values: Mapping[str, object]) -> tuple[str, ...]:
    """The kwargs that the backend does not know: they go to `SecretClient`, which swallows most."""
    return tuple(name for name in values if name not in DEFAULTS)
