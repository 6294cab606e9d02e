"""How much is on its way to the terminal, by what the terminal itself says that it has drawn.

Behind SSH a write is accepted long before it arrives: what was sent too early can only be waited for.
So a question that every terminal answers (DSR 5) follows what is sent, and where its answers are late,
the next frame waits, and is then the newest one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

QUESTION = "\x1b[5n"
ANSWER = "\x1b[0n"
ANSWER_KEY = "<terminal-answer>"
"""The key that the parser makes of the answer."""
WINDOW = 2048
"""Bytes that may be on their way when another frame is begun."""
EVERY = 768
"""Bytes after which the terminal is asked."""
PATIENCE = 4.0
"""Seconds after which an answer is waited for no longer."""
TRIES = 3
"""Questions without an answer after which the terminal is asked no more."""


class Flow:
    """Counts what was sent and what was drawn. A terminal that never answered is never waited for."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._asked: deque[tuple[int, float]] = deque()
        """After which byte and when, for each question that is not answered."""
        self._sent = self._drawn = self._asked_at = 0
        self._answers = False
        self._unanswered = 0
        self.round_trip = 0.0
        """Seconds of the quickest answer; 0 before the first."""

    def sent(self, count: int) -> None:
        """So many bytes were written."""
        self._sent += count

    def question(self) -> str:
        """What to send behind what was sent; empty if it is not time to ask."""
        unknown = not self._answers and (self._asked or self._unanswered)
        if unknown or (self._answers and self._sent - self._asked_at < EVERY):
            return ""
        self._asked_at = self._sent
        self._asked.append((self._sent, self._now()))
        return QUESTION

    def answered(self) -> None:
        """The terminal has drawn what was sent before one of the questions."""
        self._answers, self._unanswered = True, 0
        if self._asked:
            self._drawn, when = self._asked.popleft()
            took = self._now() - when
            self.round_trip = min(self.round_trip or took, took)

    @property
    def waiting(self) -> bool:
        """Whether an answer is due: the terminal answers, or has just been asked for the first time."""
        return bool(self._asked) and (self._answers or self._now() - self._asked[0][1] < 1.0)

    def wait(self) -> float:
        """Seconds until the next frame may be sent in any case; 0: now."""
        if not self._answers or not self._asked or self._sent - self._drawn < WINDOW:
            return 0
        left = self._asked[0][1] + PATIENCE - self._now()
        if left > 0:
            return left
        self._asked.clear()
        self._drawn = self._sent
        self._unanswered += 1
        self._answers = self._unanswered < TRIES
        return 0
