"""One secret's life: stored, changed, deleted, recovered and purged, through the SDK."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.keyvault.secrets import SecretClient

from kvtui.emulator import company, contents
from tests.emulator.desk import PROD, VAULT, Desk

NAME = "airflow-variables-life"
LATER = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)


class Token:
    """A credential that has its token already."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_token(self, *_: str, **__: object) -> AccessToken:
        """That token."""
        return AccessToken(self.text, 2**31)


@pytest.fixture
def client(desk: Desk) -> Iterator[SecretClient]:
    """The SDK's client as ana, a Key Vault Secrets Officer."""
    with SecretClient(PROD, Token(desk.user_token(VAULT))) as made:
        yield made


@pytest.fixture
def strict(desk: Desk) -> Iterator[SecretClient]:
    """The same for the vault with Azure policies."""
    url = PROD.replace(company.VAULT_RBAC, company.VAULT_STRICT)
    with SecretClient(url, Token(desk.user_token(VAULT))) as made:
        yield made


def test_what_is_stored_with_a_secret_is_read_with_it(client: SecretClient) -> None:
    client.set_secret(
        NAME, "x", tags={"a": "b"}, content_type="text/plain", expires_on=LATER, not_before=LATER
    )
    found = client.get_secret(NAME).properties
    assert (found.tags, found.content_type, found.enabled) == ({"a": "b"}, "text/plain", True)
    assert (found.expires_on, found.not_before) == (LATER, LATER)


def test_a_new_version_inherits_nothing(client: SecretClient) -> None:
    client.set_secret(NAME, "one", tags={"a": "b"}, expires_on=LATER)
    client.set_secret(NAME, "two")
    found = client.get_secret(NAME).properties
    assert (found.tags, found.expires_on) == (None, None)


def test_an_older_version_keeps_its_value_and_its_attributes(client: SecretClient) -> None:
    old = client.set_secret(NAME, "one", tags={"a": "b"}).properties.version
    client.set_secret(NAME, "two")
    found = client.get_secret(NAME, old)
    assert (found.value, found.properties.tags) == ("one", {"a": "b"})


def test_a_change_leaves_what_it_does_not_name(client: SecretClient) -> None:
    client.set_secret(NAME, "one", tags={"a": "b"}, content_type="text/plain")
    changed = client.update_secret_properties(NAME, expires_on=LATER)
    assert (changed.tags, changed.content_type, changed.expires_on) == ({"a": "b"}, "text/plain", LATER)
    assert client.get_secret(NAME).value == "one"


def test_one_version_is_changed_and_no_other(client: SecretClient) -> None:
    old = client.set_secret(NAME, "one").properties.version
    client.set_secret(NAME, "two")
    client.update_secret_properties(NAME, old, enabled=False)
    assert client.get_secret(NAME).value == "two"
    with pytest.raises(HttpResponseError, match="disabled secret"):
        client.get_secret(NAME, old)


def test_a_disabled_secret_can_be_enabled(client: SecretClient) -> None:
    client.update_secret_properties(contents.DISABLED, enabled=True)
    assert client.get_secret(contents.DISABLED).value


def test_a_deleted_secret_is_neither_read_nor_listed(client: SecretClient) -> None:
    client.set_secret(NAME, "x")
    client.begin_delete_secret(NAME).wait()
    assert NAME not in [item.name for item in client.list_properties_of_secrets()]
    with pytest.raises(ResourceNotFoundError):
        client.get_secret(NAME)


def test_a_deleted_secret_shows_when_it_ends(client: SecretClient) -> None:
    client.set_secret(NAME, "x")
    client.begin_delete_secret(NAME).wait()
    found = next(each for each in client.list_deleted_secrets() if each.name == NAME)
    assert found.recovery_id == f"{PROD}/deletedsecrets/{NAME}"
    assert found.deleted_date
    assert found.scheduled_purge_date
    assert (found.scheduled_purge_date - found.deleted_date).days == 90


def test_the_name_of_a_deleted_secret_is_taken(client: SecretClient) -> None:
    client.set_secret(NAME, "x")
    client.begin_delete_secret(NAME).wait()
    with pytest.raises(ResourceExistsError, match="deleted but recoverable"):
        client.set_secret(NAME, "y")


def test_a_recovered_secret_is_as_before_with_its_versions(client: SecretClient) -> None:
    old = client.set_secret(NAME, "one").properties.version
    client.set_secret(NAME, "two")
    client.begin_delete_secret(NAME).wait()
    client.begin_recover_deleted_secret(NAME).wait()
    assert client.get_secret(NAME).value == "two"
    assert client.get_secret(NAME, old).value == "one"


def test_a_purged_secret_leaves_its_name_free(client: SecretClient) -> None:
    client.set_secret(NAME, "x")
    client.begin_delete_secret(NAME).wait()
    client.purge_deleted_secret(NAME)
    assert NAME not in {each.name for each in client.list_deleted_secrets()}
    assert client.set_secret(NAME, "y").value == "y"


def test_a_secret_that_is_not_there_has_no_versions(client: SecretClient) -> None:
    assert list(client.list_properties_of_secret_versions("nobody")) == []


def test_more_versions_than_a_page_holds_are_all_listed(client: SecretClient) -> None:
    for number in range(27):
        client.set_secret(NAME, str(number))
    assert len(list(client.list_properties_of_secret_versions(NAME))) == 27


def test_who_reads_secrets_may_not_delete_them(desk: Desk) -> None:
    token = desk.app_token(company.ASTRO_PROD, VAULT)
    answer = desk.http.delete(
        f"{PROD}/secrets/airflow-variables-region",
        params={"api-version": "2026-04-01"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json()["error"]["innererror"]["code"]) == (403, "ForbiddenByRbac")
    assert "Action: 'Microsoft.KeyVault/vaults/secrets/delete'" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("stored", "policy"),
    [
        ({"content_type": "text/plain"}, contents.EXPIRES),
        ({"expires_on": SOON}, contents.CONTENT_TYPE),
        ({"content_type": "text/plain", "expires_on": LATER}, contents.LONGEST),
    ],
)
def test_azure_policy_denies_a_secret_that_does_not_comply(
    strict: SecretClient, stored: dict[str, Any], policy: str
) -> None:
    with pytest.raises(HttpResponseError) as denied:
        strict.set_secret(NAME, "x", **stored)
    assert denied.value.status_code == 403
    assert policy in str(denied.value.message)


def test_azure_policy_allows_a_secret_that_complies(strict: SecretClient) -> None:
    strict.set_secret(NAME, "x", content_type="text/plain", expires_on=SOON)
    assert strict.get_secret(NAME).value == "x"


def test_azure_policy_denies_a_change_that_does_not_comply(strict: SecretClient) -> None:
    strict.set_secret(NAME, "x", content_type="text/plain", expires_on=SOON)
    with pytest.raises(HttpResponseError):
        strict.update_secret_properties(NAME, expires_on=LATER)
    assert strict.get_secret(NAME).properties.expires_on == SOON
