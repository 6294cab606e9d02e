"""Entra's refusals: the OAuth error, the status and the sentence that belong to each of its numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from kvtui.emulator.http import Response, answer_json

_CHECK = (
    "Please check your federated identity credential Subject, Audience and Issuer against the presented "
    "assertion."
)
_NOT_INSTALLED = (
    "This can happen if the application has not been installed by the administrator of the tenant or "
    "consented to "
    "by any user in the tenant. You may have sent your authentication request to the wrong tenant."
)

_TABLE: dict[int, tuple[str, int, str]] = {
    50020: (
        "invalid_grant",
        400,
        "User account '{user}' from identity provider '{issuer}' does not exist in tenant '{tenant}' and "
        "cannot "
        "access the application '{client}' (Microsoft Azure CLI) in that tenant.",
    ),
    50027: ("invalid_request", 400, "JWT token is invalid or malformed."),
    65004: ("authorization_declined", 400, "User declined to consent to access the app."),
    70003: ("unsupported_grant_type", 400, "The app requested an unsupported grant type '{grant}'."),
    70016: (
        "authorization_pending",
        400,
        "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    ),
    70019: ("bad_verification_code", 400, "The verification code is not known."),
    70020: (
        "expired_token",
        400,
        "The provided value for the input parameter 'device_code' is not valid. This device code has "
        "expired.",
    ),
    70025: (
        "invalid_client",
        401,
        "The client '{client}'({name}) has no configured federated identity credentials.",
    ),
    90002: (
        "invalid_request",
        400,
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing "
        "into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant.",
    ),
    500011: (
        "invalid_resource",
        400,
        "The resource principal named {resource} was not found in the tenant named Contoso. "
        + _NOT_INSTALLED,
    ),
    700016: (
        "unauthorized_client",
        400,
        "Application with identifier '{client}' was not found in the directory '{directory}'. "
        + _NOT_INSTALLED,
    ),
    700024: ("invalid_client", 401, "Client assertion is not within its valid time range."),
    700027: (
        "invalid_client",
        401,
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        "[Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']",
    ),
    700211: (
        "invalid_client",
        401,
        "No matching federated identity record found for presented assertion issuer '{presented}'. " + _CHECK,
    ),
    700212: (
        "invalid_client",
        401,
        "No matching federated identity record found for presented assertion audience '{presented}'. "
        + _CHECK,
    ),
    700213: (
        "invalid_client",
        401,
        "No matching federated identity record found for presented assertion subject '{presented}'. "
        + _CHECK,
    ),
    900023: (
        "invalid_request",
        400,
        "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
    ),
    900144: (
        "invalid_request",
        400,
        "The request body must contain the following parameter: '{parameter}'.",
    ),
    1002012: (
        "invalid_scope",
        400,
        "The provided value for scope {scope} is not valid. Client credential flows must have a scope "
        "value with "
        "/.default suffixed to the resource identifier (application ID URI).",
    ),
    7000215: (
        "invalid_client",
        401,
        "Invalid client secret provided. Ensure the secret being sent in the request is the client "
        "secret value, not "
        "the client secret ID, for a secret added to app '{client}'.",
    ),
    7000218: (
        "invalid_client",
        401,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ),
    7000222: (
        "invalid_client",
        401,
        "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to "
        "create new keys "
        "for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for "
        "added security: "
        "https://aka.ms/certCreds.",
    ),
    7000229: (
        "invalid_client",
        401,
        "The client application {client} is missing service principal in the tenant {tenant}. See "
        "instructions here: "
        "https://go.microsoft.com/fwlink/?linkid=2225119",
    ),
    9002313: ("invalid_grant", 400, "Invalid request. Request is malformed or invalid."),
}


class RefusedError(Exception):
    """Entra's refusal with `number`; its text is Entra's sentence, the names in it filled in."""

    def __init__(self, number: int, **names: str) -> None:
        self.number = number
        self.error, self.status, words = _TABLE[number]
        self.words = words.format(**names)
        super().__init__(f"AADSTS{number}: {self.words}")


def answer_refusal(refused: RefusedError, host: str) -> Response:
    """The body that the login host `host` sends for a refusal."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    trace, correlation = str(uuid4()), str(uuid4())
    body = {
        "error": refused.error,
        "error_description": f"{refused} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}",
        "error_codes": [refused.number],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://{host}/error?code={refused.number}",
    }
    return answer_json(refused.status, body)
