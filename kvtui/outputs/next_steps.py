"""What to do after the files are written: exact commands, none with a secret in it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kvtui.outputs.env.file import MANAGED_KEYS
from kvtui.outputs.env.lines import entries
from kvtui.outputs.helm.content import CLIENT_ID_ANNOTATION, SECRET_KEY, SECRET_NAME, needs_kubernetes_secret
from kvtui.outputs.helm.service_accounts import service_accounts
from kvtui.outputs.helm.values import is_fragment
from kvtui.outputs.model import IF_THERE, FileKind, NextStep, PlannedFile, StepKind, What
from kvtui.project.model import MANIFEST_NAME
from kvtui.settings.model import AuthMode, Chart, Settings, Target

_NAMESPACE = re.compile(
    r"^namespace:\s*['\"]?([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)['\"]?\s*(?:#.*)?$", re.MULTILINE
)
_OWN_ACCOUNT = re.compile(r"create:\s*false\b")
_CHARTS = {
    Chart.AGENT: ("astro-agent", "astronomer/astro-remote-execution-agent"),
    Chart.AIRFLOW: ("airflow", "apache-airflow/airflow"),
}
"""The usual release, and the chart."""
_ADD_FIRST = "First run helm repo add {} with the URL in {} documentation of the chart."
_REPOSITORY = {
    Chart.AGENT: _ADD_FIRST.format("astronomer", "Astronomer's"),
    Chart.AIRFLOW: _ADD_FIRST.format("apache-airflow", "Airflow's"),
}
_LISTS = "a second -f would replace whole lists."

_EACH = "each service account"
_ONLY_THEN = "Needed when only the Secret changed: it is read at start."

DEPLOYMENT_ID = "<deployment-id>"
NAMESPACE = "<namespace>"
OWN_VALUES = "<your-values.yaml>"
IDENTITY_NAME = "<identity-name>"
RESOURCE_GROUP = "<resource-group>"
ISSUER = "<cluster-oidc-issuer>"
SERVICE_ACCOUNT = "<service-account>"
_AUDIENCE = "api://AzureADTokenExchange"
DEPLOY_ENV = "deploy.env"
"""The file with only our two variables, for the Deployment; deleted once it has them."""
MISSING = {
    DEPLOYMENT_ID: "the Deployment's id",
    NAMESPACE: "the Kubernetes namespace",
    OWN_VALUES: "your own values file, with the entries of this fragment in it",
    "<file>": "a file with only the kwargs",
    IDENTITY_NAME: "the identity's name",
    RESOURCE_GROUP: "its resource group",
    ISSUER: "the cluster's OIDC issuer",
    SERVICE_ACCOUNT: "the service account",
}
"""The meaning of each placeholder."""


def next_steps(
    settings: Settings,
    what: What,
    files: Sequence[PlannedFile],
    directory: Path,
    *,
    first: str = "",
    local: str = "",
    unlisted: str = "",
) -> tuple[NextStep, ...]:
    """The steps for `files`, in order; paths as seen from `directory`, where the commands are run.

    `first` is what must be fixed before an image is built, `local` what `astro dev` lacks, `unlisted`
    what requirements.txt lacks; empty: nothing.
    """
    steps: list[NextStep] = []
    kinds = {planned.kind: planned for planned in files}
    built_with = tuple(planned.path for planned in files if planned.kind is FileKind.REQUIREMENTS)
    # Airflow's own chart in the user's cluster: there is nothing for the Astro CLI to do.
    without_astro = settings.target is Target.REMOTE_EXECUTION and settings.chart is Chart.AIRFLOW
    if FileKind.ENV in kinds and (what == "env" or not without_astro):
        steps.append(_local(settings, kinds[FileKind.ENV].path, local))
    if what != "helm" and settings.target is Target.ASTRO:
        it = "it" if unlisted else "the provider from requirements.txt"
        deploy = NextStep(
            "Deploy",
            f"astro deploy {settings.deployment_id or DEPLOYMENT_ID}",
            f"{first}{unlisted and f'{unlisted} '}Deploy once, so that the image gets {it}.",
            needs=built_with,
        )
        steps += _astro(settings, kinds[FileKind.ENV], directory, deploy)
    if FileKind.VALUES in kinds:
        if without_astro:
            note = f"{first}It must install requirements.txt, with the provider in it; "
            note += "the chart knows it as images.airflow."
            steps.append(NextStep("Build the image that the chart runs", "", note))
        else:
            note = f"{first}It installs requirements-client.txt"
            note += "." if what == "all" else ", which must name the provider."
            steps.append(NextStep("Build the agents' image", "astro remote deploy", note, needs=built_with))
        steps += _helm(settings, kinds, directory)
    return tuple(steps)


def _shown(path: Path, directory: Path) -> str:
    """`path` as an argument of a command that is run in `directory`; never read as an option."""
    shown = str(path.relative_to(directory) if path.is_relative_to(directory) else path)
    return shlex.quote(f"./{shown}" if shown.startswith("-") else shown)


def _local(settings: Settings, env: Path, lacks: str) -> NextStep:
    workload = settings.auth_mode is AuthMode.WORKLOAD_IDENTITY
    identity = "workload identity" if workload else "managed identity"
    elsewhere = (
        f"A container on your machine cannot sign in as the {identity}: lookups fail there, unless the "
        "container has another Azure sign-in."
    )
    works = settings.auth_mode is AuthMode.CLIENT_SECRET
    title = "Try it on your machine" if works else "Check that Airflow starts on your machine"
    note = " ".join(filter(None, [lacks, "" if works else elsewhere]))
    return NextStep(title, "astro dev restart", note, needs=(env,), kind=StepKind.TRY_LOCALLY)


def _astro(settings: Settings, env: PlannedFile, directory: Path, deploy: NextStep) -> list[NextStep]:
    with_secret = settings.auth_mode is AuthMode.CLIENT_SECRET
    apart = any(entry.key and entry.key not in MANAGED_KEYS for entry in entries(env.after))
    source = directory / DEPLOY_ENV if apart else env.path
    shown, shown_env = _shown(source, directory), _shown(env.path, directory)
    hidden = ", all of them as secrets" if with_secret else ""
    note = f"This sends all variables in {shown}{hidden}."
    if apart:
        note = f"This sends only these two variables; --env {shown_env} would send the whole file."
    options = (
        f"--deployment-id {settings.deployment_id or DEPLOYMENT_ID} {'--secret ' if with_secret else ''}"
    )
    options += f"--load --env {shown}"
    steps = [
        NextStep(
            "Set the variables on the Deployment",
            f"astro deployment variable create {options}",
            f"{note}{IF_THERE}",
            instead=f"astro deployment variable update {options}",
            needs=(source,),
        ),
        deploy,
    ]
    if apart:
        write = NextStep(
            "Write only the two variables into a file for the Deployment",
            f"kvtui --export env -o {shown}",
            needs=(env.path,),
            kind=StepKind.WRITE_VARIABLES,
        )
        steps = [write, steps[0], NextStep(f"Delete {DEPLOY_ENV}", f"rm {shown}", needs=(source,)), deploy]
    if with_secret:
        take_out = NextStep(
            "Remove the client secret from the file",
            f"kvtui --export env --remove secret -o {shown_env}",
            (
                "Run this once the Deployment has the secret. `astro dev` then cannot read the vault "
                "until the secret is written again."
            ),
            needs=(env.path,),
            kind=StepKind.REMOVE_SECRET,
        )
        return [*steps, take_out]
    attach = (
        "In Astro: Deployment, Details, Advanced, Edit, Workload Identity, Customer Managed Identity: "
        f"give the identity's name{_known(settings.identity_name)} and resource "
        f"group{_known(settings.resource_group)}, then run the az command that is shown. "
        "One identity serves four Deployments at most."
    )
    return [NextStep("Attach the identity to the Deployment", "", attach), *steps]


def _known(text: str) -> str:
    return f" ({text})" if text else ""


def namespace_of(settings: Settings, values: str) -> str:
    """The namespace that commands are for: the chosen one, else the one in the values, else a placeholder."""
    found = _NAMESPACE.search(values)
    return settings.namespace or (found[1] if found else NAMESPACE)


def release_of(settings: Settings) -> str:
    """The Helm release that commands are for."""
    return settings.release or _CHARTS[settings.chart][0]


def _helm(settings: Settings, kinds: dict[FileKind, PlannedFile], directory: Path) -> list[NextStep]:
    values = kinds[FileKind.VALUES]
    namespace = namespace_of(settings, values.after)
    steps: list[NextStep] = []
    if needs_kubernetes_secret(settings):
        steps += _secret(kinds.get(FileKind.KUBERNETES_SECRET), namespace, directory)
    if settings.auth_mode is AuthMode.WORKLOAD_IDENTITY:
        steps += _federation(settings, kinds, namespace)
    name = _CHARTS[settings.chart][1]
    chart = f"{release_of(settings)} {name}"
    fragment = is_fragment(values.after)
    argument = OWN_VALUES if fragment else _shown(values.path, directory)
    needs = () if fragment else (values.path,)
    lists = f"Copy the entries of {values.path.name} into your own values, and use that file here: {_LISTS}"
    steps += [
        NextStep(
            "Render the chart with the values",
            f"helm template {chart} --namespace {namespace} -f {argument}",
            lists if fragment else _REPOSITORY[settings.chart],
            needs=needs,
        ),
        NextStep(
            "Install",
            f"helm upgrade --install {chart} --namespace {namespace} -f {argument}",
            needs=needs,
        ),
    ]
    if needs_kubernetes_secret(settings):
        restart, note = f"kubectl rollout restart deployment --namespace {namespace}", _ONLY_THEN
        if settings.chart is Chart.AIRFLOW:
            restart = restart.replace(" deployment ", " deployment,statefulset ")
            restart += f" --selector release={release_of(settings)}"
        else:
            note += " This restarts every Kubernetes Deployment in the namespace."
        steps.append(NextStep("Restart the pods", restart, note))
    return steps


def _secret(manifest: PlannedFile | None, namespace: str, directory: Path) -> list[NextStep]:
    from_file = (
        f"kubectl create secret generic {SECRET_NAME} --namespace {namespace} --from-file={SECRET_KEY}=<file>"
    )
    if manifest is None:
        apply = f"kubectl apply --server-side --namespace {namespace} -f {MANIFEST_NAME}"
        note = (
            "With -o FILE, kvtui writes this manifest beside the values. Without it, export .env, copy "
            f"the JSON that follows AIRFLOW__SECRETS__BACKEND_KWARGS= into <file>, and run: {from_file}"
        )
        return [NextStep("Create the Kubernetes Secret", apply, note)]
    path = _shown(manifest.path, directory)
    note = f"Or from a file with only the kwargs: {from_file}"
    return [
        NextStep(
            "Create or renew the Kubernetes Secret",
            # Server-side, so that no annotation keeps a copy of the manifest.
            f"kubectl apply --server-side --namespace {namespace} -f {path}",
            note,
            needs=(manifest.path,),
        ),
        NextStep("Delete the manifest", f"rm {path}", "It contains the client secret in clear text."),
    ]


def _federation(settings: Settings, kinds: dict[FileKind, PlannedFile], namespace: str) -> list[NextStep]:
    """One command for each service account; `<service-account>` if none is named."""
    planned = kinds[FileKind.VALUES]
    chosen = replace(settings, airflow_version=planned.airflow_version)
    fragment = is_fragment(planned.after)
    airflow_chart = settings.chart is Chart.AIRFLOW
    known = airflow_chart or not fragment  # the agent chart's names depend on the values
    accounts = service_accounts(chosen, planned.after, release_of(settings)) if known else ()
    accounts = accounts or tuple(filter(None, settings.service_account.split(",")))
    named = ""
    if airflow_chart and fragment:
        named = (
            "By the chart's defaults. nameOverride, fullnameOverride and serviceAccount in your own values "
            "change the name."
        )
    elif not accounts:
        by = "the release" if airflow_chart else "resourceNamePrefix"
        named = f"The chart's accounts are named after {by} and the component. `helm template` shows them."
    steps: list[NextStep] = []
    for account in accounts or (SERVICE_ACCOUNT,):
        title = f"Add a federated credential for {f'the service account {account}' if accounts else _EACH}"
        subject = f"system:serviceaccount:{namespace}:{account}"
        if settings.identity_kind_is_unknown:
            app = _trust_by_app(settings, account, subject)
            managed = _trust_by_managed(settings, account, subject)
            by_app = f"{title}, if the identity is an app registration"
            steps.append(NextStep(by_app, app, named, subject=subject))
            otherwise = f"{title}, if it is a managed identity"
            steps.append(NextStep(otherwise, managed, named, kind=StepKind.OTHERWISE, subject=subject))
        else:
            trust = _trust_by_app if settings.identity_is_app else _trust_by_managed
            steps.append(NextStep(title, trust(settings, account, subject), named, subject=subject))
    if _OWN_ACCOUNT.search(planned.after):
        steps += [
            NextStep(
                f"Annotate the service account {account} if the chart does not create it",
                f"kubectl annotate serviceaccount {account} --namespace {namespace} "
                f"{shlex.quote(f'{CLIENT_ID_ANNOTATION}={settings.client_id}')} --overwrite",
            )
            for account in accounts or (SERVICE_ACCOUNT,)
        ]
    return steps


def _trust_by_app(settings: Settings, account: str, subject: str) -> str:
    issuer = settings.issuer or ISSUER
    content = {"name": account, "issuer": issuer, "subject": subject, "audiences": [_AUDIENCE]}
    return (
        f"az ad app federated-credential create --id {shlex.quote(settings.client_id)} "
        f"--parameters {shlex.quote(json.dumps(content))}"
    )


def _trust_by_managed(settings: Settings, account: str, subject: str) -> str:
    name = shlex.quote(settings.identity_name) if settings.identity_name else IDENTITY_NAME
    group = shlex.quote(settings.resource_group) if settings.resource_group else RESOURCE_GROUP
    issuer = shlex.quote(settings.issuer) if settings.issuer else ISSUER
    return (
        f"az identity federated-credential create --name {account} --identity-name {name} "
        f"--resource-group {group} --issuer {issuer} --subject {subject} --audiences {_AUDIENCE}"
    )
