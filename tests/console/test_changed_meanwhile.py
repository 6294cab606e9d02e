"""The settings are changed, or the change is stopped, while a change in Azure waits or runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import pytest

from kvtui.app.checks.facts import CheckId, ProbeResult
from kvtui.console.dialogs.leave import LeaveDialog
from kvtui.console.phase import Phase
from kvtui.console.provisioning.view import rows, still_needed
from kvtui.console.start import ConsoleStart
from kvtui.console.state import State
from kvtui.console.words import now
from kvtui.emulator import company
from kvtui.settings.model import VaultAddress
from tests.console.changing import dialog, done, open_app
from tests.console.conftest import READY, Console, opened
from tests.console.test_rotation import DEV
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess


def _choose(console: Console, vault: str) -> None:
    settings = console.state.settings
    console.controllers.settings.apply(replace(settings, vault=VaultAddress(vault)), "vault")


async def _begin(console: Console, key: str, words: str) -> None:
    """Confirms the change of a key, and waits for the step with these words."""
    await console.press(key)
    await dialog(console)
    await console.press("enter")

    def runs(state: State) -> bool:
        running = state.provisioning.running
        return running is not None and words in running.words

    await console.until(runs, words)


async def test_access_granted_on_one_vault_proves_nothing_of_a_vault_chosen_meanwhile(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, replace(start, allow_changes=True, settings=DEV)) as console:
        azure.set_scenario(propagation=10)
        await open_app(console, "astro-dev")
        await _begin(console, "a", "allows reading")
        _choose(console, company.VAULT_STRICT)
        await done(console, "read")
        assert console.state.provisioning.next == "astro-dev can read kv-contoso-prod."
        assert console.state.facts.deployment_read is None


def _is_new(before: ProbeResult | None, state: State) -> bool:
    return state.facts.deployment_read is not before


@pytest.fixture
async def stopped(azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
    """A console whose new client secret of astro-prod Entra did not accept yet when it was stopped."""
    async with opened(azure, replace(start, allow_changes=True, settings=READY)) as console:
        azure.set_scenario(propagation=60)
        await open_app(console, "astro-prod")
        await _begin(console, "x", "accepts")
        await console.press("escape")
        await console.until(lambda state: state.provisioning.next)
        yield console


async def test_a_stopped_rotation_says_where_the_new_secret_is(stopped: Console) -> None:
    assert "The new client secret of astro-prod is in memory only" in stopped.state.provisioning.next


async def test_once_another_app_is_chosen_w_is_not_said_to_write_the_new_secret(stopped: Console) -> None:
    other = replace(stopped.state.settings, client_id=company.ASTRO_DEV)
    stopped.controllers.settings.apply(other, "client_id")
    parts = (text for row in rows(stopped.state, 76, now()) for text, *_ in row.parts)
    shown = " ".join(" ".join(parts).split())
    assert "is in memory only: choose astro-prod again, then w writes the client secret." in shown
    assert "is in memory only: w writes" not in shown


async def test_a_stopped_rotation_shows_the_new_secret_among_those_of_the_app(stopped: Console) -> None:
    entra, made = stopped.state.entra, stopped.state.made[0]
    in_list = next(one for one in entra.entries if one.client_id == made.client_id)
    opened = entra.opened
    assert opened
    assert [made.key_id in {each.key_id for each in one.credentials} for one in (in_list, opened)] == [
        True
    ] * 2


async def test_a_new_secret_that_entra_does_not_know_yet_is_not_called_wrong(stopped: Console) -> None:
    await stopped.press("6", "c")
    await stopped.until(lambda state: state.facts.deployment_read)
    check = next(one for one in stopped.state.checks if one.name is CheckId.IDENTITY_CAN_READ)
    assert "does not accept the new client secret of astro-prod yet" in check.detail
    assert check.remedy == "Wait a minute, then run the checks again."


async def test_a_lookup_with_a_new_secret_that_entra_does_not_know_yet_does_not_call_it_wrong(
    stopped: Console,
) -> None:
    await stopped.press("4", "enter")
    await stopped.type("api_base_url")
    await stopped.press("enter")
    await stopped.until(lambda state: state.lookup.problem or not state.lookup.predicted)
    problem = stopped.state.lookup.problem
    assert problem is not None
    assert problem.what == "Entra does not accept the new client secret of astro-prod yet."
    assert problem.remedy == "Wait a minute, then try again."
    assert "is wrong" not in stopped.screen()


async def test_the_checks_test_the_new_secret_of_a_stopped_rotation_that_is_written(stopped: Console) -> None:
    await stopped.press("w", "w")
    await stopped.until(lambda state: state.made[0].written)
    await stopped.press("6")
    for _ in range(100):
        before = stopped.state.facts.deployment_read
        if before is not None and before.ok:
            break
        await stopped.press("c")
        await stopped.until(partial(_is_new, before))
    assert not still_needed(stopped.state, company.ASTRO_PROD)


async def test_q_asks_while_a_step_changes_something(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, replace(start, allow_changes=True)) as console:
        azure.inject(Fault(FaultKind.DELAY, host="graph.microsoft.com", method="POST", seconds=30))
        await console.press("2")
        await _begin(console, "n", "Registering")
        await console.press("q")
        assert isinstance(console.app.screen, LeaveDialog)
        shown = " ".join(console.screen().replace("┃", " ").replace("│", " ").split())
        assert "Registering the app and its service principal has not ended." in shown


async def test_q_does_not_ask_while_kvtui_only_waits(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with opened(azure, replace(start, allow_changes=True, settings=DEV)) as console:
        azure.set_scenario(propagation=1000)
        await open_app(console, "astro-dev")
        await _begin(console, "a", "allows reading")
        assert console.state.provisioning.steps[0].phase is Phase.DONE
        await console.press("q")
        assert console.app._exit
