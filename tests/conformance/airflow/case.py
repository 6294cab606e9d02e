"""One case of the corpus: what is in the environment, the vault and the metastore, and what is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from kvtui.airflow.kwargs import BACKEND_CLASS, BACKEND_VARIABLE, KWARGS_VARIABLE
from kvtui.emulator import company

VAULT = "{vault}"
"""Stands for the host of the case's own vault, wherever a case speaks of it."""
URL = f"https://{VAULT}/"
CONTEXTS = ("server", "task", "airflow2")
"""The ways to run a real Airflow that every case has, unless it says otherwise; see `real.REALS`."""
PROVIDERS = ("6.3.0", "8.0.0", "8.2.0", "12.6.1", "13.2.0", "13.3.0", "14.1.0")
"""Other releases of the provider, each run by an Airflow 2.11 of its own for what is about names."""
APP = company.ASTRO_PROD
TRIO = {
    "tenant_id": company.TENANT_ID,
    "client_id": APP,
    "client_secret": company.CLIENT_SECRETS[APP],
}
AZURE_VARIABLES = {f"AZURE_{name.upper()}": value for name, value in TRIO.items()}


@dataclass(frozen=True)
class Refused:
    """What the vault says in place of a value, to the real Airflow and to the simulation alike."""

    status: int | None
    code: str = ""
    message: str = "It was refused."
    fault: Mapping[str, Any] | None = None
    """The emulator's fault; None where the case's own set-up brings the refusal about."""


@dataclass(frozen=True)
class Case:
    """One lookup."""

    id: str
    key: str
    kind: str = "variable"
    env: Mapping[str, str] = field(default_factory=dict)
    vault: Mapping[str, Any] = field(default_factory=dict)
    """Secrets by name: their texts, or fields of the emulator's `Secret`."""
    deserialize_json: bool = False
    default: Mapping[str, Any] | None = None
    metastore: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """A connection's columns in the metastore, beside its text in `metastore`."""
    refused: Refused | None = None
    option: tuple[str, str] | None = None
    """With kind `config`: the section and the option that `conf.get` is asked for."""
    contexts: tuple[str, ...] = CONTEXTS

    def filled(self, host: str) -> Case:
        """The same case with the vault's host in place of its mark."""
        content: dict[str, Any] = json.loads(json.dumps(asdict(self)).replace(VAULT, host))
        refused = content.pop("refused")
        option = content.pop("option")
        return Case(
            **{**content, "contexts": self.contexts},
            refused=Refused(**refused) if refused else None,
            option=(option[0], option[1]) if option else None,
        )


def env(kwargs: Mapping[str, Any] | str | None = None, /, **more: str) -> dict[str, str]:
    """An environment with the backend, `kwargs` beside `vault_url`, and the app in the AZURE_ variables.

    A `kwargs` that is text stands there as it is. `more` are variables; `-` takes one away.
    """
    return alone(kwargs, **{**AZURE_VARIABLES, **more})


def alone(kwargs: Mapping[str, Any] | str | None = None, /, **more: str) -> dict[str, str]:
    """As `env`, without the AZURE_ variables."""
    text = kwargs if isinstance(kwargs, str) else json.dumps({"vault_url": URL, **(kwargs or {})})
    full = {BACKEND_VARIABLE: BACKEND_CLASS, KWARGS_VARIABLE: text, **more}
    return {name: value for name, value in full.items() if value != "-"}
