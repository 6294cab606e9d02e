"""One lookup in both front ends: they show the same call, the same steps and the same result."""

from __future__ import annotations

import pytest

from kvtui.airflow.model import Simulation
from kvtui.app.trace import OUTCOMES_SHOWN, Question, backend_name, call, trace_steps
from kvtui.console.panes.lookup import view
from kvtui.console.panes.lookup.state import LookupState
from kvtui.console.phase import Phase
from kvtui.console.state import State
from kvtui.headless.simulate import print_lookup
from kvtui.settings.model import Kind
from tests.airflow.conftest import Look, look, vault

__all__ = ["look", "vault"]

QUESTION = Question("orders_db", Kind.CONNECTION)
NAME = "airflow-connections-orders-db"
URI = "postgres://ana@db.example/orders"


@pytest.fixture
async def found(look: Look) -> Simulation:
    """A connection that a task of Airflow 3 gets, after Astro's Environment Manager was passed over."""
    return await look("orders_db", {NAME: URI}, kind="connection", platform="astro")


@pytest.fixture
async def missing(look: Look) -> Simulation:
    """A connection that is nowhere: the API server is asked as well."""
    return await look("orders_db", kind="connection", metastore=None, platform="astro")


def in_headless(lookup: Simulation, capsys: pytest.CaptureFixture[str]) -> str:
    print_lookup(QUESTION, lookup, "astro-prod")
    return capsys.readouterr().out


def in_console(lookup: Simulation) -> str:
    asked = LookupState(key=QUESTION.key, kind=QUESTION.kind, phase=Phase.DONE, simulation=lookup)
    rows = view.rows(State(lookup=asked), 300)
    return "\n".join("".join(text for text, _ in row.parts) for row in rows)


async def test_both_show_the_call_that_a_dag_makes(
    found: Simulation, capsys: pytest.CaptureFixture[str]
) -> None:
    words = 'BaseHook.get_connection("orders_db")'
    assert "".join(call(QUESTION)) == words
    assert words in in_headless(found, capsys)
    assert words in in_console(found)


async def test_both_show_the_same_steps_in_the_same_order(
    missing: Simulation, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = trace_steps(missing)
    assert {0, 1} <= {step.number for step in steps}
    for shown in (in_headless(missing, capsys), in_console(missing)):
        lines = iter(shown.splitlines())
        for step in steps:
            outcome = OUTCOMES_SHOWN.get(step.outcome, step.outcome)
            # the command line says only that where kvtui cannot ask, or another process looks in its own
            words = (step.backend, step.asked or step.instead, "" if step.instead else outcome)
            number = f"{step.number} {step.backend}" if step.number else ""
            assert any(number in line and all(word in line for word in words) for line in lines), step


async def test_both_say_what_the_task_gets_and_from_where(
    found: Simulation, capsys: pytest.CaptureFixture[str]
) -> None:
    where = f"from {backend_name(found.result.answered_by or '')}"
    assert where == "from Key Vault"
    for shown in (in_headless(found, capsys), in_console(found)):
        assert any("a " in line and "Connection" in line and where in line for line in shown.splitlines())
        assert "host=db.example" in shown


async def test_both_say_what_is_raised(missing: Simulation, capsys: pytest.CaptureFixture[str]) -> None:
    raised = missing.result.exception
    assert raised is not None
    for shown in (in_headless(missing, capsys), in_console(missing)):
        assert f"{raised.type}: {raised.message}" in shown
