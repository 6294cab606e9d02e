from __future__ import annotations

import httpx
import pytest

from kvtui.emulator import company
from kvtui.emulator.company import made_id
from tests.emulator.desk import GRAPH, VAULT, Desk


@pytest.fixture
def token(desk: Desk) -> str:
    """Of ana, who may read the directory."""
    return desk.user_token(GRAPH)


def names(answer: httpx.Response) -> list[str]:
    """The display names of a page."""
    assert answer.status_code == 200, answer.text
    return [one["displayName"] for one in answer.json()["value"]]


def test_search_finds_the_beginnings_of_words(desk: Desk, token: str) -> None:
    found = names(desk.graph("applications", token, eventual=True, search='"displayName:astro"'))
    assert sorted(found) == [
        "astro-deploy-pipeline",
        "astro-dev",
        "astro-prod",
        "astro-remote-agents",
        "astro-staging",
    ]
    assert names(desk.graph("applications", token, eventual=True, search='"displayName:stro"')) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ('"displayName:prod astro"', ["astro-prod"]),
        ('"displayName:ASTRO-PR"', ["astro-prod"]),
        ('"displayName:mlflow" OR "displayName:airb"', ["Airbyte", "MLflow Tracking"]),
        ('"displayName:contoso" AND "displayName:travel"', ["Contoso Travel Expenses"]),
        ('"description:warehouse models"', ["dbt Cloud"]),
        ('"displayName:vendor portal (b2b)"', ["Vendor Portal (B2B)"]),
        ('"displayName:nobody \\"quoted\\""', []),
    ],
)
def test_search_joins_clauses(desk: Desk, token: str, search: str, found: list[str]) -> None:
    assert sorted(names(desk.graph("applications", token, eventual=True, search=search))) == found


def test_search_needs_its_header(desk: Desk, token: str) -> None:
    answer = desk.graph("applications", token, search='"displayName:astro"')
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "Request_UnsupportedQuery")
    assert "'ConsistencyLevel: eventual'" in error["message"]
    assert set(error["innerError"]) == {"date", "request-id", "client-request-id"}


def test_pages_follow_one_another(desk: Desk, token: str) -> None:
    answer = desk.graph("applications", token, top="15", orderby="displayName", select="displayName")
    found = names(answer)
    while link := answer.json().get("@odata.nextLink"):
        assert link.startswith("https://graph.microsoft.com/v1.0/applications?")
        answer = desk.http.get(link, headers={"Authorization": f"Bearer {token}"})
        found += names(answer)
    assert len(found) == len(set(found)) == 41
    assert found == sorted(found, key=str.casefold)


def test_a_count_comes_only_with_the_header(desk: Desk, token: str) -> None:
    plain = desk.graph("applications", token, count="true", top="1").json()
    assert "@odata.count" not in plain
    eventual = desk.graph("applications", token, eventual=True, count="true", top="1").json()
    assert eventual["@odata.count"] == 41


@pytest.mark.parametrize("top", ["0", "1000", "x"])
def test_a_page_holds_1_to_999(desk: Desk, token: str, top: str) -> None:
    answer = desk.graph("applications", token, top=top)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Invalid page size specified")


def test_selected_fields_are_all_that_comes(desk: Desk, token: str) -> None:
    answer = desk.graph("applications", token, select="appId,displayName", top="1").json()
    assert [set(one) for one in answer["value"]] == [{"appId", "displayName"}]


@pytest.mark.parametrize("query", ["$select=nothing", "$skip=5", "$expand=owners", "$orderby=appId"])
def test_what_graph_does_not_know_is_a_bad_request(desk: Desk, token: str, query: str) -> None:
    answer = desk.get(f"{GRAPH}/v1.0/applications?{query}", token)
    assert answer.status_code == 400


def test_managed_identities_are_service_principals_of_their_own_type(desk: Desk, token: str) -> None:
    answer = desk.graph("servicePrincipals", token, filter="servicePrincipalType eq 'ManagedIdentity'")
    found = {one["displayName"]: one["alternativeNames"] for one in answer.json()["value"]}
    assert len(found) == 6
    assert found["vm-build-01"][0] == "isExplicit=False"
    assert found["mi-airflow-prod"][0] == "isExplicit=True"
    assert found["mi-airflow-prod"][1].endswith("/userAssignedIdentities/mi-airflow-prod")


def test_one_app_is_found_by_either_of_its_ids(desk: Desk, token: str) -> None:
    by_client_id = desk.graph(f"applications(appId='{company.ASTRO_PROD}')", token).json()
    by_object_id = desk.graph(f"applications/{made_id('object', 'astro-prod')}", token).json()
    assert by_client_id == by_object_id
    assert by_client_id["displayName"] == "astro-prod"


def test_a_client_secret_shows_its_hint_and_never_its_text(desk: Desk, token: str) -> None:
    answer = desk.graph(f"applications(appId='{company.ASTRO_PROD}')", token)
    newest = answer.json()["passwordCredentials"][0]
    assert (newest["hint"], newest["secretText"]) == ("kvt", None)
    assert company.CLIENT_SECRET_PREFIX not in answer.text


def test_an_unknown_id_is_not_found(desk: Desk, token: str) -> None:
    answer = desk.graph(f"servicePrincipals/{made_id('sp', 'nobody')}", token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "Request_ResourceNotFound")


def test_federated_credentials_belong_to_an_app(desk: Desk, token: str) -> None:
    path = f"applications(appId='{company.REMOTE_AGENTS}')/federatedIdentityCredentials"
    (one,) = desk.graph(path, token).json()["value"]
    assert (one["issuer"], one["subject"], one["audiences"]) == (
        company.FEDERATION_ISSUER,
        company.FEDERATION_SUBJECT,
        [company.FEDERATION_AUDIENCE],
    )


def test_the_tenant_shows_its_name(desk: Desk, token: str) -> None:
    (tenant,) = desk.graph("organization", token).json()["value"]
    assert (tenant["id"], tenant["displayName"]) == (company.TENANT_ID, "Contoso")


def test_an_app_without_permissions_is_rejected(desk: Desk) -> None:
    answer = desk.graph("applications", desk.app_token(company.ASTRO_PROD, GRAPH))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "Authorization_RequestDenied")


def test_an_app_with_consented_permissions_is_served(desk: Desk) -> None:
    token = desk.app_token(company.PLATFORM_AUTOMATION, GRAPH)
    assert names(desk.graph("applications", token))
    assert desk.graph("organization", token).status_code == 200


def test_a_user_without_directory_rights_sees_only_himself(desk: Desk) -> None:
    token = desk.user_token(GRAPH, company.USER_WITHOUT_RIGHTS)
    assert desk.graph("applications", token).status_code == 403
    assert desk.graph("me", token).json()["userPrincipalName"] == company.USER_WITHOUT_RIGHTS


@pytest.mark.parametrize(("resource", "said"), [(VAULT, "Invalid audience"), ("", "Access token is empty")])
def test_a_token_must_be_for_graph(desk: Desk, resource: str, said: str) -> None:
    token = desk.user_token(resource) if resource else ""
    answer = desk.http.get(
        f"{GRAPH}/v1.0/applications", headers={"Authorization": f"Bearer {token}"} if token else {}
    )
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (401, "InvalidAuthenticationToken")
    assert said in error["message"]


def test_changes_by_who_may_not_are_rejected(desk: Desk) -> None:
    token = desk.user_token(GRAPH, company.USER_WITHOUT_RIGHTS)
    answer = desk.http.post(
        f"{GRAPH}/v1.0/applications",
        json={"displayName": "new"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 403
