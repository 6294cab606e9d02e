"""Azure Policy's rejection of a secret: which policy it is, what it demands, and how to give that.

Key Vault answers 403 or 400; Microsoft Learn shows no example of the answer. So this only looks for the word
policy, and for the words of the built-in definitions in "Azure Policy built-in definitions for Key Vault",
such as "Key Vault secrets should have an expiration date".
"""

from __future__ import annotations

import re

from kvtui.azure.errors import clean, error_response
from kvtui.azure.http import Answer
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.remedies import HOW, Do, Remedy, Sentences
from kvtui.settings.model import VaultAddress

DISALLOWED_BY_POLICY = "DisallowedByPolicy"
"""The code of the Problem: Key Vault has none of its own for it."""
_OTHER_CODES = ("ForbiddenByRbac", "AccessDenied", "ForbiddenByPolicy")
"""Of these, the last two are about the vault's access policies."""
_POLICY = re.compile(r"polic(?:y|ies)\b", re.IGNORECASE)
_NAMED = re.compile(r"polic(?:y|ies)[^'\"“]{0,40}['\"“]([^'\"”]{3,120})['\"”]", re.IGNORECASE)
_LATER = f"Give the secret a later expiry date {HOW}: the policy's parameters have the number of days."
_NEARER = (
    f"Give the secret an expiry date {HOW} that is near: the policy's parameters have the number of days."
)
_DEMANDS = (
    (
        (r"more than the specified number of days", Remedy(Do.GIVE_EXPIRY, _LATER)),
        (r"maximum validity|active for", Remedy(Do.GIVE_EXPIRY, _NEARER)),
        (r"expir|validity", Remedy(Do.GIVE_EXPIRY, f"Give the secret an expiry date {HOW}.")),
    ),
    ((r"content.?type", Remedy(Do.GIVE_CONTENT_TYPE, f"Give it a content type {HOW}.")),),
    ((r"\btags?\b", Remedy(Do.GIVE_TAGS, f"Give it the tags that the policy names {HOW}.")),),
    (
        (
            r"not.?before|activation date",
            Remedy(Do.GIVE_NOT_BEFORE, f"Give it a date from which it is valid {HOW}."),
        ),
    ),
)
"""The words of a policy, and what to do; of each group the first that matches."""
_UNKNOWN = "Read in the details what the policy demands, or ask for an exemption."


def policy_problem(answer: Answer, code: str, vault: VaultAddress, who: str, name: str) -> Problem | None:
    """The Problem of a secret that Azure Policy rejects; None for every other answer.

    `code` is the service's own code, `name` the secret's.
    """
    message = clean(answer.error().get("message", ""), 2000)
    if answer.status not in (400, 403) or code in _OTHER_CODES or not _POLICY.search(message):
        return None
    named = _NAMED.search(message)
    policy = f"The Azure Policy “{named[1]}”" if named else "An Azure Policy"
    what = f"{policy} that is assigned to {vault.name} rejects {name} as it is."
    demanded = named[1] if named else message
    matching = (
        next((how for words, how in group if re.search(words, demanded, re.IGNORECASE)), "")
        for group in _DEMANDS
    )
    remedy = Sentences(*matching) or _UNKNOWN
    return error_response(answer, what, remedy, ProblemKind.DENIED, who, DISALLOWED_BY_POLICY)
