"""Our entries and labels in the lists and mappings of a values file, in whatever style it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.outputs.helm.values import merge_values, render_values
from kvtui.settings.model import Chart, Settings
from tests.outputs.samples import BACKEND, CLIENT, CLIENT_SECRET, KWARGS_IDENTITY, MANAGED, MODES, WORKLOAD
from tests.outputs.values_samples import BY_REFERENCE, DOWNLOADED, KEY, load


@pytest.mark.parametrize("first", MODES)
@pytest.mark.parametrize("then", MODES)
def test_the_mode_can_be_switched_in_place(first: Settings, then: Settings) -> None:
    switched = load(merge_values(merge_values(DOWNLOADED, first), then))
    assert switched["commonEnv"] == load(merge_values(DOWNLOADED, then))["commonEnv"]


@pytest.mark.parametrize("first", [CLIENT_SECRET, MANAGED])
def test_the_official_chart_takes_the_kwargs_from_one_place_only(first: Settings) -> None:
    official = replace(first, chart=Chart.AIRFLOW)
    other = replace(MANAGED if first is CLIENT_SECRET else CLIENT_SECRET, chart=Chart.AIRFLOW)
    after = load(merge_values(merge_values("executor: Celery\n", other), official))
    by_value = [entry for entry in after["env"] if entry["name"] == KEY]
    by_reference = [entry for entry in after["secret"] or [] if entry["envName"] == KEY]
    assert len(by_value) + len(by_reference) == 1


def test_a_comment_behind_our_value_stays() -> None:
    before = f"commonEnv:\n- name: {KEY}\n  value: '{{}}'   # see the wiki\n"
    after = merge_values(before, MANAGED)
    assert f"  value: '{KWARGS_IDENTITY}'   # see the wiki\n" in after


def test_comments_within_managed_entry_stay_when_the_mode_changes() -> None:
    before = (
        f"commonEnv:\n  - name: {KEY}   # see the wiki\n\n    # one line of JSON\n    value: '{{}}'   # old\n"
        "  - name: B\n    value: b\n"
    )
    after = merge_values(before, CLIENT_SECRET)
    assert f"  - name: {KEY}   # see the wiki\n\n    # one line of JSON\n    valueFrom:\n" in after
    assert merge_values(after, CLIENT_SECRET) == after


def test_an_entry_that_begins_with_its_value_is_written_anew() -> None:
    before = f"commonEnv:\n  - value: '{{}}'\n    name: {KEY}\n"
    assert f"commonEnv:\n{BY_REFERENCE}" in merge_values(before, CLIENT_SECRET)


def test_new_entries_keep_the_indentation_of_the_list() -> None:
    after = merge_values("commonEnv:\n- name: A\n  value: b\nlogLevel: INFO\n", MANAGED)
    assert f"  value: b\n- name: {KEY}\n  value: '" in after


def test_repetitions_of_managed_entry_are_dropped() -> None:
    ours = f"  - name: {KEY}\n    value: a\n"
    before = f"commonEnv:\n{ours}  - name: B\n    value: b\n{ours}"
    names = [entry["name"] for entry in load(merge_values(before, MANAGED))["commonEnv"]]
    assert names == [KEY, "B"]


def test_a_backend_entry_among_the_variables_is_put_right_but_not_added() -> None:
    before = "commonEnv:\n  - name: AIRFLOW__SECRETS__BACKEND\n    value: old.Class\n"
    after = load(merge_values(before, MANAGED))
    assert after["commonEnv"][0] == {"name": "AIRFLOW__SECRETS__BACKEND", "value": BACKEND}
    assert "AIRFLOW__SECRETS__BACKEND" not in {e["name"] for e in load(render_values(MANAGED))["commonEnv"]}


@pytest.mark.parametrize(
    "empty",
    ["commonEnv:\n", "commonEnv: []\n", "commonEnv: [] # none\n", "commonEnv: null\n", "commonEnv: ~", ""],
)
def test_an_empty_list_is_filled(empty: str) -> None:
    after = merge_values(f"logLevel: INFO\n{empty}", CLIENT_SECRET)
    assert [entry["name"] for entry in load(after)["commonEnv"]] == [KEY]


def test_comments_below_an_empty_key_stay() -> None:
    before = "commonEnv:\n#  - name: EXAMPLE\n#    value: x\nlogLevel: INFO\n"
    after = merge_values(before, CLIENT_SECRET)
    assert "#  - name: EXAMPLE\n#    value: x\nlogLevel: INFO\n" in after


def test_flow_style_stays_flow_style() -> None:
    before = "commonEnv: [{name: A, value: b}]\nlabels: {team: data}\n"
    after = merge_values(before, WORKLOAD)
    assert after.startswith(f"commonEnv: [{{name: A, value: b}}, {{name: {KEY}, value: '")
    assert 'labels: {team: data, azure.workload.identity/use: "true"}\n' in after


@pytest.mark.parametrize("empty", [" {}", " null", " ~"])
def test_an_empty_part_within_braces_is_filled_within_braces(empty: str) -> None:
    after = merge_values(f"serviceAccount: {{annotations:{empty}, workers: {{create: true}}}}\n", WORKLOAD)
    first = after.splitlines()[0]
    annotation = f'{{azure.workload.identity/client-id: "{CLIENT}"}}'
    assert first == f"serviceAccount: {{annotations: {annotation}, workers: {{create: true}}}}"


def test_an_unquoted_true_becomes_the_string_that_kubernetes_wants() -> None:
    after = merge_values("labels:\n  azure.workload.identity/use: true\n", WORKLOAD)
    assert 'labels:\n  azure.workload.identity/use: "true"\n' in after


def test_labels_of_others_stay() -> None:
    after = load(merge_values("labels:\n  team: data\n", WORKLOAD))
    assert after["labels"] == {"team": "data", "azure.workload.identity/use": "true"}
