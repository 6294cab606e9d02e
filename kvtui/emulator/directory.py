"""Apps, managed identities and users of Contoso's tenant, found by the ids in requests.

Dates are relative to the start, so that the same secrets always expire soon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from kvtui.emulator import company
from kvtui.emulator.company import made_id
from kvtui.emulator.principals import Certificate, ClientSecret, Federation, Principal

_TEAMS = (
    "Finance", "HR", "Sales", "Retail", "Risk", "Fleet", "Care", "Legal", "Media", "Grid", "Supply",
    "Lab", "IT",
)  # fmt: skip
_SYSTEMS = (
    "Airflow", "Portal", "Gateway", "Sync", "Report", "Crawler", "Mailer", "Archive", "Notebook", "Billing",
    "Catalog", "Scheduler", "Connector", "Export", "Import", "Monitor", "Backup",
)  # fmt: skip
_AGENTS = (Federation("astro-agents", company.FEDERATION_ISSUER, company.FEDERATION_SUBJECT),)
_PIPELINE = Federation(
    "main-branch",
    "https://token.actions.githubusercontent.com",
    "repo:contoso/data-platform:ref:refs/heads/main",
)
_FEDERATIONS = {
    "astro-remote-agents": _AGENTS,
    "astro-deploy-pipeline": (_PIPELINE,),
    "mi-astro-agents": _AGENTS,
}


class Directory:
    """All principals of the tenant, found by the ids in requests."""

    def __init__(self, now: datetime, apps: int = 0) -> None:
        self.now = now
        self._apps = apps
        self.version = 0
        """Grows with every change."""
        self.unseen: dict[str, int] = {}
        """For new object ids: how many requests do not find them yet."""
        self.restore()

    def restore(self) -> None:
        """As at the start."""
        self.version += 1
        self.unseen.clear()
        named = (*_apps(self.now), *_managed_identities(self.now), *_users(self.now))
        self.principals = (*named, *_filling(self.now, self._apps))
        self._index()

    def put(self, principal: Principal) -> None:
        """Adds a principal, or replaces the one with the same client ID."""
        others = [one for one in self.principals if one.client_id != principal.client_id]
        self.principals = (*others, principal)
        self.version += 1
        self._index()

    def sees(self, object_id: str) -> bool:
        """Whether this request finds the object; counts requests."""
        left = self.unseen.get(object_id, 0)
        if left:
            self.unseen[object_id] = left - 1
        return not left

    def _index(self) -> None:
        self.by_client_id = {p.client_id: p for p in self.principals if p.client_id}
        self.by_object_id = {p.object_id: p for p in self.principals if p.object_id}
        self.by_resource_id = {p.resource_id.lower(): p for p in self.principals if p.resource_id}
        self.by_name = {p.name: p for p in self.principals}


def _app(name: str, now: datetime, *, age: int, has_principal: bool = True, **more: Any) -> Principal:
    return Principal(
        kind="app",
        name=name,
        object_id=made_id("sp", name) if has_principal else "",
        client_id=made_id("client", name),
        display_name=name,
        application_object_id=made_id("object", name),
        created=now - timedelta(days=age),
        owners=(made_id("user", company.USER),) if name.startswith("astro") else (),
        **more,
    )


def _filling(now: datetime, count: int) -> tuple[Principal, ...]:
    """Generated apps for a large tenant, whose credentials nobody has."""
    return tuple(
        _app(f"{_TEAMS[n % len(_TEAMS)]} {_SYSTEMS[n % len(_SYSTEMS)]} {n:05}", now, age=30 + n % 900)
        for n in range(count)
    )


def _apps(now: datetime) -> tuple[Principal, ...]:
    """Those of the table, with the days until each secret and certificate ends."""
    return tuple(_of_table(now, **row) for row in company.table("apps"))


def _of_table(
    now: datetime,
    name: str,
    secrets: Mapping[str, int] = MappingProxyType({}),
    certificates: Mapping[str, int] = MappingProxyType({}),
    graph_roles: Sequence[str] = (),
    **more: Any,
) -> Principal:
    text = company.CLIENT_SECRETS.get(made_id("client", name))
    return _app(
        name,
        now,
        secrets=tuple(
            ClientSecret(one, now + timedelta(days=days), text if one.startswith(name) else None)
            for one, days in secrets.items()
        ),
        certificates=tuple(
            Certificate(one, now + timedelta(days=days)) for one, days in certificates.items()
        ),
        federations=_FEDERATIONS.get(name, ()),
        graph_roles=tuple(graph_roles),
        **more,
    )


def _managed_identities(now: datetime) -> tuple[Principal, ...]:
    """Five user-assigned ones, and that of a virtual machine."""
    in_group = f"{company.group_id()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
    names = ("mi-airflow-prod", "mi-astro-agents", "mi-bastion", "mi-dbt-runner", "mi-grafana")
    machines = f"{company.group_id()}/providers/Microsoft.Compute/virtualMachines"
    rows = [(name, 140 + index, in_group) for index, name in enumerate(names)]
    return tuple(
        Principal(
            kind="managed-identity",
            name=name,
            object_id=made_id("sp", name),
            client_id=made_id("client", name),
            display_name=name,
            federations=_FEDERATIONS.get(name, ()),
            created=now - timedelta(days=age),
            resource_id=f"{where}/{name}",
            user_assigned=where == in_group,
        )
        for name, age, where in [*rows, ("vm-build-01", 500, machines)]
    )


def _users(now: datetime) -> tuple[Principal, ...]:
    names = {company.USER: company.USER_NAME, company.USER_WITHOUT_RIGHTS: company.USER_WITHOUT_RIGHTS_NAME}
    return tuple(
        Principal(
            "user",
            name,
            made_id("user", name),
            display_name=shown,
            reads_directory=name == company.USER,
            created=now - timedelta(days=1500),
        )
        for name, shown in names.items()
    )
