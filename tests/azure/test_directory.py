"""Finding apps, service principals and managed identities in the embedded Azure's directory."""

from __future__ import annotations

import pytest

from kvtui.azure.directory import Directory, quoted
from kvtui.azure.entries import rank
from kvtui.azure.model import DirectoryEntry, EntryKind
from kvtui.azure.signin import open_directory
from kvtui.core.problems import Problem, ProblemKind
from kvtui.emulator import company
from kvtui.settings.model import SignInKind
from tests.azure.desk import BRIEF, Desk, problem_of, settings_of
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

GRAPH = "graph.microsoft.com"


class Search:
    """A directory, asked as Ana unless another sign-in is given."""

    def __init__(self, desk: Desk, client_id: str = "") -> None:
        self._desk = desk
        self._settings = settings_of(client_id) if client_id else settings_of(kind=SignInKind.AZURE_CLI)

    async def directory(self) -> Directory:
        signed_in = await self._desk.sign_in(self._settings)
        directory = open_directory(signed_in, self._settings, limits=BRIEF)
        assert isinstance(directory, Directory)
        return directory

    async def find(self, text: str) -> list[DirectoryEntry]:
        directory = await self.directory()
        try:
            return [entry async for batch in directory.find(text) for entry in batch]
        finally:
            await directory.close()

    async def problem(self, text: str = "astro") -> Problem:
        return await problem_of(self.find(text))


def _names(entries: list[DirectoryEntry], kind: EntryKind) -> list[str]:
    return [entry.display_name for entry in entries if entry.kind is kind]


async def test_a_name_finds_apps_principals_and_managed_identities(desk: Desk) -> None:
    found = await Search(desk).find("astro")
    assert "astro-prod" in _names(found, EntryKind.APPLICATION)
    assert "astro-prod" in _names(found, EntryKind.SERVICE_PRINCIPAL)
    assert "mi-astro-agents" in _names(found, EntryKind.MANAGED_IDENTITY)


async def test_the_very_name_comes_first(desk: Desk) -> None:
    assert _names(await Search(desk).find("astro-prod"), EntryKind.APPLICATION)[0] == "astro-prod"


async def test_an_app_shows_the_hint_and_end_of_its_secrets_and_never_their_text(desk: Desk) -> None:
    (app,) = [e for e in await Search(desk).find("astro-prod") if e.kind is EntryKind.APPLICATION]
    secret = next(credential for credential in app.credentials if credential.hint == "kvt")
    assert secret.kind == "secret"
    assert secret.expires is not None
    assert company.CLIENT_SECRETS[company.ASTRO_PROD] not in repr(app)


async def test_a_client_id_finds_the_app_and_its_principal(desk: Desk) -> None:
    found = await Search(desk).find(company.ASTRO_PROD.upper())
    assert {entry.kind for entry in found} == {EntryKind.APPLICATION, EntryKind.SERVICE_PRINCIPAL}
    assert {entry.client_id for entry in found} == {company.ASTRO_PROD}


async def test_an_object_id_finds_what_it_names(desk: Desk) -> None:
    (found,) = await Search(desk).find(company.made_id("object", "astro-prod"))
    assert (found.kind, found.client_id) == (EntryKind.APPLICATION, company.ASTRO_PROD)


async def test_an_id_that_nobody_has_finds_nothing(desk: Desk) -> None:
    assert await Search(desk).find("12345678-0000-4000-8000-000000000000") == []


async def test_empty_text_gives_entries_by_name_and_each_once(desk: Desk) -> None:
    found = await Search(desk).find("  ")
    assert len(found) > 40
    assert len({(entry.kind, entry.object_id) for entry in found}) == len(found)


async def test_a_search_asks_for_the_next_page_only_when_it_is_wanted(
    azure: EmulatorProcess, desk: Desk
) -> None:
    directory = await Search(desk).directory()
    azure.clear_log()
    search = directory.search("")
    first = [entry async for batch in search.page() for entry in batch]
    asked = len([record for record in azure.log() if record.method == "GET"])
    second = [entry async for batch in search.page() for entry in batch]
    await directory.close()
    assert asked == 4
    assert search.total == 41
    assert {e.object_id for e in first}.isdisjoint(e.object_id for e in second)
    assert not search.more


async def test_a_search_page_by_page_leaves_out_the_principals_of_the_tenants_own_apps(desk: Desk) -> None:
    directory = await Search(desk).directory()
    search = directory.search("")
    found = []
    while search.more:
        found += [entry async for batch in search.page() for entry in batch]
    await directory.close()
    principals = [entry for entry in found if entry.kind is EntryKind.SERVICE_PRINCIPAL]
    assert {entry.display_name for entry in principals if entry.enabled} == {
        "Azure Key Vault",
        "Microsoft Graph",
    }
    assert {entry.display_name for entry in principals if not entry.enabled} == {"Legacy Crystal Reports"}


async def test_any_word_of_the_name_finds_it_in_any_case(desk: Desk) -> None:
    assert "Vault Backup Job" in _names(await Search(desk).find("JOB vault"), EntryKind.APPLICATION)


async def test_an_apps_owners_are_reported(desk: Desk) -> None:
    directory = await Search(desk).directory()
    app = DirectoryEntry(EntryKind.APPLICATION, "x", "", company.made_id("object", "astro-prod"))
    owners = await directory.owners(app)
    await directory.close()
    assert owners == (company.USER,)


