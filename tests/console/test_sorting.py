"""Pane 3 sorted by a column, which its header shows."""

from __future__ import annotations

from dataclasses import replace

from kvtui.azure.model import SecretName
from kvtui.console.actions import PaneId
from kvtui.console.panes.secrets.rows import GroupRow, SecretRow
from kvtui.console.panes.secrets.state import SortBy
from kvtui.console.phase import Phase
from kvtui.console.start import ConsoleStart
from tests.console.conftest import SETTINGS, Console, running
from tests.emulator_support.process import EmulatorProcess


def secrets(console: Console) -> list[SecretName]:
    """The secrets of the rows, from the top."""
    source = console.pane(PaneId.SECRETS).lines.source
    keys = [source.key(number) for number in range(len(source))]
    held = {secret.name: secret for secret in console.state.secrets.names}
    return [held[key.name] for key in keys if isinstance(key, SecretRow)]


async def test_the_first_s_sorts_by_the_secrets_name_without_headings(console: Console) -> None:
    await console.press("3", "S")
    names = [secret.name for secret in secrets(console)]
    assert names == sorted(names, key=str.lower)
    assert console.pane(PaneId.SECRETS).lines.source.index_of(GroupRow("variable")) is None
    assert "Secret name ↑" in console.screen()


async def test_the_second_s_sorts_by_the_next_expiry(console: Console) -> None:
    await console.press("3", "S", "S")
    ends = [secret.expires for secret in secrets(console)]
    dates = [end for end in ends if end]
    assert dates
    assert ends == [*sorted(dates), *([None] * (len(ends) - len(dates)))]
    assert "Expires ↑" in console.screen()


async def test_the_third_s_sorts_by_the_last_update(console: Console) -> None:
    await console.press("3", "S", "S", "S")
    dates = [secret.updated for secret in secrets(console) if secret.updated]
    assert dates == sorted(dates, reverse=True)
    assert "Updated ↓" in console.screen()


async def test_the_last_update_is_shown_where_it_has_no_column(
    azure: EmulatorProcess, start: ConsoleStart
) -> None:
    async with running(start, (80, 24)) as console:
        await console.until(lambda state: state.secrets.phase is Phase.DONE)
        await console.press("3", "S", "S", "S")
        newest = secrets(console)[0].updated
        assert newest
        assert f"{newest:%Y-%m-%d}" in console.screen()


async def test_the_fourth_s_groups_by_kind_again(console: Console) -> None:
    await console.press("3", "S", "S", "S", "S")
    assert console.pane(PaneId.SECRETS).lines.source.index_of(GroupRow("variable")) == 0
    assert "Key ↑" in console.screen()


async def test_the_cursor_stays_on_its_secret(console: Console) -> None:
    await console.press("3")
    row = SecretRow("airflow-variables-api-page-size")
    console.pane(PaneId.SECRETS).lines.select(row)
    await console.press("S")
    assert console.pane(PaneId.SECRETS).lines.selected == row


async def test_the_order_stays_when_the_names_are_listed_again(console: Console) -> None:
    await console.press("3", "S", "S", "l")
    await console.until(lambda state: state.secrets.phase is Phase.DONE)
    assert console.state.secrets.sort is SortBy.EXPIRES


async def test_the_order_stays_for_another_vault(console: Console) -> None:
    await console.press("3", "S")
    console.controllers.settings.apply(replace(SETTINGS, vault=None), "vault")
    assert console.state.secrets.sort is SortBy.NAME


async def test_sorted_by_name_the_keys_keep_their_column(console: Console) -> None:
    await console.press("3", "S")
    pane = console.pane(PaneId.SECRETS)
    source, width = pane.lines.source, pane.lines.size.width
    assert console.state.secrets.sort is SortBy.NAME
    place = source.index_of(SecretRow("airflow-variables-api-base-url"))
    assert place is not None
    assert "api_base_url" in "".join(part[0] for part in source.row(place, width).parts)
