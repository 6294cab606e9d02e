"""A key that a slow line delivers in pieces is one key."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.terminal import Terminal

PROGRAM = """
import os
from textual.app import App
from textual.widgets import Label
from kvtui.console.terminal.driver import TerminalDriver
class Keys(App):
    def compose(self):
        yield Label("ready", id="keys")
    def on_key(self, event):
        self.query_one("#keys", Label).update(f"<{event.key}>")
Keys(driver_class=TerminalDriver).run()
"""


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """An app that shows the last key."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with Terminal([sys.executable, "-c", PROGRAM], columns=40, rows=5, environment=environment) as terminal:
        assert terminal.wait_for(lambda t: "ready" in t.text(), 30), terminal.text()
        yield terminal


def shows(terminal: Terminal, key: str) -> bool:
    """Whether the key is the last one that was understood."""
    return terminal.wait_for(lambda t: f"<{key}>" in t.text(), 10)


def test_the_rest_of_an_arrow_key_may_come_late(terminal: Terminal) -> None:
    for piece in (b"\x1b[", b"A"):
        terminal.type(piece)
        terminal.wait_for(lambda t: False, 0.3)
    assert shows(terminal, "up"), terminal.text()


def test_a_lone_esc_is_esc(terminal: Terminal) -> None:
    terminal.type(b"\x1b")
    assert shows(terminal, "escape"), terminal.text()


def test_bytes_that_are_no_text_end_nothing(terminal: Terminal) -> None:
    terminal.type(b"\xff\x1b[M \xc8\x21")
    terminal.type(b"x")
    assert shows(terminal, "x"), terminal.text()


def test_the_answer_of_the_terminal_is_no_key(terminal: Terminal) -> None:
    terminal.type(b"x")
    assert shows(terminal, "x")
    terminal.type(b"\x1b[0n")
    terminal.wait_for(lambda t: False, 0.3)
    assert "<x>" in terminal.text()
