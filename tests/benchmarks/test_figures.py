"""How figures come about: in turn, as medians, and against a budget."""

from __future__ import annotations

import json

from tests.benchmarks.figures import Figure, Measure, Timed, run, table


def scripted(log: list[str], name: str, *seconds: float) -> Timed:
    """Work that takes the given seconds in turn, the first as warm-up, and writes its name in the log."""
    times = iter(seconds)

    def work() -> float:
        log.append(name)
        return next(times)

    return work


def figure(ratio: float, budget: float | None) -> Figure:
    return Figure("start", 100 * ratio, "bare", 100.0, ratio, budget, 3)


def test_ours_and_the_anchor_take_turns_at_going_first() -> None:
    log: list[str] = []
    run(Measure("m", scripted(log, "o", 1, 1, 1, 1), "bare", scripted(log, "a", 1, 1, 1, 1)), rounds=3)
    assert "".join(log) == "ao" + "ao" + "oa" + "ao"


def test_a_figure_is_the_ratio_of_the_medians_without_the_warm_up() -> None:
    ours, bare = scripted([], "o", 99, 0.3, 0.1, 0.2), scripted([], "a", 99, 0.1, 9.0, 0.1)
    measured = run(Measure("m", ours, "bare", bare, 1.5), rounds=3)
    assert (measured.value, measured.anchor_value, measured.ratio) == (200.0, 100.0, 2.0)


def test_what_is_no_time_keeps_its_unit() -> None:
    measured = run(Measure("m", lambda: 45.6, "bare", lambda: 38.0, unit="MiB"), rounds=3)
    assert (measured.value, measured.unit, measured.ratio) == (45.6, "MiB", 1.2)


def test_a_ratio_above_its_budget_is_over() -> None:
    assert figure(1.31, 1.3).over


def test_a_ratio_at_its_budget_is_not_over() -> None:
    assert not figure(1.3, 1.3).over


def test_a_figure_without_a_budget_is_never_over() -> None:
    assert not figure(1000, None).over


def test_the_table_shows_both_times_and_marks_what_is_over() -> None:
    last = table([figure(1.2, 1.3), figure(1.4, 1.3)]).splitlines()[-1]
    assert [cell.strip() for cell in last.split("|")[1:-1]] == [
        "start",
        "140.0 ms",
        "bare",
        "100.0 ms",
        "1.40",
        "1.3 OVER",
    ]


def test_the_json_carries_the_result() -> None:
    assert json.loads(json.dumps(figure(1.4, 1.3).as_json()))["over"] is True
