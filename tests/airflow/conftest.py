"""One lookup in a vault made of a dict."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from kvtui.airflow import simulate
from kvtui.airflow.kwargs import BACKEND_CLASS
from kvtui.airflow.model import Simulation
from kvtui.airflow.vault_errors import VaultError
from kvtui.settings.model import Context, Kind

URL = "https://kv-demo.vault.azure.net/"
SECRETS = "AIRFLOW__SECRETS__BACKEND"
Look = Callable[..., Awaitable[Simulation]]


@dataclass
class Vault:
    """A dict of secrets that counts its reads."""

    secrets: Mapping[str, str | VaultError] = field(default_factory=dict)
    read_names: list[str] = field(default_factory=list)

    async def read(self, name: str) -> str | None:
        self.read_names.append(name)
        found = self.secrets.get(name)
        if isinstance(found, VaultError):
            raise found
        return found


@pytest.fixture
def vault() -> Vault:
    return Vault()


@pytest.fixture
def look(vault: Vault) -> Look:
    """`await look("key", {"secret-name": "text"}, kwargs={...}, env={...}, airflow=..., provider=...)`"""

    async def one(
        key: str,
        secrets: Mapping[str, str | VaultError] | None = None,
        *,
        kwargs: Mapping[str, object] | str | None = None,
        env: Mapping[str, str] | None = None,
        airflow: str = "3.3.2",
        provider: str = "15.2.1",
        kind: str = "variable",
        context: str = "task",
        **more: Any,
    ) -> Simulation:
        vault.secrets = secrets or {}
        text = kwargs if isinstance(kwargs, str) else json.dumps({"vault_url": URL, **(kwargs or {})})
        environment = {SECRETS: BACKEND_CLASS, f"{SECRETS}_KWARGS": text, **(env or {})}
        return await simulate(
            {name: value for name, value in environment.items() if value != "(unset)"},
            key,
            airflow_version=airflow,
            provider_version=provider,
            read=vault.read,
            kind=Kind(kind),
            context=Context(context),
            **{"metastore": {}, **more},
        )

    return one
