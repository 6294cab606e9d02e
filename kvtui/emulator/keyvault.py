"""Key Vault's secrets: the challenge, listings in pages, values, versions, and every refusal."""

from __future__ import annotations

import base64
import json
import re
import time
from urllib.parse import unquote

from kvtui.emulator import grants
from kvtui.emulator.clouds import Cloud
from kvtui.emulator.contents import Secret, Vault
from kvtui.emulator.grants import Grants
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.tokens import Caller, TokenError, Tokens

PAGE = 25
_VERSION = re.compile(r"[0-9a-fA-F]{32}")
_NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
_CLIENT_ADDRESS = "203.0.113.24"


class KeyVault:
    """Every vault, behind its own host name."""

    def __init__(self, vaults: dict[str, Vault], granted: Grants, tokens: Tokens) -> None:
        self.vaults = vaults
        self._grants = granted
        self._tokens = tokens

    def find(self, host: str, cloud: Cloud) -> Vault | None:
        """The vault behind `host`; None when there is none, and so no such name in the DNS."""
        vault = self.vaults.get(host.partition(".")[0])
        return vault if vault and vault.cloud == cloud.name else None

    def answer(self, request: Request, cloud: Cloud) -> Response:
        """The answer to one request at a vault's host."""
        vault = self.find(request.host, cloud)
        if vault is None:
            return answer_json(502, {"error": {"code": "NoSuchVault", "message": "There is no such vault."}})
        try:
            caller = self._tokens.check(request.bearer, (cloud.vault_audience,))
        except TokenError as error:
            return _challenge(error, request, vault, cloud)
        request.as_whom = caller.principal.name
        if vault.tenant_id != caller.claims["tid"]:
            return _wrong_issuer(caller, vault, cloud)
        return self._dispatch(request, vault, caller)

    def _dispatch(self, request: Request, vault: Vault, caller: Caller) -> Response:
        # An escaped slash belongs to a name, and two slashes are a name that is empty.
        plain = request.raw_path.removeprefix("/").removesuffix("/")
        parts = [unquote(part) for part in plain.split("/")]
        if "api-version" not in request.query:
            return _error(400, "BadParameter", "api-version must be specified")
        if parts[0].lower() != "secrets" or len(parts) > 3:
            return _error(404, "NotFound", f"The path {request.path} does not exist.")
        if request.method not in ("GET", "PUT") or (request.method == "PUT" and len(parts) != 2):
            return _error(405, "MethodNotAllowed", f"{request.method} is not supported here.")
        if refusal := _network_refusal(vault, caller):
            return refusal
        if len(parts) == 1:
            return self._refused(vault, caller, "list") or _page(request, vault)
        name = parts[1]
        if not _NAME.fullmatch(name):
            return _error(400, "BadParameter", f"The request URI contains an invalid name: {name}")
        if request.method == "PUT":
            return self._refused(vault, caller, "set", name) or _store(request, vault, name)
        if parts[2:] == ["versions"]:
            return self._refused(vault, caller, "list", name) or self._versions(request, vault, name)
        version = "".join(parts[2:])
        if version and not _VERSION.fullmatch(version):
            return _error(400, "BadParameter", f"The request URI contains an invalid version: {version}")
        return self._refused(vault, caller, "get", name) or _value(request, vault, name, version)

    def _versions(self, request: Request, vault: Vault, name: str) -> Response:
        secret = vault.secrets.get(name.lower())
        if secret is None:
            return _not_found(name)
        ids = secret.version_ids()
        items = [_item(request.host, secret, version, age) for age, version in enumerate(ids)]
        return answer_json(200, {"value": items, "nextLink": None})

    def _refused(self, vault: Vault, caller: Caller, operation: str, name: str = "") -> Response | None:
        """Why `caller` may not `get` or `list`; None when it may."""
        oid = caller.principal.object_id
        if not vault.rbac:
            if self._grants.by_policy(oid, vault.name, operation):
                return None
            return _error(
                403,
                "Forbidden",
                f"The user, group or application '{caller.words}' does not have secrets {operation} "
                f"permission on "
                f"key vault '{vault.name};location=westeurope'. For help resolving this issue, please see "
                "https://go.microsoft.com/fwlink/?linkid=2125287",
                "AccessDenied",
            )
        action = {"get": grants.GET, "list": grants.LIST, "set": grants.SET}[operation]
        scope = f"{vault.id}/secrets/{name}" if name else vault.id
        if self._grants.by_role(oid, scope, action):
            return None
        message = (
            "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny "
            "assignments or "
            "role definitions were changed recently, please observe propagation time.\r\n"
            f"Caller: {caller.words}\r\nAction: '{action}'\r\nResource: '{scope.lower()}'\r\n"
            "Assignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: "
            "'DeniedWithNoValidRBAC' \r\n"
            f"Vault: {vault.name};location=westeurope\r\n"
        )
        return _error(403, "Forbidden", message, "ForbiddenByRbac")


