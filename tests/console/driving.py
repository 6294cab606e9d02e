"""What the tests do by keys, again and again."""

from __future__ import annotations

from kvtui.console.actions import PaneId
from kvtui.console.panes.setup.view import SettingRow
from kvtui.console.phase import Phase
from kvtui.console.text import RowKey
from tests.console.conftest import Console


async def choose_field(console: Console, row: RowKey) -> None:
    """Puts the cursor of pane 1 on a setting, by its field, or on another row."""
    await console.press("1")
    console.pane(PaneId.SETUP).lines.select(SettingRow(row) if isinstance(row, str) else row)


async def type_setting(console: Console, key: str, text: str) -> None:
    await choose_field(console, key)
    await console.press("enter")
    field = console.pane(PaneId.SETUP).editor
    assert field is not None
    await console.press("home", "shift+end", "delete")
    await console.type(text)
    await console.press("enter")


async def look_up(console: Console, key: str) -> None:
    await console.press("4", "enter")
    await console.type(key)
    await console.press("enter")
    await console.until(
        lambda state: state.lookup.phase in (Phase.DONE, Phase.FAILED) and not state.lookup.predicted
    )
