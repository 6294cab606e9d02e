"""Every `az` command that kvtui prints. `python -m tests.az_commands AZ` runs them on the embedded Azure.

`AZ` is the path of a real Azure CLI. It is no dependency: install `azure-cli` in an environment of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kvtui.azure import commands
from kvtui.azure.model import FederatedCredential, SecretAttributes
from kvtui.emulator import company, contents
from kvtui.emulator.company import made_id
from kvtui.settings.model import Target
from tests.emulator_support.process import start_emulator
from tests.outputs.samples import WORKLOAD, plan, project

_DEV = made_id("sp", "astro-dev")
_VALUES = "namespace: astro-agents\nresourceNamePrefix: agent\nworkers: [{name: default}]\n"
_IDENTITY = f"{company.group_id()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi-airflow-prod"
_APP = company.PLATFORM_AUTOMATION
_SIGN_IN = (
    f"az login --service-principal --username {_APP} --password '{company.CLIENT_SECRETS[_APP]}' "
    f"--tenant {company.TENANT_ID}"
)
"""Signs in the app that may change every resource, with a secret that opens nothing."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One command as kvtui prints it."""

    command: str
    before: str = ""
    """What must be so that it makes sense: run before it, its output is not shown."""
    app: bool = False
    """Whether the app `platform-automation` runs it, in place of the user."""
    again: bool = False
    """Whether it must end well a second time."""


def printed() -> Iterator[Printed]:
    """All of them, in an order in which they can be run."""
    prod, legacy = company.VAULT_RBAC, company.VAULT_POLICIES
    yield Printed("az login")
    yield Printed(f"az login --tenant {company.TENANT_ID}")
    yield Printed("az account show")
    for role in (commands.READER, commands.WRITER):
        yield Printed(commands.grant_role(_DEV, company.vault_id(prod), role=role), again=True)
    ben = made_id("user", company.USER_WITHOUT_RIGHTS)
    yield Printed(commands.grant_role(ben, company.vault_id(prod), is_user=True), again=True)
    for also in ((), ("set",)):
        yield Printed(commands.grant_policy(legacy, _DEV, also), again=True)
    yield from map(Printed, commands.show_access(prod, _DEV))
    yield from map(Printed, commands.register_app("airflow kvtui"))
    ends = datetime.now(UTC) + timedelta(days=90)
    yield Printed(commands.add_secret(company.ASTRO_PROD, "kvtui 2", ends))
    yield Printed(commands.remove_secret(company.ASTRO_PROD, made_id("key", "astro-prod ci")))
    yield Printed(commands.store_value(prod, "airflow-variables-new"), again=True)
    beside = SecretAttributes("text/plain", (("owner", "data platform"), ("env", "prod")), ends, ends)
    yield Printed(commands.store_value(prod, "airflow-variables-new", beside), again=True)
    yield Printed(commands.show_secret(prod, "airflow-variables-new"), again=True)
    copied = ("airflow-variables-api-page-size", "airflow-variables-environment")
    yield Printed(commands.copy_secrets(prod, company.VAULT_STAGING, copied), again=True)
    gone = f"az keyvault secret delete --vault-name {prod} --name airflow-variables-new"
    yield Printed(commands.recover_secret(prod, "airflow-variables-new"), before=gone)
    yield Printed(commands.enable_secret(prod, contents.DISABLED), again=True)
    yield Printed(commands.disable_secret(prod, contents.DISABLED), again=True)
    yield Printed(commands.set_expiry(prod, contents.DISABLED, ends), again=True)
    yield Printed(commands.delete_secret(prod, contents.DISABLED))
    office = commands.allow_address(company.VAULT_FIREWALL, "203.0.113.24")
    yield Printed(office, app=True, again=True)
    yield Printed(commands.show_issuer())
    subject = "system:serviceaccount:astro-agents:agent-worker-default"
    credential = FederatedCredential(
        "kvtui-worker", company.FEDERATION_ISSUER, subject, (company.FEDERATION_AUDIENCE,)
    )
    yield Printed(commands.federate(company.ASTRO_DEV, "", replace(credential, audiences=("a", "b"))))
    yield Printed(commands.federate(company.MI_AIRFLOW_PROD, _IDENTITY, credential), again=True)
    agents = replace(WORKLOAD, target=Target.REMOTE_EXECUTION)
    made = plan(agents, project(values=_VALUES), "helm")
    for step in made.next_steps:
        if step.command.startswith("az "):
            yield Printed(step.command)


def _fill(command: str, app_id: str, value: Path) -> str:
    """The command with what only the user knows in place of each `<…>`."""
    known = {
        "appId": app_id,
        "file": str(value),
        "cluster>": company.CLUSTER,
        "issuer": company.FEDERATION_ISSUER,
        "credential-name": "worker",
        "identity-name": "mi-astro-agents",
        "resource-group": company.RESOURCE_GROUP,
        "service-account": "agent-worker-default",
    }

    def fill(found: re.Match[str]) -> str:
        return next(text for word, text in known.items() if word in found[0])

    return re.sub(r"<[^>]*>", fill, command)


def main() -> int:
    """Runs them all and prints each with its outcome. 1 when one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.az_commands", description=__doc__)
    parser.add_argument("az", type=Path, help="the path of the Azure CLI")
    az = parser.parse_args().az.resolve()
    failed, app_id = 0, ""
    with start_emulator() as azure, tempfile.TemporaryDirectory(prefix="kvtui-az-") as home:
        (value := Path(home, "value")).write_text("a value", encoding="utf-8")

        def run(command: str, *, app: bool) -> subprocess.CompletedProcess[str]:
            environment = {
                **{name: text for name, text in os.environ.items() if not name.startswith("AZURE_")},
                **azure.environment,
                "AZURE_CONFIG_DIR": f"{home}/{'app' if app else 'user'}",
                "AZURE_CORE_COLLECT_TELEMETRY": "false",
                "PATH": f"{az.parent}{os.pathsep}{os.environ['PATH']}",
            }
            return subprocess.run(
                ["bash", "-c", command], env=environment, cwd=home, capture_output=True, text=True, timeout=60
            )

        azure.set_scenario(replication=0, propagation=0)
        run(_SIGN_IN, app=True)
        for one in printed():
            command = _fill(one.command, app_id, value)
            if one.before:
                run(one.before, app=one.app)
            for time in ("", " (again)")[: 1 + one.again]:
                done = run(command, app=one.app)
                failed += done.returncode != 0
                sys.stdout.write(f"{'FAILED' if done.returncode else 'ok'}{time}  {command}\n")
                if done.returncode:
                    sys.stdout.write(f"  {done.stderr.strip()}\n")
            if one.command.startswith("az ad app create"):
                app_id = json.loads(done.stdout)["appId"]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
