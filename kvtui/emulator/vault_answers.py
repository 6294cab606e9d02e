"""Key Vault's answers: its items, pages and errors, with its own texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import TypeVar

from kvtui.emulator.clouds import Cloud
from kvtui.emulator.contents import Secret, Vault
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.tokens import Caller, TokenError, decode, encode

PAGE = 25
KEPT_DAYS = 90
"""How long a deleted secret can be recovered."""
Entry = TypeVar("Entry")
_CLIENT_ADDRESS = "203.0.113.24"


def item(host: str, secret: Secret, version: str = "") -> dict[str, object]:
    """One secret, or one of its versions, without the value."""
    attributes: dict[str, object] = {"enabled": secret.enabled}
    if secret.not_before is not None:
        attributes["nbf"] = secret.not_before
    if secret.expires is not None:
        attributes["exp"] = secret.expires
    attributes |= {
        "created": secret.created,
        "updated": secret.updated,
        "recoveryLevel": "Recoverable+Purgeable",
        "recoverableDays": KEPT_DAYS,
    }
    suffix = f"/{version}" if version else ""
    shown: dict[str, object] = {
        "id": f"https://{host}/secrets/{secret.name}{suffix}",
        "attributes": attributes,
    }
    if secret.content_type:
        shown["contentType"] = secret.content_type
    if secret.tags:
        shown["tags"] = secret.tags
    if secret.managed:
        shown["managed"] = True
    return shown


def page(request: Request, entries: list[Entry], shown: Callable[[Entry], dict[str, object]]) -> Response:
    """One page of `entries`, which may be short or empty, and the link to the next."""
    try:
        limit = int(request.query.get("maxresults", PAGE))
        start, number = _read_marker(request.query.get("$skiptoken", ""))
    except ValueError:
        return error(400, "BadParameter", "The request URI contains an invalid value.")
    if not 1 <= limit <= PAGE:
        return error(400, "BadParameter", "maxresults must be between 1 and 25.")
    end = start + min(limit, _page_size(number))
    version = request.query["api-version"]
    link = None
    if end < len(entries):
        link = (
            f"https://{request.host}:443{request.raw_path}?api-version={version}"
            f"&$skiptoken={_marker(end, number + 1)}&maxresults={limit}"
        )
    return answer_json(200, {"value": [shown(one) for one in entries[start:end]], "nextLink": link})


def _page_size(number: int) -> int:
    """How many items page `number` covers: some pages are short, some are empty."""
    if number == 4 or number % 50 == 49:
        return 0
    return 18 if number == 2 or number % 20 == 19 else PAGE


def _marker(start: int, number: int) -> str:
    inner = encode(f"{start}/{number}".encode())
    outer = json.dumps({"NextMarker": f"2!{len(inner)}!{inner}", "TargetLocation": 0}, separators=(",", ":"))
    return encode(outer.encode())


def _read_marker(text: str) -> tuple[int, int]:
    """Where a page begins and its number; ValueError for anything that this service did not write."""
    if not text:
        return 0, 0
    outer = json.loads(decode(text))
    inner = str(outer["NextMarker"]).rsplit("!", 1)[1]
    start, _, number = decode(inner).decode().partition("/")
    return int(start), int(number)


def error(status: int, code: str, message: str, inner: str = "", **headers: str) -> Response:
    """An error in Key Vault's shape; `inner` is the code that says more."""
    content: dict[str, object] = {"code": code, "message": message}
    if inner:
        content["innererror"] = {"code": inner}
    return answer_json(status, {"error": content}, **headers)


def not_found(name: str) -> Response:
    """There is no such secret, or no such version."""
    return error(
        404,
        "SecretNotFound",
        f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this "
        "secret you may be able to recover it using the correct recovery command. For help resolving this "
        "issue, please see https://go.microsoft.com/fwlink/?linkid=2125182",
    )


def challenge_header(tenant_id: str, cloud: Cloud, resource: str = "") -> str:
    """The WWW-Authenticate that says where to get a token, and for what."""
    return (
        f'Bearer authorization="https://{cloud.login[0]}/{tenant_id}", '
        f'resource="{resource or cloud.vault_audience}"'
    )


def challenge(failed: TokenError, request: Request, vault: Vault, cloud: Cloud) -> Response:
    """Why a token is not accepted, and where to get one that is."""
    message = {
        "missing": "AKV10000: Request is missing a Bearer or PoP token.",
        "expired": "[TokenExpired] Error validating token: 'S2S12086'.",
        "audience": f"AKV10022: Invalid audience. Expected {cloud.vault_audience}, found: {failed.audience}.",
        "malformed": "[BearerReadAccessTokenFailed] Error validating token: 'S2S12005'.",
    }[failed.reason]
    return error(401, "Unauthorized", message, WWW_Authenticate=challenge_header(vault.tenant_id, cloud))


def wrong_issuer(caller: Caller, vault: Vault, cloud: Cloud) -> Response:
    """The token is of another tenant than the vault."""
    message = (
        f"AKV10032: Invalid issuer. Expected one of https://sts.windows.net/{vault.tenant_id}/, "
        f"found {caller.claims['iss']}."
    )
    return error(401, "Unauthorized", message, WWW_Authenticate=challenge_header(vault.tenant_id, cloud))


def network_error(vault: Vault, caller: Caller) -> Response | None:
    """Why the vault does not answer this network; None when it does."""
    who = f"Caller: {caller.words}\r\nVault: {vault.name};location=westeurope"
    if not vault.public_network:
        words = (
            "Public network access is disabled and request is not from a trusted service nor via an approved"
        )
        return error(403, "Forbidden", f"{words} private link.\r\n{who}", "ForbiddenByConnection")
    address = ip_address(_CLIENT_ADDRESS)
    if vault.ip_rules is None or any(address in ip_network(one) for one in vault.ip_rules):
        return None
    words = "Client address is not authorized and caller is not a trusted service."
    message = f"{words}\r\nClient address: {_CLIENT_ADDRESS}\r\n{who}"
    return error(403, "Forbidden", message, "ForbiddenByFirewall")
