"""Keys that arrive in one piece, as over a slow link: each has its effect before the next."""

from __future__ import annotations

from textual.events import Key

from kvtui.console.actions import PaneId
from kvtui.console.phase import Phase
from tests.console.conftest import Console


def burst(console: Console, *keys: str) -> None:
    """All keys at once, without a breath between them."""
    for key in keys:
        console.app.post_message(Key(key, key if len(key) == 1 else None))


async def test_a_pane_its_prompt_a_key_and_enter_in_one_piece(console: Console) -> None:
    burst(console, "4", "enter", *"api_base", "enter")
    await console.until(lambda state: state.lookup.phase is Phase.DONE and not state.lookup.predicted)
    assert (console.state.active, console.state.lookup.key) == ("lookup", "api_base")


async def test_no_letter_of_a_search_is_lost_while_its_prompt_opens(console: Console) -> None:
    burst(console, "2", "slash", *"astro-prod")
    await console.until(lambda state: state.entra.phase is Phase.DONE and state.entra.text)
    assert console.state.entra.text == "astro-prod"


async def test_letters_after_another_pane_are_that_panes_keys(console: Console) -> None:
    burst(console, "4", "d", "1", "4", "f")
    await console.until(lambda state: state.lookup.deserialize and state.lookup.from_files)
    assert console.state.active is PaneId.LOOKUP
