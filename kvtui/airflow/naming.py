"""From an Airflow key to the name that Key Vault is asked for, and back.

Mirrors `AzureKeyVaultBackend` (`airflow/providers/microsoft/azure/secrets/key_vault.py`), from
provider 6.3 to the newest: `__init__` (prefixes), `build_path`, the team rules and `_get_secret_value`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from kvtui.airflow import rules
from kvtui.airflow.releases import NEWEST_PROVIDER
from kvtui.settings.model import Kind, Settings

TEAM_SEP = "--"
_LEGAL = re.compile(r"[0-9a-zA-Z-]{1,127}")
_TEAM_BOTH_SIDES = re.compile(r".+--.+")


@dataclass(frozen=True, slots=True)
class NameAsked:
    """What the backend does with one key."""

    name: str | None
    """The secret's name as the backend builds it; None if it builds none."""
    why_not: str = ""
    """Why the vault is not asked; empty if it is."""
    warning: str = ""
    """What the backend logs at WARNING."""
    error: str = ""
    """The text of what building the name raises; empty if it does not."""
    error_type: str = "TypeError"
    """The class of that."""
    illegal: bool = False
    """Key Vault does not allow this name. Providers before 13.3.0 still ask for it and get a 400."""

    @property
    def is_asked(self) -> bool:
        """Whether a request is sent."""
        return self.name is not None and not self.why_not and not self.error


def is_legal(name: str) -> bool:
    """Whether Key Vault can hold a secret called `name`: 1 to 127 of `0-9a-zA-Z-`."""
    return _LEGAL.fullmatch(name) is not None


