"""The agents' service accounts, as the values of the chart name them."""

from __future__ import annotations

import pytest

from kvtui.outputs.service_accounts import agent_accounts

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
