"""A `…_SECRET` option: Airflow asks the custom backend, and it alone, for the option's value.

Mirrors `_get_config_value_from_secret_backend` of `airflow/configuration.py` (2.11.2) and of
`airflow/_shared/configuration/parser.py` (3.3.2).
"""

from __future__ import annotations

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
