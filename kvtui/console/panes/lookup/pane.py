"""Pane 4: one lookup as Airflow would do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kvtui.console.actions import PaneId
from kvtui.console.panes.lookup import texts, view
from kvtui.console.panes.pane import Pane
from kvtui.console.phase import Phase

if TYPE_CHECKING:
    from textual.timer import Timer

    from kvtui.console.panes.lookup.completion import KnownKeys
    from kvtui.console.state import State

PREDICTED_WITHIN = 0.25
"""Seconds that the prediction for the last key stays while that for the next one is worked out."""


class LookupPane(Pane):
    """The key, the steps, the result."""

    pane_id = PaneId.LOOKUP
    placeholder = texts.PLACEHOLDER
    _shown = ("", "")
    """The kind and key of the last lookup that was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.complete = self._completed
        self._keys: KnownKeys | None = None
        self._state: State | None = None
        self._shows_prediction = False
        self._late: Timer | None = None

    def _completed(self, text: str) -> str:
        """A key of the names, once all of them are loaded."""
        from kvtui.console.panes.lookup.completion import KnownKeys

        state = self._state
        if state is None or state.secrets.phase is not Phase.DONE:
            return ""
        self._keys = self._keys or KnownKeys()
        kind, provider = state.lookup.kind, state.versions.provider
        return self._keys.completed(text, state.secrets.names, kind, state.settings, provider)

    def show(self, state: State) -> None:
        """The trace; from one prediction to the next without the hint that is shown where there is none."""
        self._state, lookup = state, state.lookup
        if self._late is not None:
            self._late.stop()
            self._late = None
        is_worked_out = lookup.key and lookup.simulation is None and lookup.problem is None
        if self._shows_prediction and is_worked_out:
            self._late = self.set_timer(PREDICTED_WITHIN, self._draw)
        else:
            self._draw()

    def _draw(self) -> None:
        """The trace, from its beginning if the key is another one."""
        state = self._state
        if state is None:
            return
        self._shows_prediction = state.lookup.predicted
        lookup = (state.lookup.kind, state.lookup.key)
        if lookup != self._shown:
            self._shown = lookup
            self.lines.from_top()
        self.lines.show_rows(lambda width: view.rows(state, width))
        held = state.lookup
        asked = held.runs_as if not held.can_ask else ""
        asks = "" if held.is_without_vault else held.would_run_as
        self.label(right=texts.asked_as(asked) if asked else texts.will_ask_as(asks))
