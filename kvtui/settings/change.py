"""What each choice does to the settings. Pure: old settings in, new settings out.

Every function raises `ProblemError` (usage) for an invalid choice; the old settings are then unchanged.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from kvtui.core.problems import ProblemError
from kvtui.settings.catalogue import BY_FIELD, NULL
from kvtui.settings.enums import AuthMode, CloudName
from kvtui.settings.model import Settings
from kvtui.settings.values import parse_client_id, parse_tenant
from kvtui.settings.vault_address import InvalidVaultAddress, parse_vault_address

_DEFAULT = Settings()


def choose(settings: Settings, field: str, text: str) -> Settings:
    """Sets `field` to a typed text or one of the choices, and changes what depends on it.

    An empty text resets the field, unless empty is a value.
    """
    follows = {"vault": choose_vault, "cloud_name": _choose_cloud, "client_id": _type_client_id}
    if field in follows:
        return follows[field](settings, text)
    setting = BY_FIELD[field]
    if setting.off and text.strip() == NULL:
        value: object = None
    elif setting.empty or (text if setting.secret else text.strip()):
        value = setting.read(text, settings.cloud_name)
    else:
        value = getattr(_DEFAULT, field)
    return replace(settings, **{field: value})  # type: ignore[arg-type]


def choose_vault(settings: Settings, text: str) -> Settings:
    """The vault by its name or URL; an empty text unsets it.

    A name belongs to the chosen cloud. A URL of another cloud also chooses that cloud.
    """
    if not text.strip():
        return replace(settings, vault=None)
    try:
        return replace(settings, vault=parse_vault_address(text, settings.cloud_name))
    except ProblemError as error:
        if error.problem.code == InvalidVaultAddress.OTHER_CLOUD:
            for other in CloudName:
                with suppress(ProblemError):
                    return replace(settings, cloud_name=other, vault=parse_vault_address(text, other))
        raise


def _choose_cloud(settings: Settings, text: str) -> Settings:
    """Another cloud. The vault keeps its name, with the address that this name has there."""
    name = CloudName(text)
    vault = settings.vault and replace(settings.vault, cloud_name=name)
    return settings if name is settings.cloud_name else replace(settings, cloud_name=name, vault=vault)


def pick_app(settings: Settings, client_id: str, name: str = "", tenant_id: str = "") -> Settings:
    """An app or a managed identity becomes the deployment identity.

    A client secret belongs to one app, so it is dropped when another app is chosen after one. `tenant_id` is
    used only if no tenant is chosen yet: a typed domain is kept.
    """
    client = parse_client_id(client_id)
    tenant = settings.tenant_id or (parse_tenant(tenant_id) if tenant_id else "")
    secret = settings.client_secret if settings.client_id in ("", client) else None
    return replace(
        settings,
        client_id=client,
        identity_name=name,
        identity_is_app=False,
        identity_is_managed=False,
        resource_group=settings.resource_group if client == settings.client_id else "",
        tenant_id=tenant,
        client_secret=secret,
    )


def _type_client_id(settings: Settings, text: str) -> Settings:
    """The deployment identity by its client ID only; an empty text unsets it."""
    if not text.strip():
        settings = replace(settings, identity_is_app=False, identity_is_managed=False)
        return replace(settings, client_id="", identity_name="", client_secret=None)
    client = parse_client_id(text)
    return settings if client == settings.client_id else pick_app(settings, client)


def wrong_kind(settings: Settings) -> str:
    """Why the chosen identity cannot be used in the auth mode; empty if it can, or if its kind is unknown."""
    who, mode = settings.deployment_name, settings.auth_mode
    if mode is AuthMode.MANAGED_IDENTITY and settings.identity_is_app:
        return f"{who} is an app registration; a managed identity is needed for this auth mode."
    if mode is AuthMode.CLIENT_SECRET and settings.identity_is_managed:
        return f"{who} is a managed identity; an app registration is needed for this auth mode."
    return ""
