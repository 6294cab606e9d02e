"""The part of Resource Manager about a vault's access: subscriptions, vaults, roles, deny assignments."""

from __future__ import annotations

import re
from typing import Any

from kvtui.emulator import company
from kvtui.emulator.arm_changes import ArmChanges, denied, not_found
from kvtui.emulator.arm_objects import (
    cluster_resource,
    deny_assignment,
    identity_federation,
    identity_resource,
    role_assignment,
    role_definition,
    vault_resource,
)
from kvtui.emulator.clouds import Cloud
from kvtui.emulator.contents import Vault
from kvtui.emulator.directory import Directory
from kvtui.emulator.error_responses import ServiceError
from kvtui.emulator.grants import ROLES, Grants, covers
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.principals import Principal, holders
from kvtui.emulator.scenario import Scenario
from kvtui.emulator.tokens import Caller, TokenError, Tokens

_VAULTS = "/providers/microsoft.keyvault/vaults"
_AUTHORIZATION = "/providers/microsoft.authorization/"
_IDENTITIES = "/providers/microsoft.managedidentity/userassignedidentities/"
_PRINCIPAL = re.compile(r"principalId\s+eq\s+'([^']*)'|assignedTo\('([^']*)'\)", re.IGNORECASE)
_RESOURCE = re.compile(r"(name|resourceType) eq '([^']*)'", re.IGNORECASE)
_ROLE_NAME = re.compile(r"roleName\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)


class ResourceManager:
    """The one subscription, as each caller may see it."""

    def __init__(
        self,
        vaults: dict[str, Vault],
        directory: Directory,
        grants: Grants,
        tokens: Tokens,
        scenario: Scenario,
    ) -> None:
        self._vaults = vaults
        self._directory = directory
        self._grants = grants
        self._tokens = tokens
        self._changes = ArmChanges(vaults, directory, grants, scenario)

    def answer(self, request: Request, cloud: Cloud) -> Response:
        """The answer to one request at a Resource Manager host."""
        try:
            caller = self._tokens.check(request.bearer, (f"https://{cloud.arm}", *cloud.arm_audiences))
        except TokenError as error:
            return _unauthorized(error)
        request.caller = caller.principal.name
        if "api-version" not in request.query:
            words = "The api-version query parameter (?api-version=) is required for all requests."
            return _error(400, "MissingApiVersionParameter", words)
        try:
            if request.method == "GET":
                return self._route(request, caller, cloud)
            return self._changes.answer(request, caller, cloud)
        except ServiceError as error:
            return _error(error.status, error.code, str(error))

    def _route(self, request: Request, caller: Caller, cloud: Cloud) -> Response:
        path = request.path.rstrip("/")
        lowered = path.lower()
        if lowered == "/subscriptions":
            return answer_json(
                200, {"value": self._subscriptions(caller), "count": {"type": "Total", "value": 1}}
            )
        if lowered == "/tenants":
            tenant = {
                "id": f"/tenants/{company.TENANT_ID}",
                "tenantId": company.TENANT_ID,
                "displayName": "Contoso",
            }
            return answer_json(200, {"value": [tenant]})
        if _AUTHORIZATION in lowered:
            scope, _, what = path.partition(path[lowered.index(_AUTHORIZATION) :][: len(_AUTHORIZATION)])
            return self._authorization(request, caller, scope, what)
        if not lowered.startswith(company.SUBSCRIPTION.lower()):
            raise self._missing_subscription(lowered)
        if lowered == company.SUBSCRIPTION.lower():
            found = self._subscriptions(caller)
            if not found:
                raise denied(caller, "Microsoft.Resources/read", path)
            return answer_json(200, found[0])
        if _VAULTS in lowered:
            return self._vaults_in(path, caller, cloud)
        if _IDENTITIES in lowered:
            return self._identity(path, caller)
        if lowered == f"{company.SUBSCRIPTION.lower()}/resources":
            return self._resources(request, caller, cloud)
        if lowered == cluster_resource()["id"].lower():
            return self._cluster(path, caller)
        raise not_found(path)

    def _subscriptions(self, caller: Caller) -> list[dict[str, Any]]:
        """The subscription, for callers with any role in it."""
        whose = holders(caller.principal.object_id)
        if not any(assignment.principal_id in whose for assignment in self._grants.assignments):
            return []
        scope = company.SUBSCRIPTION
        return [
            {
                "id": scope,
                "subscriptionId": company.SUBSCRIPTION_ID,
                "tenantId": company.TENANT_ID,
                "displayName": company.SUBSCRIPTION_NAME,
                "state": "Enabled",
                "authorizationSource": "RoleBased",
            }
        ]

    def _resources(self, request: Request, caller: Caller, cloud: Cloud) -> Response:
        """Every resource that the caller may read, with the kind and the name in `$filter`."""
        made = [
            vault_resource(vault, self._grants, cloud)
            for vault in self._vaults.values()
            if _listed(vault, cloud)
        ]
        made += [identity_resource(one) for one in self._directory.principals if _is_identity(one)]
        made.append(cluster_resource())
        wanted = {"name": "", "resourcetype": ""}
        for clause in filter(None, request.query.get("$filter", "").split(" and ")):
            found = _RESOURCE.fullmatch(clause.strip())
            if found is None:
                words = f"Invalid filter in query string '{clause}'."
                raise ServiceError(400, "InvalidFilterInQueryString", words)
            wanted[found[1].lower()] = found[2].lower()
        shown = [
            {key: value for key, value in one.items() if key != "properties"}
            for one in made
            if wanted["name"] in ("", one["name"].lower())
            and wanted["resourcetype"] in ("", one["type"].lower())
            and self._grants.may_manage(caller.principal.object_id, one["id"], f"{one['type']}/read")
        ]
        return answer_json(200, {"value": shown})

    def _cluster(self, path: str, caller: Caller) -> Response:
        action = "Microsoft.ContainerService/managedClusters/read"
        self._changes.check(caller, action, path)
        return answer_json(200, cluster_resource())

    def _vaults_in(self, path: str, caller: Caller, cloud: Cloud) -> Response:
        """One vault, or those of a group or the subscription that the caller may read."""
        lowered = path.lower()
        scope, _, name = lowered.partition(_VAULTS)
        here = [vault for vault in self._vaults.values() if _listed(vault, cloud)]
        if not name:
            inside = [vault for vault in here if f"{vault.id.lower()}/".startswith(f"{scope}/")]
            seen = [
                vault_resource(vault, self._grants, cloud)
                for vault in inside
                if self._reads(caller, vault.id)
            ]
            return answer_json(200, {"value": seen})
        if not self._reads(caller, path):
            raise denied(caller, "Microsoft.KeyVault/vaults/read", path)
        for vault in here:
            if vault.id.lower() == lowered:
                return answer_json(200, vault_resource(vault, self._grants, cloud))
        group = scope.rsplit("/", 1)[-1]
        raise ServiceError(
            404,
            "ResourceNotFound",
            f"The Resource 'Microsoft.KeyVault/vaults{name}' under resource group '{group}' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
        )

    def _reads(self, caller: Caller, scope: str) -> bool:
        return self._grants.may_manage(caller.principal.object_id, scope, "Microsoft.KeyVault/vaults/read")

    def _identity(self, path: str, caller: Caller) -> Response:
        """A user-assigned identity, or one or all of its federated credentials."""
        resource, kind, name = path.partition("/federatedIdentityCredentials")
        found = self._directory.by_resource_id.get(resource.lower())
        action = f"Microsoft.ManagedIdentity/userAssignedIdentities{kind}/read"
        self._changes.check(caller, action, path)
        if found and not kind:
            return answer_json(200, identity_resource(found))
        value = [
            identity_federation(resource, one)
            for one in (found.federations if found else ())
            if name in ("", f"/{one.name}")
        ]
        if found is None or (name and not value):
            raise not_found(path)
        return answer_json(200, value[0] if name else {"value": value})

    def _authorization(self, request: Request, caller: Caller, scope: str, what: str) -> Response:
        kind, _, name = what.partition("/")
        action = f"Microsoft.Authorization/{kind}/read"
        if kind.lower() == "roledefinitions":
            return _role_definitions(request, scope, name)
        if kind.lower() not in ("roleassignments", "denyassignments") or (kind[0] in "dD" and name):
            raise not_found(request.path)
        self._changes.check(caller, action, scope)
        if kind.lower() == "denyassignments":
            here = [one for one in self._grants.denials if covers(one.scope, scope)]
            return answer_json(200, {"value": [deny_assignment(one) for one in here]})
        if name:
            return self._assignment(scope, name)
        query = request.query.get("$filter", "")
        wanted = _PRINCIPAL.search(query)
        oid = (wanted[1] or wanted[2]).lower() if wanted else ""
        # atScope() leaves out what lies below; without it those are shown too.
        below = "atscope()" not in query.lower()
        found = [
            assignment
            for assignment in self._grants.assignments
            if covers(assignment.scope, scope)
            or (below and assignment.scope.lower().startswith(f"{scope.lower()}/"))
        ]
        # assignedTo() also finds assignments of a principal's groups, principalId only its own.
        whose = holders(oid) if wanted and wanted[2] else {oid}
        return answer_json(
            200, {"value": [role_assignment(one) for one in found if not oid or one.principal_id in whose]}
        )

    def _assignment(self, scope: str, name: str) -> Response:
        found = self._grants.find(scope, name)
        if found is None:
            words = f"The role assignment '{name}' is not found."
            raise ServiceError(404, "RoleAssignmentNotFound", words)
        return answer_json(200, role_assignment(found))

    def _missing_subscription(self, path: str) -> ServiceError:
        parts = path.split("/")
        name = parts[2] if len(parts) > 2 else ""
        return ServiceError(404, "SubscriptionNotFound", f"The subscription '{name}' could not be found.")


def _listed(vault: Vault, cloud: Cloud) -> bool:
    return vault.cloud == cloud.name and vault.tenant_id == company.TENANT_ID


def _is_identity(one: Principal) -> bool:
    return one.kind == "managed-identity" and one.user_assigned


def _role_definitions(request: Request, scope: str, name: str) -> Response:
    found = list(ROLES.values())
    if name:
        one = next((role for role in found if role.id == name.lower()), None)
        if one is None:
            words = f"The specified role definition with ID '{name}' does not exist."
            raise ServiceError(404, "RoleDefinitionDoesNotExist", words)
        return answer_json(200, role_definition(one, scope))
    if wanted := _ROLE_NAME.search(request.query.get("$filter", "")):
        found = [role for role in found if role.name.lower() == wanted[1].replace("''", "'").lower()]
    return answer_json(200, {"value": [role_definition(role, scope) for role in found]})


def _error(status: int, code: str, message: str, **headers: str) -> Response:
    return answer_json(status, {"error": {"code": code, "message": message}}, **headers)


def _unauthorized(error: TokenError) -> Response:
    code, message = {
        "missing": ("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."),
        "expired": ("ExpiredAuthenticationToken", "The access token expiry UTC time has passed."),
        "audience": (
            "InvalidAuthenticationTokenAudience",
            f"The access token has been obtained for wrong audience or resource '{error.audience}'.",
        ),
        "malformed": ("InvalidAuthenticationToken", "The access token is invalid."),
    }[error.reason]
    header = (
        f'Bearer authorization_uri="https://login.windows.net/{company.TENANT_ID}", error="invalid_token"'
    )
    return _error(401, code, message, WWW_Authenticate=header)
