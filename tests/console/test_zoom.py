"""The zoom of a pane, and what the others show after it."""

from __future__ import annotations

from tests.console.conftest import Console


async def test_after_the_zoom_pane_1_shows_what_was_chosen_meanwhile(console: Console) -> None:
    await console.press("2", "z", "slash")
    await console.type("astro-staging")
    await console.until(lambda state: [e.display_name for e in state.entra.entries] == ["astro-staging"])
    await console.press("enter", "enter")
    await console.until(lambda state: state.settings.client_id)
    await console.press("z")
    await console.pilot.pause()
    assert "choose one in pane 2" not in console.screen()
