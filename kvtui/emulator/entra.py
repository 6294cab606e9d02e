"""The sign-in service: discovery, the token endpoint and device codes, for every cloud's login hosts."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from kvtui.core.ids import is_guid
from kvtui.emulator import company
from kvtui.emulator.client_certificates import check_certificate, thumbprint_of
from kvtui.emulator.clouds import CLOUDS, Cloud
from kvtui.emulator.directory import Directory
from kvtui.emulator.error_responses import EntraError, error_response
from kvtui.emulator.http import Request, Response, answer_json
from kvtui.emulator.principals import Principal
from kvtui.emulator.scenario import Scenario
from kvtui.emulator.tokens import TokenError, Tokens, decode_claims, id_token

_ANY_TENANT = ("common", "organizations")
_NOT_SCOPES = ("openid", "profile", "offline_access", "email")
_DEVICE_CODE = ("urn:ietf:params:oauth:grant-type:device_code", "device_code")
"""The name in the standard, and the one that some of Microsoft's libraries send."""
_LIFETIME = 3599


@dataclass
class _PendingCode:
    """A device code that waits for its user."""

    client_id: str
    scope: str
    polls: int = 0


class Entra:
    """The sign-in service of Contoso's tenant, which is the same in all clouds."""

    def __init__(self, directory: Directory, tokens: Tokens, scenario: Scenario) -> None:
        self._scenario = scenario
        self._directory = directory
        self._tokens = tokens
        self._codes: dict[str, _PendingCode] = {}
        self._refresh: dict[str, tuple[Principal, str]] = {}

    def answer(self, request: Request, cloud: Cloud) -> Response:
        """The answer to one request at a login host."""
        try:
            match request.path.strip("/").split("/"):
                case ["common", "discovery", "instance"]:
                    return answer_json(200, _instances(request))
                case [tenant, *_, ".well-known", "openid-configuration"]:
                    _check_tenant(tenant)
                    return answer_json(200, _discovery(request.host, tenant, cloud))
                case [tenant, "oauth2", "v2.0", "token"] if request.method == "POST":
                    _check_tenant(tenant)
                    return answer_json(200, self._token(request, tenant, cloud), Cache_Control="no-store")
                case [tenant, "oauth2", "v2.0", "devicecode"] if request.method == "POST":
                    _check_tenant(tenant)
                    return answer_json(200, self._device_code(request.form()))
        except EntraError as error:
            return error_response(error, request.host)
        return Response(404)

    def azd_token(self, resource: str, tenant: str) -> dict[str, object]:
        """What `azd auth token` prints for the scenario's user of azd. Raises `EntraError`."""
        until = datetime.fromtimestamp(int(time.time()) + _LIFETIME).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"token": self._cli_token(self._scenario.azd_user, resource, tenant), "expiresOn": until}

    def az_token(self, resource: str, tenant: str) -> dict[str, object]:
        """What `az account get-access-token` prints for the scenario's user, who must be one.

        Raises `EntraError` for a resource or a tenant that gives no token.
        """
        name = self._scenario.az_user
        if tenant == company.FOREIGN_TENANT_ID:
            issuer = f"https://sts.windows.net/{company.TENANT_ID}/"
            raise EntraError(50020, user=name, issuer=issuer, tenant=tenant, client=company.CLI_CLIENT_ID)
        until = int(time.time()) + _LIFETIME
        return {
            "accessToken": self._cli_token(name, resource, tenant),
            "expiresOn": datetime.fromtimestamp(until).strftime("%Y-%m-%d %H:%M:%S.000000"),
            "expires_on": until,
            "subscription": company.SUBSCRIPTION_ID,
            "tenant": company.TENANT_ID,
            "tokenType": "Bearer",
        }

    def _cli_token(self, name: str, resource: str, tenant: str) -> str:
        if tenant:
            _check_tenant(tenant)
        cloud = next((cloud for cloud in CLOUDS if cloud.audience(resource)), CLOUDS[0])
        return self._issue(self._directory.by_name[name], resource, cloud, company.CLI_CLIENT_ID)

    def _issue(self, principal: Principal, resource: str, cloud: Cloud, client_id: str = "") -> str:
        audience = cloud.audience(resource)
        if not audience:
            raise EntraError(500011, resource=resource)
        return self._tokens.issue(principal, audience, cloud.service_of(audience), client_id=client_id)

    def _token(self, request: Request, tenant: str, cloud: Cloud) -> dict[str, object]:
        form = request.form()
        for name in ("client_id", "grant_type"):
            if not form.get(name):
                raise EntraError(900144, parameter=name)
        match form["grant_type"]:
            case "client_credentials":
                return self._client_credentials(request, form, tenant, cloud)
            case grant if grant in _DEVICE_CODE:
                return self._device_token(request, form, cloud)
            case "refresh_token":
                return self._refreshed(request, form, cloud)
            case grant:
                raise EntraError(70003, grant=grant)

    def _client_credentials(
        self, request: Request, form: dict[str, str], tenant: str, cloud: Cloud
    ) -> dict[str, object]:
        app = self._app(form["client_id"], tenant)
        if "client_assertion" in form:
            if signed_with := thumbprint_of(form["client_assertion"]):
                check_certificate(app, form["client_assertion"], signed_with, self._scenario.certificate)
            else:
                _check_assertion(app, form["client_assertion"])
        elif "client_secret" in form:
            self._check_secret(app, form["client_secret"])
        else:
            raise EntraError(7000218)
        # MSAL for Go adds `openid offline_access profile`.
        scope = " ".join(_resources(form.get("scope", "")))
        if not scope.endswith("/.default") or " " in scope:
            raise EntraError(1002012, scope=scope)
        if not app.object_id:
            raise EntraError(7000229, client=app.client_id, tenant=tenant)
        request.caller = app.name
        return {
            "token_type": "Bearer",
            "expires_in": _LIFETIME,
            "ext_expires_in": _LIFETIME,
            "access_token": self._issue(app, scope.removesuffix("/.default"), cloud),
        }

    def _app(self, client_id: str, tenant: str) -> Principal:
        app = self._directory.by_client_id.get(client_id.lower())
        foreign = tenant == company.FOREIGN_TENANT_ID
        if app is None or foreign:
            raise EntraError(700016, client=client_id, directory="Fabrikam" if foreign else "Contoso")
        return app

    def _check_secret(self, app: Principal, text: str) -> None:
        """Raises for a secret that is wrong, has expired, or is too new."""
        for secret in app.secrets:
            if secret.text is not None and secrets.compare_digest(secret.text.encode(), text.encode()):
                if not self._directory.sees(secret.key_id):
                    break
                if secret.ends <= datetime.now(UTC):
                    raise EntraError(7000222, client=app.client_id)
                return
        raise EntraError(7000215, client=app.client_id)

    def _device_code(self, form: dict[str, str]) -> dict[str, object]:
        if not form.get("client_id"):
            raise EntraError(900144, parameter="client_id")
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
            # In Entra 5; a demo should not wait.
            "interval": 1,
            "message": f"To sign in, use a web browser to open the page {url} and enter the code {user_code} "
            "to authenticate.",
        }

    def _device_token(self, request: Request, form: dict[str, str], cloud: Cloud) -> dict[str, object]:
        client_id = form["client_id"]
        app = self._directory.by_client_id.get(client_id)
        if client_id != company.CLI_CLIENT_ID and not (app and app.public_client):
            raise EntraError(7000218)
        pending = self._codes.get(form.get("device_code", ""))
        if pending is None or pending.client_id != client_id:
            raise EntraError(70019)
        pending.polls += 1
        if pending.polls <= self._scenario.device_polls:
            raise EntraError(70016)
        del self._codes[form["device_code"]]
        if self._scenario.device_code != "approved":
            raise EntraError(65004 if self._scenario.device_code == "declined" else 70020)
        user = self._directory.by_name[self._scenario.device_user]
        return self._user_tokens(request, user, client_id, pending.scope, cloud)

    def _refreshed(self, request: Request, form: dict[str, str], cloud: Cloud) -> dict[str, object]:
        known = self._refresh.get(form.get("refresh_token", ""))
        if known is None or known[1] != form["client_id"]:
            raise EntraError(9002313)
        return self._user_tokens(request, known[0], form["client_id"], form.get("scope", ""), cloud)

    def _user_tokens(
        self, request: Request, user: Principal, client_id: str, scope: str, cloud: Cloud
    ) -> dict[str, object]:
        """Everything that a public client gets for a user."""
        asked = _resources(scope)
        resource = asked[0].rsplit("/", 1)[0] if asked else f"https://{cloud.graph[0]}"
        access_token = self._issue(user, resource, cloud, client_id)
        refresh = f"0.{secrets.token_urlsafe(48)}"
        self._refresh[refresh] = (user, client_id)
        request.caller = user.name
        return {
            "token_type": "Bearer",
            "scope": " ".join(asked),
            "expires_in": _LIFETIME,
            "ext_expires_in": _LIFETIME,
            "access_token": access_token,
            "refresh_token": refresh,
            **id_token(user, client_id, request.host),
        }


