"""What an export would write, what to know about it, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.outputs.env.file import render_env
from kvtui.outputs.helm.values import render_values
from kvtui.outputs.model import FileKind, Plan
from kvtui.project.model import FileState, GitFacts, IgnoreFile
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import Chart, Settings, Target, VaultAddress
from tests.outputs.samples import (
    AGENTS,
    CLIENT_SECRET,
    HOSTILE,
    MANAGED,
    MODES,
    WORKLOAD,
    plan,
    project,
)

PROVIDER = "apache-airflow-providers-microsoft-azure"

ROOT = Path("/project")


def names(made: Plan) -> list[str]:
    return [planned.path.name for planned in made.files]


def commands(made: Plan) -> list[str]:
    return [step.command for step in made.next_steps if step.command]


def agents(chosen: Settings) -> Settings:
    return replace(chosen, target=Target.REMOTE_EXECUTION)


def test_env_is_the_env_file() -> None:
    assert names(plan(CLIENT_SECRET, project(), "env")) == [".env"]


def test_all_for_astro_is_the_env_file_and_the_requirements() -> None:
    made = plan(CLIENT_SECRET, project(), "all")
    assert names(made) == [".env", "requirements.txt"]


def test_all_for_agents_is_everything_that_they_and_astro_dev_need() -> None:
    made = plan(AGENTS, project(), "all")
    assert names(made) == [".env", "values.yaml", "akv-backend-kwargs.secret.yaml", "requirements-client.txt"]


def test_without_a_secret_there_is_no_manifest() -> None:
    made = plan(agents(MANAGED), project(), "all")
    assert names(made) == [".env", "values.yaml", "requirements-client.txt"]


def test_printed_helm_values_stand_alone_so_that_they_hold_no_secret() -> None:
    made = plan(AGENTS, project(), "helm")
    assert names(made) == ["values.yaml"]
    assert HOSTILE not in made.files[0].after
    assert "client_secret" not in made.files[0].after


def test_helm_values_for_a_path_come_with_the_manifest_beside_them() -> None:
    made = plan(AGENTS, project(), "helm", Path("/elsewhere/prod.yaml"))
    assert [str(planned.path) for planned in made.files] == [
        "/elsewhere/prod.yaml",
        "/elsewhere/akv-backend-kwargs.secret.yaml",
    ]


def test_an_output_takes_the_env_files_place_and_is_merged_into() -> None:
    def theirs(path: Path) -> FileState:
        return FileState(path, "THEIRS=1\n")

    made = plan(CLIENT_SECRET, project(env="OURS=1\n"), "env", Path("/elsewhere/x.env"), read=theirs)
    assert made.files[0].path == Path("/elsewhere/x.env")
    assert made.files[0].after.startswith("THEIRS=1\nAIRFLOW__SECRETS__BACKEND=")


def test_an_output_that_is_the_projects_own_file_is_not_read_again() -> None:
    def unread(path: Path) -> FileState:
        raise AssertionError(path)

    made = plan(CLIENT_SECRET, project(env="A=1\n"), "env", Path("/project/.env"), read=unread)
    assert made.files[0].state.text == "A=1\n"


def test_a_relative_output_is_the_projects_own_file_where_it_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = plan(CLIENT_SECRET, project(tmp_path, env="A=1\n"), "env", Path(".env"))
    assert made.files[0].path == tmp_path / ".env"
    assert made.files[0].state.text == "A=1\n"


def test_of_all_an_output_is_the_directory() -> None:
    made = plan(CLIENT_SECRET, project(), "all", Path("/elsewhere"))
    assert [str(planned.path) for planned in made.files] == ["/elsewhere/.env", "/elsewhere/requirements.txt"]


def test_only_files_that_may_hold_a_secret_are_marked_so() -> None:
    made = plan(AGENTS, project(), "all")
    assert [planned.secret for planned in made.files] == [True, False, True, False]


def test_the_manifest_alone_is_temporary() -> None:
    made = plan(AGENTS, project(), "all")
    assert [planned.path.name for planned in made.files if planned.temporary] == [
        "akv-backend-kwargs.secret.yaml"
    ]


def test_what_is_already_so_is_not_changed() -> None:
    first = plan(CLIENT_SECRET, project(), "all")
    env, requirements = (planned.after for planned in first.files)
    again = plan(CLIENT_SECRET, project(env=env, requirements=requirements), "all")
    assert [planned.changed for planned in again.files] == [False, False]


def test_settings_that_cannot_be_exported_are_rejected_with_every_fault() -> None:
    with pytest.raises(ProblemError) as refused:
        plan(Settings(), project(), "all")
    assert refused.value.problem.kind is ProblemKind.USAGE
    for missing in ("vault", "tenant", "client ID", "client secret"):
        assert f"The {missing}" in refused.value.problem.what


def test_a_plan_does_not_show_the_secret() -> None:
    made = plan(AGENTS, project(), "all")
    assert HOSTILE not in repr(made)
    assert "u0024" not in repr(made)


@pytest.mark.parametrize("chosen", MODES)
@pytest.mark.parametrize("target", list(Target))
@pytest.mark.parametrize("chart", list(Chart))
def test_no_next_step_and_no_notice_holds_the_secret(chosen: Settings, target: Target, chart: Chart) -> None:
    made = plan(replace(chosen, target=target, chart=chart), project(), "all")
    words = " ".join(
        [*made.notices, *(f"{step.command} {step.instead} {step.note}" for step in made.next_steps)]
    )
    assert HOSTILE not in words
    assert "u0024" not in words


def test_the_steps_for_astro_with_a_client_secret() -> None:
    made = plan(CLIENT_SECRET, project(), "all")
    assert commands(made) == [
        "astro dev restart",
        "astro deployment variable create --deployment-id <deployment-id> --secret --load --env .env",
        "astro deploy <deployment-id>",
        "kvtui --export env --remove secret -o .env",
    ]
    assert "use `update` instead of `create`" in made.next_steps[1].note


def test_the_steps_for_astro_with_a_managed_identity() -> None:
    made = plan(MANAGED, project(), "all")
    assert commands(made) == [
        "astro dev restart",
        "astro deployment variable create --deployment-id <deployment-id> --load --env .env",
        "astro deploy <deployment-id>",
    ]
    assert "cannot sign in as the managed identity" in made.next_steps[0].note
    assert "Customer Managed Identity" in made.next_steps[1].note


def test_the_steps_for_agents_with_a_client_secret() -> None:
    values = "namespace: astro-agents\n"
    made = plan(AGENTS, project(values=values), "all")
    chart = "astro-agent astronomer/astro-remote-execution-agent --namespace astro-agents -f values.yaml"
    assert commands(made) == [
        "astro dev restart",
        "astro remote deploy",
        "kubectl apply --server-side --namespace astro-agents -f akv-backend-kwargs.secret.yaml",
        "rm akv-backend-kwargs.secret.yaml",
        f"helm template {chart}",
        f"helm upgrade --install {chart}",
        "kubectl rollout restart deployment --namespace astro-agents",
    ]


def test_printed_helm_values_name_the_command_that_makes_the_secret_of_the_manifest() -> None:
    made = plan(AGENTS, project(), "helm")
    assert commands(made)[1] == (
        "kubectl apply --server-side --namespace <namespace> -f akv-backend-kwargs.secret.yaml"
    )


def test_printed_helm_values_name_the_command_that_makes_the_secret_from_a_file() -> None:
    made = plan(AGENTS, project(), "helm")
    assert (
        "kubectl create secret generic akv-backend-kwargs --namespace <namespace> "
        "--from-file=backend_kwargs=<file>"
    ) in made.next_steps[1].note


def test_workload_identity_needs_a_federated_credential() -> None:
    values = "namespace: ns\nserviceAccount:\n  workers: {create: false, name: remote-exec-sa}\n"
    managed = replace(WORKLOAD, identity_is_managed=True)
    made = plan(agents(managed), project(values=values), "helm")
    build, federate, annotate, *_ = commands(made)
    assert build == "astro remote deploy"
    assert "--subject system:serviceaccount:ns:<service-account>" in federate
    assert "--audiences api://AzureADTokenExchange" in federate
    assert annotate.startswith("kubectl annotate serviceaccount <service-account> --namespace ns")


def test_the_official_chart_is_installed_by_its_own_name() -> None:
    made = plan(replace(AGENTS, chart=Chart.AIRFLOW), project(), "helm")
    assert any(step.startswith("helm upgrade --install airflow apache-airflow/") for step in commands(made))


def test_a_path_with_a_space_is_quoted_in_commands() -> None:
    made = plan(CLIENT_SECRET, project(), "env", Path("/else where/x.env"))
    assert commands(made)[1].endswith("--env '/else where/x.env'")


def notices(chosen: Settings, what: str = "all", **texts: str) -> str:
    texts.setdefault("gitignore", ".env\n*.secret.yaml\n")
    made = plan(chosen, project(**texts), what)  # type: ignore[arg-type]
    return "\n".join(made.notices)


def test_an_ordinary_project_needs_no_notice() -> None:
    assert notices(CLIENT_SECRET, env="A=1\n", requirements=f"{PROVIDER}==15.2.1\n") == ""


@pytest.mark.parametrize(
    ("gitignore", "covered"),
    [
        (".env\n", True),
        ("/.env", True),
        ("**/.env*\n", True),
        ("*.env\n", True),
        (".env\n!.env\n", False),
        ("# .env\n", False),
        (".env/\n", False),
        ("", False),
    ],
)
def test_an_env_file_that_git_would_take_is_reported(gitignore: str, covered: bool) -> None:
    made = plan(CLIENT_SECRET, project(gitignore=gitignore), "env")
    assert (".gitignore does not cover .env" in " ".join(made.notices)) is not covered


def kinds(made: Plan) -> list[FileKind]:
    return [planned.kind for planned in made.files]


def test_with_all_the_missing_line_of_gitignore_is_among_the_files() -> None:
    made = plan(CLIENT_SECRET, project(gitignore="*.log"), "all")
    assert kinds(made) == [FileKind.ENV, FileKind.REQUIREMENTS, FileKind.GITIGNORE]
    assert (made.files[2].after, made.files[2].secret) == ("*.log\n.env\n", False)
    assert not any(".gitignore" in notice for notice in made.notices)


def test_a_repository_without_gitignore_gets_one() -> None:
    made = plan(CLIENT_SECRET, project(ROOT, GitFacts(found=True)), "all")
    assert made.files[-1].after == ".env\n"


def test_where_no_git_is_no_gitignore_is_made() -> None:
    assert FileKind.GITIGNORE not in kinds(plan(CLIENT_SECRET, project(), "all"))


def test_what_another_file_ignores_needs_no_line() -> None:
    above = GitFacts(found=True, ignores=(IgnoreFile(".env\n", "team/astro"),))
    assert FileKind.GITIGNORE not in kinds(plan(CLIENT_SECRET, project(ROOT, above), "all"))


def test_the_agents_manifest_gets_a_line_as_well() -> None:
    made = plan(AGENTS, project(gitignore=".env\n"), "all")
    assert made.files[-1].after == ".env\nakv-backend-kwargs.secret.yaml\n"


def test_a_gitignore_that_is_a_link_is_left_to_the_user() -> None:
    own = project(gitignore="*.log\n")
    linked = replace(own, gitignore=replace(own.gitignore, linked=True))
    made = plan(CLIENT_SECRET, linked, "all")
    assert FileKind.GITIGNORE not in kinds(made)
    assert any(".gitignore does not cover .env" in notice for notice in made.notices)


def test_files_that_go_elsewhere_change_no_gitignore() -> None:
    made = plan(CLIENT_SECRET, project(gitignore=""), "all", Path("/elsewhere"))
    assert FileKind.GITIGNORE not in kinds(made)


def test_an_env_that_git_tracks_comes_first_and_loud() -> None:
    tracked = GitFacts(found=True, tracked=frozenset({".env"}))
    made = plan(CLIENT_SECRET, project(ROOT, tracked, gitignore=".env\n", env="export A=1\n"), "env")
    assert made.notices[0].startswith("GIT TRACKS .env: the next commit would include")
    assert "git rm --cached .env" in made.notices[0]


def test_a_file_outside_the_project_is_not_the_concern_of_its_gitignore() -> None:
    made = plan(CLIENT_SECRET, project(), "env", Path("/elsewhere/.env"))
    assert not any(".gitignore" in notice for notice in made.notices)


def test_warnings_of_other_lines_are_reported() -> None:
    assert "Line 1 of .env: `export` becomes part of the key A" in notices(CLIENT_SECRET, env="export A=1\n")


def test_a_file_for_shells_that_would_no_longer_be_one_is_reported() -> None:
    shell = replace(CLIENT_SECRET, shell_sourceable=True)
    assert "a shell cannot read the file" in notices(CLIENT_SECRET, env=render_env(shell))
    assert "a shell cannot read" not in notices(shell, env=render_env(shell))
    assert "a shell cannot read" not in notices(CLIENT_SECRET, env=render_env(CLIENT_SECRET))


def test_the_shell_form_is_reported() -> None:
    shell = replace(CLIENT_SECRET, shell_sourceable=True)
    assert "keep the quotes" in notices(shell)
    assert "adds the CR" in notices(shell, env="A=1\r\n")


def test_another_cloud_needs_its_authority() -> None:
    china = replace(CLIENT_SECRET, cloud_name=CloudName.CHINA, vault=VaultAddress("kv", CloudName.CHINA))
    assert "AZURE_AUTHORITY_HOST=https://login.chinacloudapi.cn" in notices(china)


def test_an_empty_separator_is_reported() -> None:
    assert "`my_key` is looked up as `mykey`" in notices(replace(CLIENT_SECRET, sep=""))


def test_an_export_that_the_target_does_not_read_is_reported() -> None:
    assert "does not use Helm values" in notices(CLIENT_SECRET, "helm")
    assert "agents do not read .env" in notices(AGENTS, "env")


def test_what_still_stands_in_the_values_is_reported() -> None:
    values = (
        'labels:\n  azure.workload.identity/use: "true"\n'
        "workers:\n  - env:\n      - name: AIRFLOW__SECRETS__BACKEND_KWARGS\n"
        '        value: \'{"client_secret": "x"}\'\n'
        "      - name: AIRFLOW__WORKERS__SECRETS_BACKEND\n        value: x\n"
    )
    found = notices(AGENTS, "helm", values=values)
    assert "still has the label" in found
    assert "in more than one place" in found
    assert "still contains a client_secret in clear text" in found
    assert "AIRFLOW__WORKERS__SECRETS_BACKEND, which overrides kvtui's setting" in found


def test_values_without_a_file_are_called_a_fragment() -> None:
    assert "is only a fragment" in notices(AGENTS, "helm")


def test_a_fragment_that_was_written_is_still_called_one() -> None:
    assert "values.yaml is a fragment, not" in notices(AGENTS, "helm", values=render_values(AGENTS))
    assert "fragment" not in notices(AGENTS, "helm", values="logLevel: INFO\n")


def test_another_namespace_than_the_values_own_is_reported() -> None:
    chosen, values = replace(AGENTS, namespace="mine"), "namespace: theirs\n"
    assert "names the namespace theirs, the commands are for mine" in notices(chosen, "helm", values=values)
    assert "names the namespace" not in notices(chosen, "helm", values="namespace: mine\n")


def test_the_annotated_server_follows_the_images_airflow() -> None:
    image = "FROM apache/airflow:2.9.3\n"
    chosen = replace(agents(WORKLOAD), chart=Chart.AIRFLOW)
    made = plan(chosen, project(dockerfile=image), "helm")
    assert "webserver:" in made.files[0].after


def test_workers_with_an_account_of_their_own_are_reported() -> None:
    values = "workers:\n  celery:\n    serviceAccount:\n      annotations: {team: data}\n"
    chosen = replace(agents(WORKLOAD), chart=Chart.AIRFLOW)
    assert "under workers.celery.serviceAccount" in notices(chosen, "helm", values=values)


def test_all_for_the_official_chart_names_the_provider_in_the_requirements_of_its_image() -> None:
    made = plan(replace(AGENTS, chart=Chart.AIRFLOW), project(), "all")
    assert "requirements.txt" in names(made)
    assert "requirements-client.txt" not in names(made)


@pytest.mark.parametrize("values", ["commonEnv: []\n", "secretBackend: x\n"])
def test_the_agents_values_are_not_taken_for_the_official_charts(values: str) -> None:
    with pytest.raises(ProblemError, match="agents' chart: it has"):
        plan(replace(AGENTS, chart=Chart.AIRFLOW), project(values=values), "helm")


def test_a_pin_that_does_not_do_is_reported_with_the_range_to_write() -> None:
    found = notices(MANAGED, requirements=f"{PROVIDER}==6.1.0\n")
    assert f"8.2.0 is the first that does. Write {PROVIDER}>=8.2.0 there." in found


def test_managed_entry_that_stands_twice_in_the_values_is_reported() -> None:
    entry = "  - {name: AIRFLOW__SECRETS__BACKEND_KWARGS, value: x}\n"
    found = notices(AGENTS, "helm", values="commonEnv:\n" + entry + entry.replace(": x", ": z"))
    assert (
        "values.yaml has AIRFLOW__SECRETS__BACKEND_KWARGS 2 times in commonEnv: only the first is kept"
        in found
    )
