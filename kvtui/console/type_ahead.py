"""Keys that come faster than the panes handle them: over a slow link, several arrive in one piece.

Textual forwards each key to whatever has the focus when it arrives, although the key before it may be about
to move the focus. Here a key waits until the one before it has had its effect.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from textual.app import App
from textual.events import Key
from textual.message_pump import MessagePump
from textual.widgets import Input

from kvtui.console.bursts import BURST, REST_IGNORED, why_ignored

ROUNDS = 3
"""How often what a key set off is followed from the widget to the app: key, message, what it opens."""
LOOK_EVERY = 0.5
"""Seconds between two looks at whether the widget that has the last key is still there."""
PATIENCE = 5.0
"""Seconds after which the next key is let through all the same."""


class TakesLetters:
    """A screen on which letters are typed though no input has the focus."""


class KeyQueue:
    """Gives an app's widgets one key at a time.

    `forward` has Textual handle a key; `key_pressed` is called for each; `warn` says why one was ignored.
    """

    def __init__(
        self,
        app: App[None],
        forward: Callable[[Key], Awaitable[None]],
        key_pressed: Callable[[], None],
        warn: Callable[[str], None],
    ) -> None:
        self._app, self._forward, self._key_pressed, self._warn = app, forward, key_pressed, warn
        self._held: deque[Key] = deque()
        self._since = 0.0
        """When the key that is on its way was let through; 0: none is."""
        self._at: MessagePump = app
        """Where the call is that follows it."""
        self._looks = False
        self._why = ""
        """Why the last key was ignored."""
        self._ignored = 0
        """The number of the burst whose other keys are ignored."""

    async def add(self, key: Key) -> None:
        """Handles a key, or holds it back while the one before it is on its way."""
        self._held.append(key)
        if not self._since:
            await self._let_through()
        elif not self._looks:
            self._looks = True
            self._app.set_timer(LOOK_EVERY, self._look)

    def _meant(self, event: Key) -> bool:
        """Whether a key is acted on; why it is not is shown."""
        burst = getattr(event, BURST, None)
        if burst is None:
            return True
        typing = isinstance(self._app.focused, Input) or isinstance(self._app.screen, TakesLetters)
        if burst.number == self._ignored:
            self._warn(self._why or REST_IGNORED)
            return False
        self._why = why_ignored(event, typing=typing, dialog=len(self._app.screen_stack) > 1)
        if self._why or (typing and event.key == "enter" and burst.together > 1):
            self._ignored = burst.number
        if self._why:
            self._warn(self._why)
        return not self._why

    async def _look(self) -> None:
        """What follows the last key may be lost with a widget that closed meanwhile; else it is awaited."""
        self._looks = bool(self._held)
        if not self._held:
            return
        waited = time.monotonic() - self._since
        if self._since and waited >= LOOK_EVERY and (waited >= PATIENCE or not self._at.is_running):
            await self._let_through()
        self._app.set_timer(LOOK_EVERY, self._look)

    async def _let_through(self) -> None:
        """The next key goes its way, and a call follows it through every queue that it passes."""
        self._since = 0.0
        while self._held and not self._meant(self._held[0]):
            self._held.popleft()
        if not self._held:
            return
        self._since = time.monotonic()
        self._key_pressed()
        await self._forward(self._held.popleft())
        self._follow(self._way(), ROUNDS)

    def _way(self) -> Sequence[MessagePump]:
        """From the widget in focus up to the app."""
        start = self._app.focused or self._app.screen
        return [node for node in start.ancestors_with_self if node is not self._app]

    def _follow(self, way: Sequence[MessagePump], rounds: int) -> None:
        """Calls itself at the end of each queue on the way, then of the app's, `rounds` times over."""
        for at, pump in enumerate(way):
            rest = way[at + 1 :]
            if pump.call_later(self._follow, rest, rounds):
                self._at = pump
                return
        self._at = self._app
        self._app.call_later(self._round_ended, rounds - 1)

    async def _round_ended(self, rounds: int) -> None:
        if rounds > 0:
            self._follow(self._way(), rounds)
        else:
            await self._let_through()
