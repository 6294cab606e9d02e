"""Key Vault's errors as Problems, with the exact command that would grant what is missing.

Error bodies: `{"error": {"code", "message", "innererror": {"code"}}}`, messages with CR LF inside. Parts of a
message that go into a command are matched strictly first, because the user will paste it into a shell.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kvtui.azure.azure_policy import policy_problem
from kvtui.azure.commands import (
    READER,
    WRITER,
    allow_address,
    enable_secret,
    grant_policy,
    grant_role,
    recover_secret,
)
from kvtui.azure.errors import clean, common_problem, error_response
from kvtui.azure.http import Answer
from kvtui.azure.model import Identity
from kvtui.core.ids import GUID
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.remedies import Sentences
from kvtui.settings.model import VaultAddress

_OID = re.compile(rf"\boid=({GUID.pattern})")
_SCOPE = re.compile(
    r"Resource: '(/subscriptions/[\w./()-]{1,400}?/vaults/[\w-]{3,24})(?:/[\w./-]*)?'", re.IGNORECASE
)
_LOAD = (
    "If Airflow's lookups cause it: set [secrets] use_cache, and use Jinja templates instead of Variable.get "
    "at module level."
)
_WAIT = "If access was just granted, wait up to ten minutes. Otherwise grant it"
_MAY = {
    "list": "list the secrets of",
    "deleted": "list the deleted secrets of",
    "get": "read secrets in",
    "set": "store secrets in",
    "update": "change secrets in",
    "delete": "delete secrets in",
    "recover": "recover secrets in",
}
"""By what a request does."""
_READING = ("list", "deleted", "get")
_POLICY_RIGHTS = {"update": "set"}
"""The right in an access policy, where it has another name."""
_ADDRESS = re.compile(r"Client address: ([0-9a-fA-F.:]{3,45})")


def vault_problem(
    answer: Answer, vault: VaultAddress, who: Identity, *, doing: str, name: str = ""
) -> Problem:
    """The Problem of an answer that is not 200. `doing` is a key of `_MAY`; `name` the secret's."""
    common = common_problem(answer, vault.url, str(who))
    if common is not None:
        return replace(common, remedy=Sentences(common.remedy, _LOAD)) if answer.status == 429 else common
    if doing in ("set", "update"):
        policy = policy_problem(answer, _code(answer), vault, str(who), name)
        if policy is not None:
            return policy
    if answer.status == 404:
        return _not_found(answer, vault, who, name)
    if answer.status == 409:
        what = f"{vault.name} still has a soft-deleted secret {name}, so a new one cannot have that name."
        remedy = f"Recover it: {recover_secret(vault.name, name)}"
        return error_response(answer, what, remedy, ProblemKind.UNRESOLVED, str(who), _code(answer))
    if answer.status in (401, 403):
        return _denied(answer, vault, who, doing, name)
    what = f"Key Vault {vault.host} rejected the request with status {answer.status}."
    return error_response(answer, what, "Read the details.", ProblemKind.UNREACHABLE, str(who), _code(answer))


def _code(answer: Answer) -> str:
    error = answer.error()
    inner = error.get("innererror")
    found = inner.get("code") if isinstance(inner, dict) else None
    return clean(found or error.get("code") or "", 60)


def _not_found(answer: Answer, vault: VaultAddress, who: Identity, name: str) -> Problem:
    what, remedy = f"{vault.host} has no such page.", "List the names again."
    if name:
        what = f"The vault {vault.name} has no secret {name}."
        remedy = f"Check the name; if it was deleted: {recover_secret(vault.name, name)}"
    code = _code(answer) or "SecretNotFound"
    return error_response(answer, what, remedy, ProblemKind.UNRESOLVED, str(who), code)


def _denied(answer: Answer, vault: VaultAddress, who: Identity, doing: str, name: str) -> Problem:
    message, code = str(answer.error().get("message", ""))[:5000], _code(answer)
    may = _MAY[doing]
    if code == "ForbiddenByRbac":
        what, remedy = f"Not allowed to {may} {vault.name}.", _grant_role(message, vault, who, doing)
    elif code in ("AccessDenied", "ForbiddenByPolicy"):
        what = f"No access policy grants the right to {may} {vault.name}."
        remedy = _grant_policy(message, vault, who, doing)
    elif code == "ForbiddenByFirewall":
        what, remedy = f"The firewall of {vault.name} blocks this address.", _open_firewall(message, vault)
    elif code == "ForbiddenByConnection":
        what = f"{vault.name} is private: its public network access is off."
        remedy = "Run kvtui inside the vault's network."
    elif code == "SecretDisabled":
        what, remedy = f"The secret {name} is disabled.", _enable(vault, name)
    elif answer.status == 401:
        what = f"{vault.host} does not accept the token."
        remedy = "Sign in again; check the tenant, and this host's clock."
    else:
        what = f"{vault.host} forbids it."
        remedy = "Ask the vault's owner for the role Key Vault Secrets User."
    return error_response(answer, what, remedy, ProblemKind.DENIED, str(who), code or "Forbidden")


def _principal(message: str, who: Identity) -> str:
    found = _OID.search(message)
    return found.group(1) if found else who.object_id or "<object id>"


def _grant_role(message: str, vault: VaultAddress, who: Identity, doing: str) -> str:
    scope, role = _SCOPE.search(message), READER if doing in _READING else WRITER
    if scope is None:
        return f"Ask for the role {role} to be granted to {_principal(message, who)} on {vault.name}."
    command = grant_role(_principal(message, who), scope.group(1), is_user=who.is_user, role=role)
    return f"{_WAIT}: {command}"


def _grant_policy(message: str, vault: VaultAddress, who: Identity, doing: str) -> str:
    rights = () if doing in _READING else (_POLICY_RIGHTS.get(doing, doing),)
    command = grant_policy(vault.name, _principal(message, who), rights)
    return f"{_WAIT} by this command, which replaces the policy's present secret permissions: {command}"


def _open_firewall(message: str, vault: VaultAddress) -> str:
    found = _ADDRESS.search(message)
    if not found:
        return "Run from an allowed network, or ask for this address to be allowed."
    return "Run from an allowed network, or allow this address: " + allow_address(vault.name, found.group(1))


def _enable(vault: VaultAddress, name: str) -> str:
    return f"Enable it, or store a new version: {enable_secret(vault.name, name)}"