def strip_prefix(prefix: object, sep: object, provider_version: str = NEWEST_PROVIDER) -> object:
    """The prefix as the backend keeps it: `rstrip(sep)`, where `sep` is a set of characters.

    `prefix` and `sep` are what the kwargs' JSON holds, of any type. Raises the `TypeError` or
    `AttributeError` that the backend's constructor raises.
    """
    if prefix is None or (not prefix and not rules.STRICT_PREFIX_TYPE.holds(provider_version)):
        return prefix
    return prefix.rstrip(sep)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Naming:
    """How keys become names of the vault, and back: the prefixes and the separator of the kwargs."""

    variable: object = "airflow-variables"
    """The prefix for variables as the kwargs have it, of any type; None: the vault is never asked."""
    connection: object = "airflow-connections"
    config: object = "airflow-config"
    sep: object = "-"
    provider_version: str = NEWEST_PROVIDER
    multi_team: bool = False
    """Airflow's `[core] multi_team`. Lookups are without a team."""

    @classmethod
    def of(cls, settings: Settings, provider_version: str = "") -> Self:
        """The naming that `settings` write, with the rules of a provider; empty: the newest."""
        return cls(
            settings.variables_prefix,
            settings.connections_prefix,
            settings.config_prefix,
            settings.sep,
            provider_version or NEWEST_PROVIDER,
        )

    def prefix(self, kind: Kind) -> object:
        """The prefix for a kind, as the kwargs have it."""
        return {Kind.VARIABLE: self.variable, Kind.CONNECTION: self.connection}.get(kind, self.config)

    @property
    def is_text(self) -> bool:
        """Whether the separator is text, and each prefix that is not null."""
        return isinstance(self.sep, str) and all(
            prefix is None or isinstance(prefix, str) for prefix in map(self.prefix, Kind)
        )

    def built(self, kind: Kind, key: str) -> str:
        """Prefix, separator and key in one, every `_` of the whole replaced; empty for a null prefix.

        Raises `TypeError` for a separator that is not text, and what the constructor raises for a prefix.
        """
        kept = strip_prefix(self.prefix(kind), self.sep, self.provider_version)
        if kept is None:
            return ""
        return self._without_underscores(key if kept == "" else f"{kept}{self.sep}{key}")

    def _without_underscores(self, text: str) -> str:
        return text.replace("_", self.sep)  # type: ignore[arg-type]

    def secret_name(self, kind: Kind, key: str) -> NameAsked:
        """What the vault is asked for `key`. Raises what the constructor raises (see `strip_prefix`)."""
        if self.prefix(kind) is None:
            plural = "config options" if kind is Kind.CONFIG else f"{kind}s"
            prefix = f"{kind}_prefix" if kind is Kind.CONFIG else f"{kind}s_prefix"
            return NameAsked(None, f"{plural} are off ({prefix} is null)")
        strip_prefix(self.prefix(kind), self.sep, self.provider_version)
        try:
            if rejected := self._rejected_as_team(kind, key):
                return rejected
            name = self.built(kind, key)
        except TypeError as error:
            return NameAsked(None, error=str(error))
        if is_legal(name):
            return NameAsked(name)
        if not rules.LEGAL_NAME_CHECK.holds(self.provider_version):
            return NameAsked(name, illegal=True)
        warning = (
            f"Secret name {name!r} is not valid. Azure Key Vault secret names must be 1-127 characters long "
            "and contain only alphanumeric characters and dashes."
        )
        return NameAsked(name, f"Key Vault does not allow that name ({fault(name)})", warning, illegal=True)

    def _rejected_as_team(self, kind: Kind, key: str) -> NameAsked | None:
        if rules.TEAM_REFUSAL_ALWAYS.holds(self.provider_version) and kind is not Kind.CONFIG:
            if _TEAM_BOTH_SIDES.fullmatch(self._without_underscores(key)):
                why = "providers 13.2.0 to 14.0.0 treat `--` as a team separator and skip the key silently"
                return NameAsked(None, why)
        elif (
            self.multi_team
            and rules.TEAM_REFUSAL_MULTI_TEAM.holds(self.provider_version)
            and TEAM_SEP in self._without_underscores(key)
        ):
            what = "Configuration option" if kind is Kind.CONFIG else kind.capitalize()
            warning = (
                f"{what} id {key!r} resolves to a name containing {TEAM_SEP!r}, which "
                "separates the team name from the secret id in a team scoped secret name. Such an id is "
                "ambiguous and is not looked up. Returning None."
            )
            return NameAsked(None, "with [core] multi_team a name that contains `--` is rejected", warning)
        return None

    @cached_property
    def _heads(self) -> list[tuple[Kind, str]]:
        """The kinds with what their names begin with in the vault, the longest first."""
        heads = [(kind, self.built(kind, "")) for kind in Kind if self.prefix(kind) is not None]
        return sorted(heads, key=lambda head: -len(head[1]))

    def read(self, name: str) -> tuple[Kind, str] | None:
        """The kind and the key of the vault's `name`; None if no prefix covers it.

        The key's separators are written as underscores. Upper and lower case count as the same, as they do
        in Key Vault; the longest prefix wins. The prefixes and the separator are text.
        """
        lowered = name.lower()
        for kind, head in self._heads:
            rest = name[len(head) :]
            if rest and lowered.startswith(head.lower()):
                return kind, rest.replace(str(self.sep), "_") if self.sep else rest
        return None

    def unreachable(self, name: str) -> str:
        """Why no key reaches the vault's secret `name`, one sentence; empty if one does."""
        if not self._heads:
            return "All prefixes are null: Airflow never asks the vault."
        found = self.read(name)
        if found is None:
            return "Its name begins with none of the prefixes, so no key reaches it."
        asked = self.secret_name(*found)
        if asked.is_asked and asked.name is not None and asked.name.lower() == name.lower():
            return ""
        if asked.name is None:
            return f"No key reaches it: {asked.why_not}."
        return f"No key reaches it: {found[1]} is looked up as {asked.name}."


def fault(name: str) -> str:
    """What makes `name` one that Key Vault cannot hold, as words; empty if nothing does."""
    if not name:
        return "it is empty"
    odd = sorted(set(re.sub(r"[0-9a-zA-Z-]", "", name)))
    if odd:
        return "it contains " + ", ".join(repr(character) for character in odd[:5])
    return f"it has {len(name)} characters, at most 127 fit" if len(name) > 127 else ""
