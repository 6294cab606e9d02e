"""What an identity may do with a vault, derived from what Resource Manager reports. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kvtui.azure.commands import grant_policy, grant_role, show_access
from kvtui.azure.model import Group, Permission, VaultAccess
from kvtui.azure.roles import Denial, Role
from kvtui.core.sanitize import sanitized
from kvtui.core.words import count

_GROUP_SCOPE = re.compile(r"/subscriptions/[^/]+/resourceGroups/([^/]+)", re.IGNORECASE)
_ENOUGH = {"get", "list"}
"""The permissions on secrets that Airflow needs. The portal's template for all three kinds gives far more."""


@dataclass(frozen=True, slots=True)
class FoundVaultConfig:
    """A vault as Resource Manager describes it."""

    name: str
    id: str
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Granted:
    """A role for the whole vault."""

    role: Role
    scope: str
    via: str = ""
    """`the group NAME` or `a group` that has it; empty: the identity itself."""
    conditional: bool = False

    @property
    def words(self) -> str:
        """`Key Vault Secrets User on the vault, by the group grp-readers`"""
        by = f", by {self.via}" if self.via else ""
        return f"{sanitized(self.role.name, 60)} on {scope_words(self.scope)}{by}"


def unknown(reason: str, vault_name: str = "", object_id: str = "") -> VaultAccess:
    """Nothing is known, and why; with the commands that show it if vault and identity are known."""
    commands: tuple[str, ...] = ()
    if vault_name and object_id:
        commands = show_access(vault_name, object_id)
    return VaultAccess("", Permission.UNKNOWN, Permission.UNKNOWN, reason, to_find_out=commands)


def public_network(properties: dict[str, Any]) -> bool | None:
    """Whether all networks can reach it, by `publicNetworkAccess` and `networkAcls`; None: not known."""
    access = str(properties.get("publicNetworkAccess") or "")
    default = str((properties.get("networkAcls") or {}).get("defaultAction") or "")
    if access.lower() == "disabled" or default.lower() == "deny":
        return False
    return True if access or default else None


def network_words(properties: dict[str, Any]) -> str:
    """From where the vault can be reached, one sentence; empty if that is not known."""
    public = public_network(properties)
    if public is None:
        return ""
    rules = properties.get("networkAcls") or {}
    endpoints = len(properties.get("privateEndpointConnections") or ())
    private = count(endpoints, "private endpoint")
    if public:
        return "The vault can be reached from all networks" + (f", and by {private}." if endpoints else ".")
    if str(properties.get("publicNetworkAccess") or "").lower() == "disabled":
        through = f"one of its {private}" if endpoints > 1 else "its private endpoint"
        has_none = "" if endpoints else ", but it has none"
        return f"The vault accepts requests only through {through}{has_none}."
    ranges = count(len(rules.get("ipRules") or ()), "address range")
    networks = count(len(rules.get("virtualNetworkRules") or ()), "virtual network")
    return f"The vault's firewall allows {ranges} and {networks}" + (
        f", besides {private}." if endpoints else "."
    )


def covers(scope: str, vault_id: str) -> bool:
    """Whether an assignment at `scope` applies to the whole vault: at it, or above it."""
    upper, vault = scope.lower().rstrip("/"), vault_id.lower()
    return (
        vault == upper or vault.startswith(f"{upper}/") or upper.startswith("/providers/microsoft.management")
    )


def scope_words(scope: str) -> str:
    """A scope as text."""
    lower = scope.lower().rstrip("/")
    if not lower:
        return "everything"
    if lower.startswith("/providers/microsoft.management"):
        return f"the management group {sanitized(scope.rstrip('/').rpartition('/')[2], 60)}"
    if "/vaults/" in lower:
        return "the vault"
    group = _GROUP_SCOPE.fullmatch(scope.rstrip("/"))
    return f"the resource group {sanitized(group[1], 60)}" if group else "the subscription"


