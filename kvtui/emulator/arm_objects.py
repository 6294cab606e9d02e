"""Vaults, role assignments and roles in Resource Manager's shapes."""

from __future__ import annotations

from typing import Any

from kvtui.emulator import company
from kvtui.emulator.clouds import Cloud
from kvtui.emulator.contents import Vault
from kvtui.emulator.grants import Assignment, Denial, Grants, Role
from kvtui.emulator.graph_objects import federation
from kvtui.emulator.principals import Federation, Principal


def vault_resource(vault: Vault, grants: Grants, cloud: Cloud) -> dict[str, Any]:
    """A vault with its properties."""
    policies = [
        {
            "tenantId": vault.tenant_id,
            "objectId": policy.object_id,
            "permissions": {
                "keys": list(policy.keys),
                "secrets": list(policy.secrets),
                "certificates": list(policy.certificates),
            },
        }
        for policy in grants.policies.get(vault.name, ())
    ]
    return {
        **_resource(vault.id, "Microsoft.KeyVault/vaults"),
        "properties": {
            "sku": {"family": "A", "name": "standard"},
            "tenantId": vault.tenant_id,
            "accessPolicies": policies,
            "enabledForDeployment": False,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "enableRbacAuthorization": vault.rbac,
            "vaultUri": f"https://{vault.name}.{cloud.vault_suffix}/",
            "provisioningState": "Succeeded",
            "publicNetworkAccess": "Enabled" if vault.public_network else "Disabled",
            "networkAcls": {
                "bypass": "AzureServices",
                "defaultAction": "Allow" if vault.ip_rules is None else "Deny",
                "ipRules": [{"value": one} for one in vault.ip_rules or ()],
                "virtualNetworkRules": [],
            },
            "privateEndpointConnections": [] if vault.public_network else [_private_endpoint(vault)],
        },
    }


def role_assignment(one: Assignment) -> dict[str, Any]:
    """One role assignment."""
    scope = company.SUBSCRIPTION
    return {
        "id": f"{one.scope}/providers/Microsoft.Authorization/roleAssignments/{one.id}",
        "name": one.id,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{one.role.id}",
            "principalId": one.principal_id,
            "principalType": one.principal_type,
            "scope": one.scope,
            "condition": one.condition or None,
            "conditionVersion": "2.0" if one.condition else None,
            "createdOn": "2025-03-03T09:00:00.0000000Z",
            "updatedOn": "2025-03-03T09:00:00.0000000Z",
        },
    }


def role_definition(role: Role, scope: str = "") -> dict[str, Any]:
    """A role with what it allows. Its id is the subscription's, as in assignments, when `scope` is in it."""
    where = company.SUBSCRIPTION
    base = where if scope.lower().startswith(where.lower()) else ""
    permissions = {
        "actions": list(role.actions),
        "notActions": list(role.not_actions),
        "dataActions": list(role.data_actions),
        "notDataActions": list(role.not_data_actions),
    }
    return {
        "id": f"{base}/providers/Microsoft.Authorization/roleDefinitions/{role.id}",
        "name": role.id,
        "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole" if role.built_in else "CustomRole",
            "description": "",
            "assignableScopes": ["/"],
            "permissions": [permissions],
        },
    }


def deny_assignment(one: Denial) -> dict[str, Any]:
    """One deny assignment."""
    identifier = company.made_id("denial", one.name)
    return {
        "id": f"{one.scope}/providers/Microsoft.Authorization/denyAssignments/{identifier}",
        "name": identifier,
        "type": "Microsoft.Authorization/denyAssignments",
        "properties": {
            "denyAssignmentName": one.name,
            "scope": one.scope,
            "doNotApplyToChildScopes": False,
            "principals": [{"id": one.object_id, "type": "ServicePrincipal"}],
            "excludePrincipals": [],
            "isSystemProtected": False,
            "permissions": [
                {
                    "actions": [],
                    "notActions": [],
                    "dataActions": list(one.data_actions),
                    "notDataActions": [],
                }
            ],
        },
    }


def identity_resource(one: Principal) -> dict[str, Any]:
    """One user-assigned identity."""
    return {
        **_resource(one.resource_id, "Microsoft.ManagedIdentity/userAssignedIdentities"),
        "properties": {
            "tenantId": company.TENANT_ID,
            "principalId": one.object_id,
            "clientId": one.client_id,
        },
    }


def cluster_resource() -> dict[str, Any]:
    """The Kubernetes cluster of the agents."""
    kind = "Microsoft.ContainerService/managedClusters"
    return {
        **_resource(f"{company.group_id()}/providers/{kind}/{company.CLUSTER}", kind),
        "properties": {
            "provisioningState": "Succeeded",
            "oidcIssuerProfile": {"enabled": True, "issuerURL": company.FEDERATION_ISSUER},
        },
    }


def _resource(identifier: str, kind: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "name": identifier.rpartition("/")[2],
        "type": kind,
        "location": "westeurope",
        "tags": {"team": "data-platform"},
    }


def identity_federation(resource_id: str, one: Federation) -> dict[str, Any]:
    """One federated credential of a user-assigned identity."""
    shown = federation(one)
    return {
        "id": f"{resource_id}/federatedIdentityCredentials/{one.name}",
        "name": one.name,
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        "properties": {key: shown[key] for key in ("issuer", "subject", "audiences")},
    }


def _private_endpoint(vault: Vault) -> dict[str, Any]:
    name = f"pe-{vault.name}"
    endpoint = f"{company.group_id(vault.group)}/providers/Microsoft.Network/privateEndpoints/{name}"
    return {
        "id": f"{vault.id}/privateEndpointConnections/{name}",
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": endpoint},
            "privateLinkServiceConnectionState": {"status": "Approved"},
        },
    }
