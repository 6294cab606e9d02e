"""The Helm values: exact as a fragment, and a downloaded file that keeps all that is not ours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.outputs.helm.values import merge_values, render_values
from kvtui.settings.model import Chart, Settings
from tests.outputs.samples import BACKEND, CLIENT_SECRET, HOSTILE, MANAGED, MODES, WORKLOAD, with_secret
from tests.outputs.values_samples import (
    AIRFLOW_SECRET,
    BY_REFERENCE,
    BY_VALUE,
    DOWNLOADED,
    IDENTITY,
    KEY,
    OFFICIAL,
    SECRET_BACKEND,
    changed_lines,
    load,
    without_header,
)


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (CLIENT_SECRET, f"{SECRET_BACKEND}commonEnv:\n{BY_REFERENCE}"),
        (MANAGED, f"{SECRET_BACKEND}commonEnv:\n{BY_VALUE}"),
        (WORKLOAD, f"{SECRET_BACKEND}{IDENTITY}commonEnv:\n{BY_VALUE}"),
        (replace(CLIENT_SECRET, chart=Chart.AIRFLOW), AIRFLOW_SECRET),
    ],
)
def test_a_fragment_is_written_as_documented(chosen: Settings, wanted: str) -> None:
    assert without_header(render_values(chosen)) == wanted


def test_a_fragment_warns_that_lists_do_not_merge() -> None:
    assert "Lists do not merge in Helm" in render_values(CLIENT_SECRET)


def test_the_official_chart_gets_annotations_per_component() -> None:
    values = load(render_values(replace(WORKLOAD, chart=Chart.AIRFLOW)))
    annotated = [name for name, part in values.items() if isinstance(part, dict) and "serviceAccount" in part]
    assert annotated == ["workers", "scheduler", "triggerer", "dagProcessor", "apiServer"]
    older = load(render_values(replace(WORKLOAD, chart=Chart.AIRFLOW, airflow_version="2.11.2")))
    assert "webserver" in older
    assert "apiServer" not in older


@pytest.mark.parametrize("chosen", MODES)
@pytest.mark.parametrize("chart", list(Chart))
def test_no_values_file_depends_on_the_client_secret(chosen: Settings, chart: Chart) -> None:
    chosen = replace(chosen, chart=chart)
    other = replace(chosen, client_secret=with_secret("another secret").client_secret)
    assert render_values(chosen) == render_values(other)
    before = OFFICIAL if chart is Chart.AIRFLOW else DOWNLOADED
    assert HOSTILE not in merge_values(before, chosen)


def test_a_clear_secret_that_stood_there_before_goes_with_its_entry() -> None:
    old = f'commonEnv:\n  - name: {KEY}\n    value: \'{{"client_secret": "hunter2hunter2"}}\'\n'
    assert "hunter2" not in merge_values(old, CLIENT_SECRET)


def test_client_secret_mode_changes_only_managed_lines() -> None:
    assert changed_lines(DOWNLOADED, merge_values(DOWNLOADED, CLIENT_SECRET)) == [
        '- secretBackend: ""         # the class of a secrets backend',
        f'+ secretBackend: "{BACKEND}"         # the class of a secrets backend',
        *[f"+ {line}" for line in BY_REFERENCE.splitlines()],
    ]


def test_workload_identity_changes_only_managed_lines() -> None:
    changes = changed_lines(DOWNLOADED, merge_values(DOWNLOADED, WORKLOAD))
    assert [line for line in changes if line.startswith("-")] == [
        '- secretBackend: ""         # the class of a secrets backend',
        "- labels: {}",
    ]
    assert len([line for line in changes if line.startswith("+")]) == 7


@pytest.mark.parametrize("chosen", MODES)
def test_a_merged_file_says_what_it_said_and_what_we_add(chosen: Settings) -> None:
    before, after = load(DOWNLOADED), load(merge_values(DOWNLOADED, chosen))
    for key in set(before) - {"secretBackend", "labels", "commonEnv", "serviceAccount"}:
        assert after[key] == before[key]
    assert after["commonEnv"][:3] == before["commonEnv"]
    assert after["serviceAccount"]["workers"] == before["serviceAccount"]["workers"]


@pytest.mark.parametrize("chosen", MODES)
def test_the_official_charts_file_keeps_what_it_said(chosen: Settings) -> None:
    after = load(merge_values(OFFICIAL, replace(chosen, chart=Chart.AIRFLOW)))
    assert after["env"][0] == {"name": "A", "value": "b"}
    assert after["workers"]["replicas"] == 3
    assert after["extraEnv"] == load(OFFICIAL)["extraEnv"]


@pytest.mark.parametrize("chosen", MODES)
def test_merging_twice_changes_nothing(chosen: Settings) -> None:
    once = merge_values(DOWNLOADED, chosen)
    assert merge_values(once, chosen) == once


def test_crlf_is_kept_throughout() -> None:
    after = merge_values(DOWNLOADED.replace("\n", "\r\n"), WORKLOAD)
    assert after.count("\n") == after.count("\r\n")
    assert after.replace("\r\n", "\n") == merge_values(DOWNLOADED, WORKLOAD)


def test_a_missing_final_newline_does_not_join_lines() -> None:
    assert load(merge_values("logLevel: INFO", CLIENT_SECRET))["logLevel"] == "INFO"


def test_keys_go_before_the_mark_that_ends_the_document() -> None:
    after = merge_values("---\nlogLevel: INFO\n...\n", CLIENT_SECRET)
    assert after.endswith("...\n")
    assert load(after)["secretBackend"] == BACKEND


def test_a_file_of_comments_keeps_them() -> None:
    after = merge_values("# mine\n", CLIENT_SECRET)
    assert after == f"# mine\n{SECRET_BACKEND}commonEnv:\n{BY_REFERENCE}"


def test_an_empty_file_becomes_the_fragment() -> None:
    assert merge_values("\n", CLIENT_SECRET) == render_values(CLIENT_SECRET)


def test_block_scalars_around_ours_keep_their_lines() -> None:
    before = "commonEnv:\n  - name: A\n    value: |\n      one\n      two\n\nextra: |-\n  text\n"
    after = merge_values(before, CLIENT_SECRET)
    assert load(after)["extra"] == "text"
    assert load(after)["commonEnv"][0] == {"name": "A", "value": "one\ntwo\n"}


def test_an_empty_mapping_gives_way() -> None:
    assert load(merge_values("# mine\n{}\n", CLIENT_SECRET))["secretBackend"] == BACKEND


def test_a_large_file_changes_only_in_managed_lines() -> None:
    workers = "".join(
        f"  - name: pool-{n}\n    # pool {n}\n    replicas:   {n}\n    tolerations:\n"
        f'      - {{key: pool, value: "{n}"}}\n    env: []\n'
        for n in range(50)
    )
    before = DOWNLOADED.replace("workers:\n  - name: default\n", f"workers:\n{workers}  - name: default\n")
    assert len(before.splitlines()) > 300
    changes = changed_lines(before, merge_values(before, WORKLOAD))
    assert changes == changed_lines(DOWNLOADED, merge_values(DOWNLOADED, WORKLOAD))
