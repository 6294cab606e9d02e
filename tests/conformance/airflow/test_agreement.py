"""Every case of the corpus: the real Airflow and the simulation do the same. Run by `make conformance`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from tests.conformance.airflow.case import Case
from tests.conformance.airflow.compare import differences, simulated
from tests.conformance.airflow.conftest import summary
from tests.conformance.airflow.corpus import all_cases, cases_for
from tests.conformance.airflow.real import REALS, Probe, Real
from tests.emulator_fixture import emulator_session
from tests.emulator_support.process import EmulatorProcess

__all__ = ["emulator_session"]

ProbeOf = Callable[[Real], Probe]
EVERY = os.environ.get("KVTUI_CONFORMANCE") == "all"
RUNS = [
    pytest.param(case, real, id=f"{real.name}-{case.id}")
    for real in REALS
    if real.in_ci or EVERY
    for case in cases_for(real.way, every=EVERY)
]


@pytest.fixture(scope="session")
def probe_of(emulator_session: EmulatorProcess) -> Iterator[ProbeOf]:
    """The probe for a way to run Airflow, started when it is first needed."""
    probes: dict[str, Probe] = {}

    def one(real: Real) -> Probe:
        if real.environment not in probes:
            probes[real.environment] = Probe(real.environment, emulator_session)
        return probes[real.environment]

    yield one
    for probe in probes.values():
        probe.close()


@pytest.mark.parametrize(("case", "real"), RUNS)
async def test_the_simulation_agrees_with_the_real_airflow(case: Case, real: Real, probe_of: ProbeOf) -> None:
    filled, outcome, seen = probe_of(real).run(case, real)
    told = await simulated(filled, airflow=real.airflow, provider=real.provider, context=real.context)
    assert differences(filled, outcome, told, seen) == []


def test_the_summary_counts_by_release_and_way() -> None:
    outcomes = {
        "test_agreement.py::test_x[server-3.1.8-name-1]": "passed",
        "test_agreement.py::test_x[server-3.1.8-name-2]": "failed",
        "test_agreement.py::test_x[server-name-1]": "passed",
    }
    assert summary(outcomes) == [
        "Airflow 3.3.2, provider 15.2.1, server: 1 of 1 agreed",
        "Airflow 3.1.8, provider 13.0.1, server: 1 of 2 agreed",
    ]


def test_the_corpus_is_large_enough() -> None:
    assert len(all_cases()) >= 300
