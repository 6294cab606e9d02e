"""Pane 7, by keys alone, on the embedded Azure."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.console.actions import PaneId
from kvtui.console.panes.audit.view import AdviceRow, KeyRow
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from kvtui.emulator import company
from tests.console.conftest import SETTINGS, Console, running
from tests.emulator_support.faults import Fault, FaultKind, value_requests
from tests.emulator_support.process import EmulatorProcess


async def run_audit(console: Console) -> None:
    await console.until(lambda state: state.project)
    await console.press("7", "c")
    await console.until(lambda state: state.audit.phase in (Phase.DONE, Phase.FAILED))


async def test_before_it_runs_the_pane_says_what_it_does(console: Console) -> None:
    await console.until(lambda state: state.project)
    await console.press("7")
    assert "Start the audit (Enter or c)" in console.screen()


async def test_enter_starts_it_too(console: Console) -> None:
    await console.until(lambda state: state.project)
    await console.press("7", "enter")
    await console.until(lambda state: state.audit.phase is Phase.DONE)
    assert console.state.audit.report is not None


async def test_keys_stand_by_result_and_it_says_by_which_names(console: Console) -> None:
    await run_audit(console)
    screen = console.screen()
    assert "etl_batch_size" in screen.partition("Resolved")[0]
    assert "7 files checked against 120 secret names" in screen
    assert "Names listed as ana@contoso.com (az CLI)." in screen


async def test_no_value_is_asked_for(console: Console, azure: EmulatorProcess) -> None:
    await run_audit(console)
    assert value_requests(azure.log()) == []


async def test_enter_shows_a_keys_places_and_esc_takes_them_away(console: Console) -> None:
    await run_audit(console)
    console.pane(PaneId.AUDIT).lines.select(KeyRow("variable", "etl_batch_size"))
    await console.press("enter")
    assert "only separators differ" in console.screen()
    assert "Store the value as airflow-variables-etl-batch-size." in console.screen()
    await console.press("escape")
    assert not console.state.audit.opened


async def test_u_looks_the_key_up_in_pane_4(console: Console) -> None:
    await run_audit(console)
    console.pane(PaneId.AUDIT).lines.select(KeyRow("connection", "orders_db"))
    await console.press("u")
    assert (console.state.active, console.state.lookup.key) == ("lookup", "orders_db")
    assert console.state.lookup.kind == "connection"


async def test_a_filter_keeps_what_holds_it(console: Console) -> None:
    await run_audit(console)
    await console.press("slash")
    await console.type("stock_scanner")
    assert "stock_scanner" in console.screen()
    assert "etl_batch_size" not in console.screen()


async def test_it_takes_the_whole_screen_and_gives_it_back(console: Console) -> None:
    await console.press("7")
    assert console.pane(PaneId.AUDIT).size.width > 110
    assert not console.pane(PaneId.SETUP).display or not console.pane(PaneId.SETUP).size.width
    await console.press("3")
    assert console.pane(PaneId.SETUP).size.width > 30


async def test_at_80_columns_every_tab_is_seen(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with running(start, size=(80, 24)) as console:
        await console.press("7")
        tabs = console.screen().splitlines()[2]
        assert tabs.rstrip().endswith("[7 Audit]")


async def test_names_that_may_not_be_listed_are_said_where_the_keys_would_be(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.set_scenario(az_user=company.USER_WITHOUT_RIGHTS)
    async with running(start) as console:
        await run_audit(console)
        assert console.state.audit.phase is Phase.FAILED
        assert "Identity: ben@contoso.com" in console.screen()
        assert "Start the audit again (Enter or c)" in console.screen()


async def test_esc_stops_it_while_the_names_are_waited_for(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    azure.inject(
        Fault(FaultKind.DELAY, host="*.vault.azure.net", path="/secrets", seconds=30, after=3, times=None)
    )
    async with running(start) as console:
        await console.until(lambda state: state.project and len(state.secrets.names) > 0)
        await console.press("7", "c")
        await console.until(lambda state: state.audit.listing)
        await console.press("escape")
        await console.until(lambda state: state.audit.phase is Phase.STOPPED)
        assert console.state.audit.report is None


class TestBeforeTheSignIn:
    """`c` in the first moment, while kvtui still signs in."""

    gate: threading.Event

    @pytest.fixture
    async def early(self, azure: EmulatorProcess, start: ConsoleStart) -> AsyncIterator[Console]:
        """A console whose sign-in begins when the gate is opened."""
        self.gate = threading.Event()

        def held_up() -> None:
            self.gate.wait()

        async with running(replace(start, start_demo=held_up), size=(80, 24)) as console:
            try:
                await console.press("7", "c")
                await console.until(lambda state: state.audit.listing)
                yield console
            finally:
                self.gate.set()

    async def test_the_audit_waits_and_says_for_what(self, early: Console) -> None:
        assert "Waiting for the sign-in, then for the vault's names." in early.screen()

    async def test_it_goes_on_when_the_names_are_there(self, early: Console) -> None:
        self.gate.set()
        await early.until(lambda state: state.audit.phase is not Phase.BUSY)
        assert (early.state.audit.phase, early.state.audit.names) == (Phase.DONE, 120)

    async def test_esc_stops_it_and_leaves_the_sign_in(self, early: Console) -> None:
        await early.press("escape")
        await early.until(lambda state: state.audit.phase is Phase.STOPPED)
        self.gate.set()
        await early.until(lambda state: state.sign_in.phase is Phase.DONE)


async def test_without_a_vault_it_says_so(azure: EmulatorProcess, start: ConsoleStart) -> None:
    async with running(replace(start, settings=replace(SETTINGS, vault=None))) as console:
        await console.until(lambda state: state.project)
        await console.press("7", "c")
        assert console.state.audit.phase is Phase.IDLE


async def test_the_checklist_judges_by_the_audit_and_leads_to_it(console: Console) -> None:
    await run_audit(console)
    await console.until(lambda state: state.facts.audit)
    check = next(each for each in console.state.checks if each.name == "names resolve")
    assert (check.outcome, check.detail.startswith("The audit of 7 files")) == ("fail", True)
    await console.press("6")
    console.pane(PaneId.CHECKS).lines.select("names resolve")
    await console.press("enter")
    assert console.state.active is PaneId.AUDIT


async def test_other_settings_make_it_say_that_they_changed(console: Console) -> None:
    await run_audit(console)
    console.controllers.settings.pick("target", "remote-execution")
    await console.press("7")
    await console.until(lambda state: state.facts.audit is None)
    assert "The settings have changed." in console.screen()


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_a_project_whose_code_asks_for_nothing_is_said(
    azure: EmulatorProcess, tmp_path: Path, size: tuple[int, int]
) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/a.py").write_text("x = 1\n")
    async with running(ConsoleStart(settings=SETTINGS, project_directory=tmp_path), size=size) as console:
        await run_audit(console)
        assert "uses no variable and no connection" in console.screen()


@pytest.mark.parametrize("width", [80, 120])
async def test_advice_is_a_group_and_enter_shows_what_to_do(
    azure: EmulatorProcess, tmp_path: Path, width: int
) -> None:
    (tmp_path / "dags").mkdir()
    code = 'from airflow.sdk import Variable\nVariable.get("etl_config")\nVariable.set("etl_config", "x")\n'
    (tmp_path / "dags/a.py").write_text(code)
    start = ConsoleStart(settings=SETTINGS, project_directory=tmp_path)
    async with running(start, size=(width, 40)) as console:
        await run_audit(console)
        report = console.state.audit.report
        assert report is not None
        stored, parsed = report.worth_changing
        assert "Worth changing  2" in console.screen()
        for said in (stored, parsed):
            console.pane(PaneId.AUDIT).lines.select(AdviceRow(said.what))
            await console.press("enter")
            assert said.fix in console.screen()


async def test_python_that_cannot_be_read_comes_first_and_fails(
    azure: EmulatorProcess, tmp_path: Path
) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/a.py").write_text("x = (\n")
    async with running(ConsoleStart(settings=SETTINGS, project_directory=tmp_path), size=(80, 24)) as console:
        await run_audit(console)
        assert "Cannot be read" in console.screen()
        await console.until(lambda state: state.facts.audit)
        check = next(each for each in console.state.checks if each.name == "names resolve")
        assert check.outcome == "fail"


async def test_nothing_found_beside_unread_files_is_a_failure(azure: EmulatorProcess, tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/a.py").write_text("x = 1\n")
    (tmp_path / "jobs.py").write_text("from airflow.sdk import Variable\nVariable.get('k')\n")
    async with running(ConsoleStart(settings=SETTINGS, project_directory=tmp_path)) as console:
        await run_audit(console)
        screen = console.screen()
    assert "failed: nothing found, 1 file not read" in screen
    assert "keys passed" not in screen
    assert "Audit the folder of these files" in screen
