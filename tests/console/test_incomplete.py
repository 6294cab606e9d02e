"""A listing that broke off never looks like the whole vault."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kvtui.azure.model import SecretName
from kvtui.console.panes.secrets import view as secrets
from kvtui.console.panes.secrets.state import SecretsState
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.console.state import SignInState, State
from kvtui.core.problems import Problem, ProblemKind
from tests.console.conftest import SETTINGS, Console, running
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess

NAMES = (SecretName("a"), SecretName("b"))
BROKEN = Problem("The vault answered 503.", "Try again later.", ProblemKind.UNREACHABLE)


def listed(phase: Phase, problem: Problem | None = None) -> State:
    return State(settings=SETTINGS, secrets=SecretsState(phase, NAMES, problem=problem))


def test_a_listing_that_failed_says_how_many_names_there_are_and_why() -> None:
    words = secrets.cut_off(listed(Phase.FAILED, BROKEN))
    assert words.startswith(
        "This list is incomplete: the listing ended after 2 names. The vault answered 503."
    )


def test_a_listing_that_was_stopped_is_incomplete() -> None:
    assert "You stopped it." in secrets.cut_off(listed(Phase.STOPPED))


def test_the_corner_says_that_the_list_is_incomplete() -> None:
    assert (
        secrets.status(listed(Phase.FAILED, BROKEN), 2, similar=False)
        == "2 names, incomplete (l lists again)"
    )


def test_the_corner_says_that_l_gets_the_others() -> None:
    state = State(
        settings=SETTINGS, secrets=SecretsState(Phase.FAILED, NAMES, problem=BROKEN, rest="https://x")
    )
    assert secrets.status(state, 2, similar=False) == "2 names, incomplete (l gets the others)"


@pytest.mark.parametrize("phase", [Phase.BUSY, Phase.DONE])
def test_a_listing_that_goes_on_or_is_whole_is_not_incomplete(phase: Phase) -> None:
    assert secrets.cut_off(listed(phase)) == ""


def test_a_filter_that_nothing_matches_says_that_names_are_still_arriving() -> None:
    loading = replace(listed(Phase.BUSY).secrets, filter="zzz")
    rows = secrets.message(State(settings=SETTINGS, secrets=loading), 80)
    assert "“zzz” so far" in "".join(text for row in rows for text, _ in row.parts)


def test_a_sign_in_that_was_stopped_is_not_waited_for() -> None:
    state = State(settings=SETTINGS, sign_in=SignInState(Phase.STOPPED))
    words = " ".join(text for row in secrets.message(state, 80) for text, _ in row.parts)
    assert "Press s to sign in." in words


@pytest.mark.parametrize("kind", [FaultKind.BAD_JSON, FaultKind.HTML])
async def test_the_words_stand_above_the_names_that_arrived(
    azure: EmulatorProcess, start: ConsoleStart, kind: FaultKind
) -> None:
    azure.inject(Fault(kind, host="*.vault.azure.net", path="/secrets", after=3, times=None))
    async with running(start, (80, 24)) as console:
        await console.until(lambda state: state.secrets.phase is Phase.FAILED and state.secrets.names)
        await console.press("3")
        await console.pilot.pause()
        lines = console.screen().splitlines()
        above = next(n for n, line in enumerate(lines) if "This list is incomplete" in line)
        assert above < next(n for n, line in enumerate(lines) if "airflow-variables-*" in line)


async def broken_off(console: Console, azure: EmulatorProcess) -> None:
    """Waits for a listing that broke off; from then on the vault answers again."""
    await console.until(lambda state: state.secrets.phase is Phase.FAILED and state.secrets.names)
    await console.press("3")
    azure.clear_faults()
    azure.clear_log()


@pytest.fixture
def breaks_off(azure: EmulatorProcess) -> None:
    """After three pages."""
    azure.inject(Fault(FaultKind.BAD_JSON, host="*.vault.azure.net", path="/secrets", after=3, times=None))


async def test_l_goes_on_after_the_last_page_that_arrived(
    azure: EmulatorProcess, start: ConsoleStart, breaks_off: None
) -> None:
    async with running(start, (80, 24)) as console:
        await broken_off(console, azure)
        await console.press("l")
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        asked = [record.query for record in azure.log() if record.path == "/secrets"]
        assert asked
        assert all("$skiptoken=" in query for query in asked)


async def test_a_list_that_went_on_has_each_name_once(
    azure: EmulatorProcess, start: ConsoleStart, breaks_off: None
) -> None:
    async with running(start, (80, 24)) as console:
        await broken_off(console, azure)
        await console.press("l")
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        went_on = console.state.secrets.names
        await console.press("l")
        await console.until(
            lambda state: state.secrets.phase is Phase.DONE and state.secrets.names is not went_on
        )
        assert [each.name for each in went_on] == [each.name for each in console.state.secrets.names]


async def test_a_link_that_the_vault_rejects_is_not_asked_for_again(
    azure: EmulatorProcess, start: ConsoleStart, breaks_off: None
) -> None:
    old = '{"error": {"code": "BadParameter", "message": "The skiptoken is invalid."}}'
    async with running(start, (80, 24)) as console:
        await broken_off(console, azure)
        azure.inject(Fault(FaultKind.BODY, host="*.vault.azure.net", path="/secrets", status=400, body=old))
        await console.press("l")
        await console.until(lambda state: state.secrets.phase is Phase.FAILED)
        assert console.state.secrets.rest == ""


async def test_a_vault_that_asks_to_wait_is_waited_for_in_sight_until_esc(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    throttled = Fault(FaultKind.STATUS, status=429, retry_after="25", host="*.vault.azure.net", times=None)
    azure.inject(replace(throttled, path="/secrets", after=3))
    async with running(start, (80, 24)) as console:
        await console.press("3")
        await console.until(lambda state: state.secrets.wait and state.secrets.wait.seconds < 25)
        await console.pilot.pause()
        assert re.search(r" names, vault answered 429, next try in \d+ s ", console.screen())
        await console.press("escape")
        await console.until(lambda state: state.secrets.phase is Phase.STOPPED)
        assert console.state.secrets.wait is None
