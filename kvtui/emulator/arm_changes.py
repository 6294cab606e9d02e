"""What changes resources: role assignments, access policies, an identity's federated credentials."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from kvtui.emulator.arm_objects import identity_federation, role_assignment, vault_resource
from kvtui.emulator.clouds import Cloud
from kvtui.emulator.contents import Vault
from kvtui.emulator.directory import Directory
from kvtui.emulator.error_responses import ServiceError
from kvtui.emulator.grants import ROLES, Assignment, Grants, Policy
from kvtui.emulator.graph_changes import read_federation
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.scenario import Scenario
from kvtui.emulator.tokens import Caller

_ASSIGNMENT = re.compile(
    r"(/.+)/providers/Microsoft\.Authorization/roleAssignments/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    re.IGNORECASE,
)
_VAULT = re.compile(r"/.+/providers/Microsoft\.KeyVault/vaults/[\w-]+", re.IGNORECASE)
_POLICIES = re.compile(r"(/.+/providers/Microsoft\.KeyVault/vaults/[\w-]+)/accessPolicies/add", re.IGNORECASE)
_FEDERATION = re.compile(
    r"(/.+/userAssignedIdentities/[\w-]+)/federatedIdentityCredentials/([\w-]+)", re.IGNORECASE
)


class ArmChanges:
    """Every changing request at Resource Manager."""

    def __init__(
        self, vaults: dict[str, Vault], directory: Directory, grants: Grants, scenario: Scenario
    ) -> None:
        self._scenario = scenario
        self._vaults = vaults
        self._directory = directory
        self._grants = grants

    def answer(self, request: Request, caller: Caller, cloud: Cloud) -> Response:
        """The answer to any request but a GET. Raises `ServiceError`."""
        path = request.path.rstrip("/")
        if request.method == "PUT":
            if found := _ASSIGNMENT.fullmatch(path):
                return self._assign(request, caller, found[1], found[2].lower())
            if found := _POLICIES.fullmatch(path):
                return self._add_policies(request, caller, found[1], cloud)
            if found := _FEDERATION.fullmatch(path):
                return self._federate(request, caller, found[1], found[2])
        if request.method in ("PUT", "PATCH") and _VAULT.fullmatch(path):
            return self._update_vault(request, caller, path, cloud)
        if request.method == "DELETE" and (found := _ASSIGNMENT.fullmatch(path)):
            return self._unassign(caller, found[1], found[2])
        raise denied(caller, f"{path}/write", path)

    def check(self, caller: Caller, action: str, scope: str) -> None:
        """Raises `ServiceError` if the caller may not do the management action `action` at `scope`."""
        if not self._grants.may_manage(caller.principal.object_id, scope, action):
            raise denied(caller, action, scope)

    def _assign(self, request: Request, caller: Caller, scope: str, name: str) -> Response:
        self.check(caller, "Microsoft.Authorization/roleAssignments/write", scope)
        properties = _properties(request)
        wanted = str(properties.get("roleDefinitionId", "")).rpartition("/")[2].lower()
        role = next((one for one in ROLES.values() if one.id == wanted), None)
        if role is None:
            words = f"The specified role definition with ID '{wanted}' does not exist."
            raise ServiceError(400, "RoleDefinitionDoesNotExist", words)
        oid = str(properties.get("principalId", "")).lower()
        if oid not in self._directory.by_object_id:
            words = f"Principal {oid.replace('-', '')} does not exist in the directory."
            raise ServiceError(400, "PrincipalNotFound", words)
        same = next(
            (
                one
                for one in self._grants.assignments
                if (one.principal_id, one.role, one.scope.lower()) == (oid, role, scope.lower())
            ),
            None,
        )
        if same and same.id == name:
            return answer_json(200, role_assignment(same))
        if same:
            raise ServiceError(409, "RoleAssignmentExists", "The role assignment already exists.")
        if self._grants.find(scope, name):
            words = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
            raise ServiceError(400, "RoleAssignmentUpdateNotPermitted", words)
        kind = str(properties.get("principalType") or "ServicePrincipal")
        made = Assignment(role, oid, scope, kind, given_id=name)
        self._grants.assignments.append(made)
        self._grants.pending[made] = self._scenario.propagation
        return answer_json(201, role_assignment(made))

    def _unassign(self, caller: Caller, scope: str, name: str) -> Response:
        self.check(caller, "Microsoft.Authorization/roleAssignments/delete", scope)
        found = self._grants.find(scope, name)
        if found is None:
            return Response(204)
        self._grants.assignments.remove(found)
        return answer_json(200, role_assignment(found))

    def _update_vault(self, request: Request, caller: Caller, path: str, cloud: Cloud) -> Response:
        """A vault's network rules, access policies and whether it uses RBAC; the rest is unchanged."""
        self.check(caller, "Microsoft.KeyVault/vaults/write", path)
        vault = self._vault(path)
        properties = _properties(request)
        rbac = properties.get("enableRbacAuthorization", vault.rbac)
        if rbac != vault.rbac:
            self.check(caller, "Microsoft.Authorization/roleAssignments/write", path)
        vault.rbac = rbac
        if access := properties.get("publicNetworkAccess"):
            vault.public_network = str(access).lower() == "enabled"
        if rules := properties.get("networkAcls"):
            addresses = tuple(str(one["value"]) for one in rules.get("ipRules") or ())
            vault.ip_rules = addresses if str(rules.get("defaultAction")).lower() == "deny" else None
        if (policies := properties.get("accessPolicies")) is not None:
            old = self._grants.policies.get(vault.name, [])
            held = [_policy(one) for one in policies]
            self._grants.policies[vault.name] = held
            self._grants.pending |= {one: self._scenario.propagation for one in held if one not in old}
        return answer_json(200, vault_resource(vault, self._grants, cloud))

    def _vault(self, path: str) -> Vault:
        vault = next((one for one in self._vaults.values() if one.id.lower() == path.lower()), None)
        if vault is None:
            raise not_found(path)
        return vault

    def _add_policies(self, request: Request, caller: Caller, path: str, cloud: Cloud) -> Response:
        self.check(caller, "Microsoft.KeyVault/vaults/accessPolicies/write", path)
        vault = self._vault(path)
        held = self._grants.policies.setdefault(vault.name, [])
        for asked in _properties(request).get("accessPolicies") or ():
            policy = _policy(asked)
            rights = policy.secrets
            old = next((one for one in held if one.object_id == policy.object_id), None)
            if old is not None:
                held.remove(old)
                rights = (*old.secrets, *(one for one in rights if one not in old.secrets))
            made = replace(old, secrets=rights) if old else policy
            held.append(made)
            self._grants.pending[made] = self._scenario.propagation
        properties = vault_resource(vault, self._grants, cloud)["properties"]
        body = {
            "id": f"{vault.id}/accessPolicies/",
            "type": "Microsoft.KeyVault/vaults/accessPolicies",
            "properties": {"accessPolicies": properties["accessPolicies"]},
        }
        return answer_json(200, body)

    def _federate(self, request: Request, caller: Caller, resource: str, name: str) -> Response:
        action = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write"
        self.check(caller, action, resource)
        found = self._directory.by_resource_id.get(resource.lower())
        if found is None:
            raise not_found(resource)
        made = read_federation({**_properties(request), "name": name})
        others = tuple(one for one in found.federations if one.name != made.name)
        if any((one.issuer, one.subject) == (made.issuer, made.subject) for one in others):
            words = "Issuer and subject combination already exists for this Managed Identity."
            raise ServiceError(409, "Conflict", words)
        self._directory.put(replace(found, federations=(*others, made)))
        return answer_json(201, identity_federation(found.resource_id, made))


def _policy(content: dict[str, Any]) -> Policy:
    """One line of a vault's access policies from the body of a request."""
    permissions = content.get("permissions") or {}
    secrets, keys, certificates = (
        tuple(str(one).lower() for one in permissions.get(kind) or ())
        for kind in ("secrets", "keys", "certificates")
    )
    return Policy(str(content.get("objectId", "")).lower(), secrets, keys, certificates)


def _properties(request: Request) -> dict[str, Any]:
    properties = (request.json() or {}).get("properties")
    if not isinstance(properties, dict):
        words = "The request content was invalid and could not be deserialized."
        raise ServiceError(400, "InvalidRequestContent", words)
    return properties


def denied(caller: Caller, action: str, scope: str) -> ServiceError:
    """The caller may not do the management action `action` at `scope`."""
    who = caller.principal.name if caller.principal.kind == "user" else caller.principal.client_id
    words = (
        f"The client '{who}' with object id '{caller.principal.object_id}' does not have authorization to "
        f"perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently "
        "granted, please refresh your credentials."
    )
    return ServiceError(403, "AuthorizationFailed", words)


def not_found(path: str) -> ServiceError:
    """There is no such resource."""
    return ServiceError(404, "ResourceNotFound", f"The Resource '{path}' was not found.")