async def test_a_principals_groups_are_reported_through_others_too(desk: Desk) -> None:
    directory = await Search(desk).directory()
    groups = await directory.groups(company.made_id("sp", "dbt Cloud"))
    await directory.close()
    assert {group.name for group in groups} == {"grp-transformation", "grp-vault-readers"}


async def test_a_user_assigned_identity_carries_its_resource_id(desk: Desk) -> None:
    found = await Search(desk).find("mi-airflow-prod")
    (identity,) = [entry for entry in found if entry.kind is EntryKind.MANAGED_IDENTITY]
    assert identity.resource_id.endswith("/userAssignedIdentities/mi-airflow-prod")


@pytest.mark.parametrize(
    "text", ['x"y', "a\\b", "O'Brien", "a&b=c#d", "ä ü", 'zz" OR "displayName:astro', "{x}", "%41"]
)
async def test_hostile_text_finds_nothing_and_breaks_nothing(desk: Desk, text: str) -> None:
    assert await Search(desk).find(text) == []


async def test_someone_without_rights_is_reported_the_permission_and_to_type_the_id(desk: Desk) -> None:
    problem = await Search(desk, company.ASTRO_DEV).problem()
    assert (problem.kind, problem.status) == (ProblemKind.DENIED, 403)
    assert "Application.Read.All" in problem.remedy
    assert "by hand" in problem.remedy
    assert problem.identity == "astro-dev (client secret)"


async def test_an_app_with_the_permission_may_search(desk: Desk) -> None:
    assert await Search(desk, company.PLATFORM_AUTOMATION).find("astro-prod")


async def test_the_principal_of_a_client_id_is_found_for_roles(desk: Desk) -> None:
    directory = await Search(desk).directory()
    principal = await directory.service_principal(company.ASTRO_PROD)
    missing = await directory.service_principal(company.NO_SERVICE_PRINCIPAL)
    await directory.close()
    assert principal is not None
    assert principal.object_id == company.made_id("sp", "astro-prod")
    assert missing is None


async def test_an_apps_federated_credentials_are_reported(desk: Desk) -> None:
    directory = await Search(desk).directory()
    app = DirectoryEntry(
        EntryKind.APPLICATION, "x", company.REMOTE_AGENTS, company.made_id("object", "astro-remote-agents")
    )
    (federated,) = await directory.federated(app)
    await directory.close()
    assert (federated.issuer, federated.subject) == (company.FEDERATION_ISSUER, company.FEDERATION_SUBJECT)
    assert federated.audiences == (company.FEDERATION_AUDIENCE,)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(FaultKind.STATUS, status=429, retry_after="9999999", host=GRAPH, times=None), "throttling"),
        (Fault(FaultKind.STATUS, status=503, host=GRAPH, times=None), "keeps failing"),
        (Fault(FaultKind.HTML, host=GRAPH, times=None), "web page"),
        (Fault(FaultKind.BAD_JSON, host=GRAPH, times=None), "not JSON"),
        (
            Fault(FaultKind.RESET, host=GRAPH, path="/v1.0/*", times=None),
            "closed before the answer",
        ),
        (Fault(FaultKind.HANG, host=GRAPH, path="/v1.0/*", times=None), "did not answer in time"),
        (Fault(FaultKind.REDIRECT, host=GRAPH, times=None), "redirect to attacker.example"),
        (Fault(FaultKind.FOREIGN_NEXT_LINK, host=GRAPH, times=None), "points elsewhere"),
    ],
)
async def test_a_directory_that_fails_is_unreachable(
    azure: EmulatorProcess, desk: Desk, fault: Fault, words: str
) -> None:
    azure.inject(fault)
    problem = await Search(desk).problem("")
    assert problem.kind is ProblemKind.UNREACHABLE
    assert words in problem.what
    assert not [record for record in azure.log() if "attacker" in record.host]


def test_what_would_end_the_quotes_is_escaped() -> None:
    assert quoted('a"b\\c') == '"displayName:a\\"b\\\\c"'


def test_hits_are_ranked_by_how_they_match() -> None:
    names = ["my astro", "xastro", "astro-prod", "Astro"]
    assert sorted(names, key=lambda name: rank(name, "astro")) == [
        "Astro",
        "astro-prod",
        "my astro",
        "xastro",
    ]


@pytest.mark.parametrize("kind", [EntryKind.APPLICATION, EntryKind.MANAGED_IDENTITY])
async def test_a_federated_credential_of_another_form_is_unreachable(
    azure: EmulatorProcess, desk: Desk, kind: EntryKind
) -> None:
    azure.inject(Fault(FaultKind.BODY, path="*/federated*", status=200, body='{"value": [{"audiences": 5}]}'))
    identity = f"{company.group_id()}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi"
    entry = DirectoryEntry(kind, "a", "", company.made_id("object", "a"), resource_id=identity)
    directory = await Search(desk).directory()
    assert (await problem_of(directory.federated(entry))).kind is ProblemKind.UNREACHABLE
    await directory.close()


async def test_a_service_principal_of_another_form_is_unreachable(azure: EmulatorProcess, desk: Desk) -> None:
    azure.inject(Fault(FaultKind.BODY, host=GRAPH, status=200, body='{"alternativeNames": 5}'))
    directory = await Search(desk).directory()
    assert (await problem_of(directory.service_principal(company.ASTRO_PROD))).kind is ProblemKind.UNREACHABLE
    await directory.close()
