"""Who may do what: role assignments and access policies, used by every service."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from kvtui.emulator import company
from kvtui.emulator.company import made_id
from kvtui.emulator.principals import holders

ACTIONS = {
    "get": "Microsoft.KeyVault/vaults/secrets/getSecret/action",
    "list": "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    "set": "Microsoft.KeyVault/vaults/secrets/setSecret/action",
    "update": "Microsoft.KeyVault/vaults/secrets/update/action",
    "delete": "Microsoft.KeyVault/vaults/secrets/delete",
    "recover": "Microsoft.KeyVault/vaults/secrets/recover/action",
    "purge": "Microsoft.KeyVault/vaults/secrets/purge/action",
}
"""By operation on secrets: the data action that a role must allow."""
GET, LIST = ACTIONS["get"], ACTIONS["list"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its id and what it allows, on the resources and on their data."""

    id: str
    name: str
    actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    built_in: bool = True


def _role(row: dict[str, Any]) -> Role:
    fields: dict[str, Any] = {key: tuple(one) if isinstance(one, list) else one for key, one in row.items()}
    return Role(**fields)


ROLES = {row["name"]: _role(row) for row in company.table("roles")}


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role of one principal at one scope; it applies to everything below."""

    role: Role
    principal_id: str
    scope: str
    principal_type: str = "ServicePrincipal"
    condition: str = ""
    given_id: str = ""

    @property
    def id(self) -> str:
        """The name of the assignment, a GUID: the one that the client gave it."""
        return self.given_id or made_id(
            "assignment", f"{self.role.id}.{self.principal_id}.{self.scope.strip('/').lower()}"
        )


def covers(upper: str, scope: str) -> bool:
    """Whether `scope` is `upper` or below it. The one subscription is in the one management group."""
    if upper == company.MANAGEMENT_GROUP:
        return True
    return f"{scope.lower()}/".startswith(f"{upper.lower()}/")


@dataclass(frozen=True, slots=True)
class Policy:
    """One line of a vault's access policies."""

    object_id: str
    secrets: tuple[str, ...]
    keys: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Denial:
    """A deny assignment, which overrides every role."""

    name: str
    object_id: str
    scope: str
    data_actions: tuple[str, ...]


def _sp(name: str) -> str:
    return made_id("sp", name)


def _assignments() -> list[Assignment]:
    vault, group = company.vault_id(company.VAULT_RBAC), company.group_id()
    subscription = company.SUBSCRIPTION
    user, officer = ROLES["Key Vault Secrets User"], ROLES["Key Vault Secrets Officer"]
    reader, keys = ROLES["Reader"], ROLES["Key Vault Reader"]
    ana, lister = made_id("user", company.USER), ROLES["Contoso Secret Lister"]
    readers = made_id("group", "grp-vault-readers")
    return [
        Assignment(user, ana, vault, "User"),
        Assignment(reader, ana, subscription, "User"),
        Assignment(ROLES["Key Vault Data Access Administrator"], ana, vault, "User"),
        Assignment(officer, ana, vault, "User"),
        Assignment(ROLES["Key Vault Contributor"], ana, company.vault_id(company.VAULT_POLICIES), "User"),
        Assignment(ROLES["Managed Identity Contributor"], ana, group, "User"),
        Assignment(officer, ana, company.vault_id(company.VAULT_STAGING), "User"),
        Assignment(officer, ana, company.vault_id(company.VAULT_STRICT), "User"),
        Assignment(user, _sp("astro-prod"), vault),
        Assignment(user, _sp("astro-staging"), vault),
        Assignment(user, _sp("astro-remote-agents"), vault),
        Assignment(user, _sp("mi-airflow-prod"), vault),
        Assignment(user, _sp("mi-astro-agents"), group),
        Assignment(keys, _sp("mi-bastion"), vault),
        Assignment(officer, _sp("mi-dbt-runner"), vault),
        Assignment(reader, _sp("mi-grafana"), subscription),
        Assignment(ROLES["Contributor"], _sp("platform-automation"), subscription),
        Assignment(ROLES["Key Vault Contributor"], _sp("Terraform Cloud"), group),
        Assignment(ROLES["Key Vault Administrator"], _sp("Vault Backup Job"), subscription),
        Assignment(user, _sp("Databricks Workspace"), company.MANAGEMENT_GROUP),
        Assignment(user, readers, vault, "Group"),
        Assignment(lister, _sp("Looker"), vault),
    ]


def _policies() -> dict[str, list[Policy]]:
    everything = ("all",)
    return {
        company.VAULT_POLICIES: [
            Policy(made_id("user", company.USER), ("list",)),
            Policy(_sp("airflow-legacy"), ("get", "list")),
            Policy(_sp("mi-airflow-prod"), ("get",)),
            Policy(_sp("Vault Backup Job"), everything, everything, everything),
            Policy(made_id("group", "grp-legacy-readers"), ("get", "list")),
        ]
    }


def _denials() -> list[Denial]:
    return [Denial("no-values-for-airbyte", _sp("Airbyte"), company.group_id(), (GET,))]


@dataclass
class Grants:
    """All grants, including new ones that the services do not apply yet."""

    assignments: list[Assignment] = field(default_factory=_assignments)
    policies: dict[str, list[Policy]] = field(default_factory=_policies)
    denials: list[Denial] = field(default_factory=_denials)
    pending: dict[Assignment | Policy, int] = field(default_factory=dict)
    """How many more requests fail before a new grant applies."""

    def restore(self) -> None:
        """As at the start."""
        self.assignments, self.policies, self.denials = _assignments(), _policies(), _denials()
        self.pending.clear()

    def find(self, scope: str, name: str) -> Assignment | None:
        """The role assignment with this name at exactly this scope."""
        wanted = (scope.lower(), name.lower())
        return next((one for one in self.assignments if (one.scope.lower(), one.id) == wanted), None)

    def by_role(self, object_id: str, scope: str, action: str) -> bool:
        """Whether some role lets `object_id` do the data action `action` at `scope`, undenied."""
        whose = holders(object_id)
        if any(
            one.object_id in whose and covers(one.scope, scope) and _matches(one.data_actions, action)
            for one in self.denials
        ):
            return False
        return any(
            _allows(one.role.data_actions, one.role.not_data_actions, action) and self._holds(one)
            for one in self.assignments
            if one.principal_id in whose and covers(one.scope, scope)
        )

    def by_policy(self, object_id: str, vault: str, operation: str) -> bool:
        """Whether an access policy of `vault` lets `object_id` do `operation` (`get`, …) on secrets."""
        whose = holders(object_id)
        return any(
            policy.object_id in whose and ({operation, "all"} & set(policy.secrets)) and self._holds(policy)
            for policy in self.policies.get(vault, ())
        )

    def may_manage(self, object_id: str, scope: str, action: str) -> bool:
        """Whether some role lets `object_id` do the management action `action` at `scope`."""
        whose = holders(object_id)
        return any(
            _allows(one.role.actions, one.role.not_actions, action)
            for one in self.assignments
            if one.principal_id in whose and covers(one.scope, scope)
        )

    def _holds(self, grant: Assignment | Policy) -> bool:
        left = self.pending.get(grant, 0)
        if left:
            self.pending[grant] = left - 1
        return not left


def _allows(patterns: tuple[str, ...], but_not: tuple[str, ...], action: str) -> bool:
    return _matches(patterns, action) and not _matches(but_not, action)


def _matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
