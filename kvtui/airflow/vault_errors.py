"""What each failure of the vault becomes inside Airflow: the exception, the retries, the log level.

Counts and waits are those of azure-core 1.41 as recorded with azure-keyvault-secrets 4.12.
"""

from __future__ import annotations

from dataclasses import dataclass

from kvtui.airflow.model import Outcome

UNANSWERED = {
    "dns": "the vault's name does not resolve",
    "tls": "the TLS handshake failed",
    "timeout": "the vault did not answer in time",
    "network": "the connection failed",
}
"""Codes of a `VaultError` without a status, in words."""

UNTRUSTED = {
    "AADSTS7000215": "the client secret is wrong",
    "AADSTS7000222": "the client secret has expired",
    "AADSTS700016": "the tenant has no such app",
    "AADSTS7000229": "the app has no service principal in the tenant",
    "AADSTS90002": "there is no such tenant",
    "AADSTS900023": "there is no such tenant",
}
"""Entra's codes of a `VaultError` with status 401, in words."""


class VaultError(Exception):
    """Raised by a reader: the vault or Entra did not return the value.

    `status` None: no answer, `code` says why (`dns`, `tls`, `timeout`, `network`). 401: no token, `code` is
    Entra's own (`AADSTS…`). Otherwise the vault's answer with its inner code, for instance 403
    `ForbiddenByRbac` or `SecretDisabled`. 404 means the same as a reader's None; `message` may say more.
    """

    def __init__(self, status: int | None, code: str = "", message: str = "") -> None:
        super().__init__(f"{status if status is not None else 'no answer'} {code}".strip())
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Consequence:
    """How the backend handles one failure."""

    exception: str
    """The class of the exception that leaves the backend."""
    outcome: Outcome
    words: str
    """What happened, as text."""
    attempts: int = 1
    """How many requests azure-core sends before it gives up."""
    seconds: float = 0.0
    """How long it waits in between."""


_RETRIED = frozenset({408, 429, 500, 502, 503, 504})


def consequence(error: VaultError, *, retries: bool = True) -> Consequence:
    """What `AzureKeyVaultBackend` raises for `error`; `retries` False: `retry_total` is 0."""
    status, code = error.status, error.code
    again = (4, 4.8) if retries else (1, 0.0)
    if status is None:
        words = UNANSWERED.get(code, code or "the vault did not answer")
        exception = "ServiceResponseError" if code == "timeout" else "ServiceRequestError"
        return Consequence(exception, Outcome.ERROR, words, *again)
    coded = f"{status} {code}".strip()
    if status == 401:
        why = f": {UNTRUSTED[code]}" if code in UNTRUSTED else ""
        words = f"could not get a token{why} ({code or '401'})"
        return Consequence("ClientAuthenticationError", Outcome.DENIED, words)
    if status == 403:
        return Consequence("HttpResponseError", Outcome.DENIED, f"{_why_forbidden(code)} ({coded})")
    if status == 429:
        return Consequence("HttpResponseError", Outcome.ERROR, f"the vault throttles ({coded})", *again)
    if status in _RETRIED:
        return Consequence("HttpResponseError", Outcome.ERROR, f"the vault failed ({coded})", *again)
    return Consequence("HttpResponseError", Outcome.ERROR, f"the vault answered {coded}")


def _why_forbidden(code: str) -> str:
    lowered = code.lower()
    if "disabled" in lowered:
        return "the secret is disabled"
    if "rbac" in lowered:
        return "the identity has no role that may read secrets"
    if "policy" in lowered:
        return "the vault's access policies do not allow the identity to read secrets"
    if "firewall" in lowered or "connection" in lowered or "network" in lowered:
        return "the vault's firewall blocks this host"
    return "the vault rejected the identity"


_FEWER = (
    "[secrets] use_cache (AIRFLOW__SECRETS__USE_CACHE=True keeps values while DAGs are parsed), "
    "Jinja templates instead of Variable.get at module level"
)
NEW_SECRET = "If the client secret is new, wait a minute and try again: Entra does not accept it at once."  # noqa: S105 - a sentence
_PROPAGATION = "If access was just granted, wait up to ten minutes: role changes take time to propagate."


def remedy(error: VaultError) -> str:
    """How to make the vault answer, one sentence; empty if there is no general advice."""
    lowered = error.code.lower()
    if error.status == 429:
        return f"Fewer lookups: {_FEWER}."
    if error.status is None or error.status in _RETRIED:
        return (
            "Shorter waits: retry_total in the kwargs, which is passed to SecretClient. "
            f"Fewer lookups: {_FEWER}."
        )
    if error.code == "AADSTS7000215":
        return NEW_SECRET
    if error.status != 403:
        return ""
    if "disabled" in lowered:
        return "Enable the secret."
    if "rbac" in lowered:
        return f"Grant the identity Key Vault Secrets User on the vault. {_PROPAGATION}"
    if "policy" in lowered or "accessdenied" in lowered:
        return f"Give the identity an access policy with get on secrets. {_PROPAGATION}"
    if "firewall" in lowered or "connection" in lowered:
        return "Allow the network that Airflow runs in to reach the vault."
    return ""
