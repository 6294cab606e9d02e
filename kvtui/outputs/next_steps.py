"""What remains to be done after the files are written: exact commands, none with a secret in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from kvtui.outputs.kubernetes_secret import apply_command, create_command
from kvtui.outputs.model import FileKind, NextStep, PlannedFile, What
from kvtui.outputs.values_content import CLIENT_ID_ANNOTATION, needs_kubernetes_secret
from kvtui.settings.model import AuthMode, Chart, Settings, Target

_NAMESPACE = re.compile(
    r"^namespace:\s*['\"]?([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)['\"]?\s*(?:#.*)?$", re.MULTILINE
)
_OWN_ACCOUNT = re.compile(r"create:\s*false\b")


def next_steps(
    settings: Settings, what: What, files: Sequence[PlannedFile], directory: Path
) -> tuple[NextStep, ...]:
    """The steps for `files`, in order; paths as seen from `directory`, where the commands are run."""
    steps: list[NextStep] = []
    kinds = {planned.kind: planned for planned in files}
    if FileKind.ENV in kinds:
        steps += _local(settings)
    if what != "helm" and settings.target is Target.ASTRO:
        steps += _astro(settings, _shown(kinds[FileKind.ENV].path, directory))
    if FileKind.VALUES in kinds:
        if what == "all":
            steps.append(
                NextStep(
                    "Build the agents' image", "astro remote deploy", "It installs requirements-client.txt."
                )
            )
        steps += _helm(settings, kinds, directory)
    return tuple(steps)


def _shown(path: Path, directory: Path) -> str:
    """`path` as an argument of a command that is run in `directory`."""
    return shlex.quote(str(path.relative_to(directory) if path.is_relative_to(directory) else path))


def _local(settings: Settings) -> list[NextStep]:
    note = ""
    if settings.auth_mode is not AuthMode.CLIENT_SECRET:
        note = (
            "A container on your machine has no such identity: lookups fail there unless it finds another "
            "Azure sign-in."
        )
    return [NextStep("Try it on your machine", "astro dev restart", note)]


def _astro(settings: Settings, env_path: str) -> list[NextStep]:
    with_secret = settings.auth_mode is AuthMode.CLIENT_SECRET
    secret = "--secret " if with_secret else ""
    note = f"All variables of {env_path} are sent"
    note += ", and --secret hides every one of them" if with_secret else ""
    note += ". If the Deployment has them already, use `update` in place of `create`."
    steps = [
        NextStep(
            "Set the variables on the Deployment",
            "astro deployment variable create --deployment-id <deployment-id> "
            f"{secret}--load --env {env_path}",
            note,
        ),
        NextStep(
            "Deploy", "astro deploy <deployment-id>", "Needed once, for the provider in requirements.txt."
        ),
    ]
    if not with_secret:
        attach = (
            "In Astro: Deployment, Details, Advanced, Edit, Workload Identity, Customer Managed Identity: "
            "give the identity's name and resource group, then run the az command that is shown. "
            "One identity serves four Deployments at most."
        )
        steps.insert(0, NextStep("Attach the identity to the Deployment", "", attach))
    return steps


def _helm(settings: Settings, kinds: dict[FileKind, PlannedFile], directory: Path) -> list[NextStep]:
    values = kinds[FileKind.VALUES]
    found = _NAMESPACE.search(values.after)
    namespace = found[1] if found else "<namespace>"
    steps: list[NextStep] = []
    if needs_kubernetes_secret(settings):
        steps += _secret(kinds.get(FileKind.KUBERNETES_SECRET), namespace, directory)
    if settings.auth_mode is AuthMode.WORKLOAD_IDENTITY:
        steps += _federation(settings, values.after, namespace)
    chart = (
        "airflow apache-airflow/airflow"
        if settings.chart is Chart.AIRFLOW
        else "astro-agent astronomer/astro-remote-execution-agent"
    )
    argument = _shown(values.path, directory)
    steps += [
        NextStep(
            "Check what the chart makes of the values",
            f"helm template {chart} --namespace {namespace} -f {argument}",
        ),
        NextStep("Install", f"helm upgrade --install {chart} --namespace {namespace} -f {argument}"),
    ]
    if needs_kubernetes_secret(settings):
        restart = f"kubectl rollout restart deployment --namespace {namespace}"
        steps.append(
            NextStep("Restart the pods", restart, "Needed when only the Secret changed: it is read at start.")
        )
    return steps


def _secret(manifest: PlannedFile | None, namespace: str, directory: Path) -> list[NextStep]:
    from_file = create_command("<file>", namespace)
    if manifest is None:
        note = "The file holds the kwargs alone. Or export with -o: a manifest is written beside the values."
        return [NextStep("Create the Kubernetes Secret", from_file, note)]
    path = _shown(manifest.path, directory)
    note = f"Or from a file that holds the kwargs alone: {from_file}"
    return [
        NextStep("Create or renew the Kubernetes Secret", apply_command(path, namespace), note),
        NextStep("Delete the manifest", f"rm {path}", "It holds the client secret in clear text."),
    ]


def _federation(settings: Settings, values: str, namespace: str) -> list[NextStep]:
    steps = [
        NextStep(
            "Trust the cluster's service accounts, one credential for each",
            "az identity federated-credential create --name <credential-name> "
            "--identity-name <identity-name> --resource-group <resource-group> "
            "--issuer <cluster-oidc-issuer> "
            f"--subject system:serviceaccount:{namespace}:<service-account> "
            "--audiences api://AzureADTokenExchange",
            "The chart's accounts are named after resourceNamePrefix and the component, for instance "
            "<prefix>-worker-<worker-name>.",
        )
    ]
    if _OWN_ACCOUNT.search(values):
        steps.append(
            NextStep(
                "Annotate the service accounts that the chart does not create",
                f"kubectl annotate serviceaccount <service-account> --namespace {namespace} "
                f"{shlex.quote(f'{CLIENT_ID_ANNOTATION}={settings.client_id}')} --overwrite",
            )
        )
    return steps
