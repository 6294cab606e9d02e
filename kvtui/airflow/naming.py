"""From an Airflow key to the name that Key Vault is asked for, and back.

Mirrors `AzureKeyVaultBackend` (`airflow/providers/microsoft/azure/secrets/key_vault.py`), from
provider 4.0 to the newest: `__init__` (prefixes), `build_path`, the team rules and `_get_secret_value`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kvtui.airflow import rules

TEAM_SEP = "--"
KINDS = ("variable", "connection", "config")
_LEGAL = re.compile(r"[0-9a-zA-Z-]{1,127}")
_TEAM_BOTH_SIDES = re.compile(r".+--.+")
_REFUSED_KIND = {"variable": "Variable", "connection": "Connection", "config": "Configuration option"}


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
    """Key Vault cannot hold this name. Asked all the same (providers before 13.3.0): it answers 400."""

    @property
    def is_asked(self) -> bool:
        """Whether a request is sent."""
        return self.name is not None and not self.why_not and not self.error


def is_legal(name: str) -> bool:
    """Whether Key Vault can hold a secret called `name`: 1 to 127 of `0-9a-zA-Z-`."""
    return _LEGAL.fullmatch(name) is not None


def strip_prefix(prefix: object, sep: object, provider_version: str = "") -> object:
    """The prefix as the backend keeps it: `rstrip(sep)`, where `sep` is a set of characters.

    `prefix` and `sep` are what the kwargs' JSON holds, of any type. Raises the `TypeError` or
    `AttributeError` that the backend's constructor raises.
    """
    strict = bool(provider_version) and rules.STRICT_PREFIX_TYPE.holds(provider_version)
    if prefix is None or (not prefix and not strict):
        return prefix
    return prefix.rstrip(sep)  # type: ignore[attr-defined]


def build_path(prefix: object, key: str, sep: object, provider_version: str = "") -> str:
    """Prefix, separator and key in one, every `_` of the whole replaced by the separator.

    `prefix` is one that `strip_prefix` gave. Raises `TypeError` for a separator that is not text.
    """
    drops_sep = not provider_version or rules.EMPTY_PREFIX_DROPS_SEP.holds(provider_version)
    path = key if prefix == "" and drops_sep else f"{prefix}{sep}{key}"
    return path.replace("_", sep)  # type: ignore[arg-type]


def secret_name(
    prefix: object,
    key: str,
    sep: object,
    provider_version: str,
    *,
    kind: str = "variable",
    multi_team: bool = False,
) -> NameAsked:
    """What `provider_version` asks the vault for `key`.

    `prefix` as the kwargs have it (None: never asked), `sep` likewise; `multi_team` is Airflow's
    `[core] multi_team`. Lookups are without a team. Raises what the constructor raises for a prefix
    or a separator that is not text (see `strip_prefix`).
    """
    kept = strip_prefix(prefix, sep, provider_version)
    if kept is None:
        return NameAsked(None, f"the prefix for {_plural(kind)} is null: the vault is never asked for them")
    try:
        refused = _refused_as_team(key, sep, provider_version, kind, multi_team)
        if refused:
            return refused
        name = build_path(kept, key, sep, provider_version)
    except TypeError as error:
        return NameAsked(None, error=str(error))
    if is_legal(name):
        return NameAsked(name)
    if not rules.LEGAL_NAME_CHECK.holds(provider_version):
        return NameAsked(name, illegal=True)
    warning = (
        f"Secret name {name!r} is not valid. Azure Key Vault secret names must be 1-127 characters long "
        "and contain only alphanumeric characters and dashes."
    )
    return NameAsked(name, f"Key Vault cannot hold that name: {fault(name)}", warning, illegal=True)


def _refused_as_team(
    key: str, sep: object, provider_version: str, kind: str, multi_team: bool
) -> NameAsked | None:
    if rules.TEAM_REFUSAL_ALWAYS.holds(provider_version) and kind != "config":
        if _TEAM_BOTH_SIDES.fullmatch(build_path("", key, sep)):
            why = "provider 13.2.0 to 14.0.0 takes `--` for a team's name and refuses the key without a word"
            return NameAsked(None, why)
    elif (
        multi_team
        and rules.TEAM_REFUSAL_MULTI_TEAM.holds(provider_version)
        and TEAM_SEP in build_path("", key, sep)
    ):
        warning = (
            f"{_REFUSED_KIND.get(kind, kind)} id {key!r} resolves to a name containing {TEAM_SEP!r}, which "
            "separates the team name from the secret id in a team scoped secret name. Such an id is "
            "ambiguous and is not looked up. Returning None."
        )
        return NameAsked(None, "with [core] multi_team a name that holds `--` is refused", warning)
    return None


def fault(name: str) -> str:
    """What makes `name` one that Key Vault cannot hold, as words; empty if nothing does."""
    if not name:
        return "it is empty"
    odd = sorted(set(re.sub(r"[0-9a-zA-Z-]", "", name)))
    if odd:
        return "it holds " + ", ".join(repr(character) for character in odd[:5])
    return f"it has {len(name)} characters, at most 127 fit" if len(name) > 127 else ""


def _plural(kind: str) -> str:
    return {"variable": "variables", "connection": "connections"}.get(kind, kind)


def _heads(prefixes: Sequence[tuple[str, str | None]], sep: str) -> list[tuple[str, str]]:
    """The kinds with what their names begin with in the vault, the longest first."""
    heads = []
    for kind, prefix in prefixes:
        if prefix is None:
            continue
        kept = prefix.rstrip(sep) if prefix else prefix
        heads.append((kind, f"{kept}{sep}".replace("_", sep) if kept else ""))
    return sorted(heads, key=lambda head: -len(head[1]))


def read_name(
    name: str,
    *,
    variables_prefix: str | None,
    connections_prefix: str | None,
    config_prefix: str | None,
    sep: str,
) -> tuple[str, str]:
    """The kind and the key that a vault name stands for.

    `name` is as the vault lists it. Out: `("variable" | "connection" | "config", key)` with the key's
    separators written as underscores, or `("other", "")` for a name that no prefix covers. Upper and
    lower case count as the same, as they do in Key Vault; the longest prefix wins.
    """
    prefixes = (
        ("variable", variables_prefix),
        ("connection", connections_prefix),
        ("config", config_prefix),
    )
    lowered = name.lower()
    for kind, head in _heads(prefixes, sep):
        rest = name[len(head) :]
        if rest and lowered.startswith(head.lower()):
            return kind, rest.replace(sep, "_") if sep else rest
    return "other", ""


def unreachable(
    name: str,
    *,
    variables_prefix: str | None,
    connections_prefix: str | None,
    config_prefix: str | None,
    sep: str,
    provider_version: str,
    multi_team: bool = False,
) -> str:
    """Why no key reaches the vault's secret `name`, one sentence; empty if one does."""
    prefixes = {
        "variable": variables_prefix,
        "connection": connections_prefix,
        "config": config_prefix,
    }
    if all(prefix is None for prefix in prefixes.values()):
        return "All prefixes are null: Airflow never asks the vault."
    kind, key = read_name(
        name,
        variables_prefix=variables_prefix,
        connections_prefix=connections_prefix,
        config_prefix=config_prefix,
        sep=sep,
    )
    if kind == "other":
        return "Its name begins with none of the prefixes, so no key leads to it."
    asked = secret_name(prefixes[kind], key, sep, provider_version, kind=kind, multi_team=multi_team)
    if asked.is_asked and asked.name is not None and asked.name.lower() == name.lower():
        return ""
    if asked.name is None:
        return f"No key leads to it: {asked.why_not}."
    return f"No key leads to it: {key} is looked up as {asked.name}."
