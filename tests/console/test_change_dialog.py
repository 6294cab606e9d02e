"""The dialog before a change: what it says, what can be typed, and what Enter and Esc do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kvtui.console.dialogs.change import ChangeDialog
from kvtui.console.phase import Phase
from kvtui.console.provisioning.form import ChangePrompt
from kvtui.console.provisioning.state import Provisioning, Step
from kvtui.console.provisioning.view import rows
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.console.widgets.lines import LineList
from kvtui.console.words import now
from kvtui.emulator import company
from kvtui.settings.model import VaultAddress
from tests.console.changing import changes, dialog, open_app, words
from tests.console.conftest import SETTINGS, Console, opened, running, said
from tests.emulator_support.process import EmulatorProcess


async def test_esc_is_always_no(allowed: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    for key in ("n", "x"):
        await allowed.press("2", key)
        await dialog(allowed)
        await allowed.press("escape")
        await allowed.pilot.pause()
        assert allowed.app.screen is allowed.app.main
    assert changes(azure) == []


async def test_a_dialog_says_what_changes_where_and_who_is_signed_in(allowed: Console) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("a")
    await dialog(allowed)
    shown = allowed.screen()
    assert "the role Key Vault Secrets User" in shown
    assert "kv-contoso-prod only" in shown
    assert "Signed in as  ana@contoso.com (az CLI)" in shown


@pytest.mark.parametrize(
    ("days", "note"), [("0", "1 to 730 days"), ("900", "1 to 730 days"), ("x", "1 to 730 days")]
)
async def test_a_lifetime_that_will_not_do_cannot_be_chosen(allowed: Console, days: str, note: str) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("x")
    await dialog(allowed)
    await allowed.press(*days)
    assert note in allowed.screen()
    assert "Enter Add the client secret" not in allowed.screen()


async def test_what_is_typed_first_replaces_what_was_suggested(allowed: Console) -> None:
    await allowed.press("2", "n")
    await dialog(allowed)
    await allowed.type("airflow-trial")
    assert "Register airflow-trial" in allowed.screen()


async def test_the_end_of_a_secret_follows_its_lifetime(allowed: Console) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("x")
    await dialog(allowed)
    await allowed.type("90")
    assert f"expires on {now() + timedelta(days=90):%Y-%m-%d}" in allowed.screen()


async def test_a_rejected_lifetime_is_not_taken_by_enter(allowed: Console, azure: EmulatorProcess) -> None:
    await open_app(allowed, "astro-dev")
    azure.clear_log()
    await allowed.press("x")
    await dialog(allowed)
    await allowed.type("18090")
    await allowed.press("enter", "enter")
    assert isinstance(allowed.app.screen, ChangeDialog)
    assert changes(azure) == []


async def test_the_lower_edge_says_what_enter_does(allowed: Console) -> None:
    await open_app(allowed, "astro-dev")
    await allowed.press("x")
    await dialog(allowed)
    assert "Enter confirm   Tab next field   Esc cancel" in allowed.screen()


async def test_before_a_grant_the_dialog_says_that_the_network_may_keep_this_host_out(
    allowed: Console,
) -> None:
    allowed.controllers.settings.apply(replace(SETTINGS, vault=VaultAddress(company.VAULT_PRIVATE)), "vault")
    await open_app(allowed, "astro-dev")
    await allowed.press("a")
    await dialog(allowed)
    assert "After the grant, the vault's firewall may" in allowed.screen()


def test_an_action_that_does_not_fit_takes_more_rows() -> None:
    words = "Remove “old”, key ID 1a2b3c4d, begins with abc, expires 2027-05-26"
    rows = ChangeDialog("Remove", lambda _: ChangePrompt((), actions=(("k", words),)))._rows(40)
    assert words in " ".join(text.strip() for each in rows for text, _ in each.parts if text.strip())


async def test_read_only_without_commands_the_note_names_none(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        await console.press("3", "n")
        await dialog(console)
        assert "commands below" not in console.screen()
        await console.type("k")
        assert "commands below" in console.screen()


def test_a_step_that_does_not_fit_takes_more_rows() -> None:
    words = "Granting the role Key Vault Secrets User to astro-dev on kv-contoso-prod"
    change = Provisioning(
        "Grant", "Granted", (Step(words, Phase.DONE, now(), 3), Step("x", Phase.BUSY, now()))
    )
    shown = rows(State(provisioning=change), 44, now())
    assert words in " ".join(text.strip() for each in shown for text, _ in each.parts if text.strip())


async def test_a_key_during_a_change_gets_its_running_step_and_how_to_stop_it(allowed: Console) -> None:
    step = Step("Waiting until Entra accepts it", Phase.BUSY, now())
    allowed.app.main.store.change(provisioning=Provisioning("Add a client secret", "Added", (step,)))
    await allowed.press("2", "n")
    words = "Not finished yet: “Waiting until Entra accepts it”. Esc in pane 2 stops it."
    await allowed.until(lambda _: said(allowed) == words)


@pytest.mark.parametrize(("keys", "typed"), [(("3", "down", "down", "e"), ""), (("3", "n"), "my_key")])
async def test_a_list_with_more_rows_than_fit_has_a_scrollbar_and_is_not_cut(
    azure: EmulatorProcess, start: ConsoleStart, keys: tuple[str, ...], typed: str
) -> None:
    async with running(replace(start, allow_changes=True), (80, 18)) as console:
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await console.press(*keys)
        await dialog(console)
        await console.type(typed)
        await console.pilot.pause()
        box, lines = console.app.screen.query_one("#change"), console.app.screen.query_one(LineList)
        assert lines.region.bottom <= box.content_region.bottom
        assert lines.show_vertical_scrollbar


async def test_a_page_key_scrolls_the_dialog_while_a_field_has_the_focus(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start, size=(80, 24)) as console:
        await open_app(console, "astro-prod")
        await console.press("x")
        await dialog(console)
        assert "--append" not in console.screen()
        await console.press("pagedown")
        assert "--append" in console.screen()
        await console.press("pageup")
        assert "--append" not in console.screen()


async def test_read_only_before_an_issuer_is_typed_no_commands_are_promised(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start, size=(120, 40)) as console:
        await open_app(console, "astro-prod")
        await console.press("f")
        await dialog(console)
        assert "use the commands below" not in words(console)
        assert "This command prints the issuer" in words(console)
        await console.type("http://oidc.example.com")
        assert "This is not an issuer: give an https address without spaces." in words(console)
        assert "go to the commands" not in words(console)
