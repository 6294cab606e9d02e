"""A company's values file of 300 lines before and after: only our lines differ."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.core.secret_text import MASK
from kvtui.outputs.helm.values import merge_values
from kvtui.outputs.masking import masked_lines
from kvtui.outputs.model import FileKind
from kvtui.settings.model import Chart, Settings
from tests.outputs.samples import BACKEND, CLIENT, CLIENT_SECRET, KWARGS_IDENTITY, MANAGED, MODES, WORKLOAD

VALUES = Path(__file__).parents[1] / "conformance" / "values"
KWARGS = "AIRFLOW__SECRETS__BACKEND_KWARGS"
USE = 'azure.workload.identity/use: "true"'
CLIENT_ID = f'azure.workload.identity/client-id: "{CLIENT}"'
BY_VALUE = [f"+  - name: {KWARGS}", f"+    value: '{KWARGS_IDENTITY}'"]
AGENT_CLASS = ['-secretBackend: ""', f'+secretBackend: "{BACKEND}"']
AIRFLOW_CLASS = ["+  - name: AIRFLOW__SECRETS__BACKEND", f"+    value: {BACKEND}"]


def before(chart: Chart) -> str:
    return (VALUES / f"{chart.value}.yaml").read_text("utf-8")


def differing(chosen: Settings) -> list[str]:
    old = before(chosen.chart)
    lines = difflib.unified_diff(old.splitlines(), merge_values(old, chosen).splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize("chart", list(Chart))
def test_the_files_are_as_long_as_a_companys(chart: Chart) -> None:
    assert len(before(chart).splitlines()) >= 300


@pytest.mark.parametrize(
    ("chosen", "ours"),
    [
        (
            CLIENT_SECRET,
            [
                *AGENT_CLASS,
                f"+  - name: {KWARGS}",
                "+    valueFrom:",
                "+      secretKeyRef:",
                "+        name: akv-backend-kwargs",
                "+        key: backend_kwargs",
            ],
        ),
        (MANAGED, [*AGENT_CLASS, *BY_VALUE]),
        (WORKLOAD, [*AGENT_CLASS, *BY_VALUE, f"+  {USE}", f"+    {CLIENT_ID}"]),
    ],
    ids=[mode.auth_mode.value for mode in MODES],
)
def test_in_the_agent_charts_file_only_managed_lines_differ(chosen: Settings, ours: list[str]) -> None:
    assert differing(chosen) == ours


@pytest.mark.parametrize(
    ("chosen", "ours"),
    [
        (
            CLIENT_SECRET,
            [
                *AIRFLOW_CLASS,
                f"+  - envName: {KWARGS}",
                "+    secretName: akv-backend-kwargs",
                "+    secretKey: backend_kwargs",
            ],
        ),
        (MANAGED, [*AIRFLOW_CLASS, *BY_VALUE]),
        (
            WORKLOAD,
            [
                f"+  {USE}",
                *AIRFLOW_CLASS,
                *BY_VALUE,
                "-    annotations: {}",
                "+    annotations:",
                f"+      {CLIENT_ID}",
                f"+      {CLIENT_ID}",
                "-  serviceAccount: {create: true, name: ~, annotations: {}}",
                f"+  serviceAccount: {{create: true, name: ~, annotations: {{{CLIENT_ID}}}}}",
                "+  serviceAccount:",
                "+    annotations:",
                f"+      {CLIENT_ID}",
                "+    annotations:",
                f"+      {CLIENT_ID}",
            ],
        ),
    ],
    ids=[mode.auth_mode.value for mode in MODES],
)
def test_in_the_airflow_charts_file_only_managed_lines_differ(chosen: Settings, ours: list[str]) -> None:
    assert differing(replace(chosen, chart=Chart.AIRFLOW)) == ours


@pytest.mark.parametrize("chart", list(Chart))
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.auth_mode.value)
def test_the_next_write_changes_nothing(chart: Chart, mode: Settings) -> None:
    once = merge_values(before(chart), replace(mode, chart=chart))
    assert merge_values(once, replace(mode, chart=chart)) == once


OURS = 'commonEnv:\n  - name: AIRFLOW__SECRETS__BACKEND_KWARGS\n    value: \'{"sep": "-"}\'  # theirs\n'
IN_BRACKETS = (
    'commonEnv: [{name: AIRFLOW__SECRETS__BACKEND_KWARGS, value: \'{"sep": "-"}\'}, {name: A, value: "b"}]\n'
)


def test_our_kwargs_are_shown_with_a_comment_behind_them() -> None:
    assert masked_lines(OURS, FileKind.VALUES)[2] == '    value: \'{"sep": "-"}\'  # theirs'


def test_our_kwargs_are_shown_in_brackets_and_other_peoples_values_are_not() -> None:
    (line,) = masked_lines(IN_BRACKETS, FileKind.VALUES)
    assert '{name: AIRFLOW__SECRETS__BACKEND_KWARGS, value: \'{"sep": "-"}\'}' in line
    assert line.endswith(f"{{name: A, value: {MASK}}}]")


def test_the_key_within_our_kubernetes_secret_is_no_secret() -> None:
    text = 'secret:\n  - envName: X\n    secretKey: "backend_kwargs"\n    secretName: "kv-canary"\n'
    assert masked_lines(text, FileKind.VALUES)[2] == '    secretKey: "backend_kwargs"'
    assert MASK in masked_lines("secretKey: kv-canary-1\n", FileKind.VALUES)[0]


def test_a_secret_among_kwargs_in_brackets_stays_masked() -> None:
    text = (
        'commonEnv: [{name: AIRFLOW__SECRETS__BACKEND_KWARGS, value: \'{"client_secret": "kv-canary-1"}\'}]\n'
    )
    assert "kv-canary" not in masked_lines(text, FileKind.VALUES)[0]
