"""Who may do what: one table of role assignments and one of access policies, asked by every service."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from kvtui.emulator import company
from kvtui.emulator.company import made_id

GET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
LIST = "Microsoft.KeyVault/vaults/secrets/readMetadata/action"


@dataclass(frozen=True, slots=True)
class Role:
    """A built-in role: its id and what it allows, on the resources and on their data."""

    id: str
    name: str
    actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()


_VAULT = "Microsoft.KeyVault/vaults"
ROLES = {
    role.name: role
    for role in (
        Role(
            "00482a5a-887f-4fb3-b363-3b7fe8e74483",
            "Key Vault Administrator",
            ("Microsoft.Authorization/*/read", f"{_VAULT}/read"),
            (f"{_VAULT}/*",),
        ),
        Role(
            "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
            "Key Vault Secrets Officer",
            ("Microsoft.Authorization/*/read", f"{_VAULT}/read"),
            (f"{_VAULT}/secrets/*",),
        ),
        Role("4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User", (), (GET, LIST)),
        Role(
            "21090545-7ca7-4776-b22c-e363652d74d2",
            "Key Vault Reader",
            ("Microsoft.Authorization/*/read", f"{_VAULT}/read"),
            (f"{_VAULT}/*/read", LIST),
        ),
        Role("f25e0fa2-a7c8-4377-a976-54943a77a395", "Key Vault Contributor", (f"{_VAULT}/*",)),
        Role(
            "8b54135c-b56d-4d72-a534-26097cfdc8d8",
            "Key Vault Data Access Administrator",
            ("Microsoft.Authorization/roleAssignments/*", f"{_VAULT}/*/read"),
        ),
        Role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", ("*",)),
        Role("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", ("*",)),
        Role("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", ("*/read",)),
        Role(
            "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
            "User Access Administrator",
            ("*/read", "Microsoft.Authorization/*"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """One role, given to one principal at one scope; it holds for everything below."""

    role: Role
    principal_id: str
    scope: str
    principal_type: str = "ServicePrincipal"

    @property
    def id(self) -> str:
        """The name of the assignment, a GUID."""
        return made_id("assignment", f"{self.role.id}.{self.principal_id}.{self.scope.strip('/').lower()}")

    def covers(self, scope: str) -> bool:
        """Whether `scope` is this one or lies below it."""
        return f"{scope.lower()}/".startswith(f"{self.scope.lower()}/")


@dataclass(frozen=True, slots=True)
class Policy:
    """One line of a vault's access policies."""

    object_id: str
    secrets: tuple[str, ...]


def _sp(name: str) -> str:
    return made_id("sp", name)


def _user(name: str) -> str:
    return made_id("user", name)


def _assignments() -> list[Assignment]:
    vault, group = company.vault_id(company.VAULT_RBAC), company.group_id()
    subscription = company.subscription_scope()
    user, officer = ROLES["Key Vault Secrets User"], ROLES["Key Vault Secrets Officer"]
    reader, keys = ROLES["Reader"], ROLES["Key Vault Reader"]
    return [
        Assignment(user, _user(company.USER), vault, "User"),
        Assignment(reader, _user(company.USER), subscription, "User"),
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
    ]


def _policies() -> dict[str, list[Policy]]:
    return {
        company.VAULT_POLICIES: [
            Policy(_user(company.USER), ("list",)),
            Policy(_sp("airflow-legacy"), ("get", "list")),
            Policy(_sp("mi-airflow-prod"), ("get",)),
            Policy(_sp("Vault Backup Job"), ("all",)),
        ]
    }


@dataclass
class Grants:
    """All that is granted."""

    assignments: list[Assignment] = field(default_factory=_assignments)
    policies: dict[str, list[Policy]] = field(default_factory=_policies)

    def by_role(self, object_id: str, scope: str, action: str) -> bool:
        """Whether some role lets `object_id` do the data action `action` at `scope`."""
        return any(
            _allows(assignment.role.data_actions, action)
            for assignment in self.assignments
            if assignment.principal_id == object_id and assignment.covers(scope)
        )

    def by_policy(self, object_id: str, vault: str, operation: str) -> bool:
        """Whether an access policy of `vault` lets `object_id` do `operation` (`get`, `list`) on secrets."""
        return any(
            policy.object_id == object_id and ({operation, "all"} & set(policy.secrets))
            for policy in self.policies.get(vault, ())
        )

    def may_manage(self, object_id: str, scope: str, action: str) -> bool:
        """Whether some role lets `object_id` do the management action `action` at `scope`."""
        return any(
            _allows(assignment.role.actions, action)
            for assignment in self.assignments
            if assignment.principal_id == object_id and assignment.covers(scope)
        )


def _allows(patterns: tuple[str, ...], action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
