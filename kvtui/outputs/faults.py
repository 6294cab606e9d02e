"""What keeps settings from being exported, each a sentence that says what to supply or change."""

from __future__ import annotations

import re

from kvtui.airflow.kwargs import KWARGS_VARIABLE
from kvtui.core.ids import TENANT_DOMAIN, is_guid
from kvtui.outputs.env.file import our_lines
from kvtui.outputs.env.parsers.reading import LONGEST_LINE
from kvtui.outputs.model import What
from kvtui.settings.model import AuthMode, Settings

_NAME_PART = re.compile(r"[0-9A-Za-z_-]*")
LONGEST_NAME = 127

_WHO = {
    AuthMode.CLIENT_SECRET: "the app registration",
    AuthMode.MANAGED_IDENTITY: "the managed identity",
    AuthMode.WORKLOAD_IDENTITY: "the workload identity",
}


def faults(settings: Settings, what: What) -> tuple[str, ...]:
    """Why `settings` cannot be written as `what`; empty if they can."""
    found = [*_vault_faults(settings), *_identity_faults(settings), *_name_faults(settings)]
    if what != "helm" and not found:
        found += _length_faults(settings)
    return tuple(found)


def _vault_faults(settings: Settings) -> list[str]:
    if settings.vault is None:
        return ["The vault is missing: choose one, or give its address with --vault-url."]
    if settings.vault.cloud_name is not settings.cloud_name:
        return [
            f"The vault {settings.vault} belongs to the cloud {settings.vault.cloud_name}, but "
            f"{settings.cloud_name} is chosen: change the cloud or the vault."
        ]
    return []


def _identity_faults(settings: Settings) -> list[str]:
    who = _WHO[settings.auth_mode]
    found: list[str] = []
    if not settings.tenant_id:
        found.append(f"The tenant of {who} is missing: give its id or domain with --tenant-id.")
    elif not is_guid(settings.tenant_id) and not TENANT_DOMAIN.fullmatch(settings.tenant_id):
        found.append("The tenant is neither a GUID nor a domain: copy the Tenant ID from the Entra overview.")
    if not settings.client_id:
        found.append(f"The client id of {who} is missing: choose it, or give it with --client-id.")
    elif not is_guid(settings.client_id):
        found.append(f"The client id of {who} is not a GUID: copy its Application (client) ID.")
    if settings.auth_mode is AuthMode.CLIENT_SECRET:
        found += _secret_faults(settings)
    return found


def _secret_faults(settings: Settings) -> list[str]:
    if not settings.client_secret:
        return [
            "The client secret is missing: without it Airflow would silently try other credentials. "
            "Give it in AZURE_CLIENT_SECRET or with --client-secret-file."
        ]
    if is_guid(settings.client_secret.reveal().strip()):
        return ["The client secret looks like the secret's ID, a GUID: take the column Value, not Secret ID."]
    return []


def _name_faults(settings: Settings) -> list[str]:
    found: list[str] = []
    if not re.fullmatch(r"[0-9A-Za-z-]*", settings.sep):
        found.append(
            "The separator must be of letters, digits and hyphens: no name in a vault holds anything else."
        )
    prefixes = {
        "variables": settings.variables_prefix,
        "connections": settings.connections_prefix,
        "config": settings.config_prefix,
    }
    for kind, prefix in prefixes.items():
        if prefix is None:
            continue
        if not _NAME_PART.fullmatch(prefix):
            found.append(
                f"The prefix for {kind} must be of letters, digits, hyphens and underscores: "
                "no name in a vault holds anything else."
            )
        elif len(prefix) + len(settings.sep) >= LONGEST_NAME:
            found.append(
                f"The prefix for {kind} leaves no room for a key: a vault's names end at 127 characters."
            )
    if all(prefix is None for prefix in prefixes.values()):
        found.append("All three prefixes are off, so Airflow would never ask the vault: turn one on.")
    return found


def _length_faults(settings: Settings) -> list[str]:
    line = our_lines(settings)[KWARGS_VARIABLE]
    if len(line.encode()) + len("\r\n") <= LONGEST_LINE:
        return []
    return [
        f"The kwargs make a line of {len(line.encode()):,} bytes, but the Astro CLI reads 65,536 at most and "
        "drops the rest: use a shorter secret or shorter prefixes."
    ]
