"""The Helm values: exact as a fragment, and set in place in a downloaded file."""

from __future__ import annotations

import difflib
import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from kvtui.exits import Exit
from kvtui.outputs.values_file import merge_values, render_values
from kvtui.problems import ProblemError
from kvtui.settings.model import Chart, Settings
from tests.outputs.samples import (
    BACKEND,
    CLIENT,
    CLIENT_SECRET,
    HOSTILE,
    KWARGS_IDENTITY,
    MANAGED,
    MODES,
    WORKLOAD,
    with_secret,
)

KEY = "AIRFLOW__SECRETS__BACKEND_KWARGS"
SECRET_BACKEND = f'secretBackend: "{BACKEND}"\n'
BY_REFERENCE = f"""\
  - name: {KEY}
    valueFrom:
      secretKeyRef:
        name: akv-backend-kwargs
        key: backend_kwargs
"""
BY_VALUE = f"""\
  - name: {KEY}
    value: '{KWARGS_IDENTITY}'
"""
IDENTITY = f"""\
labels:
  azure.workload.identity/use: "true"
serviceAccount:
  annotations:
    azure.workload.identity/client-id: "{CLIENT}"
"""
AIRFLOW_SECRET = f"""\
env:
  - name: AIRFLOW__SECRETS__BACKEND
    value: {BACKEND}
secret:
  - envName: {KEY}
    secretName: akv-backend-kwargs
    secretKey: backend_kwargs
"""

DOWNLOADED = """\
# Remote Execution Agent values
# yamllint disable
resourceNamePrefix: "prod-agents"

namespace: astro-agents   # created before
createNamespace: false
secretBackend: ""         # the class of a secrets backend
xcomBackend: 'airflow.providers.common.io.xcom.backend.XComObjectStorageBackend'

labels: {}
annotations: {}
dagBundleConfigList: '[{"name": "dags", "kwargs": {"path": "/opt/dags"}}]'

# Set on workers, DAG processor and triggerer.
commonEnv:
  # Do not change
  - name: ASTRO_ORGANIZATION_ID
    value:   "cl0000000000000000000000"
  - {name: ASTRO_DEPLOYMENT_NAMESPACE, value: 'kind-sun-1234'}

  - name: DEBUG
    value: True     # a boolean, as in many files

openLineage:
  enabled: no
  apiKeySecret:
serviceAccount:
  workers:
    create: true
    name:
workers:
  - name: default
    queues: [default]
    env:
      - name: POOL
        value: "4"
    resources: &small
      limits: {cpu: "1", memory: 2Gi}
triggerer:
  resources: *small
"""

OFFICIAL = """\
executor: CeleryExecutor
env:
  - name: A
    value: b
secret: []
extraEnv: |
  - name: C
    value: '{{ .Values.x }}'
workers:
  replicas: 3
  serviceAccount:
    create: true
scheduler: {}
"""


def load(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


def without_header(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))


def changed_lines(before: str, after: str) -> list[str]:
    return [
        line
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[:1] in "+-" and not line.startswith("?")
    ]


def refused(text: str, chosen: Settings = CLIENT_SECRET) -> str:
    with pytest.raises(ProblemError) as caught:
        merge_values(text, chosen)
    assert caught.value.problem.exit is Exit.NOT_WRITTEN
    return caught.value.problem.what


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


def test_client_secret_mode_changes_only_our_lines() -> None:
    assert changed_lines(DOWNLOADED, merge_values(DOWNLOADED, CLIENT_SECRET)) == [
        '- secretBackend: ""         # the class of a secrets backend',
        f'+ secretBackend: "{BACKEND}"         # the class of a secrets backend',
        *[f"+ {line}" for line in BY_REFERENCE.splitlines()],
    ]


def test_workload_identity_changes_only_our_lines() -> None:
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


def test_values_of_the_other_chart_are_refused() -> None:
    for chosen in MODES:
        assert "of the Remote Execution agents' chart" in refused(
            DOWNLOADED, replace(chosen, chart=Chart.AIRFLOW)
        )
        assert "of the official Airflow chart" in refused(OFFICIAL, chosen)


@pytest.mark.parametrize("chosen", MODES)
def test_merging_twice_changes_nothing(chosen: Settings) -> None:
    once = merge_values(DOWNLOADED, chosen)
    assert merge_values(once, chosen) == once


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


def test_comments_within_our_entry_stay_when_the_mode_changes() -> None:
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


def test_repetitions_of_our_entry_are_dropped() -> None:
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


