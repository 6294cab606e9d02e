"""What a masked input lets out, and what it takes in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from kvtui.console.widgets.masked_input import LineInput

SECRET = "canary~secret~0123456789"


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield LineInput(SECRET, mask=True)

    @property
    def field(self) -> LineInput:
        return self.query_one(LineInput)


@pytest.fixture
async def host() -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host()
    async with app.run_test() as pilot:
        app.field.focus()
        await pilot.press("home", "shift+end")
        yield app, pilot


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+x"])
async def test_a_masked_value_never_reaches_the_clipboard(host: tuple[Host, Pilot[None]], key: str) -> None:
    app, pilot = host
    await pilot.press(key)
    assert app.clipboard == ""


async def test_cutting_a_masked_value_leaves_it_there(host: tuple[Host, Pilot[None]]) -> None:
    app, pilot = host
    await pilot.press("ctrl+x")
    assert app.field.value == SECRET


async def paste(app: Host, pilot: Pilot[None], text: str) -> str:
    app.field.post_message(events.Paste(text))
    await pilot.pause()
    return app.field.value


async def test_a_pasted_line_replaces_the_selection(host: tuple[Host, Pilot[None]]) -> None:
    assert await paste(*host, "another\n") == "another"


@pytest.mark.parametrize("text", ["two\nlines", "an\x1bescape", "a\x00nul"])
async def test_a_paste_that_would_be_cut_is_rejected_whole(host: tuple[Host, Pilot[None]], text: str) -> None:
    assert await paste(*host, text) == SECRET
