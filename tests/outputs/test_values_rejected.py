"""Values files that kvtui does not change, and what it says of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.settings.model import Chart
from tests.outputs.samples import MODES, WORKLOAD
from tests.outputs.values_samples import DOWNLOADED, OFFICIAL, refused


def test_values_of_the_other_chart_are_rejected() -> None:
    for chosen in MODES:
        assert "belongs to the Remote Execution agents' chart" in refused(
            DOWNLOADED, replace(chosen, chart=Chart.AIRFLOW)
        )
        assert "belongs to the official Airflow chart" in refused(OFFICIAL, chosen)


def test_duplicate_keys_are_rejected_with_the_key_and_the_line() -> None:
    what = refused("logLevel: INFO\nlabels: {}\nlogLevel: DEBUG\n")
    assert "'logLevel' twice" in what
    assert "line 3" in what


def test_a_duplicate_key_further_down_is_rejected() -> None:
    assert "'a' twice" in refused("labels:\n  a: b\n  a: c\n")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n", "42\n"])
def test_what_is_no_mapping_is_rejected(text: str) -> None:
    assert "not a mapping" in refused(text)


@pytest.mark.parametrize("text", ["a: [1\n", "a: b\n---\nc: d\n", "\ta: b\n", "a: 'x\n", "a: \x01\n"])
def test_what_is_not_one_yaml_document_is_rejected(text: str) -> None:
    assert "cannot be read" in refused(text)


def test_a_error_does_not_quote_the_file() -> None:
    assert "hunter2" not in refused("agentToken: 'hunter2\nb: [\n")


def test_a_list_that_is_no_list_is_rejected() -> None:
    assert "commonEnv (line 1) is not a list" in refused("commonEnv: {A: b}\n")


def test_an_alias_is_rejected_because_a_change_would_reach_further() -> None:
    assert "alias" in refused("x: &env\n  - name: A\n    value: b\ncommonEnv: *env\n")


def test_a_shared_part_is_rejected_because_a_change_would_reach_further() -> None:
    assert "without changing others" in refused("commonEnv: &env\n  - name: A\n    value: b\nx: *env\n")


def test_a_mapping_that_is_a_string_is_rejected() -> None:
    assert "labels (line 1) is not a mapping" in refused("labels: text\n", WORKLOAD)


def test_a_whole_file_in_braces_is_rejected() -> None:
    assert "written in braces" in refused('{"logLevel": "INFO"}\n')


def test_tags_are_rejected() -> None:
    assert "cannot be read" in refused("a: !vault secret\n")
