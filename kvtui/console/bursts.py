"""What a terminal sends in one piece: pasted text without brackets, or keys over a slow link.

Such keys are all acted on, but for those that would end an input, quit, write, reveal or confirm by accident.
None is acted on that was typed before the console was on the screen.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from textual import _ansi_sequences
from textual.events import Key
from textual.message import Message

from kvtui.console.actions import LIST_KEYS
from kvtui.console.terminal.flow import ANSWER_KEY

BURST = "kvtui_burst"
"""The attribute of a key that the driver read: its `Burst`."""
APART = 0.03
"""Seconds between two reads from which they are no longer one piece."""
BREATH = 0.5
"""Seconds without a key after which what was begun before the first frame has ended."""
ENTER = ("enter", "ctrl+j")
WEIGHTY = ("q", "w", "r")
"""Keys of the panes that quit, write and reveal."""
MOVING = frozenset(key for action in LIST_KEYS for key in action.keys.split(","))
"""Keys that only move: one that is held down arrives several times in one piece."""
SEVERAL_LINES = "Several lines were pasted: the first is in the input, not entered."
TOO_EARLY = "Keys typed before the screen appeared were ignored. Type them again."
REST_IGNORED = "The keys that arrived together after Enter were ignored, as pasted text."


@dataclass(frozen=True, slots=True)
class Burst:
    """The place of a key among those that arrived together."""

    number: int
    together: int
    """How many of them are text or Enter."""
    behind: int
    """How many characters come after this key."""
    early: bool = False
    """It was typed blindly, or belongs to what was begun so."""


class Reads:
    """Numbers what is read from the terminal."""

    def __init__(self) -> None:
        self._number, self._at, self._early = 0, 0.0, True

    def marked(self, events: Iterable[Message], *, drawn: bool = True) -> Sequence[Message]:
        """The events of one read, each key with its `Burst`. `drawn`: the console is on the screen."""
        found, now = list(events), time.monotonic()
        keys = [event for event in found if isinstance(event, Key) and event.key != ANSWER_KEY]
        if keys:
            self._number += now - self._at > APART
            self._early = not drawn or (self._early and now - self._at < BREATH)
            self._at = now
        together = sum(key.is_printable or key.key in ENTER for key in keys)
        for place, key in enumerate(keys, 1):
            behind = sum(other.is_printable for other in keys[place:])
            setattr(key, BURST, Burst(self._number, together, behind, self._early))
        return found


def why_ignored(key: Key, *, typing: bool, dialog: bool) -> str:
    """Why a key that arrived with others is not acted on; empty if it is.

    `typing`: an input has the focus; `dialog`: a dialog is open.
    """
    burst = getattr(key, BURST, None)
    if burst is not None and burst.early:
        return TOO_EARLY
    if burst is None or burst.together < 2:
        return ""
    enter = key.key in ENTER
    if typing and enter and burst.behind:
        return SEVERAL_LINES
    letter = key.is_printable and not typing and key.key not in MOVING
    weighty = enter or letter if dialog else key.key in WEIGHTY and not typing
    if not weighty:
        return ""
    sign = key.is_printable and key.key != "space"
    name = "Enter" if enter else key.character if sign else key.key
    return f"{name} was ignored: it arrived together with other keys. Press it again."


def let_alt_digits_through() -> None:
    """Has Textual read ESC and a digit as Alt+digit, and not as what a Mac's keyboard makes of it."""

    names = {str(n): f"alt+{n}" for n in range(10)} | {"-": "alt+minus", "=": "alt+equals_sign"}
    for character, name in names.items():
        key = SimpleNamespace(value=name)  # all that the parser wants of Textual's own `Keys`
        _ansi_sequences.ANSI_SEQUENCES_KEYS[f"\x1b{character}"] = (key,)  # type: ignore[index]
