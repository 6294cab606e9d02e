"""The corpus of minimal projects: each is read exactly as it is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dags.corpus.cases import Case, cases, described, scan

CASES = cases()


def test_the_corpus_has_at_least_forty_cases() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.group}-{case.name}")
def test_a_project_of_the_corpus_is_read_exactly(tmp_path: Path, case: Case) -> None:
    found = described(scan(case, tmp_path))
    if case.group != "judging":
        found |= {mark: [line.replace(" parsed", "") for line in found[mark]] for mark in ">?"}
    assert found == {mark: case.lines(mark) for mark in ">?!x"}
