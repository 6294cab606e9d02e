"""The commands that follow: exact, with what only the user knows asked for, and none with a secret."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.outputs.helm.values import render_values
from kvtui.outputs.model import NextStep, words
from kvtui.outputs.next_steps import MISSING
from kvtui.settings.model import Chart, Settings, Target
from tests.outputs.samples import AGENTS, CLIENT_SECRET, MANAGED, MODES, WORKLOAD, plan, project

DEPLOYMENT = "clx0abc123def456"
VALUES = "namespace: astro-agents\nlogLevel: INFO\n"


def steps(chosen: Settings, what: str = "all", **texts: str) -> dict[str, NextStep]:
    made = plan(chosen, project(**texts), what)  # type: ignore[arg-type]
    return {step.title: step for step in made.next_steps}


def test_the_chosen_deployment_is_in_every_command_that_wants_one() -> None:
    found = steps(replace(CLIENT_SECRET, deployment_id=DEPLOYMENT))
    assert found["Set the variables on the Deployment"].command == (
        f"astro deployment variable create --deployment-id {DEPLOYMENT} --secret --load --env .env"
    )
    assert found["Deploy"].command == f"astro deploy {DEPLOYMENT}"
    assert not any(step.placeholders for step in found.values())


def test_where_create_rejects_keys_that_exist_update_is_offered() -> None:
    step = steps(CLIENT_SECRET)["Set the variables on the Deployment"]
    assert step.instead == step.command.replace("variable create", "variable update")


def test_the_file_that_env_names_is_checked_before() -> None:
    assert steps(CLIENT_SECRET)["Set the variables on the Deployment"].needs == (Path("/project/.env"),)


def test_an_image_is_built_only_from_requirements_that_are_written() -> None:
    assert steps(CLIENT_SECRET)["Deploy"].needs == (Path("/project/requirements.txt"),)
    agents = steps(AGENTS, values=VALUES)["Build the agents' image"]
    assert agents.needs == (Path("/project/requirements-client.txt"),)


def test_the_chosen_namespace_comes_before_the_one_of_the_values() -> None:
    found = steps(replace(AGENTS, namespace="mine", release="blue"), values=VALUES)
    chart = "blue astronomer/astro-remote-execution-agent --namespace mine -f values.yaml"
    assert found["Install"].command == f"helm upgrade --install {chart}"
    assert "--namespace mine" in found["Restart the pods"].command


def test_a_namespace_that_nobody_names_is_asked_for() -> None:
    assert "<namespace>" in steps(AGENTS)["Restart the pods"].placeholders
    assert steps(AGENTS, values=VALUES)["Restart the pods"].placeholders == ()


@pytest.mark.parametrize("chart", list(Chart))
def test_a_fragment_is_never_what_is_installed(chart: Chart) -> None:
    chosen = replace(AGENTS, chart=chart, namespace="mine")
    for texts in ({}, {"values": render_values(chosen)}):
        install = steps(chosen, **texts)["Install"]
        assert install.placeholders == ("<your-values.yaml>",)


@pytest.mark.parametrize("chosen", MODES)
@pytest.mark.parametrize("target", list(Target))
@pytest.mark.parametrize("chart", list(Chart))
def test_every_placeholder_is_reported_in_words(chosen: Settings, target: Target, chart: Chart) -> None:
    for what in ("all", "helm"):
        for step in steps(replace(chosen, target=target, chart=chart), what).values():
            assert set(step.placeholders) <= set(MISSING)


MANAGED_AGENTS = replace(WORKLOAD, identity_is_managed=True)


def federation(chosen: Settings, values: str) -> list[NextStep]:
    remote = replace(chosen, target=Target.REMOTE_EXECUTION)
    return [
        step
        for step in steps(remote, "helm", values=values).values()
        if step.title.startswith("Add a federated credential")
    ]


def trusted(chosen: Settings, values: str) -> list[str]:
    return [words(step.command)[-3].rpartition(":")[2] for step in federation(chosen, values)]


def test_each_account_of_the_agents_gets_a_command_of_its_own() -> None:
    values = "resourceNamePrefix: prod\nworkers:\n  - name: default\n  - name: gpu\n"
    names = ["prod-worker-default", "prod-worker-gpu", "prod-dag-processor", "prod-triggerer"]
    assert trusted(MANAGED_AGENTS, values) == names


def test_an_account_with_a_name_of_its_own_is_trusted_once() -> None:
    values = (
        "serviceAccount:\n  workers: {name: own}\n  dagProcessor: {name: own}\n  triggerer: {name: own}\n"
    )
    assert trusted(MANAGED_AGENTS, f"{values}workers: [{{name: a}}]\n") == ["own"]


def test_the_airflow_charts_accounts_are_named_after_the_release() -> None:
    chosen = replace(MANAGED_AGENTS, chart=Chart.AIRFLOW, release="blue", airflow_version="2.11.2")
    names = ["blue-airflow-worker", "mine"]
    names += [f"blue-airflow-{kind}" for kind in ("triggerer", "dag-processor", "webserver")]
    assert trusted(chosen, "scheduler:\n  serviceAccount: {name: mine}\n") == names


def test_accounts_that_the_values_do_not_name_can_be_given() -> None:
    (step,) = federation(MANAGED_AGENTS, "logLevel: INFO\n")
    assert ("<service-account>" in step.placeholders, "resourceNamePrefix" in step.note) == (True, True)
    assert trusted(replace(MANAGED_AGENTS, service_account="one,two"), "logLevel: INFO\n") == ["one", "two"]


def test_what_is_known_of_the_identity_and_the_cluster_is_in_the_command() -> None:
    known = replace(
        MANAGED_AGENTS,
        identity_name="mi-agents",
        resource_group="rg-data",
        issuer="https://oidc.example/1/",
        service_account="one",
        namespace="agents",
    )
    (step,) = federation(known, "logLevel: INFO\n")
    assert step.command == (
        "az identity federated-credential create --name one --identity-name mi-agents "
        "--resource-group rg-data --issuer https://oidc.example/1/ "
        "--subject system:serviceaccount:agents:one --audiences api://AzureADTokenExchange"
    )


def test_an_app_registration_trusts_by_the_command_for_apps() -> None:
    (step,) = federation(replace(WORKLOAD, identity_is_app=True), "logLevel: INFO\n")
    assert step.command.startswith(f"az ad app federated-credential create --id {WORKLOAD.client_id} ")


def test_of_an_identity_of_unknown_kind_both_commands_are_shown_with_their_kind() -> None:
    app, managed = federation(replace(WORKLOAD, service_account="one"), "logLevel: INFO\n")
    assert app.title.endswith(", if the identity is an app registration")
    assert managed.title.endswith(", if it is a managed identity")
    assert app.command.startswith("az ad app federated-credential create ")
    assert managed.command.startswith("az identity federated-credential create ")


def test_beside_other_variables_only_the_two_go_to_the_deployment() -> None:
    found = steps(CLIENT_SECRET, env="LOCAL_ONLY=1\n")
    assert found["Write only the two variables into a file for the Deployment"].command == (
        "kvtui --export env -o deploy.env"
    )
    assert found["Set the variables on the Deployment"].command.endswith("--secret --load --env deploy.env")
    assert found["Delete deploy.env"].command == "rm deploy.env"


def test_without_values_the_airflow_chart_names_its_accounts_by_its_defaults() -> None:
    chosen = replace(MANAGED_AGENTS, target=Target.REMOTE_EXECUTION, chart=Chart.AIRFLOW, release="blue")
    step = steps(chosen, "helm")["Add a federated credential for the service account blue-airflow-worker"]
    assert step.note.startswith("By the chart's defaults.")


@pytest.mark.parametrize("texts", [{}, {"values": "executor: CeleryExecutor\n"}])
@pytest.mark.parametrize("chosen", MODES)
def test_no_step_names_a_key_or_a_thing_of_the_other_chart(chosen: Settings, texts: dict[str, str]) -> None:
    airflow = replace(chosen, target=Target.REMOTE_EXECUTION, chart=Chart.AIRFLOW)
    said = " ".join(
        f"{step.title} {step.command} {step.note} {' '.join(MISSING[one] for one in step.placeholders)}"
        for step in steps(airflow, "helm", **texts).values()
    )
    assert not re.search(r"resourceNamePrefix|commonEnv|secretBackend|agent", said)


def test_a_command_is_an_argument_list_and_needs_no_shell() -> None:
    made = plan(MANAGED, project(), "env", Path("/else where/$(x).env"))
    create = next(step for step in made.next_steps if "variable" in step.command)
    assert words(create.command)[-2:] == ("--env", "/else where/$(x).env")


def test_a_file_whose_name_begins_like_an_option_is_none() -> None:
    made = plan(MANAGED, project(), "env", Path("/project/-rf.env"))
    assert any(step.command.endswith("--env ./-rf.env") for step in made.next_steps)


def test_a_manifest_below_a_path_with_a_space_is_one_argument() -> None:
    made = plan(AGENTS, project(values=VALUES), "all", Path("/sp ace"))
    apply = next(step for step in made.next_steps if step.command.startswith("kubectl apply"))
    assert words(apply.command)[-1].endswith("akv-backend-kwargs.secret.yaml")
    delete = next(step for step in made.next_steps if step.title == "Delete the manifest")
    assert words(delete.command)[1] == words(apply.command)[-1]


def test_files_that_go_to_another_directory_are_worked_on_there() -> None:
    made = plan(CLIENT_SECRET, project(), "all", Path("/elsewhere"))
    assert made.directory == Path("/elsewhere")
    assert any(step.command.endswith("--load --env .env") for step in made.next_steps)


def test_a_pin_that_does_not_do_comes_before_the_deploy() -> None:
    pinned = "apache-airflow-providers-microsoft-azure==6.1.0\n"
    assert (
        "Fix the provider's line in requirements.txt first"
        in steps(MANAGED, requirements=pinned)["Deploy"].note
    )
    assert (
        steps(MANAGED)["Deploy"].note
        == "Deploy once, so that the image gets the provider from requirements.txt."
    )


@pytest.mark.parametrize(
    ("texts", "lacks"),
    [
        ({}, "There is no requirements.txt: make one that lists"),
        ({"requirements": "pandas\n"}, "requirements.txt does not name the provider: add"),
    ],
)
def test_where_requirements_do_not_name_the_provider_it_has_to_be_listed_first(
    texts: dict[str, str], lacks: str
) -> None:
    found = steps(MANAGED, "env", **texts)
    needs = f"{lacks} apache-airflow-providers-microsoft-azure>=8.2.0."
    assert found["Deploy"].note == f"{needs} Deploy once, so that the image gets it."
    assert found["Check that Airflow starts on your machine"].note.startswith(needs)


def test_where_they_name_it_the_image_gets_it_from_there() -> None:
    named = "apache-airflow-providers-microsoft-azure>=8.2.0\n"
    deploy = steps(MANAGED, "env", requirements=named)["Deploy"]
    assert deploy.note == "Deploy once, so that the image gets the provider from requirements.txt."


def test_astro_dev_of_a_project_with_agents_is_reported_that_it_needs_the_provider_as_well() -> None:
    named = "apache-airflow-providers-microsoft-azure>=8.0.0\n"
    lacks = "There is no requirements.txt with the provider"
    assert steps(AGENTS)["Try it on your machine"].note.startswith(lacks)
    assert lacks not in steps(AGENTS, requirements=named)["Try it on your machine"].note


def test_the_official_chart_has_no_step_of_the_astro_cli() -> None:
    found = steps(replace(AGENTS, chart=Chart.AIRFLOW), values="executor: CeleryExecutor\n")
    assert not any(step.command.startswith("astro") for step in found.values())
    assert "requirements.txt" in found["Build the image that the chart runs"].note


def test_the_pods_of_the_official_chart_alone_are_restarted_stateful_ones_too() -> None:
    found = steps(replace(AGENTS, chart=Chart.AIRFLOW, namespace="ns", release="blue"))
    assert found["Restart the pods"].command == (
        "kubectl rollout restart deployment,statefulset --namespace ns --selector release=blue"
    )


@pytest.mark.parametrize("chart", list(Chart))
def test_how_helm_knows_the_repository_is_words_and_no_half_a_command(chart: Chart) -> None:
    values = "executor: CeleryExecutor\n" if chart is Chart.AIRFLOW else VALUES
    note = steps(replace(AGENTS, chart=chart), values=values)["Render the chart with the values"].note
    assert ("…" in note, "documentation of the chart" in note) == (False, True)


def test_where_the_machine_lacks_the_identity_the_step_promises_no_lookup() -> None:
    step = steps(MANAGED)["Check that Airflow starts on your machine"]
    assert "unless the container has another Azure sign-in" in step.note


def test_without_a_manifest_it_is_said_what_makes_the_file() -> None:
    note = steps(AGENTS, "helm")["Create the Kubernetes Secret"].note
    assert "export .env, copy the JSON that follows AIRFLOW__SECRETS__BACKEND_KWARGS= into <file>" in note


def test_once_the_deployment_has_the_secret_it_is_taken_out_of_the_file() -> None:
    last = list(steps(CLIENT_SECRET).values())[-1]
    assert last.command == "kvtui --export env --remove secret -o .env"
    assert not any("--remove" in step.command for step in steps(MANAGED).values())


def test_what_astro_dev_lacks_is_judged_where_it_is_run() -> None:
    named = "apache-airflow-providers-microsoft-azure>=8.0.0\n"
    made = plan(AGENTS, project(requirements=named), "all", Path("/elsewhere"))
    assert made.next_steps[0].note.startswith("There is no requirements.txt with the provider")
    made = plan(AGENTS, project(requirements="numpy\n"), "all", Path("/project"))
    assert made.next_steps[0].note.startswith("requirements.txt does not name the provider")