def test_duplicate_keys_are_refused_with_the_key_and_the_line() -> None:
    what = refused("logLevel: INFO\nlabels: {}\nlogLevel: DEBUG\n")
    assert "'logLevel' twice" in what
    assert "line 3" in what


def test_a_duplicate_key_further_down_is_refused() -> None:
    assert "'a' twice" in refused("labels:\n  a: b\n  a: c\n")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n", "42\n"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    assert "not a mapping" in refused(text)


@pytest.mark.parametrize("text", ["a: [1\n", "a: b\n---\nc: d\n", "\ta: b\n", "a: 'x\n", "a: \x01\n"])
def test_what_is_not_one_yaml_document_is_refused(text: str) -> None:
    assert "cannot be read" in refused(text)


def test_a_refusal_does_not_quote_the_file() -> None:
    assert "hunter2" not in refused("agentToken: 'hunter2\nb: [\n")


def test_a_list_that_is_no_list_is_refused() -> None:
    assert "commonEnv (line 1) is not a list" in refused("commonEnv: {A: b}\n")


def test_an_alias_is_refused_because_a_change_would_reach_further() -> None:
    assert "alias" in refused("x: &env\n  - name: A\n    value: b\ncommonEnv: *env\n")


def test_a_shared_part_is_refused_because_a_change_would_reach_further() -> None:
    assert "without changing others" in refused("commonEnv: &env\n  - name: A\n    value: b\nx: *env\n")


def test_a_mapping_that_is_a_string_is_refused() -> None:
    assert "labels (line 1) is not a mapping" in refused("labels: text\n", WORKLOAD)


def test_a_whole_file_in_braces_is_refused() -> None:
    assert "written in braces" in refused('{"logLevel": "INFO"}\n')


def test_an_empty_mapping_gives_way() -> None:
    assert load(merge_values("# mine\n{}\n", CLIENT_SECRET))["secretBackend"] == BACKEND


def test_tags_are_refused() -> None:
    assert "cannot be read" in refused("a: !vault secret\n")


def test_a_large_file_changes_only_in_our_lines() -> None:
    workers = "".join(
        f"  - name: pool-{n}\n    # pool {n}\n    replicas:   {n}\n    tolerations:\n"
        f'      - {{key: pool, value: "{n}"}}\n    env: []\n'
        for n in range(50)
    )
    before = DOWNLOADED.replace("workers:\n  - name: default\n", f"workers:\n{workers}  - name: default\n")
    assert len(before.splitlines()) > 300
    changes = changed_lines(before, merge_values(before, WORKLOAD))
    assert changes == changed_lines(DOWNLOADED, merge_values(DOWNLOADED, WORKLOAD))


words = st.text(alphabet="abc XYZ'\"#:-{}[],&*!|>%@`~\n\té🔑0", max_size=8)
keys = st.text(alphabet="abc XYZ'\"#:-{}é0", max_size=8)
anything = st.recursive(
    words | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
env_entries = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from(["A", "B", KEY]), "value": words}), max_size=4
)
some_values = st.fixed_dictionaries(
    {},
    optional={
        "labels": st.dictionaries(keys, words, max_size=2),
        "logLevel": words,
        "commonEnv": env_entries,
        "extra": anything,
        "secretBackend": words,
        "serviceAccount": st.dictionaries(st.sampled_from(["workers", "annotations"]), st.none()),
    },
)


def dumped(values: dict[str, Any], flow: bool | None, indent: int) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = flow
    yaml.indent = indent
    stream = io.StringIO()
    yaml.dump(values, stream)
    return stream.getvalue()


def loads_as(text: str, values: dict[str, Any]) -> bool:
    """Whether the library reads its own output; of keys like `:0` in braces it does not."""
    try:
        return bool(load(text) == values)
    except YAMLError:
        return False


@given(some_values, st.sampled_from([True, False, None]), st.integers(2, 4), st.sampled_from(MODES))
@settings(max_examples=80, deadline=None)
def test_whatever_the_style_the_merged_file_is_right_and_settled(
    values: dict[str, Any], flow: bool | None, indent: int, chosen: Settings
) -> None:
    text = dumped(values, flow, indent)
    assume(loads_as(text, values))
    if text.startswith("{") and values:
        assert "written in braces" in refused(text, chosen)
        return
    after = merge_values(text, chosen)
    merged = load(after)
    assert merged["secretBackend"] == BACKEND
    assert [entry["name"] for entry in merged["commonEnv"]].count(KEY) == 1
    assert merged.get("extra") == values.get("extra")
    assert merge_values(after, chosen) == after
