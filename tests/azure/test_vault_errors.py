"""Each error of Key Vault becomes what happened, as which identity, and the command that helps."""

from __future__ import annotations

import json

import pytest

from kvtui.azure.azure_policy import DISALLOWED_BY_POLICY
from kvtui.azure.http import Answer
from kvtui.azure.model import Identity
from kvtui.azure.vault_errors import vault_problem
from kvtui.core.problems import Problem, ProblemKind
from kvtui.core.remedies import Do, Remedy, Sentences
from kvtui.settings.model import VaultAddress

OID = "11111111-2222-3333-4444-555555555555"
VAULT = VaultAddress("kv-contoso")
APP = Identity("client secret", "astro-prod", object_id=OID)
SCOPE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-contoso"


def _problem(
    status: int, inner: str, message: str, *, who: Identity = APP, header: tuple[str, str] = ("", "")
) -> Problem:
    body = {"error": {"code": "Forbidden", "message": message, "innererror": {"code": inner}}}
    return vault_problem(
        Answer(status, dict([header]), json.dumps(body).encode()), VAULT, who, doing="get", name="a-b"
    )


def _rbac(resource: str = f"{SCOPE}/secrets/a-b") -> str:
    return (
        "Caller is not authorized to perform action on resource.\r\n"
        f"Caller: appid=x;oid={OID};iss=y\r\nAction: 'a/b/action'\r\nResource: '{resource}'\r\nVault: v"
    )


def test_a_missing_role_gives_the_command_that_grants_it_on_the_vault() -> None:
    problem = _problem(403, "ForbiddenByRbac", _rbac())
    assert problem.remedy == (
        "If access was just granted, wait up to ten minutes. Otherwise grant it: "
        'az role assignment create --role "Key Vault Secrets User" '
        f"--assignee-object-id {OID} --assignee-principal-type ServicePrincipal --scope {SCOPE}"
    )


def test_a_person_is_granted_as_a_user() -> None:
    ana = Identity("az CLI", "ana@contoso.com", object_id=OID, is_user=True)
    assert "--assignee-principal-type User" in _problem(403, "ForbiddenByRbac", _rbac(), who=ana).remedy


def test_a_resource_that_could_run_a_command_never_reaches_the_remedy() -> None:
    remedy = _problem(403, "ForbiddenByRbac", _rbac("/subscriptions/$(reboot)/vaults/kv-contoso")).remedy
    assert "reboot" not in remedy


def test_a_missing_access_policy_gives_the_command_that_sets_it() -> None:
    message = f"The user, group or application 'appid=x;oid={OID};iss=y' does not have secrets get permission"
    assert f"az keyvault set-policy --name kv-contoso --object-id {OID} --secret-permissions get list" in (
        _problem(403, "AccessDenied", message).remedy
    )


def test_the_firewall_remedy_names_the_address_that_was_seen() -> None:
    message = "Client address is not authorized.\r\nClient address: 203.0.113.7\r\nCaller: x"
    assert _problem(403, "ForbiddenByFirewall", message).remedy.endswith("--ip-address 203.0.113.7")


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("ForbiddenByConnection", "public network access is off"),
        ("SecretDisabled", "is disabled"),
        ("SomethingNew", "forbids it"),
    ],
)
def test_every_403_is_denied_and_keeps_its_code(inner: str, words: str) -> None:
    problem = _problem(403, inner, "x")
    assert words in problem.what
    assert (problem.kind, problem.status, problem.code) == (ProblemKind.DENIED, 403, inner)


def test_a_secret_that_is_not_there_is_unresolved() -> None:
    problem = _problem(404, "", "A secret with (name/id) a-b was not found")
    assert (problem.kind, problem.status) == (ProblemKind.UNRESOLVED, 404)


def test_an_unaccepted_token_is_denied_with_the_vaults_words() -> None:
    problem = _problem(401, "", "AKV10022: Invalid audience.")
    assert (problem.kind, problem.status) == (ProblemKind.DENIED, 401)
    assert "AKV10022" in problem.detail


def test_throttling_says_how_long_to_wait() -> None:
    problem = _problem(429, "", "too many requests", header=("retry-after", "7"))
    assert (problem.kind, problem.status) == (ProblemKind.UNREACHABLE, 429)
    assert "It asks to wait 7 seconds." in problem.what
    assert "Try again in 7 seconds." in problem.remedy


def test_the_services_words_are_on_one_line_and_inert() -> None:
    detail = _problem(403, "X", "one\r\ntwo \x1b]52;c;aGk=\x07").detail
    assert "one two" in detail
    assert "\x1b" not in detail
    assert "\r" not in detail


def test_a_token_in_the_services_words_is_taken_out() -> None:
    assert (
        "eyJhbGciOi" not in _problem(401, "X", "bad token eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln here").detail
    )


def test_correlation_ids_are_kept_for_support() -> None:
    assert (
        "x-ms-request-id: abc-123" in _problem(403, "X", "no", header=("x-ms-request-id", "abc-123")).detail
    )


def _policy(message: str, status: int = 403) -> Problem:
    body = {"error": {"code": "Forbidden", "message": message}}
    answer = Answer(status, {}, json.dumps(body).encode())
    return vault_problem(answer, VAULT, APP, doing="set", name="a-b")


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize(
    ("policy", "do"),
    [
        ("Key Vault secrets should have an expiration date", [Do.GIVE_EXPIRY]),
        ("Secrets should have content type set", [Do.GIVE_CONTENT_TYPE]),
        ("Secrets should have the specified maximum validity period", [Do.GIVE_EXPIRY]),
        ("Secrets need the tags owner and an expiration date", [Do.GIVE_EXPIRY, Do.GIVE_TAGS]),
        ("Secrets should have a not-before date", [Do.GIVE_NOT_BEFORE]),
    ],
)
def test_a_policy_that_rejects_a_secret_is_named_with_what_it_demands(
    policy: str, do: list[Do], status: int
) -> None:
    problem = _policy(f"The operation was disallowed by Azure Policy. Policy: '{policy}'.", status)
    assert problem.what.startswith(f"The Azure Policy “{policy}”")
    assert (problem.kind, problem.code) == (ProblemKind.DENIED, DISALLOWED_BY_POLICY)
    assert isinstance(problem.remedy, Sentences)
    assert [part.do for part in problem.remedy.parts if isinstance(part, Remedy)] == do


def test_a_policy_with_unknown_words_sends_to_the_details() -> None:
    problem = _policy("Blocked by policy.")
    assert problem.what.startswith("An Azure Policy")
    assert "details" in problem.remedy
    assert "Blocked by policy." in problem.detail


def test_a_limited_expiry_says_that_the_date_has_to_be_near() -> None:
    remedy = _policy("Policy: 'Secrets should have the specified maximum validity period'").remedy
    assert "number of days" in remedy


def test_a_missing_access_policy_is_not_an_azure_policy() -> None:
    body = {"error": {"code": "Forbidden", "message": "policy", "innererror": {"code": "AccessDenied"}}}
    answer = Answer(403, {}, json.dumps(body).encode())
    assert vault_problem(answer, VAULT, APP, doing="set", name="a-b").code == "AccessDenied"
