"""The one environment of lookups, audit and checklist, and the configuration that is on disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.airflow.kwargs import BACKEND_CLASS, backend_kwargs
from kvtui.app.configuration import (
    TOKEN_FILE,
    TOKEN_VARIABLE,
    Configuration,
    configuration,
    deployed_environment,
    differences,
    on_disk,
)
from kvtui.core.problems import ProblemError
from kvtui.outputs.helm.render import render_kubernetes_secret
from kvtui.outputs.helm.values import render_values
from kvtui.project.files import read_project
from kvtui.project.model import MANIFEST_NAME, Project
from kvtui.project.versions import VersionsInUse
from kvtui.settings.model import AuthMode, Chart, Context, From, Settings, Target
from tests.outputs.samples import AGENTS, CLIENT, CLIENT_SECRET, MANAGED, TENANT, project, with_secret

APP = with_secret("pa$HOME#rd")
BACKEND = "AIRFLOW__SECRETS__BACKEND"
KWARGS = f"{BACKEND}_KWARGS"
URL = "https://kv-other.vault.azure.net/"


def env(kwargs: object, backend: str = BACKEND_CLASS) -> str:
    """A `.env` with these two variables."""
    return f"{BACKEND}={backend}\n{KWARGS}={kwargs if isinstance(kwargs, str) else json.dumps(kwargs)}\n"


def of_files(files: Project, settings: Settings = APP) -> Configuration:
    return configuration(From.FILES, settings, files, VersionsInUse())


def differs(settings: Settings, files: Project) -> tuple[str, ...]:
    return differences(settings, on_disk(settings, files))


def test_pods_with_workload_identity_have_the_variables_of_its_webhook() -> None:
    agents = replace(AGENTS, auth_mode=AuthMode.WORKLOAD_IDENTITY, client_id=CLIENT, tenant_id=TENANT)
    found = configuration(From.SETTINGS, agents, None, VersionsInUse()).environment
    assert (found["AZURE_CLIENT_ID"], found["AZURE_TENANT_ID"]) == (CLIENT, TENANT)
    assert found[TOKEN_VARIABLE] == TOKEN_FILE


def test_so_have_those_whose_values_have_the_label_of_workload_identity() -> None:
    agents = replace(AGENTS, auth_mode=AuthMode.WORKLOAD_IDENTITY, client_id=CLIENT, tenant_id=TENANT)
    files = project(values=render_values(agents))
    assert of_files(files, agents).environment[TOKEN_VARIABLE] == TOKEN_FILE


def test_a_managed_identity_has_no_token_file() -> None:
    assert TOKEN_VARIABLE not in configuration(From.SETTINGS, MANAGED, None, VersionsInUse()).environment


def test_a_trigger_is_diagnosed_with_the_workers_backend() -> None:
    workers = "AIRFLOW__WORKERS__SECRETS_BACKEND"
    files = project(env=f"{workers}={BACKEND_CLASS}\n{workers}_KWARGS={json.dumps({'vault_url': URL})}\n")
    assert of_files(files, replace(APP, context=Context.TRIGGERER)).diagnosis.broken == ()


class TestTheEnvironment:
    def test_it_has_the_kwargs_of_the_settings(self) -> None:
        assert json.loads(deployed_environment(APP, None)[KWARGS]) == backend_kwargs(APP)

    def test_nothing_in_a_secret_is_left_to_expand(self) -> None:
        assert "$" not in deployed_environment(APP, None)[KWARGS]

    def test_it_has_the_other_lines_of_the_projects_env(self) -> None:
        assert deployed_environment(APP, project(env="AIRFLOW_VAR_REGION=eu\n"))["AIRFLOW_VAR_REGION"] == "eu"

    def test_the_settings_win_over_older_lines_of_the_env(self) -> None:
        variables = deployed_environment(replace(APP, client_secret=None), project(env=f"{KWARGS}={{}}\n"))
        assert "kv-demo" in variables[KWARGS]

    def test_it_has_what_the_dockerfile_sets(self) -> None:
        assert deployed_environment(APP, project(dockerfile="ENV AIRFLOW_VAR_X=1\n"))["AIRFLOW_VAR_X"] == "1"

    def test_env_comes_over_the_dockerfile(self) -> None:
        files = project(dockerfile="ENV AIRFLOW_VAR_X=1\n", env="AIRFLOW_VAR_X=2\n")
        assert deployed_environment(APP, files)["AIRFLOW_VAR_X"] == "2"

    def test_agents_have_the_values_and_their_own_image_and_not_the_env(self) -> None:
        files = project(
            env="AIRFLOW_VAR_X=env\n",
            dockerfile="ENV AIRFLOW_VAR_Y=astro\n",
            dockerfile_client="ENV AIRFLOW_VAR_Y=image\nENV AIRFLOW_VAR_Z=image\n",
            values="commonEnv:\n  - {name: AIRFLOW_VAR_Z, value: values}\n",
        )
        found = deployed_environment(AGENTS, files)
        assert {name: found[name] for name in found if "_VAR_" in name} == {
            "AIRFLOW_VAR_Y": "image",
            "AIRFLOW_VAR_Z": "values",
        }


class TestDifferences:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (f"{KWARGS}={{not json\n", "not a JSON object, so Airflow would ignore them"),
            (f"{KWARGS}_CMD=cat kwargs\n", f"has the kwargs in {KWARGS}_CMD"),
            (f"{BACKEND}=x.y.Other\n", "names another backend, x.y.Other"),
            (f'{KWARGS}={{"sep": ".", "nonsense": 1}}\n', "nonsense"),
            (env({}, "a.b.azure_key_vault.AzureKeyVaultBackend"), f"the path is {BACKEND_CLASS}"),
            (f"{BACKEND}={BACKEND_CLASS}\n", f"has no {KWARGS}"),
        ],
    )
    def test_a_configuration_on_disk_that_is_not_the_settings_is_named(self, text: str, words: str) -> None:
        (told,) = differs(APP, project(env=text))
        assert words in told

    def test_what_kvtui_wrote_differs_in_nothing(self) -> None:
        assert differs(APP, project(env=env(deployed_environment(APP, None)[KWARGS]))) == ()

    def test_files_that_configure_nothing_yet_differ_in_nothing(self) -> None:
        assert differs(APP, project(env="A=1\n", dockerfile="ENV B=1\n")) == ()

    def test_the_file_that_differs_is_named(self) -> None:
        (told,) = differs(APP, project(dockerfile=f"ENV {BACKEND}=x.y.Other\n"))
        assert "Dockerfile names another backend" in told

    def test_a_values_file_that_kvtui_wrote_differs_in_nothing(self) -> None:
        agents = replace(MANAGED, target=Target.REMOTE_EXECUTION)
        assert differs(agents, project(values=render_values(agents))) == ()


class TestFromFiles:
    def test_the_vault_and_the_identity_are_those_of_the_files(self) -> None:
        kwargs = {"vault_url": URL, "tenant_id": TENANT, "client_id": CLIENT[::-1], "client_secret": "s"}
        named = of_files(project(env=env(kwargs))).settings
        assert (str(named.vault), named.client_id, bool(named.client_secret)) == (URL, CLIENT[::-1], True)

    def test_a_secret_of_the_settings_is_never_used_for_the_files(self) -> None:
        assert of_files(project(env=env({"vault_url": URL}))).settings.client_secret is None

    def test_kwargs_in_quotes_of_their_own_are_broken(self) -> None:
        found = of_files(project(env=env("\"'{}'\""))).diagnosis
        assert any("wrapped in quotes" in line for line in found.broken)

    def test_quotes_that_astro_dev_takes_away_are_no_fault_but_other_programs_keep_them(self) -> None:
        found = of_files(project(env=env(f"'{json.dumps({'vault_url': URL})}'")))
        assert found.diagnosis.broken == ()
        assert any("astro dev pytest would get a different" in note for note in found.notes)

    def test_a_wrong_path_of_the_class_is_broken_and_the_right_one_is_named(self) -> None:
        wrong = "airflow.providers.microsoft.azure.secrets.azure_key_vault.AzureKeyVaultBackend"
        (line,) = of_files(project(env=env({"vault_url": URL}, wrong))).diagnosis.broken
        assert f"write {BACKEND_CLASS}" in line

    def test_another_backend_is_broken(self) -> None:
        other = "airflow.providers.hashicorp.secrets.vault.VaultBackend"
        (line,) = of_files(project(env=env({}, other))).diagnosis.broken
        assert "The secrets backend is VaultBackend" in line

    def test_a_missing_vault_url_is_broken(self) -> None:
        (line,) = of_files(project(env=env({"sep": "-"}))).diagnosis.broken
        assert "vault_url must be the URL of an Azure Key Vault" in line

    def test_no_backend_at_all_is_broken(self) -> None:
        assert "No secrets backend" in of_files(project()).diagnosis.broken[0]

    def test_half_a_credential_makes_the_identity_uncertain(self) -> None:
        found = of_files(project(env=env({"vault_url": URL, "tenant_id": TENANT, "client_id": CLIENT})))
        assert found.uncertain.startswith("client_secret is missing in the files")

    def test_the_app_of_the_azure_variables_is_the_identity(self) -> None:
        trio = f"AZURE_TENANT_ID={TENANT}\nAZURE_CLIENT_ID={CLIENT}\nAZURE_CLIENT_SECRET=s\n"
        named = of_files(project(env=env({"vault_url": URL}) + trio)).settings
        assert (named.auth_mode, named.client_id, bool(named.client_secret)) == (
            AuthMode.CLIENT_SECRET,
            CLIENT,
            True,
        )

    def test_a_provider_that_ignores_the_client_secret_makes_no_app_of_it(self) -> None:
        kwargs = {"vault_url": URL, "tenant_id": TENANT, "client_id": CLIENT, "client_secret": "s"}
        old = VersionsInUse("2.10.5", provider="7.0.0")
        assert configuration(From.FILES, APP, project(env=env(kwargs)), old).settings.client_secret is None

    def test_an_env_that_astro_dev_cannot_read_is_said(self) -> None:
        assert any("cannot read .env" in note for note in of_files(project(env="A B=1\n")).notes)

    def test_values_that_are_no_yaml_are_a_usage_error(self) -> None:
        with pytest.raises(ProblemError, match=r"values\.yaml cannot be read"):
            of_files(project(values="a: [\n"), AGENTS)

    def test_kwargs_in_a_kubernetes_secret_are_taken_from_the_settings_and_that_is_said(self) -> None:
        found = of_files(project(values=render_values(AGENTS)), AGENTS)
        assert json.loads(found.environment[KWARGS]) == backend_kwargs(AGENTS)
        assert "Kubernetes Secret akv-backend-kwargs" in found.notes[0]

    def test_kwargs_in_the_secrets_manifest_are_read_there(self, tmp_path: Path) -> None:
        (tmp_path / "values.yaml").write_text(render_values(AGENTS))
        (tmp_path / MANIFEST_NAME).write_text(render_kubernetes_secret(with_secret("of-the-manifest")))
        found = of_files(read_project(tmp_path), AGENTS)
        assert (found.notes, MANIFEST_NAME in found.files) == ((), True)

    def test_the_official_chart_has_a_vault_on_the_server_side_too(self) -> None:
        cluster = replace(AGENTS, chart=Chart.AIRFLOW)
        assert (of_files(project(values="{}"), cluster).platform, CLIENT_SECRET.target) == ("", Target.ASTRO)
