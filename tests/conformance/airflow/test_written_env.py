"""The `.env` that kvtui writes, and the real Airflows that are started with it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from dotenv import dotenv_values

from kvtui.airflow.kwargs import backend_kwargs
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.outputs.plan import plan
from kvtui.outputs.writer import write
from kvtui.project.files import read_project
from kvtui.settings.model import AuthMode, Settings, VaultAddress
from tests.conformance.airflow.real import python_of

HOSTILE = "a$HOME${PATH}#'\"\\n\\`b` %s%% ~ {x} é☃🔑 end"
SETTINGS = Settings(
    vault=VaultAddress(company.VAULT_RBAC),
    tenant_id=company.TENANT_ID,
    client_id=company.ASTRO_PROD,
    client_secret=SecretText(HOSTILE),
    variables_prefix="team_a",
    config_prefix=None,
)
MODES = {
    "client-secret": SETTINGS,
    "managed-identity": replace(SETTINGS, auth_mode=AuthMode.MANAGED_IDENTITY, client_secret=None),
    "workload-identity": replace(SETTINGS, auth_mode=AuthMode.WORKLOAD_IDENTITY, client_secret=None),
}
ASKS = """
import json
from airflow.configuration import conf, ensure_secrets_loaded
backend = ensure_secrets_loaded()[0]
given = conf.getjson("secrets", "backend_kwargs")
built = {name: getattr(backend, name) for name in given}
print("ANSWER" + json.dumps([conf.get("secrets", "backend"), given, built]))
"""


@pytest.mark.parametrize("environment", ["airflow3", "airflow2"])
@pytest.mark.parametrize("mode", MODES)
def test_the_real_airflow_reads_the_kwargs_that_the_settings_say(
    environment: str, mode: str, tmp_path: Path
) -> None:
    settings = MODES[mode]
    for file in plan(settings, read_project(tmp_path), "env").files:
        write(file)
    variables = {
        name: text or "" for name, text in dotenv_values(tmp_path / ".env", interpolate=False).items()
    }
    done = subprocess.run(
        [python_of(environment), "-W", "ignore", "-c", ASKS],
        env={"AIRFLOW_HOME": str(tmp_path), "PATH": os.environ["PATH"], "HOME": "/h", **variables},
        capture_output=True,
        text=True,
    )
    assert "ANSWER" in done.stdout, done.stderr[-2000:]
    path, given, built = json.loads(done.stdout.partition("ANSWER")[2])
    wanted = backend_kwargs(settings)
    assert path == variables["AIRFLOW__SECRETS__BACKEND"]
    assert given == wanted
    assert built == {**wanted, "variables_prefix": "team_a"}
