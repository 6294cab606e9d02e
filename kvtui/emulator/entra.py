"""The sign-in service: discovery, the token endpoint, device codes, and the errors of each."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from kvtui.emulator import company
from kvtui.emulator.clouds import CLOUDS, Cloud
from kvtui.emulator.directory import Directory, Principal
from kvtui.emulator.faults import Scenario
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.tokens import TokenError, Tokens, decode_claims, id_token

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ANY_TENANT = ("common", "organizations")


class RefusedError(Exception):
    """A refusal: the OAuth error, Entra's own number and sentence."""

    def __init__(self, error: str, number: int, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.error, self.number, self.words, self.status = error, number, words, status


@dataclass
class _PendingCode:
    """A device code that waits for its user."""

    client_id: str
    scope: str
    polls: int = 0


@dataclass
class Entra:
    """One tenant's sign-in, for all clouds."""

    directory: Directory
    tokens: Tokens
    scenario: Scenario = field(default_factory=Scenario)
    _codes: dict[str, _PendingCode] = field(default_factory=dict)
    _refresh: dict[str, tuple[Principal, str]] = field(default_factory=dict)

    def answer(self, request: Request, cloud: Cloud) -> Response:
        """The answer to one request at a login host."""
        parts = request.path.strip("/").split("/")
        try:
            if request.path.startswith("/common/discovery/instance"):
                return answer_json(200, _instances(request))
            match parts:
                case [tenant, *_, ".well-known", "openid-configuration"]:
                    self._check_tenant(tenant)
                    return answer_json(200, _discovery(request.host, tenant, cloud))
                case [tenant, "oauth2", "v2.0", "token"] if request.method == "POST":
                    self._check_tenant(tenant)
                    return answer_json(200, self._token(request, cloud), Cache_Control="no-store")
                case [tenant, "oauth2", "v2.0", "devicecode"] if request.method == "POST":
                    self._check_tenant(tenant)
                    return answer_json(200, self._device_code(request.form()))
            raise RefusedError("invalid_request", 900144, "The endpoint is unknown.", 404)
        except RefusedError as refused:
            return _refusal(refused, request.host)

    def az_token(self, resource: str, tenant: str) -> dict[str, str | int]:
        """What `az account get-access-token` prints for the scenario's user.

        Raises `RefusedError`; with number 0 when nobody is signed in.
        """
        if not self.scenario.az_user:
            raise RefusedError("", 0, "Please run 'az login' to setup account.")
        if tenant:
            self._check_tenant(tenant)
            if tenant == company.FOREIGN_TENANT_ID:
                raise self._unknown_user(tenant)
        audience, service, cloud = self._any_resource(resource)
        user = self.directory.by_name[self.scenario.az_user]
        token = self.tokens.issue(user, audience, service, client_id=company.CLI_CLIENT_ID)
        until = int(time.time()) + 3599
        return {
            "accessToken": token,
            "expiresOn": datetime.fromtimestamp(until).strftime("%Y-%m-%d %H:%M:%S.000000"),  # noqa: DTZ006
            "expires_on": until,
            "subscription": company.SUBSCRIPTION_ID,
            "tenant": company.TENANT_ID,
            "tokenType": "Bearer",
        }

    def _any_resource(self, resource: str) -> tuple[str, str, Cloud]:
        for cloud in CLOUDS:
            if audience := cloud.audience(resource):
                return audience, _service(audience, cloud), cloud
        raise _no_resource(resource)

    def _unknown_user(self, tenant: str) -> RefusedError:
        return RefusedError(
            "invalid_grant",
            50020,
            f"User account '{self.scenario.az_user}' from identity provider "
            f"'https://sts.windows.net/{company.TENANT_ID}/' does not exist in tenant '{tenant}' and cannot "
            f"access the application '{company.CLI_CLIENT_ID}' (Microsoft Azure CLI) in that tenant.",
        )

    def _check_tenant(self, tenant: str) -> None:
        known = (company.TENANT_ID, company.FOREIGN_TENANT_ID, *company.DOMAINS, *_ANY_TENANT)
        if tenant.lower() in known:
            return
        if _GUID.fullmatch(tenant) or "." in tenant:
            raise RefusedError(
                "invalid_request",
                90002,
                f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing "
                "into the correct cloud. Check with your subscription administrator, this may happen if there "
                "are no active subscriptions for the tenant.",
            )
        raise RefusedError(
            "invalid_request",
            900023,
            f"Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
        )

    def _token(self, request: Request, cloud: Cloud) -> dict[str, object]:
        form = request.form()
        grant = form.get("grant_type", "")
        if not form.get("client_id"):
            raise RefusedError("invalid_request", 900144, _missing("client_id"))
        if grant == "client_credentials":
            tenant = request.path.strip("/").split("/")[0]
            return self._client_credentials(request, form, tenant, cloud)
        if grant == "urn:ietf:params:oauth:grant-type:device_code":
            return self._device_token(request, form, cloud)
        if grant == "refresh_token":
            return self._refreshed(request, form, cloud)
        if not grant:
            raise RefusedError("invalid_request", 900144, _missing("grant_type"))
        raise RefusedError(
            "unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'."
        )

    def _client_credentials(
        self, request: Request, form: dict[str, str], tenant: str, cloud: Cloud
    ) -> dict[str, object]:
        app = self._app(form["client_id"], tenant)
        if "client_assertion" in form:
            self._check_assertion(app, form["client_assertion"])
        elif "client_secret" in form:
            self._check_secret(app, form["client_secret"])
        else:
            raise _needs_secret()
        scope = form.get("scope", "")
        if not scope.endswith("/.default"):
            raise RefusedError(
                "invalid_scope",
                1002012,
                f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value "
                "with /.default suffixed to the resource identifier (application ID URI).",
            )
        audience = _audience(scope, cloud)
        if not app.object_id:
            raise RefusedError(
                "invalid_client",
                7000229,
                f"The client application {app.client_id} is missing service principal in the tenant {tenant}. "
                "See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119",
                401,
            )
        request.as_whom = app.name
        token = self.tokens.issue(app, audience, _service(audience, cloud))
        return {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token}

    def _app(self, client_id: str, tenant: str) -> Principal:
        app = self.directory.by_client_id.get(client_id.lower())
        if app is None or tenant == company.FOREIGN_TENANT_ID:
            raise RefusedError(
                "unauthorized_client",
                700016,
                f"Application with identifier '{client_id}' was not found in the directory "
                f"'{'Fabrikam' if tenant == company.FOREIGN_TENANT_ID else 'Contoso'}'. This can happen if the "
                "application has not been installed by the administrator of the tenant or consented to by any user "
                "in the tenant. You may have sent your authentication request to the wrong tenant.",
            )
        return app

    def _check_secret(self, app: Principal, text: str) -> None:
        for secret in app.secrets:
            if secret.text is not None and secrets.compare_digest(secret.text.encode(), text.encode()):
                if secret.ends <= datetime.now(UTC):
                    raise RefusedError(
                        "invalid_client",
                        7000222,
                        f"The provided client secret keys for app '{app.client_id}' are expired. Visit the Azure "
                        "portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using "
                        "certificate credentials for added security: https://aka.ms/certCreds.",
                        401,
                    )
                return
        raise RefusedError(
            "invalid_client",
            7000215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret "
            f"value, not the client secret ID, for a secret added to app '{app.client_id}'.",
            401,
        )

    def _check_assertion(self, app: Principal, assertion: str) -> None:
        try:
            claims = decode_claims(assertion)
        except TokenError as error:
            raise RefusedError(
                "invalid_request", 50027, "JWT token is invalid or malformed."
            ) from error
        if not app.federations:
            raise RefusedError(
                "invalid_client",
                70025,
                f"The client '{app.client_id}'({app.name}) has no configured federated identity credentials.",
                401,
            )
        if claims.get("exp", 0) <= time.time():
            raise RefusedError(
                "invalid_client", 700024, "Client assertion is not within its valid time range.", 401
            )
        audience = claims.get("aud", "")
        self._match_federation(
            app,
            str(claims.get("iss", "")),
            str(claims.get("sub", "")),
            [str(one) for one in audience] if isinstance(audience, list) else [str(audience)],
        )

    def _match_federation(self, app: Principal, issuer: str, subject: str, audiences: list[str]) -> None:
        left = [one for one in app.federations if one.issuer == issuer]
        if not left:
            raise RefusedError(
                "invalid_client",
                700211,
                f"No matching federated identity record found for presented assertion issuer '{issuer}'. Please "
                "check your federated identity credential Subject, Audience and Issuer against the presented "
                "assertion.",
            )
        left = [one for one in left if one.subject == subject]
        if not left:
            raise RefusedError(
                "invalid_client",
                700213,
                f"No matching federated identity record found for presented assertion subject '{subject}'. Check "
                "your federated identity credential Subject, Audience and Issuer against the presented assertion.",
            )
        if not any(one.audience in audiences for one in left):
            raise RefusedError(
                "invalid_client",
                700212,
                f"No matching federated identity record found for presented assertion audience '{audiences[0]}'. "
                "Please note that the audience must match exactly.",
            )

    def _device_code(self, form: dict[str, str]) -> dict[str, object]:
        if not form.get("client_id"):
            raise RefusedError("invalid_request", 900144, _missing("client_id"))
        if form["client_id"] != company.CLI_CLIENT_ID:
            self._app(form["client_id"], company.TENANT_ID)
        code, user_code = secrets.token_urlsafe(48), secrets.token_hex(5)[:9].upper()
        self._codes[code] = _PendingCode(form["client_id"], form.get("scope", ""))
        url = "https://microsoft.com/devicelogin"
        return {
            "user_code": user_code,
            "device_code": code,
            "verification_uri": url,
            "expires_in": 900,
            "interval": 1,
            "message": f"To sign in, use a web browser to open the page {url} and enter the code {user_code} "
            "to authenticate.",
        }

    def _device_token(self, request: Request, form: dict[str, str], cloud: Cloud) -> dict[str, object]:
        client_id = form["client_id"]
        app = self.directory.by_client_id.get(client_id)
        if client_id != company.CLI_CLIENT_ID and not (app and app.public_client):
            raise _needs_secret()
        pending = self._codes.get(form.get("device_code", ""))
        if pending is None or pending.client_id != client_id:
            raise RefusedError("bad_verification_code", 70019, "The verification code is not known.")
        pending.polls += 1
        if pending.polls <= self.scenario.device_polls:
            raise RefusedError(
                "authorization_pending",
                70016,
                "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
            )
        if self.scenario.device_code == "declined":
            raise RefusedError("authorization_declined", 65004, "User declined to consent to access the app.")
        if self.scenario.device_code == "expired":
            raise RefusedError("expired_token", 70020, "The provided value for the input parameter 'device_code' is "
                               "not valid. This device code has expired.")  # fmt: skip
        del self._codes[form["device_code"]]
        user = self.directory.by_name[self.scenario.device_user]
        return self._user_tokens(request, user, client_id, pending.scope, cloud)

    def _refreshed(self, request: Request, form: dict[str, str], cloud: Cloud) -> dict[str, object]:
        known = self._refresh.get(form.get("refresh_token", ""))
        if known is None or known[1] != form["client_id"]:
            raise RefusedError("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
        return self._user_tokens(request, known[0], form["client_id"], form.get("scope", ""), cloud)

    def _user_tokens(
        self, request: Request, user: Principal, client_id: str, scope: str, cloud: Cloud
    ) -> dict[str, object]:
        """Everything a public client gets for a user, as MSAL expects it."""
        asked = [part for part in scope.split() if part not in ("openid", "profile", "offline_access")]
        audience = _audience(asked[0] if asked else f"https://{cloud.graph[0]}/.default", cloud)
        refresh = f"0.{secrets.token_urlsafe(48)}"
        self._refresh[refresh] = (user, client_id)
        request.as_whom = user.name
        return {
            "token_type": "Bearer",
            "scope": " ".join(asked),
            "expires_in": 3599,
            "ext_expires_in": 3599,
            "access_token": self.tokens.issue(user, audience, _service(audience, cloud), client_id=client_id),
            "refresh_token": refresh,
            **id_token(user, client_id, request.host),
        }


def _audience(scope: str, cloud: Cloud) -> str:
    resource = scope.removesuffix("/.default") if scope.endswith("/.default") else scope.rsplit("/", 1)[0]
    audience = cloud.audience(resource)
    if not audience:
        raise _no_resource(resource)
    return audience


def _service(audience: str, cloud: Cloud) -> str:
    plain = audience.rstrip("/")
    if plain == cloud.vault_audience:
        return "vault"
    return "graph" if plain.removeprefix("https://") in cloud.graph else "arm"


def _no_resource(resource: str) -> RefusedError:
    return RefusedError(
        "invalid_resource",
        500011,
        f"The resource principal named {resource} was not found in the tenant named Contoso. This can happen if "
        "the application has not been installed by the administrator of the tenant or consented to by any user "
        "in the tenant. You might have sent your authentication request to the wrong tenant.",
    )


def _needs_secret() -> RefusedError:
    return RefusedError(
        "invalid_client",
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        401,
    )


def _missing(name: str) -> str:
    return f"The request body must contain the following parameter: '{name}'."


def _refusal(refused: RefusedError, host: str) -> Response:
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    trace, correlation = str(uuid4()), str(uuid4())
    description = (
        f"AADSTS{refused.number}: {refused.words} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
    )
    body = {
        "error": refused.error,
        "error_description": description,
        "error_codes": [refused.number],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://{host}/error?code={refused.number}",
    }
    return answer_json(refused.status, body)


def _discovery(host: str, tenant: str, cloud: Cloud) -> dict[str, object]:
    base = f"https://{host}/{tenant}"
    tenant_id = company.FOREIGN_TENANT_ID if tenant == company.FOREIGN_TENANT_ID else company.TENANT_ID
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"https://{host}/{tenant_id}/v2.0",
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "tenant_region_scope": "EU",
        "cloud_instance_name": cloud.login[0],
        "msgraph_host": cloud.graph[0],
    }


def _instances(request: Request) -> dict[str, object]:
    return {
        "tenant_discovery_endpoint": (
            f"https://{request.host}/{company.TENANT_ID}/v2.0/.well-known/openid-configuration"
        ),
        "api-version": request.query.get("api-version", "1.1"),
        "metadata": [
            {
                "preferred_network": cloud.login[0],
                "preferred_cache": cloud.login[min(1, len(cloud.login) - 1)],
                "aliases": list(cloud.login),
            }
            for cloud in CLOUDS
        ],
    }
