"""What the real helm makes of the values, in every chart, mode and way."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.airflow.kwargs import backend_kwargs
from kvtui.outputs.helm.render import render_kubernetes_secret
from kvtui.outputs.helm.service_accounts import service_accounts
from kvtui.outputs.helm.values import merge_values, render_values
from kvtui.settings.model import AuthMode, Chart, Settings
from tests.conformance.helm.rendering import (
    KUBERNETES,
    OURS,
    Rendered,
    Thing,
    downloaded,
    helm,
    objections,
    values_of,
    with_chart,
)
from tests.outputs.samples import BACKEND, CLIENT, CLIENT_SECRET, HOSTILE, WORKLOAD

CLASS, KWARGS = OURS
USE = "azure.workload.identity/use"
CLIENT_ID = "azure.workload.identity/client-id"


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_every_object(rendered: Rendered, version: str, tmp_path: Path) -> None:
    assert objections(rendered.text, tmp_path, version) == []


def test_every_airflow_container_gets_the_class(rendered: Rendered) -> None:
    given = {name: environment[CLASS]["value"] for name, environment in rendered.containers()}
    assert len(given) >= 3
    assert set(given.values()) == {BACKEND}


def test_every_airflow_container_gets_the_kwargs(rendered: Rendered, settings: Settings) -> None:
    for _, environment in rendered.containers():
        entry = environment[KWARGS]
        if settings.auth_mode is AuthMode.CLIENT_SECRET:
            reference = {"secretKeyRef": {"name": "akv-backend-kwargs", "key": "backend_kwargs"}}
            assert entry == {"name": KWARGS, "valueFrom": reference}
        else:
            assert json.loads(entry["value"]) == backend_kwargs(settings)


def test_no_object_holds_the_client_secret(rendered: Rendered) -> None:
    escaped = r"pa\u0024\u0024w\u0023rd\u00271"
    assert HOSTILE not in rendered.text
    assert escaped not in rendered.text


def test_the_identity_is_on_pods_and_accounts_with_workload_identity_alone(
    rendered: Rendered, settings: Settings
) -> None:
    deployments = rendered.of_kind("Deployment")
    pods = [thing["spec"]["template"]["metadata"].get("labels", {}).get(USE) for thing in deployments]
    accounts = [
        (thing["metadata"].get("annotations") or {}).get(CLIENT_ID)
        for thing in rendered.of_kind("ServiceAccount")
    ]
    federated = settings.auth_mode is AuthMode.WORKLOAD_IDENTITY
    assert set(pods) == {"true" if federated else None}
    assert set(accounts) == {CLIENT if federated else None}


def test_the_accounts_that_entra_must_trust_are_those_that_are_made(chart: Chart, tmp_path: Path) -> None:
    chosen, values = with_chart(WORKLOAD, chart), tmp_path / "values.yaml"
    values.write_text(values_of(chosen, "merged"), "utf-8")
    made = {thing["metadata"]["name"] for thing in helm(chart, values).of_kind("ServiceAccount")}
    assert set(service_accounts(chosen, values.read_text("utf-8"), "release")) == made


@pytest.mark.parametrize("release", ["airflow", "prod", "my-airflow", "a" * 53])
@pytest.mark.parametrize(
    "values",
    [
        "{}",
        "fullnameOverride: af",
        f"fullnameOverride: {'long-' * 13}",
        "nameOverride: wf",
        "nameOverride: prod",
        f"nameOverride: {'b' * 60}",
        "useStandardNaming: true",
        "workers: {celery: {sets: [{name: gpu}, {name: own, serviceAccount: {name: given}}]}}",
        "workers: {celery: {enableDefault: false, sets: [{name: gpu}]}}",
        "scheduler: {serviceAccount: {create: false}}",
        "triggerer: {serviceAccount: {create: false, name: one}}",
        "scheduler: {serviceAccount: {name: given}}",
    ],
)
def test_the_airflow_charts_pods_run_as_the_accounts_that_are_named(
    release: str, values: str, tmp_path: Path
) -> None:
    chosen, path = with_chart(WORKLOAD, Chart.AIRFLOW), tmp_path / "values.yaml"
    path.write_text(f"{values}\n", "utf-8")
    pods = helm(Chart.AIRFLOW, path, release=release).of_kind("Deployment")
    used = {pod["spec"]["template"]["spec"]["serviceAccountName"] for pod in pods}
    assert set(service_accounts(chosen, values, release)) == used


def without_ours(thing: Thing) -> Thing:
    """The object as it would be if kvtui had set nothing."""
    pod = thing["spec"]["template"] if thing["kind"] == "Deployment" else {}
    for holder in (thing["metadata"], pod.get("metadata", {})):
        for part, key in (("labels", USE), ("annotations", CLIENT_ID)):
            (holder.get(part) or {}).pop(key, None)
            if part in holder and not holder[part]:
                del holder[part]
    for container in pod.get("spec", {}).get("containers", []):
        container["env"] = [one for one in container.get("env") or [] if one["name"] not in OURS]
    return thing


def test_a_merged_file_changes_nothing_else_in_any_object(settings: Settings, tmp_path: Path) -> None:
    before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
    before.write_text(downloaded(settings.chart), "utf-8")
    after.write_text(merge_values(downloaded(settings.chart), settings), "utf-8")
    old, new = helm(settings.chart, before).things, helm(settings.chart, after).things
    assert old != new
    assert [without_ours(thing) for thing in new] == [without_ours(thing) for thing in old]


def test_the_fragment_as_a_second_file_drops_the_entries_of_the_first(tmp_path: Path) -> None:
    first, second = tmp_path / "values.yaml", tmp_path / "ours.yaml"
    first.write_text(downloaded(Chart.AGENT), "utf-8")
    second.write_text(render_values(CLIENT_SECRET), "utf-8")
    kept = {name for _, entries in helm(Chart.AGENT, first).containers() for name in entries}
    left = {name for _, entries in helm(Chart.AGENT, first, second).containers() for name in entries}
    assert "ASTRO_DEPLOYMENT_ID" in kept
    assert "ASTRO_DEPLOYMENT_ID" not in left


def test_a_duplicate_key_that_kvtui_rejects_is_lost_by_helm_without_a_word(tmp_path: Path) -> None:
    doubled = tmp_path / "values.yaml"
    doubled.write_text("commonEnv: [{name: A, value: b}]\ncommonEnv: [{name: C, value: d}]\n", "utf-8")
    assert {name for _, entries in helm(Chart.AGENT, doubled).containers() for name in entries} == {"C"}


def test_the_unquoted_label_that_kvtui_puts_right_is_rejected_by_kubernetes(tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(f"labels:\n  {USE}: true\n", "utf-8")
    found = objections(helm(Chart.AGENT, values).text, tmp_path, KUBERNETES[-1])
    assert any("is not of type 'string'" in line for line in found)


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_takes_the_secrets_manifest(version: str, tmp_path: Path) -> None:
    assert objections(render_kubernetes_secret(CLIENT_SECRET), tmp_path, version) == []


@pytest.mark.parametrize(("airflow", "server"), [("2.11.2", "webserver"), ("3.3.2", "api-server")])
def test_the_server_of_each_airflow_gets_the_annotation(airflow: str, server: str, tmp_path: Path) -> None:
    chosen = replace(with_chart(WORKLOAD, Chart.AIRFLOW), airflow_version=airflow)
    values = tmp_path / "values.yaml"
    values.write_text(f'{render_values(chosen)}airflowVersion: "{airflow}"\n', "utf-8")
    accounts = helm(Chart.AIRFLOW, values).of_kind("ServiceAccount")
    annotated = {thing["metadata"]["name"]: thing["metadata"].get("annotations") for thing in accounts}
    assert annotated[f"release-airflow-{server}"] == {CLIENT_ID: CLIENT}
