from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from kvtui.emulator import company
from tests.emulator.desk import PROD, VAULT, Desk
from tests.emulator_support.process import EmulatorProcess, value_requests


def dial(azure: EmulatorProcess, data: bytes) -> bytes:
    """The first bytes of the answer to raw bytes on the port."""
    port = int(azure.environment["HTTPS_PROXY"].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(data)
        return client.recv(12)


@pytest.mark.parametrize(
    "host",
    ["attacker.example", "vault.azure.net", "a.b.vault.azure.net", "kv.vault.azure.net.attacker.example"],
)
def test_a_host_that_is_not_azures_is_rejected_at_the_proxy(azure: EmulatorProcess, host: str) -> None:
    assert dial(azure, f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode()) == b"HTTP/1.1 403"
    assert [(record.method, record.host, record.status) for record in azure.log()] == [("CONNECT", host, 403)]


@pytest.mark.parametrize(
    "host",
    [
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.chinacloudapi.cn",
        "graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
        "management.usgovcloudapi.net",
        "kv-contoso-gov.vault.usgovcloudapi.net",
        "kv-contoso-cn.vault.azure.cn",
    ],
)
def test_every_clouds_hosts_have_a_certificate(desk: Desk, host: str) -> None:
    assert desk.http.get(f"https://{host}/").status_code in (401, 404)


@pytest.mark.parametrize("host", ["kv-nobody.vault.azure.net", "kv-contoso-prod.vault.azure.cn"])
def test_an_unknown_vault_has_no_address(desk: Desk, host: str) -> None:
    with pytest.raises(httpx.ProxyError, match="502"):
        desk.http.get(f"https://{host}/secrets")


def test_azures_hosts_are_not_answered_without_tls(desk: Desk) -> None:
    assert desk.http.get(PROD.replace("https", "http")).status_code == 403


@pytest.mark.parametrize("data", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"])
def test_bytes_that_make_no_sense_end_the_connection(azure: EmulatorProcess, data: bytes) -> None:
    assert dial(azure, data) == b"HTTP/1.1 400"


def test_a_connection_serves_many_requests(desk: Desk) -> None:
    token = desk.user_token(VAULT)
    assert len(desk.pages(token)) > 4
    connects = [record for record in desk.azure.log() if record.method == "CONNECT"]
    assert [record.host for record in connects] == ["kv-contoso-prod.vault.azure.net"]


def test_many_clients_are_served_at_the_same_time(desk: Desk) -> None:
    token = desk.app_token(company.ASTRO_PROD, VAULT)
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: desk.secret("airflow-variables-region", token).status_code, range(64))
        )
    assert answers == [200] * 64


def test_the_log_says_who_asked_for_what_and_never_with_which_token(desk: Desk) -> None:
    token = desk.app_token(company.ASTRO_PROD, VAULT)
    desk.secret("airflow-variables-region", token)
    last = desk.azure.log()[-1]
    assert (last.method, last.host, last.path, last.status, last.caller) == (
        "GET",
        "kv-contoso-prod.vault.azure.net",
        "/secrets/airflow-variables-region/",
        200,
        "astro-prod",
    )
    assert token not in repr(desk.azure.log())
    assert company.CLIENT_SECRETS[company.ASTRO_PROD] not in repr(desk.azure.log())


def test_value_requests_are_those_for_a_value_and_no_others(desk: Desk) -> None:
    token = desk.user_token(VAULT)
    desk.pages(token)
    desk.get(f"{PROD}/secrets/airflow-variables-region/versions", token, **{"api-version": "7.4"})
    assert value_requests(desk.azure.log()) == []
    version = desk.secret("airflow-variables-region", token).json()["id"].rpartition("/")[2]
    desk.get(f"{PROD}/secrets/airflow-variables-region/{version}", token, **{"api-version": "7.4"})
    assert len(value_requests(desk.azure.log())) == 2
