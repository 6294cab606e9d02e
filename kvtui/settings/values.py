"""From a typed text to a setting's value. Each error says what is wrong and what to give instead.

Imports nothing slow, because `--help` loads it.
"""

from __future__ import annotations

import re

from kvtui.core.ids import TENANT_DOMAIN, is_guid
from kvtui.core.remedies import HOW, Do, Remedy
from kvtui.core.secret_text import SecretText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum
    from typing import TypeVar

    from kvtui.core.problems import ProblemError

    Choice = TypeVar("Choice", bound=StrEnum)

_VERSION = re.compile(r"(\d{1,4})\.\d{1,4}(?:\.\d{1,4})?(?:(?:a|b|rc|\.post)\d{1,3})?")
_DEPLOYMENT = re.compile(r"[a-z0-9]{8,64}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MISTYPED = re.compile(r"[v=~><]{0,2}\d{1,4}(?:\.\d{1,4}){0,3}")
_SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})


def parse_tenant(text: str) -> str:
    """A tenant's GUID, or one of its domains. Raises `ProblemError` (usage)."""
    typed = text.strip(" ")
    if is_guid(typed) or TENANT_DOMAIN.fullmatch(typed):
        return typed.lower()
    if typed.lower() in _SHARED_TENANTS:
        raise usage_error(
            f"{typed.lower()} does not name a single tenant.", "Give the tenant's GUID or domain.", "tenant"
        )
    raise usage_error(
        "This is neither a tenant's GUID nor a domain.",
        "Give the directory (tenant) ID from the portal, or a domain such as contoso.onmicrosoft.com.",
        "tenant",
    )


def parse_client_id(text: str) -> str:
    """The client ID of an app or of a managed identity, a GUID. Raises `ProblemError` (usage)."""
    typed = text.strip(" ")
    if is_guid(typed):
        return typed.lower()
    raise usage_error(
        "This is not a client ID: it must be a GUID.",
        Remedy(Do.FIND_APP, f"Give the application (client) ID. Find the app by name {HOW}."),
        "client-id",
    )


def parse_client_secret(text: str) -> SecretText:
    """A client secret's value; one final line ending is dropped. Raises `ProblemError` (usage).

    A GUID is rejected: it is the secret's id, which the portal shows beside the value. The text
    itself is never repeated.
    """
    plain = text.removesuffix("\n").removesuffix("\r")
    if not plain.strip():
        raise usage_error("The client secret is empty.", "Give the secret's value.", "client-secret")
    if is_guid(plain.strip()):
        raise usage_error(
            "That is the client secret's id, not its value: it has the form of a GUID.",
            "Give the value. The portal shows it once; if it is lost, make a new secret.",
            "client-secret",
        )
    if _CONTROL.search(plain) or plain != plain.strip():
        raise usage_error(
            "The client secret has line breaks, control characters or white space around it.",
            "Give only the value, on one line.",
            "client-secret",
        )
    return SecretText(plain)


def parse_prefix(text: str) -> str:
    """A prefix of secret names; may be empty. Raises `ProblemError` (usage).

    Underscores are allowed: the backend replaces them by the separator.
    """
    return _part_of_name(text, "prefix", "[0-9A-Za-z_-]*", "letters, digits, hyphens and underscores", 126)


def parse_sep(text: str) -> str:
    """The separator, which also replaces underscores. Raises `ProblemError` (usage)."""
    return _part_of_name(text, "separator", "[0-9A-Za-z-]*", "letters, digits and hyphens", 16)


def parse_airflow_version(text: str) -> str:
    """`3.3.2`, or a series such as `3.1`. Raises `ProblemError` (usage)."""
    found = _VERSION.fullmatch(text.strip(" "))
    if found and found[1] in ("2", "3"):
        return found[0]
    raise usage_error(
        f"{_version_shown(text)} is not a version of Airflow 2 or 3.",
        "Give one such as 3.3.2 or 2.11.2.",
        "version",
    )


def parse_provider_version(text: str) -> str:
    """The version of `apache-airflow-providers-microsoft-azure`. Raises `ProblemError` (usage)."""
    found = _VERSION.fullmatch(text.strip(" "))
    if found:
        return found[0]
    raise usage_error(
        f"{_version_shown(text)} is not a version of the Azure provider.",
        "Give one such as 15.2.1.",
        "version",
    )


