"""What is changed in Azure, request by request; and that nothing can be without the user's word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kvtui.app.exits import Exit, exit_of
from kvtui.azure.changes import Changes
from kvtui.azure.model import DirectoryEntry, EntryKind, FederatedCredential, SecretAttributes, VaultAccess
from kvtui.azure.signin import (
    SignedIn,
    open_access,
    open_changes,
    open_directory,
    open_vault,
    sign_in,
    sign_in_as_deployment,
)
from kvtui.azure.vault import secret_client
from kvtui.azure.waiting import until
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.settings.model import Settings, SignInKind, VaultAddress
from tests.azure.desk import BRIEF, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

ANA = settings_of(kind=SignInKind.AZURE_CLI)
QUICK = replace(BRIEF, poll=0.01, settle=5)
ENDS = datetime.now(UTC) + timedelta(days=180)
DEV = DirectoryEntry(
    EntryKind.APPLICATION,
    "astro-dev",
    company.ASTRO_DEV,
    company.made_id("object", "astro-dev"),
    principal_id=company.made_id("sp", "astro-dev"),
)
AGENTS = DirectoryEntry(
    EntryKind.MANAGED_IDENTITY,
    "mi-airflow-prod",
    company.MI_AIRFLOW_PROD,
    company.made_id("sp", "mi-airflow-prod"),
    resource_id=f"{company.group_id()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi-airflow-prod",
)
TRUST = FederatedCredential("triggerer", company.FEDERATION_ISSUER, "system:serviceaccount:a:b", ("api://x",))


@pytest.fixture
async def ana(azure: EmulatorProcess) -> AsyncIterator[SignedIn]:
    """Ana, who lets kvtui change things."""
    signed_in = await sign_in(ANA, allow_changes=True, limits=BRIEF)
    yield signed_in
    await signed_in.close()


@pytest.fixture
async def changes(ana: SignedIn, azure: EmulatorProcess) -> AsyncIterator[Changes]:
    """What Ana may change; the log begins here."""
    opened = open_changes(ana, ANA, limits=QUICK)
    assert isinstance(opened, Changes)
    azure.clear_log()
    yield opened
    await opened.close()


def changed(azure: EmulatorProcess) -> list[tuple[str, str, int]]:
    """Every request that may have changed something: method, the path's last part, status."""
    return [
        (record.method, record.path.rstrip("/").rpartition("/")[2], record.status)
        for record in azure.log()
        if record.method not in ("GET", "CONNECT") and not record.host.startswith("login.")
    ]


async def access_of(signed_in: SignedIn, vault: str, principal: str) -> VaultAccess:
    access = open_access(signed_in, ANA, limits=BRIEF)
    try:
        return await access.on_vault(vault, principal, ())
    finally:
        await access.close()


async def test_an_app_is_registered_with_its_principal_once_the_directory_knows_it(
    azure: EmulatorProcess, ana: SignedIn, changes: Changes
) -> None:
    app = await changes.register("astro-new")
    principal = await changes.make_principal(app)
    assert changed(azure) == [
        ("POST", "applications", 201),
        ("POST", "servicePrincipals", 400),
        ("POST", "servicePrincipals", 201),
    ]
    directory = open_directory(ana, ANA, limits=BRIEF)

    async def found() -> bool:
        return await directory.service_principal(app.client_id) is not None

    await until(found, "find it", QUICK)
    assert principal
    assert app.sign_in_audience == "AzureADMyOrg"
    await directory.close()


async def test_a_new_secret_signs_its_app_in_after_a_while(azure: EmulatorProcess, changes: Changes) -> None:
    azure.set_scenario(propagation=2)
    new = await changes.add_secret(DEV, "kvtui", ENDS)
    settings = replace(settings_of(company.ASTRO_DEV), client_secret=new.value)
    tries: list[str] = []

    async def signs_in() -> bool:
        try:
            await (await sign_in_as_deployment(settings, limits=BRIEF)).close()
        except ProblemError as error:
            tries.append(error.problem.code)
            return False
        return True

    await until(signs_in, "take the secret", QUICK)
    assert tries == ["AADSTS7000215", "AADSTS7000215"]
    assert changed(azure) == [("POST", "addPassword", 200)]


