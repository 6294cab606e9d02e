"""The backend's kwargs, both ways: from the settings, and from what an environment holds.

Reading mirrors `_get_custom_secret_backend` and `getjson` of `airflow/_shared/configuration/parser.py`
(Airflow 3.3.2) and `airflow/configuration.py` (2.11.2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings.clouds import all_clouds
from kvtui.settings.model import AuthMode, Settings, VaultAddress
from kvtui.settings.vault_address import parse_vault_address

BACKEND_CLASS = "airflow.providers.microsoft.azure.secrets.key_vault.AzureKeyVaultBackend"
BACKEND_VARIABLE = "AIRFLOW__SECRETS__BACKEND"
KWARGS_VARIABLE = "AIRFLOW__SECRETS__BACKEND_KWARGS"

DEFAULTS: Mapping[str, object] = {
    "connections_prefix": "airflow-connections",
    "variables_prefix": "airflow-variables",
    "config_prefix": "airflow-config",
    "vault_url": "",
    "sep": "-",
    "tenant_id": "",
    "client_id": "",
    "client_secret": "",
    "managed_identity_client_id": "",
    "workload_identity_tenant_id": "",
}
"""The backend's own kwargs with their defaults, in the constructor's order."""

CLIENT_SECRET_TRIO = ("tenant_id", "client_id", "client_secret")
IDENTITY_PAIR = ("managed_identity_client_id", "workload_identity_tenant_id")


@dataclass(frozen=True, slots=True)
class ParsedKwargs:
    """The option's text as Airflow reads it."""

    values: dict[str, object] = field(repr=False)
    """The kwargs as JSON gave them; empty if the text is not a JSON object. May hold a secret: not shown."""
    warnings: tuple[str, ...] = ()
    """What Airflow logs at WARNING while it reads them."""


def backend_kwargs(settings: Settings) -> dict[str, object]:
    """The kwargs for `settings`, in the documented order. Holds the client secret in plain text.

    Only settings with a value are included: no vault, no `vault_url`. The config prefix and the separator
    appear when they are not the backend's defaults.
    """
    values: dict[str, object] = {
        "connections_prefix": settings.connections_prefix,
        "variables_prefix": settings.variables_prefix,
    }
    if settings.config_prefix != DEFAULTS["config_prefix"]:
        values["config_prefix"] = settings.config_prefix
    if settings.vault is not None:
        values["vault_url"] = settings.vault.url
    if settings.sep != DEFAULTS["sep"]:
        values["sep"] = settings.sep
    if settings.auth_mode is AuthMode.CLIENT_SECRET:
        secret = settings.client_secret.reveal() if settings.client_secret is not None else ""
        identity = dict(
            zip(CLIENT_SECRET_TRIO, (settings.tenant_id, settings.client_id, secret), strict=True)
        )
    else:
        identity = dict(zip(IDENTITY_PAIR, (settings.client_id, settings.tenant_id), strict=True))
    values.update({name: value for name, value in identity.items() if value})
    return values


def parse_backend_kwargs(
    text: str | None, *, section: str = "secrets", option: str = "backend_kwargs"
) -> ParsedKwargs:
    """How Airflow reads `text`, the option's value after `$NAME` expansion; None: not set.

    Text that is not a JSON object gives no kwargs and the warning that Airflow logs. Raises `RecursionError`,
    as Airflow does, for JSON that is nested too deeply.
    """
    if not text:
        return ParsedKwargs({})
    try:
        values = json.loads(text)
    except json.JSONDecodeError:
        return ParsedKwargs({}, (f"Failed to parse [{section}] {option} as JSON, defaulting to no kwargs.",))
    except ValueError:  # an integer of more digits than Python converts
        return ParsedKwargs({}, (_not_an_object(section, option),))
    if not values:
        return ParsedKwargs({})
    if not isinstance(values, dict):
        return ParsedKwargs({}, (_not_an_object(section, option),))
    return ParsedKwargs(values)


def _not_an_object(section: str, option: str) -> str:
    return f"Failed to parse [{section}] {option} into a dict, defaulting to no kwargs."


def settings_from_kwargs(values: Mapping[str, object]) -> dict[str, object]:
    """The fields of `Settings` that kwargs set, by field name.

    Prefixes and separator that the kwargs do not set have the backend's defaults. Values of a wrong type, and
    a `vault_url` that is not a vault's address, are left out. `client_secret` is a `SecretText`, `vault` a
    `VaultAddress`.
    """
    fields: dict[str, object] = {}
    for name in ("connections_prefix", "variables_prefix", "config_prefix"):
        prefix = values.get(name, DEFAULTS[name])
        if prefix is None or isinstance(prefix, str):
            fields[name] = prefix
    sep = values.get("sep", DEFAULTS["sep"])
    if isinstance(sep, str):
        fields["sep"] = sep
    address = vault_address(values.get("vault_url"))
    if address is not None:
        fields["vault"] = address
        fields["cloud_name"] = address.cloud_name
    fields.update(_identity_fields(values))
    return fields


def _identity_fields(values: Mapping[str, object]) -> dict[str, object]:
    def text(name: str) -> str:
        value = values.get(name)
        return value if isinstance(value, str) else ""

    fields: dict[str, object] = {}
    if text("client_secret"):
        fields["client_secret"] = SecretText(text("client_secret"))
    if any(text(name) for name in CLIENT_SECRET_TRIO):
        fields["auth_mode"] = AuthMode.CLIENT_SECRET
        chosen = (text("tenant_id"), text("client_id"))
    elif any(text(name) for name in IDENTITY_PAIR):
        fields["auth_mode"] = AuthMode.MANAGED_IDENTITY
        chosen = (text("workload_identity_tenant_id"), text("managed_identity_client_id"))
    else:
        return fields
    if chosen[0]:
        fields["tenant_id"] = chosen[0]
    if chosen[1]:
        fields["client_id"] = chosen[1]
    return fields


def vault_address(url: object) -> VaultAddress | None:
    """The vault that a `vault_url` names, in any cloud; None if it names none. The port 443 is accepted."""
    if not isinstance(url, str) or not url.strip().lower().startswith("https://"):
        return None
    address = url.strip().rstrip("/").removesuffix(":443")
    for cloud in all_clouds():
        with suppress(ProblemError):
            return parse_vault_address(address, cloud.name)
    return None
