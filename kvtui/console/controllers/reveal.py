"""The one value that is on the screen, for seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from kvtui.console.actions import REVEAL_SECONDS, PaneId
from kvtui.console.state import Reveal
from kvtui.console.store import Store
from kvtui.console.ui import Ui
from kvtui.core.secret_text import SecretText

WORK = "reveal"
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def clock() -> float:
    """Seconds of a clock that also runs while the machine sleeps, where there is one."""
    return time.clock_gettime(_CLOCK)


@dataclass(eq=False, repr=False)
class RevealController:
    """Shows one value, and hides it when its time is over."""

    _store: Store
    _ui: Ui

    def show(self, pane: PaneId, name: str, value: SecretText, read_as: str) -> None:
        """Puts one value on the screen until its time is over."""
        until = clock() + REVEAL_SECONDS
        self._store.change(reveal=Reveal(pane, name, value, until, REVEAL_SECONDS, read_as))

    def hide(self) -> None:
        """Takes the value off the screen and lets go of it."""
        self._ui.stop(WORK)
        if self._store.state.reveal is not None:
            self._store.change(reveal=None)

    def tick(self) -> None:
        """Every second: the countdown, by a clock that a suspended process cannot fool."""
        reveal = self._store.state.reveal
        if reveal is None:
            return
        left = int(reveal.until - clock() + 0.999)
        if left <= 0:
            self.hide()
        elif left != reveal.left:
            self._store.change(reveal=replace(reveal, left=left))