async def test_a_new_secrets_text_is_in_no_repr(changes: Changes) -> None:
    new = await changes.add_secret(DEV, "kvtui", ENDS)
    assert new.value.reveal() not in repr(new)
    assert new.value.reveal().startswith(new.credential.hint)


async def test_a_removed_secret_no_longer_signs_in(azure: EmulatorProcess, changes: Changes) -> None:
    azure.set_scenario(propagation=0)
    new = await changes.add_secret(DEV, "kvtui", ENDS)
    await changes.remove_secret(DEV, new.credential.key_id)
    settings = replace(settings_of(company.ASTRO_DEV), client_secret=new.value)
    assert (await problem_of(sign_in_as_deployment(settings, limits=BRIEF))).code == "AADSTS7000215"


@pytest.mark.parametrize(
    ("vault", "request_made"),
    [(company.VAULT_RBAC, "roleAssignments"), (company.VAULT_POLICIES, "accessPolicies")],
)
async def test_a_grant_lets_the_app_read_after_a_while(
    azure: EmulatorProcess, ana: SignedIn, changes: Changes, vault: str, request_made: str
) -> None:
    azure.set_scenario(propagation=2)
    before = await access_of(ana, vault, DEV.principal_id)
    azure.clear_log()
    await changes.grant(before, DEV.principal_id, company.TENANT_ID)
    (made,) = [record for record in azure.log() if record.method == "PUT"]
    assert request_made in made.path
    app = await sign_in_as_deployment(settings_of(company.ASTRO_DEV), limits=BRIEF)
    opened = open_vault(app, VaultAddress(vault), limits=BRIEF)

    async def reads() -> bool:
        try:
            await opened.value("nothing-there")
        except ProblemError as error:
            return error.problem.status == 404
        return True

    assert not await reads()
    await until(reads, "allow reading", QUICK)
    assert (await access_of(ana, vault, DEV.principal_id)).summary == "can get and list"
    await opened.close()
    await app.close()


async def test_granting_what_is_granted_already_is_no_failure(ana: SignedIn, changes: Changes) -> None:
    principal = company.made_id("sp", "astro-prod")
    await changes.grant(await access_of(ana, company.VAULT_RBAC, principal), principal, company.TENANT_ID)


@pytest.mark.parametrize("entry", [DEV, AGENTS], ids=["app", "identity"])
async def test_a_federated_credential_is_there_afterwards(
    ana: SignedIn, changes: Changes, entry: DirectoryEntry
) -> None:
    await changes.federate(entry, TRUST)
    directory = open_directory(ana, ANA, limits=BRIEF)
    assert TRUST in await directory.federated(entry)
    await directory.close()


async def test_a_waiting_that_never_ends_ends() -> None:
    async def never() -> bool:
        return False

    problem = await problem_of(until(never, "know it", replace(QUICK, settle=0.02)))
    assert (problem.kind, problem.code) == (ProblemKind.UNREACHABLE, "propagation")


async def test_a_change_that_breaks_off_is_not_sent_again(azure: EmulatorProcess, changes: Changes) -> None:
    azure.inject(Fault(FaultKind.STATUS, host="graph.microsoft.com", method="POST", status=503, times=None))
    assert (await problem_of(changes.register("astro-new"))).kind is ProblemKind.UNREACHABLE
    assert changed(azure) == [("POST", "applications", 503)]


# Who may not


async def _exits(changes: Changes, access: VaultAccess) -> list[Exit]:
    calls = [
        changes.register("astro-new"),
        changes.add_secret(DEV, "kvtui", ENDS),
        changes.remove_secret(DEV, "11111111-1111-4111-8111-111111111111"),
        changes.federate(DEV, TRUST),
        changes.federate(AGENTS, TRUST),
        changes.grant(access, DEV.principal_id, company.TENANT_ID),
        changes.grant(replace(access, model="access-policies"), DEV.principal_id, company.TENANT_ID),
    ]
    return [exit_of(await problem_of(call)) for call in calls]


