"""Why settings or a file cannot be exported: sentences that say what to supply or change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kvtui.core.ids import TENANT_DOMAIN, is_guid
from kvtui.core.problems import Problem, ProblemError, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.settings.model import AuthMode

if TYPE_CHECKING:
    from kvtui.outputs.model import What
    from kvtui.settings.model import Settings

_NAME_PART = re.compile(r"[0-9A-Za-z_-]*")
LONGEST_NAME = 127

_KINDS = {
    "values or other YAML": re.compile(r".+\.ya?ml", re.IGNORECASE),
    ".env": re.compile(r"\.env(\..+)?|.+\.env", re.IGNORECASE),
    "requirements": re.compile(r".*requirements.*\.(txt|in)|constraints.*\.txt", re.IGNORECASE),
    "another kind": re.compile(
        r"\.gitignore|\.dockerignore|Dockerfile.*|.+\.(py|toml|json|md|ini|cfg|sh)", re.IGNORECASE
    ),
}
_OWN = {"env": ".env", "helm": "values or other YAML"}
_WHO = {
    AuthMode.CLIENT_SECRET: "the deployment identity",
    AuthMode.MANAGED_IDENTITY: "the managed identity",
    AuthMode.WORKLOAD_IDENTITY: "the workload identity",
}


def validation_errors(settings: Settings, what: What) -> tuple[str, ...]:
    """Why `settings` cannot be written as `what`; empty if they can."""
    found = [*_vault_errors(settings), *_identity_errors(settings), *_name_errors(settings)]
    if what != "helm" and not found:
        found += _length_errors(settings)
    return tuple(found)


def _vault_errors(settings: Settings) -> list[str]:
    if settings.vault is None:
        return [Remedy(Do.CHOOSE_VAULT, f"The vault is missing: choose it {HOW}.")]
    if settings.vault.cloud_name is not settings.cloud_name:
        return [
            f"The vault {settings.vault} belongs to the cloud {settings.vault.cloud_name}, but "
            f"{settings.cloud_name} is chosen: change the cloud or the vault."
        ]
    return []


def _identity_errors(settings: Settings) -> Iterator[str]:
    who = _WHO[settings.auth_mode]
    if not settings.tenant_id:
        yield Remedy(Do.GIVE_TENANT, f"The tenant of {who} is missing. Set its ID or domain {HOW}.")
    elif not is_guid(settings.tenant_id) and not TENANT_DOMAIN.fullmatch(settings.tenant_id):
        yield "The tenant is neither a GUID nor a domain: copy the Tenant ID from the Entra overview."
    if not settings.client_id:
        yield Remedy(Do.GIVE_CLIENT_ID, f"The client ID of {who} is missing. Set the client ID {HOW}.")
    elif not is_guid(settings.client_id):
        yield f"The client ID of {who} is not a GUID: copy its Application (client) ID."
    if settings.auth_mode is AuthMode.CLIENT_SECRET:
        yield from _secret_errors(settings)


def _secret_errors(settings: Settings) -> list[str]:
    if not settings.client_secret:
        return [
            Remedy(
                Do.GIVE_CLIENT_SECRET,
                "The client secret is missing. Without this secret Airflow would silently try other "
                f"credentials. Set the client secret {HOW}.",
            )
        ]
    if is_guid(settings.client_secret.reveal().strip()):
        return ["The client secret looks like the secret's ID, a GUID: take the column Value, not Secret ID."]
    return []


def _name_errors(settings: Settings) -> Iterator[str]:
    if not re.fullmatch(r"[0-9A-Za-z-]*", settings.sep):
        yield (
            "The separator must contain only letters, digits and hyphens: Key Vault allows no other "
            "characters in a name."
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
            yield (
                f"The prefix for {kind} must contain only letters, digits, hyphens and underscores: "
                "Key Vault allows no other characters in a name."
            )
        elif len(prefix) + len(settings.sep) >= LONGEST_NAME:
            yield (
                f"The prefix for {kind} is too long: with the key, a secret name has at most 127 characters."
            )
    if all(prefix is None for prefix in prefixes.values()):
        yield "All three prefixes are off, so Airflow would never ask the vault: set at least one."


def _length_errors(settings: Settings) -> list[str]:
    from kvtui.airflow.kwargs import KWARGS_VARIABLE
    from kvtui.outputs.env.file import managed_lines
    from kvtui.outputs.env.parsers.reading import LONGEST_LINE

    line = managed_lines(settings)[KWARGS_VARIABLE]
    if len(line.encode()) + len("\r\n") <= LONGEST_LINE:
        return []
    return [
        f"The kwargs make a line of {len(line.encode()):,} bytes, but the Astro CLI reads 65,536 at most and "
        "drops the rest: use a shorter secret or shorter prefixes."
    ]


def reject_other_kind(path: Path, what: Literal["env", "helm"]) -> None:
    """`ProblemError` (usage) if the name of `path` clearly belongs to another kind of file than `what`."""
    kind = next((kind for kind, name in _KINDS.items() if name.fullmatch(path.name)), _OWN[what])
    if kind == _OWN[what]:
        return
    meant = "a .env" if what == "env" else "a Helm values file"
    usual = ".env" if what == "env" else "values.yaml"
    raise ProblemError(
        Problem(
            f"{path} does not have the name of {meant}: nothing was written.",
            f"Name {meant}, such as {usual}.",
            ProblemKind.USAGE,
        )
    )
