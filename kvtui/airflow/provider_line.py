"""The line for the Azure provider that fits an auth mode and an Airflow, and whether a given one does.

The line has a lower bound, the first provider that knows the mode's kwargs, and an upper one only for an
Airflow that cannot have the newest: without it pip would upgrade Airflow instead of installing an older
provider. It is not an exact pin: a range does not contradict a project's constraints or the provider that an
image includes.
"""

from __future__ import annotations

from kvtui.airflow.releases import KNOWN_PROVIDERS, NEWEST_FOR_AIRFLOW, NEWEST_PROVIDER, PROVIDER_PACKAGE
from kvtui.airflow.requirements import exact_pin, specifiers
from kvtui.airflow.rules import CLIENT_SECRET_KWARGS, IDENTITY_KWARGS, Numbers, Rule, numbers
from kvtui.airflow.versions import newest_provider_for
from kvtui.settings.model import AuthMode


def _rule(mode: AuthMode) -> Rule:
    return CLIENT_SECRET_KWARGS if mode is AuthMode.CLIENT_SECRET else IDENTITY_KWARGS


def first_provider_for(mode: AuthMode) -> str:
    """The first provider that knows the kwargs of that mode."""
    return _dotted(_rule(mode).since)


def provider_line(mode: AuthMode, airflow: str = "") -> str:
    """The requirement for that mode; `airflow` is the project's, empty if it is not known."""
    line = f"{PROVIDER_PACKAGE}>={first_provider_for(mode)}"
    newest = newest_provider_for(airflow) if airflow else NEWEST_PROVIDER
    return line if newest == NEWEST_PROVIDER or no_provider(mode, airflow) else f"{line},<={newest}"


def objection(file: str, specifier: str, mode: AuthMode, airflow: str = "") -> str:
    """Why a line with that version specifier does not fit, with the version that does; empty if it does.

    Raises `ProblemError` (usage) for an invalid bound.
    """
    rule, first = _rule(mode), first_provider_for(mode)
    newest = newest_provider_for(airflow) if airflow else NEWEST_PROVIDER
    if not rule.holds(newest):
        return no_provider(mode, airflow)
    if not specifier:
        return ""
    asked = specifiers(specifier)
    pin = exact_pin(asked)
    fitting = [pin] if pin else list(asked.filter(KNOWN_PROVIDERS))
    if pin and not asked.contains(pin):
        return f"{file} asks for provider {pin} and excludes it in the same line."
    if fitting and not any(rule.holds(one) for one in fitting):
        if not pin:
            return (
                f"{file} keeps the provider below {first}, the first version that supports the kwargs of "
                "this auth mode."
            )
        return (
            f"{file} pins the provider to {pin}, which does not support the kwargs of this auth mode: "
            f"{first} is the first that does."
        )
    if newest != NEWEST_PROVIDER and fitting and all(numbers(one) > numbers(newest) for one in fitting):
        least = pin or f"{fitting[0]} or newer"
        return (
            f"{file} asks for provider {least}, which needs a newer Airflow than {airflow}: {newest} "
            f"is the newest that {airflow} supports."
        )
    return ""


def no_provider(mode: AuthMode, airflow: str) -> str:
    """The sentence for an Airflow whose providers do not support the mode; empty if one does."""
    rule = _rule(mode)
    if not airflow or rule.holds(newest_provider_for(airflow)):
        return ""
    able = [least for least, newest in NEWEST_FOR_AIRFLOW if rule.holds(newest)]
    return (
        f"Airflow {airflow} supports providers up to {newest_provider_for(airflow)}, which do not "
        f"support the kwargs of this auth mode. Use Airflow {_dotted(able[-1])} or newer."
    )


def _dotted(version: Numbers) -> str:
    return ".".join(str(number) for number in version)