async def test_who_may_not_is_denied(azure: EmulatorProcess, ana: SignedIn) -> None:
    access = await access_of(ana, company.VAULT_RBAC, DEV.principal_id)
    azure.set_scenario(az_user=company.USER_WITHOUT_RIGHTS)
    ben = await sign_in(ANA, allow_changes=True, limits=BRIEF)
    changes = open_changes(ben, ANA, limits=QUICK)
    assert isinstance(changes, Changes)
    assert set(await _exits(changes, access)) == {Exit.DENIED}
    await changes.close()
    await ben.close()


async def test_without_the_users_word_no_change_leaves_this_process(
    azure: EmulatorProcess, ana: SignedIn
) -> None:
    """Ana may; her sign-in was made without --allow-changes, so the transport of every client says no."""
    access = await access_of(ana, company.VAULT_RBAC, DEV.principal_id)
    reading = await sign_in(ANA, limits=BRIEF)
    changes = open_changes(reading, ANA, limits=QUICK)
    assert isinstance(changes, Changes)
    azure.clear_log()
    assert set(await _exits(changes, access)) == {Exit.DENIED}
    assert changed(azure) == []
    await changes.close()
    await reading.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_the_vaults_own_client_only_reads(azure: EmulatorProcess, method: str) -> None:
    from azure.core.rest import HttpRequest

    settings = Settings(sign_in=SignInKind.AZURE_CLI, tenant_id=company.TENANT_ID)
    reading = await sign_in(settings, limits=BRIEF)
    address = VaultAddress(company.VAULT_RBAC)
    client = secret_client(reading.credential.for_vault(address.host, company.TENANT_ID), address, BRIEF)
    azure.clear_log()
    with pytest.raises(ProblemError) as caught:
        await client.send_request(HttpRequest(method, f"secrets/new?api-version={7.5}", json={"value": "x"}))
    assert caught.value.problem.code == "ReadOnly"
    assert changed(azure) == []
    await client.close()
    await reading.close()


async def test_a_secret_is_stored_and_read_back(ana: SignedIn) -> None:
    vault = open_vault(ana, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
    await vault.store("airflow-variables-new", SecretText("a value"))
    stored = await vault.value("airflow-variables-new")
    await vault.close()
    assert stored.value == SecretText("a value")


async def test_content_type_tags_and_dates_are_stored_beside_the_value(ana: SignedIn) -> None:
    vault = open_vault(ana, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
    ends = datetime(2031, 1, 2, tzinfo=UTC)
    given = SecretAttributes("text/plain", (("team", "data"),), ends, ends - timedelta(days=9), enabled=False)
    await vault.store("airflow-variables-new", SecretText("a value"), given)
    names = [name async for page in vault.names() for name in page.items]
    await vault.close()
    held = next(name for name in names if name.name == "airflow-variables-new")
    assert given == SecretAttributes(
        held.content_type, held.tags, held.expires, held.not_before, held.enabled
    )


async def test_an_azure_policy_that_rejects_a_secret_is_explained(
    azure: EmulatorProcess, ana: SignedIn
) -> None:
    body = '{"error":{"code":"Forbidden","message":"The secret is not allowed by policy: expiration date."}}'
    azure.inject(
        Fault(FaultKind.BODY, host="*.vault.azure.net", method="PUT", status=403, body=body, with_token=True)
    )
    vault = open_vault(ana, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
    problem = await problem_of(vault.store("airflow-variables-new", SecretText("x")))
    await vault.close()
    assert "An Azure Policy" in problem.what
    assert "expiry date" in problem.remedy
    assert "expiration date" in problem.detail


async def test_a_name_that_a_deleted_secret_still_holds_says_how_to_recover_it(
    azure: EmulatorProcess, ana: SignedIn
) -> None:
    body = '{"error":{"code":"Conflict","message":"x","innererror":{"code":"ObjectIsDeletedButRecoverable"}}}'
    azure.inject(
        Fault(FaultKind.BODY, host="*.vault.azure.net", method="PUT", status=409, body=body, with_token=True)
    )
    vault = open_vault(ana, VaultAddress(company.VAULT_RBAC), limits=BRIEF)
    problem = await problem_of(vault.store("airflow-variables-old", SecretText("x")))
    await vault.close()
    assert "az keyvault secret recover" in problem.remedy
