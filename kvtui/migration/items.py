"""A variable or connection that a source defines, and the source as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kvtui.core.secret_text import SecretText
from kvtui.settings.model import Kind


class SourceFormat(StrEnum):
    """What a source is; the values are those of `--import-format` and of the JSON."""

    SETTINGS = "airflow-settings"
    """`airflow_settings.yaml` of an Astro project."""
    VARIABLES = "variables"
    """`airflow variables export`, as JSON, YAML or `KEY=value` lines."""
    CONNECTIONS = "connections"
    """`airflow connections export`, as JSON, YAML or `KEY=value` lines."""
    ENV = "env"
    """A `.env` with `AIRFLOW_VAR_*` and `AIRFLOW_CONN_*`."""
    ASTRO = "astro-variables"
    """What `astro deployment variable list` prints or saves."""
    VAULT = "vault"
    """Another vault."""


@dataclass(frozen=True, slots=True)
class Item:
    """One variable, connection or config option of a source."""

    kind: Kind
    key: str
    value: SecretText | None
    """None: it is still in the vault that it comes from, or is not known (`lacks`)."""
    where: str
    """Its place in the source: `line 12`, `entry 3 of variables`; in a vault the secret's name."""
    lacks: str = ""
    """Why there is no value to store, one clause; empty if there is one."""


@dataclass(frozen=True, slots=True)
class Source:
    """What one source defines."""

    format: SourceFormat
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()
    """What was left out and why, one sentence each."""
