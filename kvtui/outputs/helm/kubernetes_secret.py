"""The Kubernetes Secret that holds the kwargs where values may only refer to them."""

from __future__ import annotations

from kvtui.airflow.kwargs import backend_kwargs
from kvtui.outputs.env.escape import kwargs_json
from kvtui.outputs.helm.content import SECRET_KEY, SECRET_NAME, needs_kubernetes_secret
from kvtui.outputs.helm.render import single_quoted
from kvtui.settings.model import Settings


def render_kubernetes_secret(settings: Settings) -> str:
    """The manifest, which holds the client secret: write it with mode 0600 and delete it once applied.

    Empty in the modes without a secret: there the values hold the kwargs themselves.
    """
    if not needs_kubernetes_secret(settings):
        return ""
    kwargs = single_quoted(kwargs_json(backend_kwargs(settings)))
    return (
        "apiVersion: v1\n"
        "kind: Secret\n"
        "metadata:\n"
        f"  name: {SECRET_NAME}\n"
        "type: Opaque\n"
        "stringData:\n"
        f"  {SECRET_KEY}: {kwargs}\n"
    )


def apply_command(manifest: str, namespace: str) -> str:
    """Creates the Secret or renews it. Server-side, so that no annotation keeps a copy of the manifest.

    `manifest` is a path that is quoted already.
    """
    return f"kubectl apply --server-side --namespace {namespace} -f {manifest}"


def create_command(kwargs_file: str, namespace: str) -> str:
    """Creates the Secret from a file that holds the kwargs as JSON and nothing else."""
    return (
        f"kubectl create secret generic {SECRET_NAME} --namespace {namespace} "
        f"--from-file={SECRET_KEY}={kwargs_file}"
    )
