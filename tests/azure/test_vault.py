"""A vault's names and values, and each way in which it says no, on the embedded Azure."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from kvtui.app.exits import Exit, exit_of
from kvtui.azure.signin import open_vault
from kvtui.core.problems import ProblemError, ProblemKind
from kvtui.emulator import company, contents
from kvtui.settings.clouds import CloudName
from kvtui.settings.model import SignInKind, VaultAddress
from tests.azure.desk import BRIEF, Desk, pages_of, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind, value_requests
from tests.emulator_support.process import EmulatorProcess

HOST = f"{company.VAULT_RBAC}.vault.azure.net"
NAME = "airflow-variables-etl-batchsize"


async def test_names_arrive_in_pages_of_25_at_most_some_short_or_empty(desk: Desk) -> None:
    pages = await pages_of(await desk.vault())
    assert max(len(page.items) for page in pages) == 25
    assert min(len(page.items) for page in pages[:-1]) < 25
    assert [bool(page.after) for page in pages] == [True] * (len(pages) - 1) + [False]


async def test_every_name_comes_once(desk: Desk) -> None:
    names = [item.name for page in await pages_of(await desk.vault()) for item in page.items]
    assert len(names) > 100
    assert len(set(names)) == len(names)
    assert NAME in names


async def test_listing_never_asks_for_a_value(azure: EmulatorProcess, desk: Desk) -> None:
    await pages_of(await desk.vault())
    assert value_requests(azure.log()) == []


async def test_a_listing_can_be_left_after_the_first_page(azure: EmulatorProcess, desk: Desk) -> None:
    vault = await desk.vault()
    async for _ in vault.names():
        break
    asked = [record for record in azure.log() if record.path == "/secrets" and record.status == 200]
    assert len(asked) == 1


async def test_a_value_is_one_request_and_stays_masked(azure: EmulatorProcess, desk: Desk) -> None:
    vault = await desk.vault()
    await pages_of(vault)
    azure.clear_log()
    value = await vault.value(NAME)
    assert len(azure.log()) == 1
    assert value.name == NAME
    assert value.value.reveal() == "5000"
    assert "5000" not in repr(value)


async def test_versions_are_reported_without_a_value(azure: EmulatorProcess, desk: Desk) -> None:
    vault = await desk.vault()
    versions = await vault.versions(NAME)
    assert versions[0].created is not None
    assert value_requests(azure.log()) == []
    assert (await vault.value(NAME)).version == versions[0].version


async def test_a_secret_that_is_not_there_is_unresolved(desk: Desk) -> None:
    problem = await problem_of((await desk.vault()).value("airflow-variables-nothing"))
    assert (problem.kind, problem.status) == (ProblemKind.UNRESOLVED, 404)
    assert "airflow-variables-nothing" in problem.what


@pytest.mark.parametrize("name", ["a_b", "", "a b", "a/b", "ä", "x" * 128, "a-b\n", "../keys"])
async def test_a_name_that_no_vault_can_hold_is_rejected_without_a_request(
    azure: EmulatorProcess, desk: Desk, name: str
) -> None:
    vault = await desk.vault()
    azure.clear_log()
    assert (await problem_of(vault.value(name))).kind is ProblemKind.USAGE
    assert azure.log() == []


async def test_a_disabled_secret_says_how_to_enable_it(desk: Desk) -> None:
    vault = await desk.vault()
    disabled = [item for page in await pages_of(vault) for item in page.items if not item.enabled]
    problem = await problem_of(vault.value(disabled[0].name))
    assert (problem.kind, problem.code) == (ProblemKind.DENIED, "SecretDisabled")
    assert disabled[0].name in problem.remedy


async def test_an_expired_secret_is_listed_as_such_and_still_read(desk: Desk) -> None:
    vault = await desk.vault()
    items = [item for page in await pages_of(vault) for item in page.items]
    expired = [item for item in items if item.expires and item.expires.timestamp() < time.time()]
    assert (await vault.value(expired[0].name)).expires == expired[0].expires


async def test_listing_without_reading_is_kept_apart(desk: Desk) -> None:
    vault = await desk.vault(kind=SignInKind.MANAGED_IDENTITY)
    assert await pages_of(vault)
    problem = await problem_of(vault.value(NAME))
    assert (problem.kind, problem.status, problem.code) == (ProblemKind.DENIED, 403, "ForbiddenByRbac")
    assert problem.identity == "mi-bastion (managed identity)"


async def test_a_missing_role_names_principal_and_vault_in_the_command(desk: Desk) -> None:
    problem = await problem_of(pages_of(await desk.vault(client_id=company.ASTRO_DEV)))
    assert company.made_id("sp", "astro-dev") in problem.remedy
    assert company.vault_id(company.VAULT_RBAC).lower() in problem.remedy.lower()
    assert 'az role assignment create --role "Key Vault Secrets User"' in problem.remedy


@pytest.mark.parametrize(
    ("vault", "code"),
    [
        (company.VAULT_POLICIES, "AccessDenied"),
        (company.VAULT_PRIVATE, "ForbiddenByConnection"),
        (company.VAULT_FIREWALL, "ForbiddenByFirewall"),
    ],
)
async def test_each_closed_vault_says_why_and_what_to_do(desk: Desk, vault: str, code: str) -> None:
    problem = await problem_of(pages_of(await desk.vault(vault)))
    assert (problem.kind, problem.status, problem.code) == (ProblemKind.DENIED, 403, code)
    assert vault in problem.what
    assert problem.remedy


async def test_an_access_policy_vault_answers_whom_it_names(desk: Desk) -> None:
    vault = await desk.vault(company.VAULT_POLICIES, client_id=company.AIRFLOW_LEGACY)
    assert await pages_of(vault)


async def test_a_vault_that_does_not_exist_is_unreachable_by_name(desk: Desk) -> None:
    problem = await problem_of(pages_of(await desk.vault("kv-nowhere")))
    assert (problem.kind, problem.code, problem.status) == (ProblemKind.UNREACHABLE, "dns", None)
    assert "kv-nowhere.vault.azure.net" in problem.what


async def test_a_vault_of_another_tenant_gets_no_token(azure: EmulatorProcess, desk: Desk) -> None:
    problem = await problem_of(pages_of(await desk.vault(company.VAULT_FOREIGN)))
    assert problem.kind is ProblemKind.DENIED
    assert company.FOREIGN_TENANT_ID in problem.what
    assert company.TENANT_ID in problem.what
    assert not [record for record in azure.log() if "fabrikam" in record.host and record.caller]


async def test_a_vault_that_is_not_in_the_expected_tenant_gets_no_token(desk: Desk) -> None:
    problem = await problem_of(pages_of(await desk.vault(tenant_id=company.FOREIGN_TENANT_ID)))
    assert problem.code == "ForeignTenant"


async def test_a_challenge_for_another_service_gets_no_token(azure: EmulatorProcess, desk: Desk) -> None:
    fault = Fault(
        FaultKind.FOREIGN_CHALLENGE,
        host=HOST,
        path="/secrets*",
        target=company.TENANT_ID,
        resource="https://attacker.example",
        times=None,
    )
    vault = await desk.vault()
    azure.inject(fault)
    problem = await problem_of(pages_of(vault))
    assert problem.kind is ProblemKind.UNREACHABLE
    assert "No token was sent" in problem.what


@pytest.mark.parametrize("name", ["x", "-ab", "ab-", "a.b", "a/b", "evil.example/#", "a" * 25, "кv-contoso"])
async def test_an_address_that_is_no_vault_is_rejected_before_anything_is_sent(
    azure: EmulatorProcess, desk: Desk, name: str
) -> None:
    signed_in = await desk.sign_in(settings_of())
    azure.clear_log()
    with pytest.raises(ProblemError) as caught:
        open_vault(signed_in, VaultAddress(name))
    assert caught.value.problem.kind is ProblemKind.USAGE
    assert azure.log() == []


async def test_a_vault_of_another_cloud_is_rejected(desk: Desk) -> None:
    signed_in = await desk.sign_in(settings_of())
    with pytest.raises(ProblemError):
        open_vault(signed_in, VaultAddress(company.VAULT_RBAC, CloudName.CHINA))


class TestFaults:
    async def problem(
        self, azure: EmulatorProcess, desk: Desk, kind: FaultKind, **more: object
    ) -> tuple[Exit, str, str]:
        """Exit, code and sentence when every listing request meets this fault."""
        vault = await desk.vault()
        azure.inject(Fault(kind, host=HOST, path="/secrets*", times=None, **more))  # type: ignore[arg-type]
        found = await problem_of(pages_of(vault))
        return exit_of(found), found.code, found.what

    async def test_throttling_that_does_not_end(self, azure: EmulatorProcess, desk: Desk) -> None:
        exit_code, code, what = await self.problem(
            azure, desk, FaultKind.STATUS, status=429, retry_after="31536000"
        )
        assert (exit_code, code) == (Exit.UNREACHABLE, "Throttled")
        assert "throttling" in what

    async def test_throttling_that_ends_is_waited_for(self, azure: EmulatorProcess, desk: Desk) -> None:
        vault = await desk.vault()
        azure.inject(
            Fault(FaultKind.STATUS, host=HOST, path="/secrets*", status=429, retry_after="0.01", times=2)
        )
        assert await pages_of(vault)

    @pytest.mark.parametrize("status", [500, 502, 503])
    async def test_a_service_that_keeps_failing(
        self, azure: EmulatorProcess, desk: Desk, status: int
    ) -> None:
        exit_code, _, what = await self.problem(azure, desk, FaultKind.STATUS, status=status)
        assert exit_code is Exit.UNREACHABLE
        assert str(status) in what

    async def test_a_vault_that_never_answers(self, azure: EmulatorProcess, desk: Desk) -> None:
        exit_code, code, _ = await self.problem(azure, desk, FaultKind.HANG)
        assert (exit_code, code) == (Exit.UNREACHABLE, "timeout")

    async def test_a_body_that_drips(self, azure: EmulatorProcess, desk: Desk) -> None:
        exit_code, code, _ = await self.problem(azure, desk, FaultKind.SLOW, seconds=0.02)
        assert (exit_code, code) == (Exit.UNREACHABLE, "timeout")

    @pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.TRUNCATED])
    async def test_a_body_that_breaks_off(self, azure: EmulatorProcess, desk: Desk, kind: FaultKind) -> None:
        exit_code, code, what = await self.problem(azure, desk, kind)
        assert (exit_code, code) == (Exit.UNREACHABLE, "network")
        assert "closed before the answer was complete" in what

    async def test_a_body_that_breaks_off_once_is_asked_for_again(
        self, azure: EmulatorProcess, desk: Desk
    ) -> None:
        vault = await desk.vault()
        await vault.value(NAME)
        azure.inject(Fault(FaultKind.RESET, host=HOST, path="/secrets*"))
        assert await pages_of(vault)

    async def test_an_answer_that_is_not_json(self, azure: EmulatorProcess, desk: Desk) -> None:
        exit_code, _, what = await self.problem(azure, desk, FaultKind.BAD_JSON)
        assert exit_code is Exit.UNREACHABLE
        assert "not JSON" in what

    async def test_a_web_page_in_its_place(self, azure: EmulatorProcess, desk: Desk) -> None:
        exit_code, _, what = await self.problem(azure, desk, FaultKind.HTML)
        assert exit_code is Exit.UNREACHABLE
        assert "web page" in what

    @pytest.mark.parametrize(
        "body", ['{"value": 7}', '{"value": [{}]}', '{"value": [7]}', "[]", '{"nextLink": 1}']
    )
    async def test_json_of_another_form(self, azure: EmulatorProcess, desk: Desk, body: str) -> None:
        exit_code, _, _ = await self.problem(azure, desk, FaultKind.BODY, status=200, body=body)
        assert exit_code is Exit.UNREACHABLE

    async def test_an_answer_that_is_too_large(self, azure: EmulatorProcess, desk: Desk) -> None:
        vault = await desk.vault(limits=replace(BRIEF, answer=2_000))
        assert "larger than 2,000 bytes" in (await problem_of(pages_of(vault))).what

    async def test_a_redirect_is_not_followed(self, azure: EmulatorProcess, desk: Desk) -> None:
        exit_code, _, what = await self.problem(azure, desk, FaultKind.REDIRECT)
        assert exit_code is Exit.UNREACHABLE
        assert "redirect to attacker.example" in what
        assert not [record for record in azure.log() if "attacker" in record.host]

    @pytest.mark.parametrize(
        "target",
        [
            "https://attacker.example/secrets?x=1",
            f"http://{HOST}/secrets?x=1",
            f"https://{HOST}:8443/secrets?x=1",
            f"https://{HOST}@attacker.example/secrets",
            f"https://user:pw@{HOST}/secrets",
            f"https://{HOST}/keys?x=1",
            f"https://{HOST}/secrets/{NAME}",
            "https://[/secrets",
        ],
    )
    async def test_a_next_page_elsewhere_is_not_followed(
        self, azure: EmulatorProcess, desk: Desk, target: str
    ) -> None:
        exit_code, _, what = await self.problem(azure, desk, FaultKind.FOREIGN_NEXT_LINK, target=target)
        assert exit_code is Exit.UNREACHABLE
        assert "next page" in what
        hosts = {record.host for record in azure.log()}
        assert hosts <= {HOST, "login.microsoftonline.com"}
        assert value_requests(azure.log()) == []

    async def test_pages_that_lead_in_a_circle_end(self, azure: EmulatorProcess, desk: Desk) -> None:
        target = f"https://{HOST}/secrets?api-version=7.4&$skiptoken=again"
        vault = await desk.vault()
        body = f'{{"value": [], "nextLink": "{target}"}}'
        azure.inject(Fault(FaultKind.BODY, host=HOST, path="/secrets*", status=200, body=body, times=None))
        assert "pages repeat" in (await problem_of(pages_of(vault))).what

    async def test_a_list_without_end_is_stopped(self, desk: Desk) -> None:
        for limits in (replace(BRIEF, names=60), replace(BRIEF, pages=2)):
            vault = await desk.vault(limits=limits)
            assert (await problem_of(pages_of(vault))).code == "TooMany"


async def test_cancelling_a_listing_ends_it_at_once(azure: EmulatorProcess, desk: Desk) -> None:
    vault = await desk.vault(limits=replace(BRIEF, read=30))
    azure.inject(Fault(FaultKind.HANG, host=HOST, path="/secrets*", times=None))
    task = asyncio.ensure_future(pages_of(vault))
    await asyncio.wait([task], timeout=0.1)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 0.3


async def test_deleted_secrets_are_listed_with_their_dates_and_no_value(
    azure: EmulatorProcess, desk: Desk
) -> None:
    vault = await desk.vault()
    found = [secret async for page in vault.deleted() for secret in page]
    assert [secret.name for secret in found] == sorted(contents.DELETED)
    assert all(s.deleted and s.purge and (s.purge - s.deleted).days == 90 for s in found)
    assert value_requests(azure.log()) == []


async def test_who_may_not_list_deleted_secrets_is_reported_which(desk: Desk) -> None:
    vault = await desk.vault(client_id=company.ASTRO_DEV)

    async def deleted() -> None:
        async for _ in vault.deleted():
            pass

    problem = await problem_of(deleted())
    assert problem.what == f"Not allowed to list the deleted secrets of {company.VAULT_RBAC}."
    assert "Key Vault Secrets User" in problem.remedy


async def test_a_version_says_when_it_changes_and_what_becomes_of_a_deleted_secret(desk: Desk) -> None:
    version = (await (await desk.vault()).versions("airflow-variables-etl-config"))[0]
    assert version.updated is not None
    assert (version.recovery_level, version.recoverable_days) == ("Recoverable+Purgeable", 90)
