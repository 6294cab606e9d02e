"""What each choice does to the settings. Pure: old settings in, new settings out.

Every function raises `ProblemError` (usage) when the choice cannot be taken; the old settings
then still stand.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from kvtui.core.problems import ProblemError
from kvtui.core.secret_text import SecretText
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Chart, Context, Settings, SignInKind, Target
from kvtui.settings.values import (
    parse_airflow_version,
    parse_client_id,
    parse_client_secret,
    parse_deployment_id,
    parse_namespace,
    parse_prefix,
    parse_provider_version,
    parse_release,
    parse_sep,
    parse_tenant,
    refused,
)
from kvtui.settings.vault_address import VaultRefusal, parse_vault_address

SecretKind = Literal["variable", "connection", "config"]
"""What a prefix is for."""


def choose_vault(settings: Settings, text: str) -> Settings:
    """The vault by its name or URL; an empty text means none.

    A name is one of the chosen cloud. A URL of another cloud chooses that cloud with it.
    """
    if not text.strip():
        return replace(settings, vault=None)
    try:
        return replace(settings, vault=parse_vault_address(text, settings.cloud_name))
    except ProblemError as error:
        other = _cloud_of(text) if error.problem.code == VaultRefusal.OTHER_CLOUD else None
        if other is None:
            raise
        return replace(settings, cloud_name=other, vault=parse_vault_address(text, other))


def _cloud_of(text: str) -> CloudName | None:
    """The cloud in which the URL `text` is a vault's."""
    for name in CloudName:
        with suppress(ProblemError):
            parse_vault_address(text, name)
            return name
    return None


def choose_cloud(settings: Settings, name: CloudName) -> Settings:
    """Another cloud. The vault keeps its name, with the address that this name has there."""
    vault = settings.vault and replace(settings.vault, cloud_name=name)
    return settings if name is settings.cloud_name else replace(settings, cloud_name=name, vault=vault)


def choose_tenant(settings: Settings, text: str) -> Settings:
    """The deployment identity's tenant; an empty text means none."""
    return replace(settings, tenant_id=parse_tenant(text) if text.strip() else "")


def pick_app(settings: Settings, client_id: str, name: str = "", tenant_id: str = "") -> Settings:
    """An app or a managed identity becomes the deployment identity.

    A client secret belongs to one app, so it is forgotten when the app is another one. `tenant_id`
    is taken only where no tenant is chosen yet: a domain that the user typed stays.
    """
    client = parse_client_id(client_id)
    tenant = settings.tenant_id or (parse_tenant(tenant_id) if tenant_id else "")
    secret = settings.client_secret if client == settings.client_id else None
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


def type_client_id(settings: Settings, text: str) -> Settings:
    """The deployment identity by its client id alone; an empty text means none."""
    if not text.strip():
        return replace(settings, client_id="", identity_name="", client_secret=None)
    client = parse_client_id(text)
    return settings if client == settings.client_id else pick_app(settings, client)


def wrong_kind(settings: Settings) -> str:
    """Why the chosen identity cannot be used in the auth mode; empty when it can, or its kind is unknown."""
    who, mode = settings.deployment_name, settings.auth_mode
    if mode is AuthMode.MANAGED_IDENTITY and settings.identity_is_app:
        return f"{who} is an app registration; a managed identity is needed for this auth mode."
    if mode is AuthMode.CLIENT_SECRET and settings.identity_is_managed:
        return f"{who} is a managed identity; an app registration is needed for this auth mode."
    return ""


def choose_mode(settings: Settings, mode: AuthMode) -> Settings:
    """Another kind of deployment identity. A secret is kept: changing back must not lose it."""
    return replace(settings, auth_mode=mode)


def choose_target(settings: Settings, target: Target) -> Settings:
    """Where Airflow runs."""
    return replace(settings, target=target)


def choose_chart(settings: Settings, chart: Chart) -> Settings:
    """Whose Helm values are written."""
    return replace(settings, chart=chart)


