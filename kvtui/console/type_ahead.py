"""Keys that come faster than the panes take them: over a slow link, several arrive in one piece.

Textual forwards each key to whatever has the focus when it arrives, although the key before it may be about
to move the focus. Here a key waits until the one before it has had its effect.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from textual.app import App
from textual.driver import Driver
from textual.events import Event, Key
from textual.message_pump import MessagePump
from textual.widgets import Input

from kvtui.console.bursts import BURST, REST_IGNORED, why_ignored

ROUNDS = 3
"""How often what a key set off is followed from the widget to the app: key, message, what it opens."""
PATIENCE = 0.5
"""Seconds after which the next key is let through all the same."""


class TypeAhead(App[None]):
    """An app that gives its widgets one key at a time."""

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class)
        self._held: deque[Key] = deque()
        self._since = 0.0
        """When the key that is on its way was let through; 0: none is."""
        self._why = ""
        """Why the last key was ignored."""
        self._ignored = 0
        """The number of the burst whose other keys are ignored."""

    def answered(self) -> None:
        """A key was pressed."""

    def say(self, words: str) -> None:
        """Shows a warning."""

    async def on_event(self, event: Event) -> None:
        """Holds a key back while the one before it is on its way."""
        if not isinstance(event, Key) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._since and time.monotonic() - self._since < PATIENCE:
            self._held.append(event)
            self.set_timer(PATIENCE, self._lose_patience)
            return
        self._held.append(event)
        await self._let_through()

    def _meant(self, event: Key) -> bool:
        """Whether a key is acted on; why it is not is said."""
        burst = getattr(event, BURST, None)
        if burst is None:
            return True
        typing = isinstance(self.focused, Input) or getattr(self.screen, "filters", False)
        if burst.number == self._ignored:
            self.say(self._why or REST_IGNORED)
            return False
        self._why = why_ignored(event, typing=typing, dialog=len(self.screen_stack) > 1)
        if self._why or (typing and event.key == "enter" and burst.together > 1):
            self._ignored = burst.number
        if self._why:
            self.say(self._why)
        return not self._why

    async def _lose_patience(self) -> None:
        """What followed the last key was lost with a widget that closed meanwhile."""
        if self._held and time.monotonic() - self._since >= PATIENCE:
            await self._let_through()

    async def _let_through(self) -> None:
        """The next key goes its way, and a call follows it through every queue that it passes."""
        self._since = 0.0
        while self._held and not self._meant(self._held[0]):
            self._held.popleft()
        if not self._held:
            return
        self._since = time.monotonic()
        self.answered()
        await super().on_event(self._held.popleft())
        self._follow(self._way(), ROUNDS)

    def _way(self) -> Sequence[MessagePump]:
        """From the widget in focus up to the app."""
        start = self.focused or self.screen
        return [node for node in start.ancestors_with_self if node is not self]

    def _follow(self, way: Sequence[MessagePump], rounds: int) -> None:
        """Calls itself at the end of each queue on the way, then of the app's, `rounds` times over."""
        for at, pump in enumerate(way):
            rest = way[at + 1 :]
            if pump.call_later(self._follow, rest, rounds):
                return
        self.call_later(self._round_ended, rounds - 1)

    async def _round_ended(self, rounds: int) -> None:
        if rounds > 0:
            self._follow(self._way(), rounds)
        else:
            await self._let_through()
