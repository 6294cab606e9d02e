"""Access tokens: issued by the sign-in services, checked by all others.

They are JWTs in shape, signed with a key of this process (HS256), so that clients can decode who they are and
only these tokens are accepted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from kvtui.emulator import company
from kvtui.emulator.directory import Directory
from kvtui.emulator.principals import Principal

USER_SCOPES = {
    "vault": "user_impersonation",
    "arm": "user_impersonation",
    "graph": "Application.ReadWrite.All Directory.AccessAsUser.All User.Read.All openid profile",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal that a token was issued to."""

    principal: Principal
    claims: dict[str, Any]

    @property
    def words(self) -> str:
        """The `appid=…;oid=…;iss=…` of Key Vault's messages."""
        claims = self.claims
        return f"appid={claims['appid']};oid={claims['oid']};iss={claims['iss']}"


class TokenError(Exception):
    """A token that no service accepts; `reason` is `missing`, `malformed`, `expired` or `audience`."""

    def __init__(self, reason: str, audience: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.audience = audience


class Tokens:
    """Issues and checks. Checked tokens are cached, because a listing checks one some hundred times."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._key = secrets.token_bytes(32)
        self._checked: dict[str, Caller] = {}

    def issue(
        self,
        principal: Principal,
        audience: str,
        service: str,
        *,
        client_id: str = "",
        seconds: int = 3599,
    ) -> str:
        """A token for `principal`; `client_id` is the app through which a user signed in."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{company.TENANT_ID}/",
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "appid": client_id or principal.client_id,
            "idtyp": "user" if principal.kind == "user" else "app",
            "oid": principal.object_id,
            "sub": principal.object_id,
            "tid": company.TENANT_ID,
            "ver": "1.0",
        }
        if principal.kind == "user":
            claims |= {
                "name": principal.display_name,
                "upn": principal.name,
                "unique_name": principal.name,
                "scp": USER_SCOPES.get(service, ""),
            }
        else:
            claims |= {"app_displayname": principal.display_name, "appidacr": "1"}
            if service == "graph" and principal.graph_roles:
                claims["roles"] = list(principal.graph_roles)
            if principal.resource_id:
                claims["xms_mirid"] = principal.resource_id
        return self.sign(claims)

    def sign(self, claims: dict[str, Any]) -> str:
        """`claims` as a signed JWT."""
        head = encode(json.dumps({"typ": "JWT", "alg": "HS256", "kid": "kvtui"}).encode())
        body = f"{head}.{encode(json.dumps(claims, separators=(',', ':')).encode())}"
        return f"{body}.{self._signature(body)}"

    def check(self, token: str, audiences: tuple[str, ...]) -> Caller:
        """The caller with `token`, if that is valid and for one of `audiences`; else `TokenError`."""
        if not token:
            raise TokenError("missing")
        caller = self._checked.get(token) or self._read(token)
        if caller.claims["exp"] <= time.time():
            raise TokenError("expired")
        if str(caller.claims["aud"]).rstrip("/") not in audiences:
            raise TokenError("audience", str(caller.claims["aud"]))
        self._checked[token] = caller
        return caller

    def _read(self, token: str) -> Caller:
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            raise TokenError("malformed")
        claims = decode_claims(token)
        principal = self._directory.by_object_id.get(str(claims.get("oid", "")))
        if principal is None:
            raise TokenError("malformed")
        return Caller(principal, claims)

    def _signature(self, body: str) -> str:
        return encode(hmac.new(self._key, body.encode(), hashlib.sha256).digest())


def decode_claims(token: str) -> dict[str, Any]:
    """The claims of a JWT, unchecked. Raises `TokenError` for anything else."""
    try:
        claims = json.loads(decode(token.split(".")[1]))
    except (IndexError, ValueError) as error:
        raise TokenError("malformed") from error
    if not isinstance(claims, dict):
        raise TokenError("malformed")
    return claims


def unsigned_token(claims: dict[str, Any]) -> str:
    """A JWT in shape, as the Kubernetes token file of a workload identity holds one."""
    head = encode(b'{"alg":"RS256","typ":"JWT"}')
    return f"{head}.{encode(json.dumps(claims).encode())}.{encode(b'none')}"


def decode(text: str) -> bytes:
    """Decodes base64url without padding. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def id_token(user: Principal, client_id: str, host: str) -> dict[str, str]:
    """The `id_token` and `client_info` that come with a user's token."""
    now = int(time.time())
    claims = {
        "aud": client_id,
        "iss": f"https://{host}/{company.TENANT_ID}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + 3599,
        "name": user.display_name,
        "oid": user.object_id,
        "preferred_username": user.name,
        "sub": user.object_id,
        "tid": company.TENANT_ID,
        "ver": "2.0",
    }
    client_info = {"uid": user.object_id, "utid": company.TENANT_ID}
    return {"id_token": unsigned_token(claims), "client_info": encode(json.dumps(client_info).encode())}
