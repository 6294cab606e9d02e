"""What an identity may do with a vault, concluded from what Resource Manager told. Pure."""

from __future__ import annotations

from typing import Any

from kvtui.azure.model import VaultAccess, Verdict
from kvtui.azure.refusals import policy_command
from kvtui.azure.roles import Role
from kvtui.inert import inert


def unknown(reason: str) -> VaultAccess:
    """Nothing can be said, and why."""
    return VaultAccess("", Verdict.UNKNOWN, Verdict.UNKNOWN, reason)


def public_network(properties: dict[str, Any]) -> bool | None:
    """Whether the vault answers everybody, by its `publicNetworkAccess` and `networkAcls`; None: not said."""
    access = str(properties.get("publicNetworkAccess") or "")
    default = str((properties.get("networkAcls") or {}).get("defaultAction") or "")
    if access.lower() == "disabled" or default.lower() == "deny":
        return False
    return True if access or default else None


def covers(scope: str, vault_id: str) -> bool:
    """Whether an assignment at `scope` holds for the whole vault: at it, or above it."""
    upper, vault = scope.lower().rstrip("/"), vault_id.lower()
    return (
        vault == upper or vault.startswith(f"{upper}/") or upper.startswith("/providers/microsoft.management")
    )


def by_roles(roles: list[Role], conditional: list[Role], grant: str, public: bool | None) -> VaultAccess:
    """For a vault that goes by roles; `conditional` ones may not hold, `grant` is the command that helps."""

    def verdict(right: str) -> Verdict:
        if any(getattr(role, right) for role in roles):
            return Verdict.YES
        return Verdict.UNKNOWN if any(getattr(role, right) for role in conditional) else Verdict.NO

    get, may_list = verdict("get"), verdict("list")
    names = ", ".join(sorted({inert(role.name, 60) for role in (*roles, *conditional)}))
    useful = ", ".join(sorted({inert(role.name, 60) for role in roles if role.get or role.list}))
    if Verdict.UNKNOWN in (get, may_list):
        reason = f"The role {names} is granted under a condition, which only a live read can prove."
    elif useful:
        reason = f"By the role {useful}." + (
            " It lists names but reads no values." if get is Verdict.NO else ""
        )
    else:
        reason = f"Of its roles ({names}) none reads secrets." if names else "It has no role on this vault."
    wide = ", ".join(sorted({inert(role.name, 60) for role in roles if role.wide}))
    return VaultAccess(
        "rbac",
        get,
        may_list,
        reason,
        public,
        remedy=grant if get is not Verdict.YES else "",
        more_than_needed=wide,
    )


def by_policies(
    vault_name: str, properties: dict[str, Any], object_id: str, public: bool | None
) -> VaultAccess:
    """For a vault that goes by access policies, as its `properties` list them."""
    policies = properties.get("accessPolicies") or []
    mine = [policy for policy in policies if str(policy.get("objectId", "")).lower() == object_id.lower()]
    allowed = {
        str(right).lower()
        for policy in mine
        for right in (policy.get("permissions") or {}).get("secrets") or ()
    }
    get, may_list = ("get" in allowed or "all" in allowed), ("list" in allowed or "all" in allowed)
    if mine:
        reason = f"By an access policy with the secret permissions: {', '.join(sorted(allowed)) or 'none'}."
    else:
        reason = "No access policy names it; one for a group that it belongs to would not be seen here."
    return VaultAccess(
        "access-policies",
        Verdict.YES if get else Verdict.NO,
        Verdict.YES if may_list else Verdict.NO,
        inert(reason),
        public,
        remedy="" if get else policy_command(vault_name, object_id),
        more_than_needed=inert(", ".join(sorted(allowed - {"get", "list"}))),
    )
