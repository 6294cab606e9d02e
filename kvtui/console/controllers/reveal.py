"""Shows one value of the vault for some seconds."""

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
    """Seconds of a clock that also runs while the machine sleeps, if the system has one."""
    return time.clock_gettime(_CLOCK)


@dataclass(eq=False, repr=False)
class RevealController:
    """Shows one value at a time and hides it when its time is over."""

    _store: Store
    _ui: Ui

    def show(self, pane: PaneId, name: str, value: SecretText, read_as: str) -> None:
        """Shows a value in a pane. `read_as` is the identity that read it."""
        until = clock() + REVEAL_SECONDS
        self._store.change(reveal=Reveal(pane, name, value, until, REVEAL_SECONDS, read_as))

    def hide(self) -> None:
        """Hides the value and drops it."""
        self._ui.stop(WORK)
        if self._store.state.reveal is not None:
            self._store.change(reveal=None)

    def tick(self) -> None:
        """Called each second: updates the countdown. Time while kvtui is suspended counts."""
        reveal = self._store.state.reveal
        if reveal is None:
            return
        left = int(reveal.until - clock() + 0.999)
        if left <= 0:
            self.hide()
        elif left != reveal.left:
            self._store.change(reveal=replace(reveal, left=left))