def parse_deployment_id(text: str) -> str:
    """The id of an Astro Deployment, `clx0…`. Raises `ProblemError` (usage)."""
    typed = text.strip(" ").lower()
    if _DEPLOYMENT.fullmatch(typed):
        return typed
    raise usage_error(
        "This is not a Deployment ID: it must have 8 to 64 lower-case letters and digits.",
        "Find the ID on the Deployment's page in Astro, or with astro deployment list.",
        "deployment-id",
    )


def parse_namespace(text: str) -> str:
    """A Kubernetes namespace. Raises `ProblemError` (usage)."""
    return _label(text, "namespace", 63)


def parse_release(text: str) -> str:
    """The name of a Helm release. Raises `ProblemError` (usage)."""
    return _label(text, "Helm release", 53)


def parse_service_accounts(text: str) -> str:
    """The names of Kubernetes service accounts, with commas between them. Raises `ProblemError` (usage)."""
    one = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"
    names = ",".join(part.strip() for part in text.split(","))
    words = "names of small letters, digits and hyphens, with commas between them"
    return parse_matching(names, f"{one}(,{one}){{0,19}}", words)


def parse_matching(text: str, pattern: str, words: str) -> str:
    """`text` if it matches `pattern`, which `words` describe. Raises `ProblemError` (usage)."""
    typed = text.strip()
    if re.fullmatch(pattern, typed):
        return typed
    raise usage_error("This value is not valid.", f"Give {words}.", "name")


CHOICE = "choice"
"""The code of the problem that a text is not one of a setting's choices."""


def parse_choice(kind: type[Choice], text: str) -> Choice:
    """The member of `kind` whose value is `text`. Raises `ProblemError` (usage) with the nearest one."""
    for member in kind:
        if member.value == text.strip(" ").lower():
            return member
    raise usage_error(*not_a_choice(text, [member.value for member in kind]), CHOICE)


def not_a_choice(text: str, values: Sequence[str]) -> tuple[str, str]:
    """What to say of a text that is not among `values`, and what to do.

    The text is repeated only if it is near one of them: it may be a secret.
    """
    near = nearest(text, list(values))
    what = f"{repr(text) if near else 'The text given'} is not one of {', '.join(values)}."
    return what, f"Did you mean {near}?" if near else "Give one of these."


def parse_flag(text: str) -> bool:
    """`1`, `true`, `yes`, `on` and their opposites. Raises `ProblemError` (usage)."""
    word = text.strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off", ""):
        return False
    raise usage_error("The text given is neither true nor false.", "Give true or false.", "flag")


def nearest(text: str, values: list[str]) -> str:
    """The one of `values` that `text` was probably meant to be, or an empty text."""
    from difflib import get_close_matches

    word = text.lower()
    begun = [value for value in values if word and (value.startswith(word) or word in value.split("-"))]
    return next(iter(begun or get_close_matches(word, values, n=1, cutoff=0.6)), "")


def usage_error(what: str, remedy: str, code: str = "") -> ProblemError:
    """The usage problem of a value that is not valid, to be raised."""
    from kvtui.core.problems import Problem, ProblemError, ProblemKind

    return ProblemError(Problem(what=what, remedy=remedy, kind=ProblemKind.USAGE, code=code))


def _label(text: str, what: str, longest: int) -> str:
    typed = text.strip(" ")
    if len(typed) <= longest and _LABEL.fullmatch(typed):
        return typed
    raise usage_error(
        f"This is not the name of a {what}.",
        f"Use at most {longest} lower-case letters, digits and hyphens. Do not begin or end with a hyphen.",
        "name",
    )


def _part_of_name(text: str, what: str, pattern: str, allowed: str, longest: int) -> str:
    """`text` as a part of a secret's name. A rejected text is not repeated: it may be a secret."""
    if text.startswith("@"):
        raise usage_error(f"A {what} is not read from a file.", f"Type the {what} itself, without @.", what)
    if not re.fullmatch(pattern, text):
        remedy = f"Use only {allowed}: Key Vault allows nothing else in a secret's name."
        raise usage_error(f"This {what} contains a character that is not allowed.", remedy, what)
    if len(text) > longest:
        raise usage_error(f"This {what} is too long.", f"Use at most {longest} characters.", what)
    return text


def _version_shown(text: str) -> str:
    return f"'{text}'" if _MISTYPED.fullmatch(text) else "This"
