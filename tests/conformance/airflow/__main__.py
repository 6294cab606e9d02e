"""`python -m tests.conformance.airflow [--NAME…] [--each=N] [WORD…]`: cases by a word of their ids.

`--each=N` takes every Nth of the cases.
"""

from __future__ import annotations

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.conformance.airflow.case import Case
from tests.conformance.airflow.compare import differences, simulated
from tests.conformance.airflow.corpus import cases_for
from tests.conformance.airflow.real import REALS, Probe, Real, python_of
from tests.emulator_support.process import start_emulator


def run(real: Real, cases: list[Case]) -> dict[str, list[str]]:
    """The disagreements by case."""
    found: dict[str, list[str]] = {}
    with start_emulator() as azure:
        probe = Probe(real.environment, azure)
        for case in cases:
            filled, outcome, seen = probe.run(case, real)
            told = asyncio.run(
                simulated(filled, airflow=real.airflow, provider=real.provider, context=real.context)
            )
            if about := differences(filled, outcome, told, seen):
                found[case.id] = about
                for line in about:
                    print(f"  {real.name} {case.id}: {line[:1500]}", flush=True)
        probe.close()
    return found


def _holds(case: Case, words: list[str]) -> bool:
    return any(word in case.id for word in words)


def main(words: list[str]) -> int:
    """Prints one line a way to run Airflow, and every disagreement. Exits with 1 if there is one."""
    each = next((int(word.removeprefix("--each=")) for word in words if word.startswith("--each=")), 1)
    words = [word for word in words if not word.startswith("--each=")]
    names = [word.removeprefix("--") for word in words if word.startswith("--")]
    words = [word for word in words if not word.startswith("--")]
    chosen = [real for real in REALS if real.name in names or (not names and real.in_ci)]
    for environment in {real.environment for real in chosen}:
        python_of(environment)
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        runs = [
            (real, cases, pool.submit(run, real, cases))
            for real in chosen
            if (
                cases := [
                    case for case in cases_for(real.way, every=True) if not words or _holds(case, words)
                ][::each]
            )
        ]
        bad = 0
        for real, cases, running in runs:
            found = running.result()
            print(
                f"{real.name}: Airflow {real.airflow}, provider {real.provider}, {real.context}: "
                f"{len(cases)} cases, {len(found)} disagreements",
                flush=True,
            )
            bad += len(found)
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
