"""The agents' service accounts, as the values of the chart name them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kvtui.outputs.helm.service_accounts import accounts, agent_accounts, service_accounts
from kvtui.settings.model import Chart
from tests.outputs.samples import WORKLOAD

VALUES = """\
resourceNamePrefix: agent
namespace: airflow
workers:
  - name: default
  - name: big
serviceAccount:
  triggerer: {create: false, name: remote-exec-sa}
"""


def test_every_component_that_runs_airflow_has_one() -> None:
    assert [(one.component, one.name) for one in agent_accounts(VALUES)] == [
        ("worker default", "agent-worker-default"),
        ("worker big", "agent-worker-big"),
        ("DAG processor", "agent-dag-processor"),
        ("triggerer", "remote-exec-sa"),
    ]


def test_the_subject_is_what_the_cluster_puts_into_the_token() -> None:
    assert agent_accounts(VALUES)[0].subject == "system:serviceaccount:airflow:agent-worker-default"


@pytest.mark.parametrize(
    "values", ["", "a: [", "- list", "namespace: x", "resourceNamePrefix: null\nnamespace: x"]
)
def test_values_that_do_not_tell_name_none(values: str) -> None:
    assert agent_accounts(values) == ()


AIRFLOW = replace(WORKLOAD, chart=Chart.AIRFLOW, namespace="air")


@pytest.mark.parametrize(
    ("release", "values", "base"),
    [
        ("airflow", "", "airflow"),
        ("my-airflow", "", "my-airflow"),
        ("prod", "", "prod-airflow"),
        ("prod", "fullnameOverride: af", "af"),
        ("airflow", "nameOverride: wf", "airflow-wf"),
        ("prod", "nameOverride: prod", "prod"),
        ("prod", "useStandardNaming: true", "prod-airflow"),
        ("prod", f"nameOverride: {'b' * 60}", f"prod-{'b' * 58}"),
        ("prod", f"fullnameOverride: {'c' * 62}-d", "c" * 62),
    ],
)
def test_the_airflow_chart_names_accounts_after_the_release_and_its_own_name(
    release: str, values: str, base: str
) -> None:
    kinds = ("worker", "scheduler", "triggerer", "dag-processor", "api-server")
    assert service_accounts(AIRFLOW, values, release) == tuple(f"{base}-{kind}" for kind in kinds)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ("workers: {celery: {sets: [{name: gpu}]}}", ("p-airflow-worker", "p-airflow-worker-gpu")),
        ("workers: {celery: {enableDefault: false, sets: [{name: gpu}]}}", ("p-airflow-worker-gpu",)),
        ("workers: {celery: {serviceAccount: {name: own}, sets: [{name: gpu}]}}", ("own",)),
        ("workers: {serviceAccount: {create: false}}", ("default",)),
        ("workers: {serviceAccount: {create: false, name: own}}", ("own",)),
        ("executor: LocalExecutor", ()),
        ("executor: KubernetesExecutor\nworkers: {kubernetes: {serviceAccount: {name: own}}}", ("own",)),
    ],
)
def test_the_airflow_charts_workers_have_an_account_for_each_set(values: str, names: tuple[str, ...]) -> None:
    rest = ("p-airflow-scheduler", "p-airflow-triggerer", "p-airflow-dag-processor", "p-airflow-api-server")
    assert service_accounts(AIRFLOW, values, "p") == (*names, *rest)


def test_a_component_that_is_off_has_no_account() -> None:
    assert "p-airflow-triggerer" not in service_accounts(AIRFLOW, "triggerer: {enabled: false}", "p")


def test_the_chosen_namespace_is_in_the_subject_of_the_airflow_charts_accounts() -> None:
    assert accounts(AIRFLOW, "", "p")[0].subject == "system:serviceaccount:air:p-airflow-worker"
