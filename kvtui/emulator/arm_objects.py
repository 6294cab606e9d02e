"""Vaults, role assignments and roles in Resource Manager's shapes."""

from __future__ import annotations

from typing import Any

from kvtui.emulator import company
from kvtui.emulator.clouds import Cloud
from kvtui.emulator.contents import Vault
from kvtui.emulator.grants import Assignment, Grants, Role


def vault_resource(vault: Vault, grants: Grants, cloud: Cloud) -> dict[str, Any]:
    """A vault with its properties."""
    policies = [
        {
            "tenantId": vault.tenant_id,
            "objectId": policy.object_id,
            "permissions": {"keys": [], "secrets": list(policy.secrets), "certificates": []},
        }
        for policy in grants.policies.get(vault.name, ())
    ]
    rules = {"value": "198.51.100.0/24"}
    return {
        "id": vault.id,
        "name": vault.name,
        "type": "Microsoft.KeyVault/vaults",
        "location": "westeurope",
        "tags": {"team": "data-platform"},
        "properties": {
            "sku": {"family": "A", "name": "standard"},
            "tenantId": vault.tenant_id,
            "accessPolicies": policies,
            "enabledForDeployment": False,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "enablePurgeProtection": True,
            "enableRbacAuthorization": vault.rbac,
            "vaultUri": f"https://{vault.name}.{cloud.vault_suffix}/",
            "provisioningState": "Succeeded",
            "publicNetworkAccess": "Enabled" if vault.public_network else "Disabled",
            "networkAcls": {
                "bypass": "AzureServices",
                "defaultAction": "Deny" if vault.firewall else "Allow",
                "ipRules": [rules] if vault.firewall else [],
                "virtualNetworkRules": [],
            },
        },
    }


def role_assignment(one: Assignment) -> dict[str, Any]:
    """One role assignment."""
    scope = company.subscription_scope()
    return {
        "id": f"{one.scope}/providers/Microsoft.Authorization/roleAssignments/{one.id}",
        "name": one.id,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{one.role.id}",
            "principalId": one.principal_id,
            "principalType": one.principal_type,
            "scope": one.scope,
            "condition": None,
            "conditionVersion": None,
            "createdOn": "2025-03-03T09:00:00.0000000Z",
            "updatedOn": "2025-03-03T09:00:00.0000000Z",
        },
    }


def role_definition(role: Role) -> dict[str, Any]:
    """A built-in role with what it allows."""
    permissions = {
        "actions": list(role.actions),
        "notActions": [],
        "dataActions": list(role.data_actions),
        "notDataActions": [],
    }
    return {
        "id": f"/providers/Microsoft.Authorization/roleDefinitions/{role.id}",
        "name": role.id,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": "",
            "assignableScopes": ["/"],
            "permissions": [permissions],
        },
    }