def _page_size(number: int) -> int:
    """How many of its items the service looks at for page `number`: some are short, some are empty."""
    if number == 4 or number % 50 == 49:
        return 0
    return 18 if number == 2 or number % 20 == 19 else PAGE


def _page(request: Request, vault: Vault) -> Response:
    secrets = vault.listed()
    try:
        limit = int(request.query.get("maxresults", PAGE))
        start, number = _read_marker(request.query.get("$skiptoken", ""))
    except ValueError:
        return _error(400, "BadParameter", "The request URI contains an invalid value.")
    if not 1 <= limit <= PAGE:
        return _error(400, "BadParameter", "maxresults must be between 1 and 25.")
    end = start + min(limit, _page_size(number))
    version = request.query["api-version"]
    link = None
    if end < len(secrets):
        link = (
            f"https://{request.host}:443/secrets?api-version={version}&$skiptoken={_marker(end, number + 1)}"
            f"&maxresults={limit}"
        )
    items = [_item(request.host, secret) for secret in secrets[start:end]]
    return answer_json(200, {"value": items, "nextLink": link})


def _marker(start: int, number: int) -> str:
    inner = base64.urlsafe_b64encode(f"{start}/{number}".encode()).decode().rstrip("=")
    outer = json.dumps({"NextMarker": f"2!{len(inner)}!{inner}", "TargetLocation": 0}, separators=(",", ":"))
    return base64.urlsafe_b64encode(outer.encode()).decode().rstrip("=")


def _read_marker(text: str) -> tuple[int, int]:
    """Where a page begins and its number; ValueError for anything that this service did not write."""
    if not text:
        return 0, 0
    outer = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    inner = str(outer["NextMarker"]).rsplit("!", 1)[1]
    start, _, number = base64.urlsafe_b64decode(inner + "=" * (-len(inner) % 4)).decode().partition("/")
    return int(start), int(number)


def _item(host: str, secret: Secret, version: str = "", age: int = 0) -> dict[str, object]:
    """One secret as listings show it; `age` is how many versions are newer than `version`."""
    attributes: dict[str, object] = {"enabled": secret.enabled or age > 0}
    if secret.not_before is not None:
        attributes["nbf"] = secret.not_before
    if secret.expires is not None:
        attributes["exp"] = secret.expires
    attributes |= {
        "created": (secret.updated if version else secret.created) - age * 86400 * 30,
        "updated": secret.updated - age * 86400 * 30,
        "recoveryLevel": "Recoverable+Purgeable",
        "recoverableDays": 90,
    }
    suffix = f"/{version}" if version else ""
    item: dict[str, object] = {
        "id": f"https://{host}/secrets/{secret.name}{suffix}",
        "attributes": attributes,
    }
    if secret.content_type:
        item["contentType"] = secret.content_type
    if secret.tags:
        item["tags"] = secret.tags
    if secret.managed:
        item["managed"] = True
    return item


