"""What pane 2 prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.console.actions import ActionId, key_of
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.words import count

if TYPE_CHECKING:
    from kvtui.azure.model import Identity, VaultAccess
    from kvtui.outputs.helm.service_accounts import ServiceAccount

ADD_SECRET, REMOVE_SECRET = key_of(ActionId.ADD_SECRET), key_of(ActionId.REMOVE_SECRET)
FEDERATE, GRANT, REGISTER = key_of(ActionId.FEDERATE), key_of(ActionId.GRANT), key_of(ActionId.REGISTER)
DETAILS = key_of(ActionId.DETAILS)

# The list

PLACEHOLDER = "name, client ID or object ID"
KINDS = {
    "application": "app",
    "service-principal": "service principal",
    "managed-identity": "managed identity",
}
"""By `EntryKind`, which is not loaded before the first frame."""
NAME, KIND, SECRETS, EXPIRY, SORTED = "Name", "Kind", "Secrets", "Expiry", "Expiry ▲"
"""The headers of the columns; the last one where the list is sorted by it."""
SEARCHING, INCOMPLETE, MORE_EXIST = "searching…", "incomplete", "more exist"
"""In the border, after the number."""
SEARCHING_ROW = "  Searching… Esc stops."
ASKING_GRAPH = "Asking Microsoft Graph… Esc stops."
STOPPED = "Stopped. / searches again."
SIGN_IN_FIRST = (
    "Sign in first (s). Then / searches apps and managed identities by name, client ID or object ID."
)
NOTHING_TYPED = f"Press / and type the app's name, client ID or object ID. {REGISTER} registers a new app."
BY_HAND = "You can also type the client ID in pane 1."
ALL_SHOWN = "All matches are shown."


def found(number: int) -> str:
    """In the border."""
    return count(number, "app or identity", "apps and identities")


def more(apps: int, total: int | None) -> str:
    """The row that loads the next page: how many of the apps that match are shown."""
    if total is None or apps >= total:
        return "  Enter loads more. Type more of the name to narrow the search."
    return f"  Showing {apps} of {count(total, 'app')}. Enter loads more. Type more of the name to narrow it."


def no_match(text: str) -> str:
    """Instead of the list."""
    return (
        f"No app or managed identity matches “{text}”: no word of a name begins with it, no loaded name "
        "contains it, and no client ID or object ID is equal to it. Try the beginning of another word. "
        f"{REGISTER} registers a new app."
    )


# The chosen entry


def all_expired(name: str, secrets: int) -> str:
    """The warning when an app is chosen that cannot sign in."""
    if secrets == 1:
        return f"The only client secret of {name} has expired. {ADD_SECRET} adds a new one."
    return f"All {secrets} client secrets of {name} have expired. {ADD_SECRET} adds a new one."


def expires_soon(name: str, secrets: int, when: str) -> str:
    """The warning when an app is chosen whose client secret `expires in 5 days`, which is `when`."""
    which = "The only client secret" if secrets == 1 else f"One of the {secrets} client secrets"
    return f"{which} of {name} {when}."


# The details

VAULT_ACCESS, FEDERATED, TENANT, OWNERS = "Vault access", "Federated", "Tenant", "Owners"
CREATED, ACCOUNT_TYPES, HELM_CHART, NETWORK = "Created", "Account types", "Helm chart", "Vault network"
CLIENT_ID, OBJECT_ID, PRINCIPAL_ID, CREDENTIALS = "Client ID", "Object ID", "Principal ID", "Credentials"
CREDENTIAL_KINDS = {"secret": "Client secret", "certificate": "Certificate"}
KIND_IN_FULL = {**KINDS, "application": "app registration"}
AUDIENCES = {
    "AzureADMyOrg": "single tenant",
    "AzureADMultipleOrgs": "any tenant",
    "AzureADandPersonalMicrosoftAccount": "any tenant, and personal Microsoft accounts",
    "PersonalMicrosoftAccount": "personal Microsoft accounts only",
}
MODELS = {"rbac": "Azure RBAC", "access-policies": "access policies"}
DISABLED = "This identity is disabled and cannot sign in."
ASKING = "asking…"
NOT_KNOWN = "not known"
NOBODY = "none"
NO_VAULT = "no vault chosen yet"
ASKING_MANAGER = "asking Resource Manager… Esc stops"
NO_CREDENTIAL = "no client secret and no certificate"
NO_FEDERATED = "no federated credentials"
NO_PRINCIPAL = "not found in this tenant"
OTHER_TENANT = "Another tenant owns this app. Its client secrets are managed there."
USE_KEY, USE, BACK = "Enter ", "use as the deployment identity", "   Esc back"
GRANTS = f"{GRANT} grants read access to the vault."
_FEDERATES = f"{FEDERATE} adds federated credentials."
KEYS = {
    "application": f"{ADD_SECRET} adds a client secret. {REMOVE_SECRET} removes an old one. {_FEDERATES}",
    "managed-identity": _FEDERATES,
    "service-principal": "",
}
DETAILS_STOPPED = Problem(
    "The details are not complete: the requests were stopped.",
    f"{DETAILS} asks again.",
    ProblemKind.UNRESOLVED,
)


def access(found: VaultAccess) -> str:
    """What the identity may do on the vault, and by which permission model."""
    model = MODELS.get(found.model, "")
    return f"{found.summary} ({model})" if model else found.summary


def rights(found: VaultAccess) -> str:
    """Both rights, where one of them is not known."""
    return f"get {found.can_get.value}, list {found.can_list.value}"


def too_much(what: str) -> str:
    """The warning about rights that Airflow does not need."""
    return f"More than Airflow needs: {what}. Key Vault Secrets User is enough."


def read_as(user: Identity) -> str:
    """Who asked Azure for the access; the identity itself did not."""
    return f"kvtui looked this up as {user}."


def credential(name: str) -> str:
    """The name of a client secret or certificate; quoted, because it can be any text."""
    return f"named “{name}”" if name else "unnamed"


def credential_details(hint: str, key_id: str, starts: str, ends: str) -> str:
    """What distinguishes a credential from the others of its app. Each part may be empty."""
    valid = (
        f"valid {starts} to {ends}" if starts and ends else f"expires {ends}" if ends else "does not expire"
    )
    parts = (f"begins with {hint}" if hint else "", f"key ID {key_id}" if key_id else "", valid)
    return ", ".join(filter(None, parts))


def service_account(account: ServiceAccount, *, trusted: bool) -> str:
    """Whether a service account of the chart can sign in as the identity."""
    has = "a" if trusted else "no"
    who = f"Service account {account.namespace}/{account.name} ({account.component})"
    return f"{who}: this identity has {has} federated credential for it"


def federated_parts(subject: str, issuer: str, audiences: str) -> tuple[str, str, str]:
    """A federated credential, in the words of Entra."""
    return f"subject {subject}", f"issuer {issuer}", f"audience {audiences}"
