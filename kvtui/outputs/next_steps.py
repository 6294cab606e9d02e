"""What remains to be done after the files are written: exact commands, none with a secret in it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kvtui.outputs.env.file import OUR_KEYS
from kvtui.outputs.env.lines import entries
from kvtui.outputs.helm.content import CLIENT_ID_ANNOTATION, needs_kubernetes_secret
from kvtui.outputs.helm.kubernetes_secret import apply_command, create_command
from kvtui.outputs.helm.service_accounts import service_accounts
from kvtui.outputs.helm.values import is_fragment
from kvtui.outputs.model import FileKind, NextStep, PlannedFile, StepKind, What
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
_REPOSITORY = {
    Chart.AGENT: "add it as Astronomer's documentation of the chart says.",
    Chart.AIRFLOW: "add it as Airflow's documentation of the chart says.",
}
_LISTS = "as a second -f it would replace whole lists."

_ONLY_THEN = "Needed when only the Secret changed: it is read at start."

DEPLOYMENT_ID = "<deployment-id>"
NAMESPACE = "<namespace>"
OWN_VALUES = "<your-values.yaml>"
IDENTITY_NAME = "<identity-name>"
RESOURCE_GROUP = "<resource-group>"
ISSUER = "<cluster-oidc-issuer>"
SERVICE_ACCOUNT = "<service-account>"
_AUDIENCE = "api://AzureADTokenExchange"
IF_THERE = " If the Deployment has them already, use `update` in place of `create`."
"""The end of the note on a command that creates variables."""
DEPLOY_ENV = "deploy.env"
"""The file with only our two variables, for the Deployment; deleted once it has them."""
MISSING = {
    DEPLOYMENT_ID: "the Deployment's id",
    NAMESPACE: "the Kubernetes namespace",
    OWN_VALUES: "your own values file, with the entries of this fragment in it",
    "<file>": "a file that holds the kwargs alone",
    IDENTITY_NAME: "the identity's name",
    RESOURCE_GROUP: "its resource group",
    ISSUER: "the cluster's OIDC issuer",
    SERVICE_ACCOUNT: "the service account",
}
"""What each placeholder stands for, in words."""


def next_steps(
    settings: Settings,
    what: What,
    files: Sequence[PlannedFile],
    directory: Path,
    *,
    first: str = "",
    local: str = "",
) -> tuple[NextStep, ...]:
    """The steps for `files`, in order; paths as seen from `directory`, where the commands are run.

    `first` is what must be mended before an image is built, `local` what `astro dev` lacks; empty: nothing.
    """
    steps: list[NextStep] = []
    kinds = {planned.kind: planned for planned in files}
    if FileKind.ENV in kinds and (what == "env" or not _without_astro(settings)):
        steps += _local(settings, kinds[FileKind.ENV].path, local)
    if what != "helm" and settings.target is Target.ASTRO:
        steps += _astro(settings, kinds, directory, first)
    if FileKind.VALUES in kinds:
        if what == "all":
            steps.append(_image(settings, kinds, first))
        steps += _helm(settings, kinds, directory)
    return tuple(steps)


def _without_astro(settings: Settings) -> bool:
    """Airflow's own chart in the user's cluster: there is nothing for the Astro CLI to do."""
    return settings.target is Target.REMOTE_EXECUTION and settings.chart is Chart.AIRFLOW


def _image(settings: Settings, kinds: dict[FileKind, PlannedFile], first: str) -> NextStep:
    if _without_astro(settings):
        note = (
            "It must install requirements.txt, with the provider in it; the chart knows it as images.airflow."
        )
        return NextStep("Build the image that the chart runs", "", f"{first}{note}")
    return NextStep(
        "Build the agents' image",
        "astro remote deploy",
        f"{first}It installs requirements-client.txt.",
        needs=_requirements(kinds),
    )


def _shown(path: Path, directory: Path) -> str:
    """`path` as an argument of a command that is run in `directory`; never taken for an option."""
    shown = str(path.relative_to(directory) if path.is_relative_to(directory) else path)
    return shlex.quote(f"./{shown}" if shown.startswith("-") else shown)


def _requirements(kinds: dict[FileKind, PlannedFile]) -> tuple[Path, ...]:
    """What an image is built with, where kvtui writes it."""
    return (kinds[FileKind.REQUIREMENTS].path,) if FileKind.REQUIREMENTS in kinds else ()


def _local(settings: Settings, env: Path, lacks: str) -> list[NextStep]:
    note = lacks
    if settings.auth_mode is not AuthMode.CLIENT_SECRET:
        note += " " if note else ""
        note += (
            "A container on your machine has no such identity: lookups fail there unless it finds another "
            "Azure sign-in."
        )
    return [NextStep("Try it on your machine", "astro dev restart", note, needs=(env,), kind=StepKind.TRY)]


def _astro(
    settings: Settings, kinds: dict[FileKind, PlannedFile], directory: Path, first: str
) -> list[NextStep]:
    with_secret = settings.auth_mode is AuthMode.CLIENT_SECRET
    env = kinds[FileKind.ENV].path
    deployment = settings.deployment_id or DEPLOYMENT_ID
    apart = any(entry.key and entry.key not in OUR_KEYS for entry in entries(kinds[FileKind.ENV].after))
    source = directory / DEPLOY_ENV if apart else env
    shown = _shown(source, directory)
    options = f"--deployment-id {deployment} {'--secret ' if with_secret else ''}--load --env {shown}"
    note = f"All variables of {shown} are sent"
    note += ", and --secret hides every one of them" if with_secret else ""
    if apart:
        note = (
            f"Only these two variables are sent: --env {_shown(env, directory)} would send all of that file"
        )
    note += "."
    steps = [
        NextStep(
            "Set the variables on the Deployment",
            f"astro deployment variable create {options}",
            f"{note}{IF_THERE}",
            instead=f"astro deployment variable update {options}",
            needs=(source,),
        ),
        NextStep(
            "Deploy",
            f"astro deploy {deployment}",
            f"{first}Needed once, for the provider in requirements.txt.",
            needs=_requirements(kinds),
        ),
    ]
    if apart:
        write = "Write only the two variables into a file for the Deployment"
        steps.insert(
            0, NextStep(write, f"kvtui --export env -o {shown}", needs=(env,), kind=StepKind.WRITE_DEPLOY_ENV)
        )
        steps.insert(2, NextStep(f"Delete {DEPLOY_ENV}", f"rm {shown}", needs=(source,)))
    if with_secret:
        steps.append(
            NextStep(
                "Take the client secret out of the file again",
                f"kvtui --export env --remove secret -o {_shown(env, directory)}",
                "Once the Deployment has it. Until it is written again, `astro dev` cannot reach the vault.",
                needs=(env,),
                kind=StepKind.REMOVE_SECRET,
            )
        )
    else:
        attach = (
            "In Astro: Deployment, Details, Advanced, Edit, Workload Identity, Customer Managed Identity: "
            f"give the identity's name{_known(settings.identity_name)} and resource "
            f"group{_known(settings.resource_group)}, then run the az command that is shown. "
            "One identity serves four Deployments at most."
        )
        steps.insert(0, NextStep("Attach the identity to the Deployment", "", attach))
    return steps


def _known(text: str) -> str:
    return f" ({text})" if text else ""


def namespace_of(settings: Settings, values: str) -> str:
    """The namespace that commands are for: the chosen one, else the values' own, else a placeholder."""
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
    lists = f"Copy the entries of {values.path.name} into your own values, and name that file here: {_LISTS}"
    known = (
        f"helm must know the chart's repository as {name.partition('/')[0]}: {_REPOSITORY[settings.chart]}"
    )
    steps += [
        NextStep(
            "Check what the chart makes of the values",
            f"helm template {chart} --namespace {namespace} -f {argument}",
            lists if fragment else known,
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
            note += " Every Deployment of the namespace is restarted."
        steps.append(NextStep("Restart the pods", restart, note))
    return steps


def _secret(manifest: PlannedFile | None, namespace: str, directory: Path) -> list[NextStep]:
    from_file = create_command("<file>", namespace)
    if manifest is None:
        note = (
            "With -o kvtui writes the manifest beside the values, ready to be applied. Without it, put into "
            "the file what follows AIRFLOW__SECRETS__BACKEND_KWARGS= in the output of kvtui --export env."
        )
        return [NextStep("Create the Kubernetes Secret", from_file, note)]
    path = _shown(manifest.path, directory)
    note = f"Or from a file that holds the kwargs alone: {from_file}"
    return [
        NextStep(
            "Create or renew the Kubernetes Secret",
            apply_command(path, namespace),
            note,
            needs=(manifest.path,),
        ),
        NextStep("Delete the manifest", f"rm {path}", "It holds the client secret in clear text."),
    ]


def _federation(settings: Settings, kinds: dict[FileKind, PlannedFile], namespace: str) -> list[NextStep]:
    """One command for each service account; `<service-account>` stands for those that nobody named."""
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
    steps = [
        NextStep(
            f"Trust the service account {account}"
            if accounts
            else "Trust each service account of the cluster",
            _trust(settings, account, f"system:serviceaccount:{namespace}:{account}"),
            named,
        )
        for account in accounts or (SERVICE_ACCOUNT,)
    ]
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


def _trust(settings: Settings, account: str, subject: str) -> str:
    issuer = settings.issuer or ISSUER
    if settings.identity_is_app:
        content = {"name": account, "issuer": issuer, "subject": subject, "audiences": [_AUDIENCE]}
        return (
            f"az ad app federated-credential create --id {shlex.quote(settings.client_id)} "
            f"--parameters {shlex.quote(json.dumps(content))}"
        )
    name = shlex.quote(settings.identity_name) if settings.identity_name else IDENTITY_NAME
    group = shlex.quote(settings.resource_group) if settings.resource_group else RESOURCE_GROUP
    issuer = shlex.quote(settings.issuer) if settings.issuer else ISSUER
    return (
        f"az identity federated-credential create --name {account} --identity-name {name} "
        f"--resource-group {group} --issuer {issuer} --subject {subject} --audiences {_AUDIENCE}"
    )
