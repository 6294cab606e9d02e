"""A `…_SECRET` option: Airflow asks the custom backend, and it alone, for the option's value.

Mirrors `_get_config_value_from_secret_backend` of `airflow/configuration.py` (2.11.2) and of
`airflow/_shared/configuration/parser.py` (3.3.2).
"""

from __future__ import annotations

from collections.abc import Mapping

from kvtui.airflow.backend import Backend
from kvtui.airflow.lookup import Found, Lookup, Raised
from kvtui.airflow.model import Step


async def configuration(lookup: Lookup, custom: Backend | None) -> Found | None:
    """The option's value, None if the backend has none: the option then has its default.

    Raises `Raised` when the backend fails: for an option that Airflow needs, it does not start.
    """
    if custom is None:
        return None
    if not custom.is_vault or custom.unasked:
        why = custom.unasked or "it has no options"
        lookup.steps.append(Step(custom.name, "process", "", "not asked", why))
        return None
    answer = await lookup.vault.ask(custom, lookup.key, "config")
    lookup.steps.append(
        Step(custom.name, "process", answer.asked, answer.outcome, answer.detail, answer.warning)
    )
    if answer.exception:
        raise Raised(
            "AirflowConfigException",
            "Cannot retrieve config from alternative secrets backend. Make sure it is configured properly "
            f"and that the Backend is accessible.\n{answer.message}",
        )
    if answer.text is None:
        return None
    return Found(answer.text, len(answer.text), f"{custom.name}@process")


_SENSITIVE = (
    "AIRFLOW__API__SECRET_KEY",
    "AIRFLOW__API_AUTH__JWT_SECRET",
    "AIRFLOW__ATLAS__PASSWORD",
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__CELERY__FLOWER_BASIC_AUTH",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "AIRFLOW__CORE__FERNET_KEY",
    "AIRFLOW__CORE__INTERNAL_API_SECRET_KEY",
    "AIRFLOW__CORE__SQL_ALCHEMY_CONN",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_ENGINE_ARGS",
    "AIRFLOW__SENTRY__SENTRY_DSN",
    "AIRFLOW__SMTP__SMTP_PASSWORD",
    "AIRFLOW__WEBSERVER__SECRET_KEY",
)
"""Options that Airflow lets a secrets backend hold, as environment variables."""


def options_in_the_vault(environment: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The `…_SECRET` variables that count, each with the key that it asks `get_config` for.

    One beside which the plain variable or a `_CMD` is set counts for nothing.
    """
    return tuple(
        (f"{name}_SECRET", environment[f"{name}_SECRET"])
        for name in _SENSITIVE
        if f"{name}_SECRET" in environment and name not in environment and f"{name}_CMD" not in environment
    )