def choose_sign_in(settings: Settings, kind: SignInKind) -> Settings:
    """How whoever runs kvtui signs in."""
    return replace(settings, sign_in=kind)


def choose_context(settings: Settings, context: Context) -> Settings:
    """Where in Airflow the lookup happens."""
    return replace(settings, context=context)


def choose_prefix(settings: Settings, kind: SecretKind, text: str | None) -> Settings:
    """One kind's prefix; empty: the key alone is the name; None: the vault is never asked for that kind."""
    prefix = None if text is None else parse_prefix(text)
    if kind == "variable":
        return replace(settings, variables_prefix=prefix)
    if kind == "connection":
        return replace(settings, connections_prefix=prefix)
    return replace(settings, config_prefix=prefix)


def choose_sep(settings: Settings, text: str) -> Settings:
    """What joins prefix and key, and replaces every underscore."""
    return replace(settings, sep=parse_sep(text))


def choose_airflow_version(settings: Settings, text: str) -> Settings:
    """The Airflow that is simulated; an empty text means the detected one."""
    return replace(settings, airflow_version=parse_airflow_version(text) if text.strip() else "")


def choose_provider_version(settings: Settings, text: str) -> Settings:
    """The Azure provider that is simulated; an empty text means the detected one."""
    return replace(settings, provider_version=parse_provider_version(text) if text.strip() else "")


def choose_deployment(settings: Settings, text: str) -> Settings:
    """The Astro Deployment that commands are for; an empty text means none."""
    return replace(settings, deployment_id=parse_deployment_id(text) if text.strip() else "")


def choose_namespace(settings: Settings, text: str) -> Settings:
    """The agents' namespace; an empty text means the one that the values name."""
    return replace(settings, namespace=parse_namespace(text) if text.strip() else "")


def choose_release(settings: Settings, text: str) -> Settings:
    """The Helm release; an empty text means the chart's usual one."""
    return replace(settings, release=parse_release(text) if text.strip() else "")


def choose_issuer(settings: Settings, text: str) -> Settings:
    """The cluster's OIDC issuer; an empty text means none. Raises `ProblemError` (usage)."""
    return replace(
        settings, issuer=_fitting(text, r"https://[!-~]{3,580}", "an https address without spaces")
    )


def choose_identity_name(settings: Settings, text: str) -> Settings:
    """The managed identity's name; an empty text means none. Raises `ProblemError` (usage)."""
    words = "letters, digits, hyphens and underscores, 3 to 128 of them"
    return replace(settings, identity_name=_fitting(text, r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}", words))


def choose_resource_group(settings: Settings, text: str) -> Settings:
    """The managed identity's resource group; an empty text means none. Raises `ProblemError` (usage)."""
    words = "letters, digits, dots, hyphens, underscores and brackets, at most 90"
    return replace(settings, resource_group=_fitting(text, r"[\w.()-]{0,89}[\w()-]", words))


def choose_service_account(settings: Settings, text: str) -> Settings:
    """The agents' service accounts; empty: those of the values. Raises `ProblemError` (usage)."""
    words = "names of small letters, digits and hyphens, with commas between them"
    typed = ",".join(part.strip() for part in text.split(","))
    one = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"
    return replace(settings, service_account=_fitting(typed, f"{one}(,{one}){{0,19}}", words))


def _fitting(text: str, pattern: str, words: str) -> str:
    typed = text.strip()
    if typed and not re.fullmatch(pattern, typed):
        raise refused("What was typed cannot be used here.", f"Give {words}.", "name")
    return typed


def set_client_secret(settings: Settings, secret: SecretText | None) -> Settings:
    """The chosen app's client secret, or none. A secret's id (a GUID) is refused."""
    return replace(settings, client_secret=parse_client_secret(secret.reveal()) if secret else None)


def set_shell_sourceable(settings: Settings, on: bool) -> Settings:
    """Whether `.env` is written so that a shell can read it, too."""
    return replace(settings, shell_sourceable=on)
