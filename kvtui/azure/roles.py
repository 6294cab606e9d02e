"""Which of Azure's roles let someone list and read a vault's secrets. Pure.

Data actions: listing is `…/secrets/readMetadata/action`, reading is `…/secrets/getSecret/action`.
The ids of built-in roles are the same in every tenant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

LIST = "Microsoft.KeyVault/vaults/secrets/readMetadata/action"
GET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"


@dataclass(frozen=True, slots=True)
class Role:
    """What one role allows on secrets; `wide`: more than Airflow needs."""

    name: str
    get: bool = False
    list: bool = False
    wide: bool = False


SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""The role that reads secrets: the least that Airflow needs."""
BUILT_IN = {
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": Role("Key Vault Administrator", True, True, True),
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": Role("Key Vault Secrets Officer", True, True, True),
    SECRETS_USER: Role("Key Vault Secrets User", True, True),
    "21090545-7ca7-4776-b22c-e363652d74d2": Role("Key Vault Reader", False, True),
    "f25e0fa2-a7c8-4377-a976-54943a77a395": Role("Key Vault Contributor"),
    "8b54135c-b56d-4d72-a534-26097cfdc8d8": Role("Key Vault Data Access Administrator"),
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": Role("Owner"),
    "b24988ac-6180-42a0-ab88-20f7382dd24c": Role("Contributor"),
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": Role("Reader"),
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": Role("User Access Administrator"),
}
"""By the role definition's id: the roles that affect Key Vault."""

_WIDER = (
    "Microsoft.KeyVault/vaults/secrets/setSecret/action",
    "Microsoft.KeyVault/vaults/secrets/delete",
    "Microsoft.KeyVault/vaults/keys/read",
)


def custom_role(definition: dict[str, Any]) -> Role:
    """A role by its definition as Resource Manager sends it (`properties.permissions[].dataActions`)."""
    properties = definition.get("properties") or {}
    gives = partial(_covered, properties.get("permissions"))
    return Role(
        str(properties.get("roleName") or "a custom role"), gives(GET), gives(LIST), any(map(gives, _WIDER))
    )


@dataclass(frozen=True, slots=True)
class Denial:
    """What a deny assignment denies, whatever the roles allow."""

    name: str
    scope: str
    get: bool
    list: bool


_EVERYBODY = "00000000-0000-0000-0000-000000000000"


def denial(item: dict[str, Any], whose: set[str], vault_id: str) -> Denial | None:
    """A deny assignment as Resource Manager sends it, if it affects one of the ids `whose` on this vault."""
    properties = item.get("properties") or {}
    hit = {str(one.get("id", "")).lower() for one in properties.get("principals") or ()}
    spared = {str(one.get("id", "")).lower() for one in properties.get("excludePrincipals") or ()}
    scope = str(properties.get("scope") or "")
    only_there = properties.get("doNotApplyToChildScopes") is True and scope.lower() != vault_id.lower()
    if not hit & (whose | {_EVERYBODY}) or spared & whose or only_there:
        return None
    takes = partial(_covered, properties.get("permissions"))
    name = str(properties.get("denyAssignmentName") or "a deny assignment")
    return Denial(name, scope, takes(GET), takes(LIST))


def _covered(permissions: Iterable[Any] | None, action: str) -> bool:
    """Whether a definition's permissions have this data action."""
    return any(
        _matches(one.get("dataActions"), action) and not _matches(one.get("notDataActions"), action)
        for one in permissions or ()
        if isinstance(one, dict)
    )


def _matches(patterns: Iterable[Any] | None, action: str) -> bool:
    for pattern in patterns or ():
        expression = ".*".join(map(re.escape, str(pattern).split("*")))
        if re.fullmatch(expression, action, re.IGNORECASE):
            return True
    return False
