"""Comparing in pane 3: the choice, the result, values by request, copying."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from kvtui.console.actions import PaneId
from kvtui.console.comparing.choice import CompareDialog
from kvtui.console.comparing.result import ResultDialog
from kvtui.console.comparing.texts import SHOW
from kvtui.console.panes.secrets.rows import GroupRow, SecretRow
from kvtui.console.start import ConsoleStart
from kvtui.console.text import RowKey
from kvtui.emulator import company
from tests.console.changing import changes, dialog
from tests.console.conftest import Console, opened, said
from tests.emulator_support.process import EmulatorProcess, value_requests

STAGING = company.VAULT_STAGING


async def choice(console: Console) -> None:
    await console.press("3", "c")
    await console.until(lambda _: isinstance(console.app.screen, CompareDialog))
    await console.until(lambda _: STAGING in console.screen())


async def compared(console: Console, text: str = "staging") -> ResultDialog:
    """The result of a comparison with what is typed."""
    await choice(console)
    await console.type(text)
    await console.press("enter")
    await console.until(lambda _: isinstance(console.app.screen, ResultDialog))
    found = console.app.screen
    assert isinstance(found, ResultDialog)
    await console.until(lambda _: found.result is not None, "the result")
    await console.pilot.pause()
    return found


async def test_the_choice_has_the_other_vaults_and_the_dags(console: Console) -> None:
    await choice(console)
    shown = console.screen()
    assert "the keys that the DAGs in" in shown
    assert company.VAULT_POLICIES in shown
    assert f"  {company.VAULT_RBAC} " not in shown.partition("Another vault")[2].partition("Tab select")[0]


async def test_enter_compares_with_the_first_vault_that_the_typed_text_leaves(console: Console) -> None:
    await compared(console)
    shown = console.screen()
    assert f"Only in {company.VAULT_RBAC} (6)" in shown
    assert f"Only in {STAGING} (1)" in shown
    assert f"disabled in {STAGING}" in shown


async def test_the_result_says_who_listed_the_names(console: Console) -> None:
    await compared(console)
    assert "Listed as ana@contoso.com (az CLI)." in console.screen()


async def test_comparing_asks_for_no_value(console: Console, azure: EmulatorProcess) -> None:
    azure.clear_log()
    await compared(console)
    assert value_requests(azure.log()) == []


async def test_v_fetches_each_value_once_and_shows_none(console: Console, azure: EmulatorProcess) -> None:
    await compared(console)
    azure.clear_log()
    await console.press("v")
    await console.until(lambda _: "values compared" in console.screen())
    asked = Counter((record.host, record.path) for record in value_requests(azure.log()))
    assert (set(asked.values()), len(asked) > 100) == ({1}, True)
    assert "environment" in console.screen()
    assert "values differ" in console.screen()
    assert "production" not in console.screen()


async def test_s_shows_the_same_ones(console: Console) -> None:
    await compared(console)
    assert "api_page_size" not in console.screen()
    await console.press("s", "G")
    assert "  connection  wasb_landing" in console.screen()


async def test_enter_shows_the_key_in_pane_3(console: Console) -> None:
    await compared(console)
    await console.press("enter")
    wanted: RowKey = SecretRow("airflow-variables-ml-experiment")
    assert console.pane(PaneId.SECRETS).lines.selected == wanted


async def test_enter_unfolds_the_group_of_the_key_in_pane_3(console: Console) -> None:
    wanted = SecretRow("airflow-variables-ml-experiment")
    console.controllers.secrets.choose(GroupRow("variable"))
    await compared(console)
    await console.press("enter")
    await console.pilot.pause()
    assert console.pane(PaneId.SECRETS).lines.selected == wanted


async def test_enter_clears_a_filter_that_hides_the_key_in_pane_3(console: Console) -> None:
    wanted = SecretRow("airflow-variables-ml-experiment")
    console.controllers.secrets.set_filter("postgres")
    await compared(console)
    await console.press("enter")
    await console.pilot.pause()
    assert (console.pane(PaneId.SECRETS).lines.selected, console.state.secrets.filter) == (wanted, "")


async def test_a_key_that_only_the_other_vault_has_is_not_offered_for_pane_3(console: Console) -> None:
    await compared(console, "legacy")
    found = console.app.screen
    assert isinstance(found, ResultDialog)
    for _ in range(200):
        if SHOW not in found.keys_now():
            break
        await console.press("down")
    await console.press("enter")
    assert console.app.screen is found


async def test_a_list_of_names_is_compared_by_its_path(console: Console, tmp_path: Path) -> None:
    file = tmp_path / "n"
    file.write_text("airflow-variables-brand-new\n")
    result = await compared(console, str(file))
    assert result.result is not None
    assert [each.key for each in result.result.comparison.keys if each.here is None] == ["brand_new"]


async def test_the_dags_of_the_project_are_compared(console: Console) -> None:
    await choice(console)
    await console.press("tab", "G", "enter")
    await console.until(lambda _: isinstance(console.app.screen, ResultDialog))
    await console.until(lambda _: "Only in the DAGs in" in console.screen())
    assert "etl_batch_size" in console.screen()


@pytest.mark.parametrize("path", [".", "dags", "dags/"])
async def test_the_dags_of_the_project_are_offered_for_their_path(console: Console, path: str) -> None:
    await choice(console)
    await console.type(path)
    assert "the keys that the DAGs in" in console.screen()


async def test_what_is_neither_vault_nor_file_is_reported(console: Console) -> None:
    await choice(console)
    await console.type("/no/such/file")
    await console.press("enter")
    await console.until(lambda _: "no such vault, file or directory" in said(console))


async def test_a_vault_that_denies_listing_says_so_in_the_dialog(console: Console) -> None:
    await choice(console)
    await console.type("private")
    await console.press("enter")
    await console.until(lambda _: "is private" in console.screen())


@pytest.fixture
async def copying(azure: EmulatorProcess, allowed: Console) -> Console:
    """The dialog before copying, with --allow-changes."""
    await compared(allowed)
    azure.clear_log()
    await allowed.press("c")
    await dialog(allowed)
    return allowed


async def test_the_selected_secret_is_copied_and_then_it_is_the_same(
    copying: Console, azure: EmulatorProcess
) -> None:
    await copying.press("enter")
    await copying.until(lambda _: f"1 secret copied to {STAGING}." in copying.screen())
    await copying.until(lambda _: f"Only in {company.VAULT_RBAC} (5)" in copying.screen())
    assert changes(azure) == ["airflow-variables-ml-experiment"]


async def test_all_of_one_direction_are_copied_with_each_value_read_once(
    copying: Console, azure: EmulatorProcess
) -> None:
    await copying.press("down", "enter")
    await copying.until(lambda _: f"6 secrets copied to {STAGING}." in copying.screen())
    assert (len(changes(azure)), len(value_requests(azure.log()))) == (6, 6)


async def test_a_secret_that_has_appeared_meanwhile_is_not_overwritten(
    copying: Console, azure: EmulatorProcess
) -> None:
    from kvtui.core.secret_text import SecretText
    from kvtui.settings.model import VaultAddress

    settings = replace(copying.state.settings, vault=VaultAddress(STAGING))
    staging = await copying.app.main.session.vault(settings)
    await staging.store("airflow-variables-ml-experiment", SecretText("newer"))
    azure.clear_log()
    await copying.press("enter")
    await copying.until(lambda _: "was there already and was not changed" in copying.screen())
    assert changes(azure) == []


async def test_esc_copies_nothing(copying: Console, azure: EmulatorProcess) -> None:
    await copying.press("escape")
    assert changes(azure) == []
    assert isinstance(copying.app.screen, ResultDialog)


async def test_without_allow_changes_the_commands_are_shown(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with opened(azure, start) as console:
        await compared(console)
        azure.clear_log()
        await console.press("c")
        await dialog(console)
        shown = " ".join(console.screen().replace("┃", " ").split())
        assert "Read-only" in shown
        assert "select below" not in shown
        assert "secret download --vault-name kv-contoso-prod" in shown
        await console.press("enter")
        assert changes(azure) == []


async def test_the_copy_dialog_promises_only_what_is_selected(copying: Console) -> None:
    shown = " ".join(copying.screen().replace("┃", " ").split())
    assert "Copy the missing secrets that you select below" in shown


async def test_the_footer_has_the_keys_of_the_copy_dialog(copying: Console) -> None:
    await copying.until(lambda _: "Enter confirm" in " ".join(copying.screen().split("\n")[-1].split()))


async def test_each_command_of_the_copy_dialog_has_a_heading_of_its_own(copying: Console) -> None:
    found = re.findall(r"(?:[\d,]+ secrets?|[\w-]+) from [\w-]+ to [\w-]+:", copying.screen())
    assert len(found) == len(set(found)) == 3
    assert f"airflow-variables-ml-experiment from {company.VAULT_RBAC} to {STAGING}:" in found