def _resources(scope: str) -> list[str]:
    """The scopes for a service, without those that every user's token has."""
    return [part for part in scope.split() if part not in _NOT_SCOPES]


def _check_tenant(tenant: str) -> None:
    if tenant.lower() in (company.TENANT_ID, company.FOREIGN_TENANT_ID, *company.DOMAINS, *_ANY_TENANT):
        return
    raise EntraError(90002 if is_guid(tenant) or "." in tenant else 900023, tenant=tenant)


def _check_assertion(app: Principal, assertion: str) -> None:
    """Compares the token of the cluster with the app's federated credentials, letter by letter."""
    try:
        claims = decode_claims(assertion)
    except TokenError as error:
        raise EntraError(50027) from error
    if not app.federations:
        raise EntraError(70025, client=app.client_id, name=app.name)
    if claims.get("exp", 0) <= time.time():
        raise EntraError(700024)
    audience = claims.get("aud", "")
    audiences = [str(one) for one in audience] if isinstance(audience, list) else [str(audience)]
    issuer, subject = str(claims.get("iss", "")), str(claims.get("sub", ""))
    by_issuer = [one for one in app.federations if one.issuer == issuer]
    if not by_issuer:
        raise EntraError(700211, presented=issuer)
    by_subject = [one for one in by_issuer if one.subject == subject]
    if not by_subject:
        raise EntraError(700213, presented=subject)
    if not any(one.audience in audiences for one in by_subject):
        raise EntraError(700212, presented=", ".join(audiences))


def _discovery(host: str, tenant: str, cloud: Cloud) -> dict[str, object]:
    base = f"https://{host}/{tenant}"
    tenant_id = company.FOREIGN_TENANT_ID if tenant == company.FOREIGN_TENANT_ID else company.TENANT_ID
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
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
    discovery = f"https://{request.host}/{company.TENANT_ID}/v2.0/.well-known/openid-configuration"
    return {
        "tenant_discovery_endpoint": discovery,
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
