from __future__ import annotations

import time

import httpx
import pytest

from kvtui.emulator import company
from tests.emulator.desk import PROD, VAULT, Desk
from tests.emulator_support.faults import Fault, FaultKind

NAME = "airflow-variables-region"


@pytest.fixture
def token(desk: Desk) -> str:
    """Of astro-prod; fetched before any fault is there."""
    return desk.app_token(company.ASTRO_PROD, VAULT)


def test_throttling_has_the_vaults_own_words_and_a_retry_after(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.STATUS, host="kv-*", status=429, retry_after="7"))
    answer = desk.secret(NAME, token)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["error"]["code"] == "Throttled"


def test_a_fault_hits_as_often_as_it_says(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.STATUS, path="/secrets/*", status=503, times=2, after=1))
    assert [desk.secret(NAME, token).status_code for _ in range(5)] == [200, 503, 503, 200, 200]


def test_a_fault_without_end_lasts_until_it_is_cleared(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.STATUS, status=500, times=None))
    assert [desk.secret(NAME, token).status_code for _ in range(3)] == [500] * 3
    desk.azure.clear_faults()
    assert desk.secret(NAME, token).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.STATUS, host="graph.microsoft.com"),
        Fault(FaultKind.STATUS, path="/secrets"),
        Fault(FaultKind.STATUS, method="POST"),
        Fault(FaultKind.STATUS, method="CONNECT"),
    ],
)
def test_a_fault_lets_other_requests_pass(desk: Desk, token: str, fault: Fault) -> None:
    desk.secret(NAME, token)  # the tunnel stands
    desk.azure.inject(fault)
    assert desk.secret(NAME, token).status_code == 200


def test_a_fault_may_wait_for_a_token(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.STATUS, status=500, with_token=True))
    assert [desk.secret(NAME, one).status_code for one in ("", token)] == [401, 500]


def test_a_delay_answers_later_as_usual(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.DELAY, seconds=0.2))
    started = time.monotonic()
    assert desk.secret(NAME, token).status_code == 200
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.TRUNCATED])
def test_half_an_answer_breaks_the_connection(desk: Desk, token: str, kind: FaultKind) -> None:
    desk.azure.inject(Fault(kind))
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        desk.secret(NAME, token)
    assert desk.secret(NAME, token).status_code == 200


def test_a_slow_answer_comes_byte_by_byte(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.SLOW, seconds=0.001))
    assert desk.secret(NAME, token).json()["value"] == "westeurope"


def test_a_hanging_request_is_in_the_log_without_a_status(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.HANG))
    with pytest.raises(httpx.ReadTimeout):
        desk.http.get(
            f"{PROD}/secrets?api-version=7.4", headers={"Authorization": f"Bearer {token}"}, timeout=0.2
        )
    last = desk.azure.log()[-1]
    assert (last.path, last.status, last.caller) == ("/secrets", 0, "astro-prod")


def test_bad_json_ends_in_mid_sentence(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.BAD_JSON))
    answer = desk.secret(NAME, token)
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


def test_a_captive_portal_answers_with_a_page(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.HTML))
    answer = desk.secret(NAME, token)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_any_answer_can_be_given(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.BODY, status=418, body="tea", content_type="text/plain"))
    answer = desk.secret(NAME, token)
    assert (answer.status_code, answer.text) == (418, "tea")


def test_a_redirect_leads_to_a_foreign_host(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.REDIRECT, target="https://attacker.example/x"))
    answer = desk.secret(NAME, token)
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://attacker.example/x")


def test_a_page_may_point_to_a_foreign_host(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.FOREIGN_NEXT_LINK, target="https://attacker.example/more"))
    answer = desk.get(f"{PROD}/secrets", token, **{"api-version": "7.4"})
    assert answer.json()["nextLink"] == "https://attacker.example/more"
    assert len(answer.json()["value"]) == 25


def test_a_challenge_may_name_a_foreign_tenant_and_resource(desk: Desk, token: str) -> None:
    fault = Fault(
        FaultKind.FOREIGN_CHALLENGE, target=company.FOREIGN_TENANT_ID, resource="https://attacker.example"
    )
    desk.azure.inject(fault)
    answer = desk.secret(NAME, token)
    assert answer.status_code == 401
    assert company.FOREIGN_TENANT_ID in answer.headers["WWW-Authenticate"]
    assert 'resource="https://attacker.example"' in answer.headers["WWW-Authenticate"]


def test_the_proxy_may_reject_a_tunnel(desk: Desk, token: str) -> None:
    desk.azure.inject(Fault(FaultKind.STATUS, method="CONNECT", host="graph.*", status=407))
    with pytest.raises(httpx.ProxyError, match="407"):
        desk.graph("applications", token)
