"""Pane 2 and what belongs to it: the list, the details, who you are, which vaults there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kvtui.azure.entries import next_expiry
from kvtui.azure.model import AppCredential, DirectoryEntry, EntryKind
from kvtui.console.actions import PaneId
from kvtui.console.dialogs.device_code import DeviceCodeDialog
from kvtui.console.dialogs.sign_in import SIGNING_IN, SignInDialog
from kvtui.console.dialogs.vaults import VaultsDialog
from kvtui.console.panes.entra import view as entra_view
from kvtui.console.panes.entra.view import columns, credential_state
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import now
from kvtui.core.secret_text import SecretText
from kvtui.emulator import company
from kvtui.settings.model import AuthMode, SignInKind, VaultAddress
from tests.console.changing import open_app
from tests.console.conftest import READY, SETTINGS, Console, running, said
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, start_emulator

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
APP = DirectoryEntry(EntryKind.APPLICATION, "astro", "c", "o")
MANAGED = replace(APP, kind=EntryKind.MANAGED_IDENTITY)
PRINCIPAL = replace(APP, kind=EntryKind.SERVICE_PRINCIPAL)
GRAPH = "graph.microsoft.com"


def _ending(*days: int) -> DirectoryEntry:
    ends = [NOW + timedelta(days=each, hours=1) for each in days]
    return replace(APP, credentials=tuple(AppCredential("secret", "abc", each) for each in ends))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (_ending(173), "expires in 173 d"),
        (_ending(9), "expires in 9 d"),
        (_ending(0), "expires in < 1 d"),
        (_ending(-11), "expired 10 d ago"),
        (_ending(173, 5), "expires in 5 d"),
        (_ending(173, -5), "expires in 173 d"),
        (_ending(-5, -11), "expired 4 d ago"),
        (APP, "no secret"),
        (replace(_ending(9), enabled=False), "disabled"),
        (MANAGED, "needs no secret"),
        (PRINCIPAL, "not known"),
    ],
)
def test_a_row_says_in_words_whether_the_app_can_sign_in(entry: DirectoryEntry, words: str) -> None:
    assert credential_state(entry, NOW, with_kind=False)[0] == words


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (_ending(9), "expires in 9 d"),
        (MANAGED, "managed identity"),
        (PRINCIPAL, "service principal"),
        (replace(MANAGED, enabled=False), "disabled"),
    ],
)
def test_without_a_column_for_it_what_is_no_app_says_its_kind(entry: DirectoryEntry, words: str) -> None:
    assert credential_state(entry, NOW, with_kind=True)[0] == words


@pytest.mark.parametrize(("width", "shown"), [(75, (True, True)), (60, (True, False)), (41, (False, False))])
def test_columns_make_room_before_a_name_is_cut(width: int, shown: tuple[bool, bool]) -> None:
    name = "astro-deploy-pipeline"
    found = columns([replace(_ending(-401), display_name=name), MANAGED, PRINCIPAL], width)
    assert (bool(found.kind), bool(found.secrets)) == shown
    assert found.name > len(name)


@pytest.fixture(scope="module")
def large_tenant() -> Iterator[EmulatorProcess]:
    """20,000 apps."""
    with start_emulator(apps=20_000) as emulator:
        yield emulator


@pytest.fixture
def large(large_tenant: EmulatorProcess, monkeypatch: pytest.MonkeyPatch) -> EmulatorProcess:
    """This process pointed at the large tenant."""
    large_tenant.reset()
    for name, value in large_tenant.environment.items():
        monkeypatch.setenv(name, value)
    return large_tenant


async def test_a_large_tenant_shows_a_page_and_asks_for_the_next_on_demand(
    large: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start) as console:
        await console.until(lambda state: state.entra.phase is Phase.DONE)
        await console.press("2", "slash")
        await console.type("airflow")
        await console.until(lambda state: state.entra.text == "airflow" and state.entra.more)
        first = len(console.state.entra.entries)
        assert console.state.entra.total == 1178
        await console.press("enter")
        await console.press("end", "enter")
        await console.until(lambda state: len(state.entra.entries) > first)


async def test_the_row_that_loads_more_counts_apps_only(large: EmulatorProcess, start: ConsoleStart) -> None:
    async with running(start) as console:
        await console.until(lambda state: state.entra.more)
        await console.press("2", "z")
        entries = console.state.entra.entries
        apps = sum(each.kind is EntryKind.APPLICATION for each in entries)
        assert apps < len(entries)
        rows = entra_view.rows(console.state, 100, now())
        assert rows[-1].parts[0][0].startswith(f"  Showing {apps} of ")


async def test_the_border_says_that_more_exist_than_are_counted(
    large: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start) as console:
        await console.until(lambda state: state.entra.more)
        await console.press("2", "z")
        number = len(console.state.entra.entries)
        assert f"{number} apps and identities, more exist" in console.screen()
        stopped = replace(console.state.entra, phase=Phase.STOPPED, more=False)
        assert entra_view.status(stopped) == f"{number} apps and identities, incomplete"


async def test_d_on_the_row_that_loads_more_opens_no_search(
    large: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start) as console:
        await console.until(lambda state: state.entra.more)
        await console.press("2", "end", "d")
        assert not console.pane(PaneId.ENTRA).typing_prompt
        assert "Select an app first." in console.screen()


async def test_the_next_page_of_a_search_leaves_the_cursor_on_the_last_row(
    large: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start) as console:
        await console.until(lambda state: state.entra.more)
        await console.press("2", "end", "up")
        lines = console.pane(PaneId.ENTRA).lines
        last, before = lines.selected, len(console.state.entra.entries)
        await console.press("end", "enter")
        await console.until(lambda state: len(state.entra.entries) > before and state.entra.more)
        assert lines.selected == last


async def test_typing_on_ends_the_search_that_ran(large: EmulatorProcess, start: ConsoleStart) -> None:
    async with running(start) as console:
        await console.until(lambda state: state.entra.phase is Phase.DONE)
        large.clear_log()
        large.inject(Fault(FaultKind.DELAY, host=GRAPH, path="/v1.0/*", seconds=30, times=3))
        await console.press("2", "slash")
        await console.type("fin")
        await console.until(lambda _: len([r for r in large.log() if r.host == GRAPH and r.path]) >= 3)
        await console.type("ance portal 00001")
        await console.until(lambda state: state.entra.phase is Phase.DONE and "portal" in state.entra.text)


async def test_a_directory_that_answers_last_still_warns_of_what_expires_soon(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.inject(Fault(FaultKind.DELAY, host=GRAPH, path="/v1.0/*", seconds=1, times=None))
    async with running(replace(start, settings=READY)) as console:
        await console.until(lambda state: state.secrets.phase is Phase.DONE and state.output.plan)
        assert console.state.entra.phase is Phase.BUSY
        await console.until(lambda state: any("expires in 5 days" in check.detail for check in state.checks))


async def test_a_directory_that_may_not_be_read_is_a_state_not_an_end(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.set_scenario(az_user=company.USER_WITHOUT_RIGHTS)
    async with running(start) as console:
        await console.until(lambda state: state.entra.phase is Phase.FAILED)
        await console.press("2", "z")
        shown = " ".join(console.screen().replace("┃", " ").split())
        assert "Application.Read.All" in shown
        assert "type the client ID in pane 1" in shown


async def test_a_directory_that_throttles_says_so(azure: EmulatorProcess, start: ConsoleStart) -> None:
    azure.inject(Fault(FaultKind.STATUS, status=429, retry_after="1", host=GRAPH, times=None))
    async with running(start) as console:
        await console.until(lambda state: state.entra.phase is Phase.FAILED)
        await console.press("2")
        assert "throttling" in console.screen()


async def test_the_details_name_the_user_who_read_them(console: Console) -> None:
    await console.press("2", "z", "slash")
    await console.type("astro-prod")
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == ["astro-prod"])
    await console.press("enter", "d")
    await console.until(lambda state: state.entra.access and state.entra.owners and state.entra.host_view)
    shown = console.screen()
    assert "kvtui looked this up as ana@contoso.com (az CLI)." in shown
    assert "can get and list" in shown
    assert "single tenant" in shown
    assert "begins with kvt" in shown


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("astro-staging", "The only client secret of astro-staging has expired. x adds a new one."),
        ("astro-prod", "One of the 2 client secrets of astro-prod expires in 5 days."),
    ],
)
async def test_an_app_whose_secret_does_not_last_is_taken_with_a_warning(
    console: Console, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    said: list[str] = []
    await console.press("2", "slash")
    await console.type(name)
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == [name])
    monkeypatch.setattr(console.ui, "warn", said.append)
    await console.press("enter", "enter")
    assert said == [words]


async def test_the_list_has_a_header(console: Console) -> None:
    await console.press("2", "z")
    line = next(line for line in console.screen().splitlines() if "Expiry" in line)
    assert ("Name" in line, "Kind" in line) == (True, True)


async def test_s_sorts_by_the_next_expiry_and_leaves_the_cursor_on_its_item(console: Console) -> None:
    await console.press("2", "down")
    lines = console.pane(PaneId.ENTRA).lines
    held = lines.selected
    await console.press("S")
    await console.pilot.pause()
    shown = [lines.source.key(n) for n in range(len(lines.source)) if lines.source.key(n)]
    entries = [e for e in map(console.controllers.entra.entry_at, shown) if e]
    dates = [(next_expiry(e, now()), e.enabled) for e in entries]
    live = [date for date, enabled in dates if date and enabled and date > now()]
    assert (lines.selected, [date for date, _ in dates[: len(live)]]) == (held, sorted(live))


async def test_in_the_details_the_secret_that_expires_next_is_first_and_above_the_network(
    console: Console,
) -> None:
    await open_app(console, "astro-prod")
    lines = console.pane(PaneId.ENTRA).lines
    rows = ["".join(text for text, _ in lines.source.row(n, 60).parts) for n in range(len(lines.source))]
    secrets = [n for n, text in enumerate(rows) if text.startswith("Client secret")]
    assert "expires in 5 d" in rows[secrets[0]]
    assert max(secrets) < next(n for n, text in enumerate(rows) if text.startswith("Vault network"))


# Who you are


async def sign_in_dialog(console: Console) -> None:
    await console.press("s")
    await console.until(lambda _: isinstance(console.app.screen, SignInDialog))
    await console.pilot.pause()


async def test_the_sign_in_dialog_says_what_each_kind_said(console: Console) -> None:
    await sign_in_dialog(console)
    shown = console.screen()
    assert "Signed in as ana@contoso.com (az CLI). The token is valid for 59 min." in shown
    assert "environment: The environment sign-in needs AZURE_TENANT_ID" in shown


async def test_the_open_sign_in_dialog_shows_the_sign_in_that_ends_meanwhile(console: Console) -> None:
    await sign_in_dialog(console)
    console.controllers.sign_in.sign_in()
    await console.until(lambda _: SIGNING_IN in console.screen())
    await console.until(lambda _: "Signed in as ana@contoso.com (az CLI)." in console.screen())


async def test_another_kind_of_sign_in_is_chosen_at_any_time(console: Console) -> None:
    await sign_in_dialog(console)
    await console.press(*["down"] * list(SignInKind).index(SignInKind.MANAGED_IDENTITY), "enter")
    await console.until(lambda state: state.sign_in.phase is Phase.DONE)
    assert str(console.state.sign_in.identity) == "mi-bastion (managed identity)"


async def test_typing_filters_the_kinds_of_sign_in(console: Console) -> None:
    await sign_in_dialog(console)
    await console.type("managed")
    kinds = console.app.screen.query_one(LineList)
    assert kinds.source.index_of(SignInKind.BROWSER) is None
    await console.press("enter")
    await console.until(lambda state: state.settings.sign_in is SignInKind.MANAGED_IDENTITY)


async def test_a_filter_that_no_kind_matches_says_so(console: Console) -> None:
    await sign_in_dialog(console)
    await console.type("zz")
    assert "No kind of sign-in matches “zz”." in console.screen()


async def test_esc_in_the_sign_in_dialog_takes_the_filter_away_first(console: Console) -> None:
    await sign_in_dialog(console)
    await console.press("z", "z", "escape")
    kinds = console.app.screen.query_one(LineList)
    assert kinds.source.index_of(SignInKind.BROWSER) is not None
    await console.press("escape")
    assert not isinstance(console.app.screen, SignInDialog)


async def test_esc_in_the_sign_in_dialog_leaves_everything(console: Console, azure: EmulatorProcess) -> None:
    await console.until(lambda state: state.entra.phase is Phase.DONE)
    azure.clear_log()
    await sign_in_dialog(console)
    await console.press("escape")
    assert console.state.sign_in.phase is Phase.DONE
    assert azure.log() == []


async def test_another_tenant_signs_in_again(console: Console) -> None:
    console.controllers.settings.apply(replace(console.state.settings, tenant_id=company.DOMAIN), "tenant_id")
    assert console.state.sign_in.phase is Phase.BUSY
    await console.until(lambda state: state.sign_in.phase is Phase.DONE)


async def device_code(console: Console) -> None:
    await sign_in_dialog(console)
    await console.press("home", *["down"] * list(SignInKind).index(SignInKind.DEVICE_CODE), "enter")
    await console.until(lambda _: isinstance(console.app.screen, DeviceCodeDialog), "the code")
    await console.pilot.pause()


async def test_who_gives_up_a_device_code_is_still_signed_in(
    console: Console, azure: EmulatorProcess
) -> None:
    azure.set_scenario(device_polls=1000)
    await device_code(console)
    await console.press("escape")
    await console.until(lambda state: state.sign_in.phase is Phase.DONE)
    assert str(console.state.sign_in.identity) == "ana@contoso.com (az CLI)"
    assert console.state.settings.sign_in is SignInKind.AUTO
    await console.until(lambda state: state.entra.entries and state.secrets.phase is Phase.DONE)
    assert said(console) == "Sign-in stopped: still signed in as ana@contoso.com (az CLI)."


async def test_who_was_not_signed_in_and_gives_up_is_reported_to_sign_in(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.set_scenario(device_polls=1000)
    settings = replace(SETTINGS, sign_in=SignInKind.DEVICE_CODE)
    async with running(replace(start, settings=settings)) as console:
        await console.until(lambda _: isinstance(console.app.screen, DeviceCodeDialog), "the code")
        await console.press("escape")
        await console.until(lambda state: state.sign_in.phase is Phase.STOPPED)
        await console.until(lambda _: "Next: Sign in" in console.screen(), "what is next")


# Which vaults there are


async def test_a_vault_is_chosen_from_those_that_the_sign_in_sees(console: Console) -> None:
    await console.press("1", "v")
    await console.until(lambda _: isinstance(console.app.screen, VaultsDialog))
    await console.until(lambda _: "6 vaults, listed as ana@contoso.com" in console.screen())
    await console.press("home", "enter")
    assert console.state.settings.vault == VaultAddress(company.VAULT_POLICIES)


async def test_a_listing_of_vaults_that_may_not_be_made_says_so(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.set_scenario(az_user=company.USER_WITHOUT_RIGHTS)
    async with running(start) as console:
        await console.until(lambda state: state.sign_in.phase is Phase.DONE)
        await console.press("1", "v")
        await console.until(lambda _: "see no vault" in console.screen())


# As which identity


async def test_the_names_can_be_listed_as_the_deployment_identity(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    secret = SecretText(company.CLIENT_SECRETS[company.ASTRO_PROD])
    settings = replace(
        SETTINGS, client_id=company.ASTRO_PROD, identity_name="astro-prod", client_secret=secret
    )
    async with running(replace(start, settings=settings)) as console:
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await console.until(lambda _: "listed as ana@contoso.com" in console.screen())
        azure.clear_log()
        await console.press("3", "a")
        await console.until(lambda state: state.secrets.as_deployment and state.secrets.phase is Phase.DONE)
        assert {r.caller for r in azure.log() if r.path == "/secrets" and r.status == 200} == {"astro-prod"}
        await console.until(lambda _: "listed as astro-prod" in console.screen())


async def test_a_managed_identity_of_this_host_can_be_asked_as_once_it_was_proved(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    settings = replace(
        SETTINGS,
        client_id=company.MI_AIRFLOW_PROD,
        identity_name="mi-airflow-prod",
        auth_mode=AuthMode.MANAGED_IDENTITY,
    )
    azure.set_scenario(host_identities=("mi-airflow-prod",))
    async with running(replace(start, settings=settings)) as console:
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await console.press("3", "a")
        assert not console.state.secrets.as_deployment
        await console.press("6", "c")
        await console.until(lambda state: state.facts.deployment_read)
        await console.press("3", "a")
        await console.until(lambda state: state.secrets.as_deployment and state.secrets.phase is Phase.DONE)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_details_are_in_the_pane_at_each_size(
    azure: EmulatorProcess, project: Path, size: tuple[int, int]
) -> None:
    async with running(ConsoleStart(settings=SETTINGS, project_directory=project), size) as console:
        await console.until(lambda state: state.entra.entries)
        await console.press("2", "d")
        await console.until(lambda state: state.entra.access)
        assert "Vault access" in console.screen()
