"""The environment that a values file gives the pods of the workers."""

from __future__ import annotations

import pytest

from kvtui.outputs.helm.environment import values_environment
from kvtui.settings.model import Chart


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("secretBackend: x.Y\n", {"AIRFLOW__SECRETS__BACKEND": "x.Y"}),
        ("commonEnv: [{name: A, value: one}, {name: A, value: two}]\n", {"A": "two"}),
        ("commonEnv: [{name: A, value: one}]\nworkers: [{env: [{name: A, value: own}]}]\n", {"A": "own"}),
        (
            "commonEnv: [{name: A, value: x}, {name: B, value: '$(A)-$(C)-$$(A)'}]\n",
            {"A": "x", "B": "x-$(C)-$(A)"},
        ),
        ("commonEnv: [{name: A, value: true}, {name: B, value: 1}]\n", {"A": "true", "B": "1"}),
        ("commonEnv: nothing\nworkers: {}\n", {}),
        ("# nothing\n", {}),
    ],
)
def test_agents_have_what_all_have_and_the_workers_own(text: str, expected: dict[str, str]) -> None:
    assert values_environment(text, Chart.AGENT).environment == expected


def test_the_official_chart_has_its_lists_and_its_configuration() -> None:
    text = (
        "config: {secrets: {backend: x.Y}}\nenv: [{name: A, value: one}]\n"
        "extraEnv: |\n  - name: B\n    value: two\nworkers: {env: [{name: A, value: own}]}\n"
    )
    assert values_environment(text, Chart.AIRFLOW).environment == {
        "AIRFLOW__SECRETS__BACKEND": "x.Y",
        "A": "own",
        "B": "two",
    }


@pytest.mark.parametrize(
    ("chart", "text"),
    [
        (Chart.AGENT, "commonEnv: [{name: A, valueFrom: {secretKeyRef: {name: n, key: k}}}]\n"),
        (Chart.AIRFLOW, "secret: [{envName: A, secretName: n, secretKey: k}]\n"),
    ],
)
def test_a_value_in_a_kubernetes_secret_is_hidden(chart: Chart, text: str) -> None:
    found = values_environment(text, chart)
    assert (found.environment, found.hidden) == ({}, {"A": ("n", "k")})
