"""The corpus: cases by what they are about, each with an id of its own."""

from __future__ import annotations

from tests.conformance.airflow.case import Case
from tests.conformance.airflow.corpus import (
    configuration,
    connections,
    identities,
    kwargs,
    names,
    order,
    sections,
    values,
    vault_errors,
)

_GROUPS = (names, values, order, vault_errors, identities, kwargs, configuration, sections, connections)


_LARGE = ("name-", "conn-", "kwargs-", "config-", "identity-", "value-")


def cases_for(real: str, *, every: bool = False) -> list[Case]:
    """The cases for one way to run Airflow: all with `every`, else a share of the large groups.

    The server of 3 and Airflow 2 have every third case of those, not the same; a task, which takes
    seconds, has every eighth.
    """
    cases = [case for case in all_cases() if real in case.contexts]
    share, first = {"server": (3, 0), "airflow2": (3, 1), "task": (8, 2)}.get(real, (1, 0))
    return [
        case for n, case in enumerate(cases) if every or n % share == first or not case.id.startswith(_LARGE)
    ]


def all_cases() -> list[Case]:
    """Every case. Raises `ValueError` where two share an id."""
    cases = [case for group in _GROUPS for case in group.cases()]
    ids = [case.id for case in cases]
    if twice := {each for each in ids if ids.count(each) > 1}:
        raise ValueError(f"These ids are given twice: {sorted(twice)}")
    return cases
