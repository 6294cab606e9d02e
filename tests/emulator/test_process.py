from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.emulator.desk import VAULT, Desk
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, start_emulator


def start() -> tuple[subprocess.Popen[str], Path]:
    """The bare child process and its private directory."""
    child = subprocess.Popen(
        [sys.executable, "-m", "kvtui.emulator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout
    return child, Path(json.loads(child.stdout.readline())["ca_file"]).parent


def test_it_ends_and_cleans_up_when_its_parent_is_gone() -> None:
    child, directory = start()
    assert directory.is_dir()
    child.communicate(timeout=10)  # closes its standard input, as the end of the parent does
    assert child.returncode == 0
    assert not directory.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_and_cleans_up_when_it_is_reported_to(number: signal.Signals) -> None:
    child, directory = start()
    child.send_signal(number)
    assert child.wait(timeout=10) == 0
    assert not directory.exists()
    child.communicate()


def test_it_ends_although_a_client_keeps_its_connection() -> None:
    emulator = start_emulator()
    address = ("127.0.0.1", int(emulator.environment["HTTPS_PROXY"].rpartition(":")[2]))
    with socket.create_connection(address) as client:
        client.sendall(b"GET http://169.254.169.254/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(12) == b"HTTP/1.1 404"
        emulator.close()
    assert not emulator.ca_file.exists()


def test_its_files_are_private_and_hold_no_private_key(azure: EmulatorProcess) -> None:
    directory = azure.ca_file.parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    tools = [azure.az_directory / name for name in ("astro", "az", "azd", "helm", "kubectl")]
    assert files == [*tools, azure.ca_file]
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in files)
    assert "PRIVATE" not in azure.ca_file.read_text()


def test_it_listens_on_one_loopback_address_only(azure: EmulatorProcess) -> None:
    port = int(azure.environment["HTTPS_PROXY"].rpartition(":")[2])
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_the_control_path_needs_its_token(azure: EmulatorProcess) -> None:
    proxy = azure.environment["HTTPS_PROXY"]
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"{proxy}/_kvtui/log").status_code == 403
        assert client.get(f"{proxy}/_kvtui/log", headers={"X-Kvtui-Control": "guess"}).status_code == 403


@pytest.mark.parametrize("tool", ["astro", "helm", "kubectl"])
def test_the_tools_of_the_next_steps_do_nothing_but_say_so(azure: EmulatorProcess, tool: str) -> None:
    done = subprocess.run([azure.az_directory / tool, "deploy", "x y"], capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        f"Demo: {tool} was not run. It would have got these arguments:",
        "  deploy",
        "  x y",
    ]


def test_the_environment_puts_the_az_stand_in_first_and_only_once(azure: EmulatorProcess) -> None:
    path = azure.environment["PATH"].split(os.pathsep)
    assert path[0] == str(azure.az_directory)
    assert path.count(str(azure.az_directory)) == 1


def test_a_reset_takes_log_faults_and_scenario_back(desk: Desk) -> None:
    desk.azure.inject(Fault(FaultKind.STATUS, times=None))
    desk.azure.set_scenario(az_user="")
    desk.azure.reset()
    assert desk.azure.log() == []
    assert desk.user_token(VAULT)


PROGRAM = """
import asyncio
from azure.identity import AzureCliCredential
from azure.identity.aio import ClientSecretCredential
from azure.keyvault.secrets import SecretClient
from azure.keyvault.secrets.aio import SecretClient as AsyncSecretClient
from kvtui.emulator import company

URL = f"https://{company.VAULT_RBAC}.vault.azure.net"

async def count():
    secret = company.CLIENT_SECRETS[company.ASTRO_PROD]
    async with ClientSecretCredential(company.TENANT_ID, company.ASTRO_PROD, secret) as credential:
        async with AsyncSecretClient(URL, credential) as client:
            return [item.name async for item in client.list_properties_of_secrets()]

with SecretClient(URL, AzureCliCredential()) as client:
    print(client.get_secret("airflow-variables-region").value)
print(len(asyncio.run(count())))
"""


def test_environment_variables_alone_point_the_sdks_at_it(azure: EmulatorProcess) -> None:
    environment = {**os.environ, **azure.environment}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.stdout.split() == ["westeurope", "120"], done.stderr[-2000:]
    assert {record.caller for record in azure.log()} == {"", "ana@contoso.com", "astro-prod"}


def test_as_many_secrets_as_are_asked_for_are_listed_once_each() -> None:
    with start_emulator(secrets=1000) as emulator:
        environment = {**os.environ, **emulator.environment}
        script = PROGRAM.replace("print(len(", "print(*(").replace("print(client", "(client")
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=60
        )
    names = done.stdout.split()
    assert len(names) == len(set(names)) == 1000
