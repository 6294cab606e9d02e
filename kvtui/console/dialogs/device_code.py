"""The code to type elsewhere, large and alone, with the time that is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from kvtui.azure.model import DeviceCode
from kvtui.console.text import shown
from kvtui.console.views.large import large
from kvtui.console.words import now

MARGIN = 10
"""Cells at both sides that the box and its border take."""


class DeviceCodeDialog(ModalScreen[bool]):
    """Returns False when the user gives up (Esc); the sign-in closes it when it is done."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "give_up", "Cancel")]

    def __init__(self, code: DeviceCode) -> None:
        super().__init__()
        self._code = code

    def compose(self) -> Iterable[Widget]:
        """Address, code, countdown."""
        with Vertical(classes="dialog", id="device-code") as box:
            box.border_title = "Sign in by device code"
            yield Static(shown("On any device with a browser, open"))
            yield Static(shown(self._code.url), classes="address")
            yield Static(shown("and type"))
            for line in large(self._code.user_code, self.app.size.width - MARGIN):
                yield Static(shown(line), classes="large")
            yield Static(shown(self._code.user_code), classes="code")
            yield Static("", id="left")
            yield Static(shown("kvtui goes on by itself as soon as you have signed in. Esc cancels."))

    def on_mount(self) -> None:
        """The countdown runs by the clock."""
        self._tick()
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        left = max(0, int((self._code.expires - now()).total_seconds()))
        self.query_one("#left", Static).update(
            shown(f"The code is good for {left // 60}:{left % 60:02d} more.")
        )

    def action_give_up(self) -> None:
        """Esc."""
        self.dismiss(False)
