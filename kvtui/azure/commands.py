"""The `az` commands for kvtui's changes, for someone with the permission. Pure; none holds a secret."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable
from datetime import datetime

from kvtui.azure.model import NOTHING_BESIDE, FederatedCredential, SecretAttributes

_IDENTITY = re.compile(
    r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/Microsoft\.ManagedIdentity"
    r"/userAssignedIdentities/([^/]+)",
    re.IGNORECASE,
)
READER = "Key Vault Secrets User"
"""The role that reads secrets: the least that Airflow needs."""
WRITER = "Key Vault Secrets Officer"
"""The role that also stores them."""


def grant_role(object_id: str, scope: str, *, is_user: bool = False, role: str = READER) -> str:
    """Gives a principal a role on the vault with this resource id."""
    kind = "User" if is_user else "ServicePrincipal"
    return (
        f'az role assignment create --role "{role}" '
        f"--assignee-object-id {shlex.quote(object_id)} --assignee-principal-type {kind} "
        f"--scope {shlex.quote(scope)}"
    )


def grant_policy(vault_name: str, object_id: str, also: Iterable[str] = ()) -> str:
    """The same for a vault with access policies: get and list on secrets, and `also`.

    `az keyvault set-policy` replaces the secret permissions of a principal: pass what it has already in
    `also`, or it is lost.
    """
    rights = " ".join(dict.fromkeys(("get", "list", *(one for one in also if one.isalpha()))))
    return (
        f"az keyvault set-policy --name {shlex.quote(vault_name)} "
        f"--object-id {shlex.quote(object_id)} --secret-permissions {rights}"
    )


def register_app(name: str) -> tuple[str, ...]:
    """A single-tenant app registration and its service principal."""
    return (
        f"az ad app create --display-name {shlex.quote(name)} --sign-in-audience AzureADMyOrg",
        "az ad sp create --id <the appId that the first command prints>",
    )


def add_secret(client_id: str, name: str, ends: datetime) -> str:
    """Adds a client secret; the command prints it once."""
    return (
        f"az ad app credential reset --id {shlex.quote(client_id)} --append "
        f"--display-name {shlex.quote(name)} --end-date {_utc(ends)}"
    )


def store_value(vault_name: str, name: str, beside: SecretAttributes = NOTHING_BESIDE) -> str:
    """Stores a secret in the vault with what is `beside` its value.

    The value comes from a file, because other users can read arguments.
    """
    tags = " ".join(shlex.quote(f"{tag}={text}") for tag, text in beside.tags)
    parts = (
        f"az keyvault secret set --vault-name {shlex.quote(vault_name)} --name {shlex.quote(name)}",
        "--file <a file with only the value>",
        f"--content-type {shlex.quote(beside.content_type)}" if beside.content_type else "",
        f"--tags {tags}" if tags else "",
        f"--expires {_utc(beside.expires)}" if beside.expires else "",
        f"--not-before {_utc(beside.not_before)}" if beside.not_before else "",
    )
    return " ".join(filter(None, parts))


def _utc(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def store_from_file(name: str) -> str:
    """The same as a line of a shell script in which `vault` is its name, `value` a file. Prints no value."""
    return (
        f'az keyvault secret set --vault-name "$vault" --name {shlex.quote(name)} '
        '--file "$value" --encoding utf-8 --output none'
    )


def copy_secrets(source: str, target: str, names: Iterable[str]) -> str:
    """Copies the values of secrets from one vault to another by a file that only the user can read.

    Content type, tags and dates are not copied. No value is printed.
    """
    listed = " ".join(shlex.quote(name) for name in names)
    download = (
        f'az keyvault secret download --vault-name {shlex.quote(source)} --name "$name" '
        '--file "$dir/value" --encoding utf-8'
    )
    store = (
        f'az keyvault secret set --vault-name {shlex.quote(target)} --name "$name" '
        '--file "$dir/value" --encoding utf-8 --output none'
    )
    remove = 'rm -f "$dir/value"'
    return f'dir=$(mktemp -d) && for name in {listed}; do {download} && {store}; {remove}; done; rmdir "$dir"'


def show_secret(vault_name: str, name: str) -> str:
    """Prints the dates of a secret of the vault and whether it is enabled; not its value."""
    return (
        f"az keyvault secret show --vault-name {shlex.quote(vault_name)} --name {shlex.quote(name)} "
        "--query attributes"
    )


def recover_secret(vault_name: str, name: str) -> str:
    """Recovers a deleted secret of the vault."""
    return f"az keyvault secret recover --vault-name {shlex.quote(vault_name)} --name {shlex.quote(name)}"


def enable_secret(vault_name: str, name: str) -> str:
    """Enables a disabled secret of the vault."""
    return (
        f"az keyvault secret set-attributes --vault-name {shlex.quote(vault_name)} "
        f"--name {shlex.quote(name)} --enabled true"
    )


def disable_secret(vault_name: str, name: str) -> str:
    """Disables a secret of the vault: reads of it are denied."""
    return enable_secret(vault_name, name).removesuffix("true") + "false"


def set_expiry(vault_name: str, name: str, ends: datetime) -> str:
    """Sets when a secret of the vault expires."""
    return (
        f"az keyvault secret set-attributes --vault-name {shlex.quote(vault_name)} "
        f"--name {shlex.quote(name)} --expires {_utc(ends)}"
    )


def delete_secret(vault_name: str, name: str) -> str:
    """Deletes a secret of the vault; it can be recovered."""
    return f"az keyvault secret delete --vault-name {shlex.quote(vault_name)} --name {shlex.quote(name)}"


def allow_address(vault_name: str, address: str) -> str:
    """Allows this address or range in the vault's firewall."""
    return f"az keyvault network-rule add --name {shlex.quote(vault_name)} --ip-address {address}"


def show_access(vault_name: str, object_id: str) -> tuple[str, ...]:
    """Prints the vault's access configuration, and which roles this principal has on it."""
    show = f"az keyvault show --name {shlex.quote(vault_name)}"
    return (
        f"{show} --query properties",
        f"az role assignment list --assignee {shlex.quote(object_id)} --include-groups --include-inherited "
        f'--scope "$({show} --query id --output tsv)" --output table',
    )


def show_issuer() -> str:
    """Prints the OIDC issuer of an AKS cluster."""
    return (
        "az aks show --resource-group <resource-group> --name <cluster> "
        "--query oidcIssuerProfile.issuerUrl --output tsv"
    )


def remove_secret(client_id: str, key_id: str) -> str:
    """Removes a client secret."""
    return f"az ad app credential delete --id {shlex.quote(client_id)} --key-id {shlex.quote(key_id)}"


def federate(client_id: str, resource_id: str, credential: FederatedCredential) -> str:
    """Adds a federated credential to an app, or to the user-assigned identity with that resource id."""
    found = _IDENTITY.fullmatch(resource_id)
    if found:
        return (
            f"az identity federated-credential create --name {shlex.quote(credential.name)} "
            f"--identity-name {shlex.quote(found[3])} --resource-group {shlex.quote(found[2])} "
            f"--subscription {shlex.quote(found[1])} --issuer {shlex.quote(credential.issuer)} "
            f"--subject {shlex.quote(credential.subject)} --audiences {shlex.quote(credential.audiences[0])}"
        )
    content = {
        "name": credential.name,
        "issuer": credential.issuer,
        "subject": credential.subject,
        "audiences": list(credential.audiences),
    }
    return (
        f"az ad app federated-credential create --id {shlex.quote(client_id)} "
        f"--parameters {shlex.quote(json.dumps(content))}"
    )
