"""Variables and connections, imported in pane 3."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path

from kvtui.app.importing.results import Outcome
from kvtui.console.importing.dialog import ImportDialog
from kvtui.console.importing.state import ImportView, Stage
from kvtui.console.start import ConsoleStart
from kvtui.console.widgets.masked_input import LineInput
from kvtui.emulator import company
from kvtui.migration.plan import Status
from tests.console.changing import changes, words
from tests.console.conftest import Console, opened, said
from tests.emulator_support.faults import Fault, FaultKind
from tests.emulator_support.process import EmulatorProcess, value_requests
from tests.migration.samples import CANARY

TARGET = f"{company.VAULT_RBAC}.vault.azure.net"
MIXED = {"new_one": CANARY, "api_base_url": CANARY, "my.key": CANARY, "new-one": CANARY}


async def name_it(console: Console, project: Path, content: dict[str, str], name: str = "v.json") -> None:
    """Opens the dialog and types the name of a file of the project."""
    (project / name).write_text(json.dumps(content))
    await console.press("3", "i")
    await console.until(lambda _: isinstance(console.app.screen, ImportDialog), "the dialog")
    field = console.app.screen.query_one("#import-file", LineInput)
    field.value = name
    await console.press("enter")


def view(console: Console) -> ImportView:
    """What the dialog shows."""
    dialog = console.app.screen
    assert isinstance(dialog, ImportDialog)
    return dialog._view


async def reached(console: Console, *stages: Stage) -> None:
    await console.until(lambda _: view(console).stage in stages, f"{stages}")
    await console.pilot.pause()


async def preview(console: Console, project: Path, content: dict[str, str]) -> None:
    await name_it(console, project, content)
    await reached(console, Stage.PREVIEW)


async def test_a_preview_chooses_what_is_new_and_shows_no_value(
    allowed: Console, azure: EmulatorProcess, project: Path
) -> None:
    azure.clear_log()
    await preview(allowed, project, MIXED)
    assert [entry.status for entry in view(allowed).entries] == [
        Status.NEW,
        Status.EXISTS,
        Status.IMPOSSIBLE,
        Status.SHADOWED,
    ]
    assert view(allowed).chosen == {0}
    assert "Store 1 new secret in kv-contoso-prod" in allowed.screen()
    assert CANARY not in allowed.screen()
    assert (changes(azure), value_requests(azure.log())) == ([], [])


async def test_a_preview_warns_of_a_text_that_is_no_connection(allowed: Console, project: Path) -> None:
    (project / "bad.env").write_text("AIRFLOW_CONN_ODD=not a uri\n")
    await allowed.press("3", "i")
    await allowed.until(lambda _: isinstance(allowed.app.screen, ImportDialog), "the dialog")
    allowed.app.screen.query_one("#import-file", LineInput).value = str(project / "bad.env")
    await allowed.press("enter")
    await reached(allowed, Stage.PREVIEW)
    assert "Airflow may not read 1 connection as you mean it: odd." in words(allowed)
    await allowed.press("down")
    assert "The connection's text has no //" in words(allowed)


async def test_enter_on_the_confirm_row_stores_and_proves(
    allowed: Console, azure: EmulatorProcess, project: Path
) -> None:
    await preview(allowed, project, MIXED)
    azure.clear_log()
    await allowed.press("enter")
    await reached(allowed, Stage.DONE)
    assert changes(azure) == ["airflow-variables-new-one"]
    assert "Checked as the signed-in user ana@contoso.com (az CLI): for" in allowed.screen()
    assert "Airflow's own access was not checked." in allowed.screen()
    assert CANARY not in allowed.screen()
    await allowed.press("escape")
    await allowed.until(lambda state: "airflow-variables-new-one" in {s.name for s in state.secrets.names})


async def test_the_result_does_not_repeat_what_was_found_before(allowed: Console, project: Path) -> None:
    await preview(allowed, project, MIXED)
    await allowed.press("enter")
    await reached(allowed, Stage.DONE)
    assert "1 is new" not in allowed.screen()


async def test_space_chooses_what_is_replaced(
    allowed: Console, azure: EmulatorProcess, project: Path
) -> None:
    await preview(allowed, project, MIXED)
    await allowed.press("j", "j", "space")
    await allowed.until(lambda _: view(allowed).chosen == {0, 1})
    assert "Store 1 new secret and replace 1 existing one" in allowed.screen()
    await allowed.press("g", "enter")
    await reached(allowed, Stage.DONE)
    assert {each.outcome for each in view(allowed).results.values()} == {Outcome.WRITTEN}


async def test_space_stores_an_impossible_name_under_its_suggestion(
    allowed: Console, azure: EmulatorProcess, project: Path
) -> None:
    await preview(allowed, project, MIXED)
    azure.clear_log()
    await allowed.press("j", "j", "j", "space")
    await allowed.until(lambda _: view(allowed).entries[2].key == "my_key")
    await allowed.press("g", "enter")
    await reached(allowed, Stage.DONE)
    assert sorted(changes(azure)) == ["airflow-variables-my-key", "airflow-variables-new-one"]


async def test_a_shadowed_row_cannot_be_chosen(allowed: Console, project: Path) -> None:
    await preview(allowed, project, MIXED)
    await allowed.press("G", "space")
    await allowed.until(lambda _: said(allowed) == "This row cannot be stored.")
    assert view(allowed).chosen == {0}


async def test_a_chooses_all_or_none(allowed: Console, project: Path) -> None:
    await preview(allowed, project, MIXED)
    await allowed.press("a")
    assert view(allowed).chosen == {0, 1}
    await allowed.press("a")
    assert view(allowed).chosen == frozenset()
    assert "Nothing is chosen" in allowed.screen()


async def test_values_are_compared_on_request(
    allowed: Console, azure: EmulatorProcess, project: Path
) -> None:
    await preview(allowed, project, MIXED)
    azure.clear_log()
    await allowed.press("v")
    await allowed.until(lambda _: view(allowed).entries[1].status is Status.DIFFERS)
    assert len(value_requests(azure.log())) == 1
    assert CANARY not in allowed.screen()


async def test_esc_stops_in_the_middle_and_a_second_import_stores_the_rest_once(
    allowed: Console, azure: EmulatorProcess, project: Path
) -> None:
    content = {f"v_{number}": CANARY for number in range(30)}
    await preview(allowed, project, content)
    azure.clear_log()
    azure.inject(Fault(FaultKind.HANG, host=TARGET, method="PUT", after=8, times=None))
    await allowed.press("enter")
    await allowed.until(lambda _: view(allowed).progress == 8)
    async with asyncio.timeout(15):
        while len(changes(azure)) < 12:
            await allowed.pilot.pause(0.02)
    await allowed.press("escape")
    await reached(allowed, Stage.STOPPED)
    assert "8 written, 4 not confirmed, 18 not tried" in allowed.screen()
    assert "not confirmed variable" in allowed.screen()
    azure.clear_faults()
    await allowed.press("escape")
    await allowed.until(lambda state: len([s for s in state.secrets.names if "variables-v-" in s.name]) >= 8)
    await preview(allowed, project, content)
    await allowed.press("a", "g", "enter")
    await reached(allowed, Stage.DONE)
    assert "for 30 of 30 keys a lookup" in words(allowed)
    assert sorted(changes(azure)) == sorted(f"airflow-variables-v-{number}" for number in range(30))


async def test_what_was_stored_but_not_looked_up_before_the_stop_is_counted(
    allowed: Console, azure: EmulatorProcess, project: Path
) -> None:
    await preview(allowed, project, {f"v_{number}": CANARY for number in range(10)})
    azure.clear_log()
    azure.inject(Fault(FaultKind.HANG, host=TARGET, path="/secrets/airflow-*", method="GET", times=None))
    await allowed.press("enter")
    async with asyncio.timeout(15):
        while len(value_requests(azure.log())) < 4:
            await allowed.pilot.pause(0.02)
    await allowed.press("escape")
    await reached(allowed, Stage.STOPPED)
    assert "4 written, 6 not tried" in allowed.screen()


async def test_a_vault_that_asks_to_wait_is_waited_for_in_sight_until_esc(
    allowed: Console, azure: EmulatorProcess, project: Path
) -> None:
    await preview(allowed, project, {"new_one": CANARY})
    throttled = Fault(FaultKind.STATUS, status=429, retry_after="25", host=TARGET, method="PUT", times=None)
    azure.inject(throttled)
    await allowed.press("enter")
    await allowed.until(lambda _: (wait := view(allowed).wait) is not None and wait.seconds < 25)
    await allowed.pilot.pause()
    assert re.search(r"The vault answered 429: next try in \d+ s\.", allowed.screen())
    await allowed.press("escape")
    await reached(allowed, Stage.STOPPED)


async def test_a_file_that_cannot_be_read_leaves_the_field_open(allowed: Console, project: Path) -> None:
    await name_it(allowed, project, {})
    await reached(allowed, Stage.NAMING)
    await allowed.until(lambda _: view(allowed).problem is not None)
    assert "defines no variable and no connection" in allowed.screen()


async def test_tab_completes_a_file_of_the_project(allowed: Console, project: Path) -> None:
    (project / "exported.json").write_text("{}")
    await allowed.press("3", "i")
    await allowed.until(lambda _: isinstance(allowed.app.screen, ImportDialog), "the dialog")
    field = allowed.app.screen.query_one("#import-file", LineInput)
    field.value = ""
    await allowed.type("exp")
    await allowed.press("tab")
    assert field.value == "exported.json"


async def test_the_command_stores_under_the_same_names(
    azure: EmulatorProcess, start: ConsoleStart, project: Path
) -> None:
    settings = replace(start.settings, variables_prefix="team a", config_prefix=None)
    async with opened(azure, replace(start, settings=settings)) as console:
        await preview(console, project, MIXED)
        assert view(console).command == (
            "kvtui --import v.json --vault-url kv-contoso-prod --yes '--variables-prefix=team a' --no-config"
        )


async def test_without_allow_changes_there_are_commands_and_nothing_is_sent(
    azure: EmulatorProcess, start: ConsoleStart, project: Path
) -> None:
    async with opened(azure, replace(start, allow_changes=False)) as console:
        azure.clear_log()
        await preview(console, project, MIXED)
        assert "kvtui --import v.json --vault-url kv-contoso-prod --yes" in console.screen()
        assert "az keyvault secret set --vault-name kv-contoso-prod --name airflow-variables-new-one" in (
            console.screen()
        )
        await console.press("space", "enter", "a")
        assert view(console).stage is Stage.PREVIEW
        assert (changes(azure), CANARY in console.screen()) == ([], False)


async def test_a_file_that_cannot_be_read_is_named_with_its_whole_path(
    allowed: Console, project: Path
) -> None:
    await allowed.press("3", "i")
    await allowed.until(lambda _: isinstance(allowed.app.screen, ImportDialog), "the dialog")
    allowed.app.screen.query_one("#import-file", LineInput).value = "s.yaml"
    await allowed.press("enter")
    await allowed.until(lambda _: view(allowed).problem is not None)
    problem = view(allowed).problem
    assert problem is not None
    assert str(project / "s.yaml") in problem.what
    assert "stdin" not in allowed.screen()


async def test_a_hyphen_is_the_name_of_a_file_and_not_the_terminals_input(allowed: Console) -> None:
    await allowed.press("3", "i")
    await allowed.until(lambda _: isinstance(allowed.app.screen, ImportDialog), "the dialog")
    allowed.app.screen.query_one("#import-file", LineInput).value = "-"
    await allowed.press("enter")
    await allowed.until(lambda _: view(allowed).problem is not None)
    problem = view(allowed).problem
    assert problem is not None
    assert "no such file" in problem.what


async def test_the_selected_row_says_where_it_is_defined(allowed: Console, project: Path) -> None:
    await preview(allowed, project, MIXED)
    await allowed.press("j")
    assert "Defined in v.json (entry 1)." in allowed.screen()
