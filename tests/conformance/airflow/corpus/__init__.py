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
    refusals,
    sections,
    values,
)

_GROUPS = (names, values, order, refusals, identities, kwargs, configuration, sections, connections)


_SLOW = ("name-", "conn-", "kwargs-", "config-", "identity-", "value-")


def cases_for(real: str, *, every: bool = False) -> list[Case]:
    """The cases for one way to run Airflow.

    A task takes seconds: of the groups in which it does what the server does, it has each third case,
    and all of them with `every`.
    """
    cases = [case for case in all_cases() if real in case.contexts]
    if real != "task" or every:
        return cases
    return [case for n, case in enumerate(cases) if n % 3 == 0 or not case.id.startswith(_SLOW)]


def all_cases() -> list[Case]:
    """Every case. Raises `ValueError` where two share an id."""
    cases = [case for group in _GROUPS for case in group.cases()]
    ids = [case.id for case in cases]
    if twice := {each for each in ids if ids.count(each) > 1}:
        raise ValueError(f"These ids are given twice: {sorted(twice)}")
    return cases
