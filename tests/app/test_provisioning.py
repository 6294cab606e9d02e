"""The changes in Azure, step by step, on the embedded Azure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from kvtui.app.provisioning import (
    Provisioning,
    federated_credentials,
    principal_of,
    service_account,
    with_principal,
)
from kvtui.app.session import Session
from kvtui.azure.model import DirectoryEntry, EntryKind, SecretName
from kvtui.core.problems import ProblemError
from kvtui.emulator import company
from kvtui.settings.model import AuthMode, Settings, SignInKind, VaultAddress
from tests.azure.desk import BRIEF, settings_of
from tests.emulator_fixture import azure, emulator_session
from tests.emulator_support.process import EmulatorProcess

__all__ = ["azure", "emulator_session"]

ANA = replace(settings_of(kind=SignInKind.AZURE_CLI), vault=VaultAddress(company.VAULT_RBAC))
QUICK = replace(BRIEF, poll=0.01, settle=5)
ENDS = datetime.now(UTC) + timedelta(days=180)
DEV = DirectoryEntry(
    EntryKind.APPLICATION, "astro-dev", company.ASTRO_DEV, company.made_id("object", "astro-dev")
)


@dataclass
class Desk:
    """A session that may change things, and the steps that were said."""

    session: Session
    steps: list[str] = field(default_factory=list)

    def changing(self, settings: Settings = ANA) -> Provisioning:
        return Provisioning(self.session, settings, self.steps.append, self.steps.append, QUICK)


@pytest.fixture
async def desk(azure: EmulatorProcess) -> AsyncIterator[Desk]:
    async with Session(allow_changes=True, on_demand=True) as session:
        yield Desk(session)


async def test_a_registered_app_is_found_in_the_directory(desk: Desk) -> None:
    made: list[DirectoryEntry] = []
    app = await desk.changing().register("airflow-new", made.append)
    found = await desk.session.entries(ANA, app.client_id)
    assert ({entry.client_id for entry in found}, made) == ({app.client_id}, [app])


async def test_each_step_is_said_as_it_begins(desk: Desk) -> None:
    await desk.changing().register("airflow-new", lambda app: None)
    assert desk.steps == [
        "Registering the app and its service principal",
        "Waiting until the directory lists it",
    ]


async def test_without_the_users_word_nothing_is_changed(azure: EmulatorProcess) -> None:
    async with Session(on_demand=True) as session:
        with pytest.raises(ProblemError) as raised:
            await Provisioning(session, ANA, lambda _: None, lambda _: None, QUICK).register(
                "x", lambda app: None
            )
    assert raised.value.problem.code == "ReadOnly"


async def test_a_new_secret_signs_in_and_a_removed_one_is_gone(desk: Desk) -> None:
    new = await desk.changing().add_secret(DEV, "kvtui", ENDS)
    settings = replace(
        ANA,
        auth_mode=AuthMode.CLIENT_SECRET,
        tenant_id=company.TENANT_ID,
        client_id=DEV.client_id,
        client_secret=new.value,
    )
    await desk.changing(settings).wait_for_sign_in()
    await desk.changing().remove_secret(DEV, new.credential.key_id, "it")
    found = await desk.session.entries(ANA, DEV.client_id)
    assert new.credential.key_id not in {one.key_id for entry in found for one in entry.credentials}


async def test_service_accounts_are_trusted_once_the_directory_shows_them(desk: Desk) -> None:
    wanted = federated_credentials(company.FEDERATION_ISSUER, service_account("agents/worker"))
    await desk.changing().federate(DEV, wanted)
    held = await (await desk.session.directory(ANA)).federated(DEV)
    assert "system:serviceaccount:agents:worker" in {one.subject for one in held}


async def test_a_grant_is_waited_for_until_the_vault_lets_the_app_read(desk: Desk) -> None:
    app = await with_principal(desk.session, ANA, DEV)
    settings = replace(
        ANA,
        tenant_id=company.TENANT_ID,
        client_id=DEV.client_id,
        client_secret=settings_of(secret=company.CLIENT_SECRETS[company.ASTRO_DEV]).client_secret,
    )
    names = [SecretName("airflow-variables-api-base-url")]
    assert await desk.changing(settings).reads(names) is None
    access = await desk.session.access_on_vault(ANA, principal_of(app))
    await desk.changing().grant(app, access, "the role")
    await desk.changing().wait_until_granted(app)
    assert (await desk.changing(settings).wait_until_it_reads(names)).ok


@pytest.mark.parametrize(
    ("account", "name"), [("astro-agent-worker", "astro-agent-worker"), ("a", "kvtui-a")]
)
def test_a_credential_has_the_name_of_its_account_as_in_the_next_steps(account: str, name: str) -> None:
    made = federated_credentials("https://issuer.example", service_account(f"airflow/{account}"))
    assert [one.name for one in made] == [name]


def test_an_issuer_that_is_no_address_gives_no_credentials() -> None:
    assert federated_credentials("issuer", service_account("a/b")) == []


@pytest.mark.parametrize("text", ["", "a", "a/", "/b"])
def test_half_a_service_account_is_none(text: str) -> None:
    assert service_account(text) == []
