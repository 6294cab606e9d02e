"""Azure Policy on the secrets of a vault: the built-in definitions with the effect Deny.

Microsoft Learn names the definitions and does not show Key Vault's answer: its text here is kvtui's own, with
the definition's name and the assignment in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kvtui.emulator import company
from kvtui.emulator.contents import CONTENT_TYPE, EXPIRES, LONGEST, Secret
from kvtui.emulator.error_responses import ServiceError

LONGEST_DAYS = 90
"""The parameter of `LONGEST`."""

_COMPLIES: dict[str, Callable[[Secret], bool]] = {
    EXPIRES: lambda secret: secret.expires is not None,
    CONTENT_TYPE: lambda secret: bool(secret.content_type),
    LONGEST: lambda secret: (
        secret.expires is None
        or secret.expires - (secret.not_before or secret.created) <= LONGEST_DAYS * 86400
    ),
}


def check(secret: Secret, policies: Iterable[str]) -> None:
    """Raises `ServiceError` if one of the assigned policies denies the secret as it would be stored."""
    for policy in policies:
        if not _COMPLIES[policy](secret):
            provider = "providers/Microsoft.Authorization"
            assignment = f"{company.SUBSCRIPTION}/{provider}/policyAssignments/kv-secrets"
            raise ServiceError(
                403,
                "Forbidden",
                f"The operation on secret '{secret.name}' was disallowed by Azure Policy. "
                f"Policy: '{policy}'. Assignment: '{assignment}'.",
            )
