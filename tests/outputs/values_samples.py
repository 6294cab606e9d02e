"""Values files as they are downloaded, our lines in them, and ways to look at what became of them."""

from __future__ import annotations

import difflib
import io
from typing import Any

import pytest
from ruamel.yaml import YAML

from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.outputs.helm.values import merge_values
from kvtui.settings.model import Settings
from tests.outputs.samples import BACKEND, CLIENT, CLIENT_SECRET, KWARGS_IDENTITY

KEY = "AIRFLOW__SECRETS__BACKEND_KWARGS"
SECRET_BACKEND = f'secretBackend: "{BACKEND}"\n'
BY_REFERENCE = f"""\
  - name: {KEY}
    valueFrom:
      secretKeyRef:
        name: akv-backend-kwargs
        key: backend_kwargs
"""
BY_VALUE = f"""\
  - name: {KEY}
    value: '{KWARGS_IDENTITY}'
"""
IDENTITY = f"""\
labels:
  azure.workload.identity/use: "true"
serviceAccount:
  annotations:
    azure.workload.identity/client-id: "{CLIENT}"
"""
AIRFLOW_SECRET = f"""\
env:
  - name: AIRFLOW__SECRETS__BACKEND
    value: {BACKEND}
secret:
  - envName: {KEY}
    secretName: akv-backend-kwargs
    secretKey: backend_kwargs
"""

DOWNLOADED = """\
# Remote Execution Agent values
# yamllint disable
resourceNamePrefix: "prod-agents"

namespace: astro-agents   # created before
createNamespace: false
secretBackend: ""         # the class of a secrets backend
xcomBackend: 'airflow.providers.common.io.xcom.backend.XComObjectStorageBackend'

labels: {}
annotations: {}
dagBundleConfigList: '[{"name": "dags", "kwargs": {"path": "/opt/dags"}}]'

# Set on workers, DAG processor and triggerer.
commonEnv:
  # Do not change
  - name: ASTRO_ORGANIZATION_ID
    value:   "cl0000000000000000000000"
  - {name: ASTRO_DEPLOYMENT_NAMESPACE, value: 'kind-sun-1234'}

  - name: DEBUG
    value: True     # a boolean, as in many files

openLineage:
  enabled: no
  apiKeySecret:
serviceAccount:
  workers:
    create: true
    name:
workers:
  - name: default
    queues: [default]
    env:
      - name: POOL
        value: "4"
    resources: &small
      limits: {cpu: "1", memory: 2Gi}
triggerer:
  resources: *small
"""

OFFICIAL = """\
executor: CeleryExecutor
env:
  - name: A
    value: b
secret: []
extraEnv: |
  - name: C
    value: '{{ .Values.x }}'
workers:
  replicas: 3
  serviceAccount:
    create: true
scheduler: {}
"""


def load(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


def without_header(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))


def changed_lines(before: str, after: str) -> list[str]:
    return [
        line
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[:1] in "+-" and not line.startswith("?")
    ]


def refused(text: str, chosen: Settings = CLIENT_SECRET) -> str:
    with pytest.raises(ProblemError) as caught:
        merge_values(text, chosen)
    assert caught.value.problem.kind is ProblemKind.NOT_WRITTEN
    return caught.value.problem.what
