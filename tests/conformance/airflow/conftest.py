"""What `make conformance` ran: one line for each way to run a real Airflow."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conformance.airflow.real import REALS


def summary(outcomes: dict[str, str]) -> list[str]:
    """Agreed and tried by release and way, from outcomes by test id (`…[NAME-CASE]`)."""
    tried: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    names = sorted((real.name for real in REALS), key=len, reverse=True)
    for test, outcome in outcomes.items():
        inside = test.partition("[")[2]
        name = next((name for name in names if inside.startswith(f"{name}-")), "")
        if "test_agreement" in test and name:
            tried[name] += 1
            agreed[name] += outcome == "passed"
    return [
        f"Airflow {real.airflow}, provider {real.provider}, {real.context}: "
        f"{agreed[real.name]} of {tried[real.name]} agreed"
        for real in REALS
        if tried[real.name]
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the summary at the end of a run."""
    outcomes = {
        report.nodeid: outcome
        for outcome in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(outcome, [])
    }
    if lines := summary(outcomes):
        terminalreporter.section("real Airflows")
        for line in lines:
            terminalreporter.write_line(line)
