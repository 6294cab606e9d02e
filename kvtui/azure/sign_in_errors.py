"""Sign-in failures as Problems: by Entra's `AADSTS…` codes; the rest by class and text.

Texts are those of azure-identity 1.27 (az CLI, managed identity) and msal 1.39 (authority discovery).
"""

from __future__ import annotations

import re

from kvtui.airflow.vault_errors import NEW_SECRET
from kvtui.azure.errors import causes, clean, first_problem, no_answer, not_an_answer, unreachable
from kvtui.azure.http import AnswerError
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy

_AADSTS = re.compile(r"AADSTS(\d{4,8})")
_IDS = re.compile(r"(?:Trace ID|Correlation ID): *[0-9a-fA-F-]{36}")

_NEW = "If it was just created, wait two minutes and try again."
"""Not all of Entra's servers know a new federated credential at the same time."""

_CODES: dict[str, tuple[str, str]] = {
    "7000215": (
        "The client secret of {client} is wrong.",
        f"Paste the secret's Value, not its ID. The portal shows the Value only once. {NEW_SECRET}",
    ),
    "7000222": ("The client secret of {client} has expired.", "Add a new secret to the app and use that."),
    "700027": (
        "The certificate is not one of {client}.",
        "Add it to the app's certificates, or name another in AZURE_CLIENT_CERTIFICATE_PATH.",
    ),
    "700016": ("There is no app {client} in tenant {tenant}.", "Check the client ID and the tenant ID."),
    "90002": ("There is no tenant {tenant}.", "Check the tenant ID, and the cloud."),
    "900023": ("{tenant} is neither a tenant ID nor a domain.", "Check the tenant ID."),
    "7000229": (
        "The app {client} has no service principal in tenant {tenant}.",
        "Create it: az ad sp create --id {client}",
    ),
    "7000218": (
        "The app {client} does not allow this kind of sign-in.",
        "Allow public client flows in the app's authentication settings.",
    ),
    "70021": (
        "No federated credential of {client} matches this token.",
        "Compare issuer (the final slash included), subject (namespace and service account) and audience "
        f"(api://AzureADTokenExchange) with the app's federated credentials. {_NEW}",
    ),
    "700211": (
        "No federated credential of {client} has this token's issuer.",
        f"Compare the issuer with the app's federated credentials, the final slash included. {_NEW}",
    ),
    "700213": (
        "No federated credential of {client} has this token's subject.",
        f"Compare namespace and service account with the app's federated credentials. {_NEW}",
    ),
    "700212": (
        "No federated credential of {client} has this token's audience.",
        f"The audience is api://AzureADTokenExchange on both sides. {_NEW}",
    ),
    "70025": (
        "{client} has no federated credential at all.",
        "Add one for the cluster's issuer and service account.",
    ),
    "700024": (
        "The federated token has expired or is not valid yet.",
        "Renew the token file; check this host's clock.",
    ),
    "500011": ("The service is not known in tenant {tenant}.", "Check the cloud and the tenant."),
    "1002012": ("The scope asked for is not valid.", "Check the cloud."),
    "65001": ("Consent for this app is missing.", "An administrator of the tenant has to grant it."),
    "65004": ("The sign-in was declined.", "Start it again and accept it."),
    "70016": ("The sign-in was not completed in time.", "Start it again and enter the code."),
    "70020": ("The code has expired.", "Start the sign-in again and enter the new code."),
    "53003": (
        "A conditional access policy blocks this sign-in.",
        "Sign in from a compliant device, or ask for access.",
    ),
    "50076": ("Multi-factor authentication is needed.", "Run: az login --tenant {tenant}"),
    "700082": ("The stored sign-in has expired.", "Run: az login"),
    "70043": (
        "The stored sign-in is older than the tenant's sign-in frequency policy allows.",
        "Run: az login --tenant {tenant}",
    ),
    "50020": (
        "This account is not a member or guest of tenant {tenant}.",
        Remedy(
            Do.GIVE_TENANT,
            (
                f"Sign in to its own tenant {HOW} (az login --tenant ID), or ask for it to be invited as "
                "a guest."
            ),
        ),
    ),
    "90072": (
        "This account belongs to another tenant and is not a guest of tenant {tenant}.",
        (
            "Sign in with an account of the tenant (az login --tenant {tenant}), or ask for it to be "
            "invited as a guest."
        ),
    ),
}
"""By Entra's code: what happened, and what to do."""

_NO_IDENTITY = "This host has no managed identity."
_NOT_THAT_ONE = "This host does not have the managed identity that was asked for."
_ASSIGN_IT = "Assign it to the host, or correct the client ID."
_OTHER_HOST = "Run on the host that has it, or choose another kind."
_NOT_HERE = "This kind of sign-in is not available here."
_NO_BROWSER = "No browser can be opened here."
_AZD_OUT = "The Azure Developer CLI is not signed in."
_NO_AZD = "The Azure Developer CLI is not installed here."
_INSTALL = "Install it, or choose another kind of sign-in."
_SLOW_AZ = "The Azure CLI did not answer in 10 seconds."
_SEE_AZ = "Run az account show and see what it waits for."


