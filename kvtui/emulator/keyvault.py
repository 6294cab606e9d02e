"""Key Vault's secrets: the challenge, listings in pages, values, versions, and its errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

from kvtui.emulator import vault_secrets
from kvtui.emulator.clouds import Cloud
from kvtui.emulator.contents import Vault
from kvtui.emulator.error_responses import ServiceError
from kvtui.emulator.grants import ACTIONS, Grants
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.tokens import Caller, TokenError, Tokens
from kvtui.emulator.vault_answers import challenge, error, item, network_error, page, wrong_issuer

_VERSION = re.compile(r"[0-9a-fA-F]{32}")
_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
_WORDS = ("versions", "recover")
"""The form of a version's id."""


class KeyVault:
    """Every vault, behind its own host name."""

    def __init__(self, vaults: dict[str, Vault], granted: Grants, tokens: Tokens) -> None:
        self.vaults = vaults
        self._grants = granted
        self._tokens = tokens

    def find(self, host: str, cloud: Cloud) -> Vault | None:
        """The vault behind `host`; None if there is none, so that its name does not resolve."""
        vault = self.vaults.get(host.partition(".")[0])
        return vault if vault and vault.cloud == cloud.name else None

    def answer(self, request: Request, cloud: Cloud) -> Response:
        """The answer to one request at a vault's host."""
        vault = self.find(request.host, cloud)
        if vault is None:
            return answer_json(502, {"error": {"code": "NoSuchVault", "message": "There is no such vault."}})
        try:
            caller = self._tokens.check(request.bearer, (cloud.vault_audience,))
        except TokenError as failed:
            return challenge(failed, request, vault, cloud)
        request.caller = caller.principal.name
        if vault.tenant_id != caller.claims["tid"]:
            return wrong_issuer(caller, vault, cloud)
        return self._dispatch(request, vault, caller)

    def _dispatch(self, request: Request, vault: Vault, caller: Caller) -> Response:
        # An escaped slash belongs to a name, and two slashes are a name that is empty.
        plain = request.raw_path.removeprefix("/").removesuffix("/")
        kind, *parts = (unquote(part) for part in plain.split("/"))
        if "api-version" not in request.query:
            return error(400, "BadParameter", "api-version must be specified")
        if kind.lower() not in ("secrets", "deletedsecrets") or len(parts) > 2:
            return error(404, "NotFound", f"The path {request.path} does not exist.")
        if blocked := network_error(vault, caller):
            return blocked
        name, version = (*parts, "", "")[:2]
        if parts and not _NAME.fullmatch(name):
            return error(400, "BadParameter", f"The request URI contains an invalid name: {name}")
        operation, act = (
            _alive(request, vault, parts) if kind.lower() == "secrets" else _deleted(request, vault, parts)
        )
        if not operation:
            return error(405, "MethodNotAllowed", f"{request.method} is not supported here.")
        if version and version not in _WORDS and not _VERSION.fullmatch(version):
            return error(400, "BadParameter", f"The request URI contains an invalid version: {version}")
        try:
            return self._denied(vault, caller, operation, name) or act()
        except ServiceError as failed:
            return error(failed.status, failed.code, str(failed))

    def _denied(self, vault: Vault, caller: Caller, operation: str, name: str = "") -> Response | None:
        """Why `caller` may not do `operation`, by its name in access policies; None when it may."""
        oid = caller.principal.object_id
        if not vault.rbac:
            operation = "set" if operation == "update" else operation
            if self._grants.by_policy(oid, vault.name, operation):
                return None
            return error(
                403,
                "Forbidden",
                f"The user, group or application '{caller.words}' does not have secrets {operation} "
                f"permission on key vault '{vault.name};location=westeurope'. For help resolving this issue, "
                "please see https://go.microsoft.com/fwlink/?linkid=2125287",
                "AccessDenied",
            )
        action = ACTIONS[operation]
        scope = f"{vault.id}/secrets/{name}" if name else vault.id
        if self._grants.by_role(oid, scope, action):
            return None
        message = (
            "Caller is not authorized to perform action on resource.\r\n"
            "If role assignments, deny assignments or role definitions were changed recently, please observe "
            "propagation time.\r\n"
            f"Caller: {caller.words}\r\nAction: '{action}'\r\nResource: '{scope.lower()}'\r\n"
            "Assignment: (not found)\r\nDenyAssignmentId: null\r\n"
            "DecisionReason: 'DeniedWithNoValidRBAC' \r\n"
            f"Vault: {vault.name};location=westeurope\r\n"
        )
        return error(403, "Forbidden", message, "ForbiddenByRbac")


def _alive(request: Request, vault: Vault, parts: list[str]) -> tuple[str, Callable[[], Response]]:
    """The operation of a request at `/secrets`, and its handler; empty: there is none."""
    host = request.host
    match request.method, parts:
        case "GET", []:
            return "list", lambda: page(request, vault.listed, partial(item, host))
        case "GET", [name, "versions"]:
            found = vault.secrets.get(name.lower())
            versions = list(found.versions()) if found else []
            return "list", lambda: page(request, versions, lambda one: item(host, one, one.version_id))
        case "GET", [name, *version]:
            return "get", lambda: vault_secrets.read(request, vault, name, "".join(version))
        case "PUT", [name]:
            return "set", lambda: vault_secrets.store(request, vault, name)
        case "PATCH", [name, *version]:
            return "update", lambda: vault_secrets.change(request, vault, name, "".join(version))
        case "DELETE", [name]:
            return "delete", lambda: vault_secrets.delete(request, vault, name)
    return "", lambda: Response(405)


def _deleted(request: Request, vault: Vault, parts: list[str]) -> tuple[str, Callable[[], Response]]:
    """The same for a request at `/deletedsecrets`."""
    match request.method, parts:
        case "GET", []:
            found = sorted(vault.deleted.items())
            shown = partial(vault_secrets.deleted_item, request.host)
            return "list", lambda: page(request, [one for _, one in found], shown)
        case "GET", [name]:
            return "get", lambda: vault_secrets.read_deleted(request, vault, name)
        case "POST", [name, "recover"]:
            return "recover", lambda: vault_secrets.recover(request, vault, name)
        case "DELETE", [name]:
            return "purge", lambda: vault_secrets.purge(vault, name)
    return "", lambda: Response(405)
