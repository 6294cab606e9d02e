"""Contoso, the company inside the embedded Azure: its names and ids as constants. All of it is invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

TENANT_ID = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
DOMAIN = "contoso.onmicrosoft.com"
DOMAINS = (DOMAIN, "contoso.com")
FOREIGN_TENANT_ID = "ffffeeee-9999-dddd-8888-cccc7777bbbb"
"""Fabrikam, which owns the vault `kv-fabrikam-shared` and has none of Contoso's apps."""

SUBSCRIPTION_ID = "aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e"
SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
"""Its Resource Manager id."""
SUBSCRIPTION_NAME = "Contoso Data Platform"
MANAGEMENT_GROUP = "/providers/Microsoft.Management/managementGroups/mg-contoso"
RESOURCE_GROUP = "rg-data-platform"
CLUSTER = "aks-data-platform"
"""The Kubernetes cluster of the agents, whose tokens `FEDERATION_ISSUER` issues."""
NETWORK_RESOURCE_GROUP = "rg-network"

VAULT_RBAC = "kv-contoso-prod"
VAULT_STAGING = "kv-contoso-staging"
"""Like the production vault, with some secrets missing, changed or disabled."""
VAULT_STRICT = "kv-contoso-strict"
"""Azure Policy denies secrets without content type and near expiry there."""
VAULT_POLICIES = "kv-contoso-legacy"
VAULT_PRIVATE = "kv-contoso-private"
VAULT_FIREWALL = "kv-contoso-office"
VAULT_FOREIGN = "kv-fabrikam-shared"
VAULT_GOVERNMENT = "kv-contoso-gov"
VAULT_CHINA = "kv-contoso-cn"
VAULTS = (
    VAULT_RBAC,
    VAULT_STAGING,
    VAULT_STRICT,
    VAULT_POLICIES,
    VAULT_PRIVATE,
    VAULT_FIREWALL,
    VAULT_FOREIGN,
)
"""Those of the public cloud."""
VAULTS_ELSEWHERE = {"usgov": VAULT_GOVERNMENT, "china": VAULT_CHINA}
"""By the name of the cloud, as the emulator calls it: the vault that Contoso has there."""

CLI_CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The public client of the Azure CLI, which the device-code sign-in also uses."""

USER = "ana@contoso.com"
USER_NAME = "Ana Horvat"
USER_WITHOUT_RIGHTS = "ben@contoso.com"
USER_WITHOUT_RIGHTS_NAME = "Ben Osei"


def made_id(kind: str, name: str) -> str:
    """The id of an object, always the same for the same `kind` (`client`, `object`, `sp`, …) and `name`."""
    return str(uuid5(NAMESPACE_DNS, f"{name}.{kind}.{DOMAIN}"))


ASTRO_PROD = made_id("client", "astro-prod")
ASTRO_STAGING = made_id("client", "astro-staging")
ASTRO_DEV = made_id("client", "astro-dev")
AIRFLOW_LEGACY = made_id("client", "airflow-legacy")
PLATFORM_AUTOMATION = made_id("client", "platform-automation")
REMOTE_AGENTS = made_id("client", "astro-remote-agents")
"""An app with a federated credential for the agents' Kubernetes service account, and no secret."""
NO_SERVICE_PRINCIPAL = made_id("client", "invoice-ocr-trial")
"""An app registration without a service principal in the tenant."""
DESK_TOOL = made_id("client", "vault-desk-tool")
"""An app that allows public client flows."""

MI_AIRFLOW_PROD = made_id("client", "mi-airflow-prod")
MI_ASTRO_AGENTS = made_id("client", "mi-astro-agents")
MI_BASTION = made_id("client", "mi-bastion")

FEDERATION_ISSUER = "https://westeurope.oic.prod-aks.azure.com/aaaabbbb-0000-cccc-1111-dddd2222eeee/0d9e5f3a/"
FEDERATION_SUBJECT = "system:serviceaccount:astro-agents:astro-agent-worker-default"
FEDERATION_AUDIENCE = "api://AzureADTokenExchange"

CLIENT_SECRET_PREFIX = "kvtui-demo~"  # noqa: S105 - the mark of a secret that opens nothing


def _made_secret(name: str) -> str:
    return f"{CLIENT_SECRET_PREFIX}{name}~Not.A_Real-Secret.0123456789"[:40]


CLIENT_SECRETS = {
    ASTRO_PROD: _made_secret("astro-prod"),
    ASTRO_STAGING: _made_secret("astro-staging"),
    ASTRO_DEV: _made_secret("astro-dev"),
    AIRFLOW_LEGACY: _made_secret("airflow-legacy"),
    PLATFORM_AUTOMATION: _made_secret("platform-automation"),
    NO_SERVICE_PRINCIPAL: _made_secret("invoice-ocr-trial"),
    **{
        made_id("client", name): _made_secret(name.replace(" ", "-"))
        for name in ("Databricks Workspace", "dbt Cloud", "Fivetran Ingest", "Airbyte", "Looker")
    },
}
"""The apps' client secrets, by client ID. The one of astro-staging has expired."""


def vault_id(name: str, group: str = RESOURCE_GROUP) -> str:
    """The Resource Manager id of the vault called `name`."""
    return f"{group_id(group)}/providers/Microsoft.KeyVault/vaults/{name}"


def group_id(group: str = RESOURCE_GROUP) -> str:
    """The Resource Manager id of a resource group."""
    return f"{SUBSCRIPTION}/resourceGroups/{group}"


def table(name: str) -> Any:
    """One of the tables in `data/`."""
    return json.loads((Path(__file__).with_name("data") / f"{name}.json").read_text("utf-8"))
