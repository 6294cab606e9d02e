"""A `…_SECRET` option: Airflow asks only the custom backend for the option's value.

Mirrors `_get_config_value_from_secret_backend` of `airflow/configuration.py` (2.11.2) and of
`airflow/_shared/configuration/parser.py` (3.3.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kvtui.airflow.backend import Backend
from kvtui.airflow.lookup import Found, Lookup, Raised
from kvtui.airflow.model import Outcome
from kvtui.airflow.rules import Rule
from kvtui.settings.model import Kind


async def configuration(lookup: Lookup, custom: Backend | None) -> Found | None:
    """The option's value, None if the backend has none: the option then has its default.

    Raises `Raised` when the backend fails: for an option that Airflow needs, it does not start.
    """
    if custom is None:
        return None
    if not custom.is_vault or custom.unasked:
        why = custom.unasked or "it has no options"
        lookup.trace.step(custom.name, "process", "", Outcome.NOT_ASKED, why)
        return None
    answer = await lookup.vault.ask(custom, lookup.key, Kind.CONFIG)
    lookup.trace.step(custom.name, "process", answer.asked, answer.outcome, answer.detail, answer.warning)
    if answer.warning:
        lookup.trace.log("WARNING", lookup.vault.logger, answer.warning)
    if answer.exception:
        raise Raised(
            "AirflowConfigException",
            "Cannot retrieve config from alternative secrets backend. Make sure it is configured properly "
            f"and that the Backend is accessible.\n{answer.message or '…'}",
        )
    if answer.text is None:
        return None
    return Found(answer.text, len(answer.text), f"{custom.name}@process")


_THREE = Rule("Airflow 3 has the option.", (3, 0, 0))
_TWO = Rule("The option is one of Airflow 2.", until=(3, 0, 0))
_BOTH = Rule("Either has the option.")
_SENSITIVE: tuple[tuple[str, Rule], ...] = (
    ("AIRFLOW__API__SECRET_KEY", _THREE),
    ("AIRFLOW__API_AUTH__JWT_SECRET", _THREE),
    ("AIRFLOW__ATLAS__PASSWORD", _BOTH),
    ("AIRFLOW__CELERY__BROKER_URL", _BOTH),
    ("AIRFLOW__CELERY__FLOWER_BASIC_AUTH", _BOTH),
    ("AIRFLOW__CELERY__RESULT_BACKEND", _BOTH),
    ("AIRFLOW__CORE__ASSET_MANAGER_KWARGS", _THREE),
    ("AIRFLOW__CORE__DATASET_MANAGER_KWARGS", _TWO),
    ("AIRFLOW__CORE__FERNET_KEY", _BOTH),
    ("AIRFLOW__CORE__INTERNAL_API_SECRET_KEY", _TWO),
    ("AIRFLOW__CORE__SQL_ALCHEMY_CONN", _BOTH),
    ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", _BOTH),
    ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC", _THREE),
    ("AIRFLOW__DATABASE__SQL_ALCHEMY_ENGINE_ARGS", _BOTH),
    ("AIRFLOW__LOGGING__REMOTE_TASK_HANDLER_KWARGS", _BOTH),
    ("AIRFLOW__OPENSEARCH__PASSWORD", _BOTH),
    ("AIRFLOW__SENTRY__SENTRY_DSN", _BOTH),
    ("AIRFLOW__SMTP__SMTP_PASSWORD", _TWO),
    ("AIRFLOW__WEBSERVER__SECRET_KEY", _BOTH),
    ("AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS", _THREE),
)
"""Options that a secrets backend may hold: `sensitive_config_values` of 2.11.2 and 3.3.2, and Celery's."""


_NAME = re.compile(r"[0-9A-Za-z_-]{1,127}")
_RANDOM = re.compile(r"[0-9a-fA-F]{32,}|(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z]{20,}")


def is_value(text: str) -> bool:
    """Whether what should be a secret's name cannot be one, or looks like the value itself: never shown."""
    return not _NAME.fullmatch(text) or bool(_RANDOM.fullmatch(text))


def options_in_the_vault(environment: Mapping[str, str], airflow_version: str) -> tuple[tuple[str, str], ...]:
    """The `…_SECRET` variables that have an effect, each with its key for `get_config`.

    One is ignored if the plain variable or a `_CMD` is set, too.
    """
    return tuple(
        (f"{name}_SECRET", environment[f"{name}_SECRET"])
        for name, has in _SENSITIVE
        if has.holds(airflow_version)
        and f"{name}_SECRET" in environment
        and name not in environment
        and f"{name}_CMD" not in environment
    )
