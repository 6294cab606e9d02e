"""What is typed and picked for each setting."""

from __future__ import annotations

from collections.abc import Callable

from kvtui.core.secret_text import SecretText
from kvtui.settings import change
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import AuthMode, Chart, Settings, SignInKind, Target

NULL = "null"
"""What is typed for a prefix that turns a kind off."""


def _prefix(kind: change.SecretKind) -> Callable[[Settings, str], Settings]:
    return lambda settings, text: change.choose_prefix(settings, kind, None if text.strip() == NULL else text)


TYPED: dict[str, Callable[[Settings, str], Settings]] = {
    "vault": change.choose_vault,
    "tenant_id": change.choose_tenant,
    "client_id": change.type_client_id,
    "client_secret": lambda settings, text: change.set_client_secret(
        settings, SecretText(text) if text else None
    ),
    "variables_prefix": _prefix("variable"),
    "connections_prefix": _prefix("connection"),
    "config_prefix": _prefix("config"),
    "sep": change.choose_sep,
    "airflow_version": change.choose_airflow_version,
    "provider_version": change.choose_provider_version,
    "deployment_id": change.choose_deployment,
    "namespace": change.choose_namespace,
    "release": change.choose_release,
    "identity_name": change.choose_identity_name,
    "resource_group": change.choose_resource_group,
    "issuer": change.choose_issuer,
    "service_account": change.choose_service_account,
}

PICKED: dict[str, Callable[[Settings, str], Settings]] = {
    "cloud_name": lambda settings, text: change.choose_cloud(settings, CloudName(text)),
    "sign_in": lambda settings, text: change.choose_sign_in(settings, SignInKind(text)),
    "target": lambda settings, text: change.choose_target(settings, Target(text)),
    "chart": lambda settings, text: change.choose_chart(settings, Chart(text)),
    "auth_mode": lambda settings, text: change.choose_mode(settings, AuthMode(text)),
}