def sign_in_problem(
    error: BaseException, *, label: str, client: str = "", tenant: str = "", url: str = ""
) -> Problem:
    """The Problem of a sign-in that failed.

    `label` is the sign-in kind as shown, `url` the login host's. `status` is 401 and `code` is
    `AADSTS…` or a word when Entra or the host's own sign-in rejected it; None when nothing answered.
    """
    own = first_problem(error)
    if own:
        return own
    chain = list(causes(error))
    who = f"{clean(client, 60)} ({label})" if client else f"{label} sign-in"
    strange = next((step for step in chain if isinstance(step, AnswerError)), None)
    if strange:
        return not_an_answer(strange, url, who)
    text = " ".join(str(getattr(step, "message", step) or "") for step in chain)
    found = _AADSTS.search(text)
    if found:
        return _rejected_by_entra(found.group(1), text, who, client, tenant)
    unavailable = next((step for step in chain if type(step).__name__ == "CredentialUnavailableError"), None)
    if unavailable:
        what, remedy, code = _unavailable(str(unavailable), label)
        return not_signed_in(what, remedy, who, code, clean(unavailable))
    if label == "managed identity":  # only the host's own endpoint was asked
        remedy = "Run where it is, or choose another kind of sign-in."
        return not_signed_in(_NO_IDENTITY, remedy, who, "no-imds", clean(error))
    if "get authority configuration" in text:
        return not_signed_in(
            f"Tenant {clean(tenant, 80) or 'organizations'} was not found, or the login host is unreachable.",
            "Check the tenant ID, the cloud and the network.",
            who,
            "90002",
        )
    if "not configured to acquire tokens for tenant" in text:
        return not_signed_in(
            f"Tenant {clean(tenant, 80)} does not match the vault's tenant ID exactly.",
            "Set the tenant to its ID (a lowercase GUID), not to a domain.",
            who,
            "tenant",
        )
    if "Timed out waiting for user" in text or "Failed to open a browser" in text:
        return not_signed_in("The sign-in was not completed.", "Start it again.", who, "timeout")
    return _no_answer(error, chain, who, url)


def _no_answer(error: BaseException, chain: list[BaseException], who: str, url: str) -> Problem:
    status = next((s for s in (getattr(step, "status_code", None) for step in chain) if s), None)
    rejected = {"ClientAuthenticationError", "HttpResponseError"} & {type(step).__name__ for step in chain}
    if status == 429 or (isinstance(status, int) and status >= 500):
        what = f"The login host fails with status {status}."
        return no_answer(what, "Try again later.", who, "", status=status)
    # the SDK's exceptions for an answer of another form: it does not check the fields
    strange = isinstance(error, TypeError | KeyError | AttributeError | ValueError | OverflowError)
    strange |= any(type(step).__name__ in ("JSONDecodeError", "DecodeError") for step in chain)
    if strange or "Unexpected response from Microsoft Entra ID" in str(error):
        return not_an_answer(AnswerError("it is not Entra's form"), url, who)
    if rejected and not any(isinstance(step, OSError) for step in chain):
        remedy = "Read the details, and try another kind of sign-in."
        return not_signed_in("The sign-in was rejected.", remedy, who, "refused", clean(error))
    return unreachable(error, url, who)


def _rejected_by_entra(code: str, text: str, who: str, client: str, tenant: str) -> Problem:
    what, remedy = _CODES.get(
        code, (f"Entra rejected the sign-in (AADSTS{code}).", "Read the details, or look the code up.")
    )
    shown = {"client": clean(client, 60) or "the app", "tenant": clean(tenant, 80) or "the tenant"}
    start = text.find("AADSTS")
    words = re.split(r"Trace ID:", text[start : start + 2000])[0]
    ids = " · ".join(dict.fromkeys(_IDS.findall(text)))
    detail = " · ".join(part for part in (clean(words, 400), clean(ids)) if part)
    advice = remedy if isinstance(remedy, Remedy) else remedy.format(**shown)
    return not_signed_in(what.format(**shown), advice, who, f"AADSTS{code}", detail)


_NOT_AVAILABLE: tuple[tuple[str, str, tuple[str, str, str]], ...] = (
    ("browser", "browser", (_NO_BROWSER, "Sign in by device code instead.", "no-browser")),
    ("azd", "could not be found", (_NO_AZD, _INSTALL, "no-azd")),
    ("azd", "azd auth login", (_AZD_OUT, "Run: azd auth login", "azd-login")),
    ("azd", "", (_NO_AZD, _INSTALL, "no-azd")),
    ("", "not found on path", ("The Azure CLI is not installed here.", _INSTALL, "no-az")),
    ("", "az login", ("The Azure CLI is not signed in.", "Run: az login", "az-login")),
    ("", "az account set", ("The Azure CLI is not signed in.", "Run: az login", "az-login")),
    ("", "timed out waiting for azure cli", (_SLOW_AZ, _SEE_AZ, "timeout")),
    ("", "identity not found", (_NOT_THAT_ONE, _ASSIGN_IT, "identity-not-found")),
    ("", "has not been assigned", (_NOT_THAT_ONE, _ASSIGN_IT, "identity-not-found")),
    ("", "no identity has been assigned", (_NOT_THAT_ONE, _ASSIGN_IT, "identity-not-found")),
    ("managed identity", "", (_NO_IDENTITY, _OTHER_HOST, "no-imds")),
    ("", "", (_NOT_HERE, "Choose another kind of sign-in.", "unavailable")),
)
"""What, remedy and code of a kind that this host does not offer, by the kind and text of azure-identity."""


def _unavailable(text: str, label: str) -> tuple[str, str, str]:
    low = text.lower()
    what, remedy, code = next(
        found for kind, words, found in _NOT_AVAILABLE if kind in ("", label) and words in low
    )
    tail = clean(text.split("Error:")[-1], 160) if "Error:" in text else ""
    return what, f"{remedy} {tail}".strip() if remedy == _ASSIGN_IT else remedy, code


def not_signed_in(what: str, remedy: str, who: str, code: str, detail: str = "") -> Problem:
    """The Problem of a sign-in that gave no token."""
    return Problem(what, remedy, ProblemKind.SIGN_IN, identity=who, code=code, status=401, detail=detail)