def _value(request: Request, vault: Vault, name: str, version: str) -> Response:
    secret = vault.secrets.get(name.lower())
    ids = secret.version_ids() if secret else []
    if secret is None or (version and version not in ids):
        return _not_found(f"{name}/{version}" if version else name)
    version = version or ids[0]
    age = ids.index(version)
    if not secret.enabled and age == 0:
        return _error(
            403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled"
        )
    item = _item(request.host, secret, version, age)
    return answer_json(200, {"value": secret.value, **item})


def _store(request: Request, vault: Vault, name: str) -> Response:
    """A new secret, or a new version of one that is there."""
    try:
        content = json.loads(request.body)
        value = content["value"]
    except (ValueError, KeyError, TypeError):
        return _error(400, "BadParameter", "Property value is missing or has a wrong type.")
    if not isinstance(value, str) or len(value.encode()) > 25_600:
        return _error(400, "BadParameter", "The secret value is too long, or is no text.")
    now, old = int(time.time()), vault.secrets.get(name.lower())
    made = Secret(
        name, value, old.created if old else now, now, content_type=str(content.get("contentType") or "")
    )
    made.version_count = old.version_count + 1 if old else 1
    vault.put(made)
    return answer_json(200, {"value": value, **_item(request.host, made, made.version_ids()[0])})


def _error(status: int, code: str, message: str, inner: str = "", **headers: str) -> Response:
    error: dict[str, object] = {"code": code, "message": message}
    if inner:
        error["innererror"] = {"code": inner}
    return answer_json(status, {"error": error}, **headers)


def _not_found(name: str) -> Response:
    return _error(
        404,
        "SecretNotFound",
        f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this "
        f"secret you may "
        "be able to recover it using the correct recovery command. For help resolving this issue, please see "
        "https://go.microsoft.com/fwlink/?linkid=2125182",
    )


def throttled(retry_after: str) -> Response:
    """What the vault says when it is asked too often."""
    headers = {"Retry_After": retry_after} if retry_after else {}
    message = (
        "Request was not processed because too many requests were received. "
        "Reason: VaultRequestTypeLimitReached"
    )
    return _error(429, "Throttled", message, **headers)


def challenge_header(tenant_id: str, cloud: Cloud, resource: str = "") -> str:
    """The WWW-Authenticate that tells a client where to get a token, and for what."""
    return (
        f'Bearer authorization="https://{cloud.login[0]}/{tenant_id}", '
        f'resource="{resource or cloud.vault_audience}"'
    )


def _challenge(error: TokenError, request: Request, vault: Vault, cloud: Cloud) -> Response:
    message = {
        "missing": "AKV10000: Request is missing a Bearer or PoP token.",
        "expired": "[TokenExpired] Error validating token: 'S2S12086'.",
        "audience": f"AKV10022: Invalid audience. Expected {cloud.vault_audience}, found: {error.audience}.",
        "malformed": "[BearerReadAccessTokenFailed] Error validating token: 'S2S12005'.",
    }[error.reason]
    return _error(401, "Unauthorized", message, WWW_Authenticate=challenge_header(vault.tenant_id, cloud))


def _wrong_issuer(caller: Caller, vault: Vault, cloud: Cloud) -> Response:
    message = (
        f"AKV10032: Invalid issuer. Expected one of https://sts.windows.net/{vault.tenant_id}/, "
        f"found {caller.claims['iss']}."
    )
    return _error(401, "Unauthorized", message, WWW_Authenticate=challenge_header(vault.tenant_id, cloud))


def _network_refusal(vault: Vault, caller: Caller) -> Response | None:
    if not vault.public_network:
        return _error(
            403,
            "Forbidden",
            "Public network access is disabled and request is not from a trusted service nor via an "
            "approved private "
            f"link.\r\nCaller: {caller.words}\r\nVault: {vault.name};location=westeurope",
            "ForbiddenByConnection",
        )
    if vault.firewall:
        return _error(
            403,
            "Forbidden",
            "Client address is not authorized and caller is not a trusted service.\r\n"
            f"Client address: {_CLIENT_ADDRESS}\r\nCaller: {caller.words}\r\nVault: "
            f"{vault.name};location=westeurope",
            "ForbiddenByFirewall",
        )
    return None
