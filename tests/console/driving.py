"""What the tests do by keys, again and again."""

from __future__ import annotations

from kvtui.console.state import Phase
from tests.console.conftest import Console


async def choose_field(console: Console, key: str) -> None:
    """Puts the cursor of pane 1 on a setting."""
    await console.press("1")
    console.app.main.pane("setup").lines.select(key)


async def type_setting(console: Console, key: str, text: str) -> None:
    await choose_field(console, key)
    await console.press("enter")
    field = console.app.main.pane("setup").editor
    assert field is not None
    await console.press("home", "shift+end", "delete")
    await console.type(text)
    await console.press("enter")


async def look_up(console: Console, key: str) -> None:
    await console.press("4", "enter")
    await console.type(key)
    await console.press("enter")
    await console.until(
        lambda state: state.lookup.phase in (Phase.DONE, Phase.FAILED) and not state.lookup.foretold
    )