def by_roles(
    vault: FoundVaultConfig, object_id: str, granted: Sequence[Granted], denials: Sequence[Denial] | None
) -> VaultAccess:
    """For a vault with Azure RBAC. Denials override roles; None: they could not be read."""

    def allowed(right: str) -> Permission:
        if any(getattr(one, right) for one in denials or ()):
            return Permission.NO
        if any(getattr(one.role, right) for one in granted if not one.conditional):
            return Permission.YES
        return Permission.UNKNOWN if any(getattr(one.role, right) for one in granted) else Permission.NO

    get, may_list = allowed("get"), allowed("list")
    denied = sorted({sanitized(one.name, 60) for one in denials or () if one.get or one.list})
    wide = _listed(sanitized(one.role.name, 60) for one in granted if one.role.wide)
    return VaultAccess(
        "rbac",
        get,
        may_list,
        _by_denial(denied) if denied else _by_which_role(get, may_list, granted),
        public_network(vault.properties),
        remedy="" if get is Permission.YES or denied else grant_role(object_id, vault.id),
        more_than_needed=wide if get is Permission.YES else "",
        network=network_words(vault.properties),
        vault_id=vault.id,
    )


def _by_denial(names: list[str]) -> str:
    return f"The deny assignment {', '.join(names)} forbids reading, whatever the roles allow."


def _by_which_role(get: Permission, may_list: Permission, granted: Sequence[Granted]) -> str:
    useful = [one for one in granted if (one.role.get or one.role.list) and not one.conditional]
    if Permission.UNKNOWN in (get, may_list):
        words = _listed(one.words for one in granted if one.conditional)
        return f"The role {words} is granted with a condition. Only a live read shows whether it applies."
    if useful:
        tail = " It lists names but reads no values." if get is Permission.NO else ""
        return f"Granted by the role {_listed(one.words for one in useful)}.{tail}"
    names = _listed(sanitized(one.role.name, 60) for one in granted)
    return f"None of its roles ({names}) can read secrets." if names else "It has no role on this vault."


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words)))


def by_policies(vault: FoundVaultConfig, object_id: str, groups: Sequence[Group] | None) -> VaultAccess:
    """For a vault with access policies; None for `groups`: they could not be read."""
    policies = [one for one in vault.properties.get("accessPolicies") or [] if isinstance(one, dict)]
    named = {object_id.lower(): "", **{one.object_id.lower(): one.name for one in groups or ()}}
    mine = [one for one in policies if str(one.get("objectId", "")).lower() in named]
    others = [one for one in policies if one not in mine]
    allowed, wide = _rights(mine), _too_much(mine)
    # If its groups are not known, any other policy may name one of them.
    open_question = groups is None and not {"get", "all"} & allowed and {"get", "all"} & _rights(others)
    by_groups = _listed(
        sanitized(named[str(one["objectId"]).lower()], 60)
        for one in mine
        if named[str(one["objectId"]).lower()]
    )
    get, names = (bool({right, "all"} & allowed) for right in ("get", "list"))
    own = [one for one in mine if str(one["objectId"]).lower() == object_id.lower()]
    held = tuple(sorted(_rights(own)))
    if mine:
        rights = ", ".join(sorted(allowed)) or "none"
        reason = f"Granted by an access policy with the secret permissions: {rights}."
        reason += f" It names the group {by_groups}." if by_groups else ""
    else:
        reason = "No access policy grants it access" + (
            "." if groups is not None else ", and its groups could not be read."
        )
    return VaultAccess(
        "access-policies",
        Permission.YES if get else Permission.UNKNOWN if open_question else Permission.NO,
        Permission.YES if names else Permission.UNKNOWN if open_question else Permission.NO,
        sanitized(reason),
        public_network(vault.properties),
        remedy="" if get else grant_policy(vault.name, object_id, held),
        held=held,
        more_than_needed=sanitized(wide),
        network=network_words(vault.properties),
        vault_id=vault.id,
    )


def _rights(policies: list[dict[str, Any]], kind: str = "secrets") -> set[str]:
    return {
        str(right).lower() for one in policies for right in (one.get("permissions") or {}).get(kind) or ()
    }


def _too_much(policies: list[dict[str, Any]]) -> str:
    """The permissions beyond get and list on secrets, those on keys and certificates included."""
    parts = [", ".join(sorted(_rights(policies) - _ENOUGH))]
    parts += [
        f"{kind} {', '.join(sorted(_rights(policies, kind)))}"
        for kind in ("keys", "certificates")
        if _rights(policies, kind)
    ]
    return "; ".join(part for part in parts if part)
