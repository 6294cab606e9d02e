"""A one-line input. If it is masked, its text cannot be copied or cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from textual.events import Key, Paste
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.suggester import Suggester
from textual.widgets import Input

_UNTYPEABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")

NOT_PASTED = "Nothing was pasted: the text has several lines or control characters."


class Completion(Suggester):
    """Suggests the completion of the typed text, shown dim behind it."""

    def __init__(self, complete: Callable[[str], str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """The completed text, or None."""
        return self._complete(value) or None


class LineInput(Input):
    """A compact input without a blinking cursor that rejects a paste of several lines.

    Textual keeps only the first line of such a paste, silently.
    """

    ALLOW_SELECT = False
    virtual_size = Reactive(Size(0, 0), layout=False)
    """Without `layout=False` each character has the whole screen laid out; no width here follows the text."""

    @dataclass
    class Rejected(Message):
        """A paste was rejected, and why."""

        why: str

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        mask: bool = False,
        complete: Callable[[str], str] | None = None,
        id: str | None = None,
    ) -> None:
        """`complete`: what a text may go on as, or nothing; Tab or → at its end takes what is suggested."""
        super().__init__(
            value,
            placeholder=placeholder,
            password=mask,
            compact=True,
            id=id,
            suggester=Completion(complete) if complete else None,
        )
        self.cursor_blink = False
        self._complete = complete

    def action_copy(self) -> None:
        """Copies the selection, unless the field is masked."""
        if self.password:
            self.app.bell()
        else:
            super().action_copy()

    def action_cut(self) -> None:
        """Cuts the selection, unless the field is masked."""
        if self.password:
            self.app.bell()
        else:
            super().action_cut()

    def on_key(self, event: Key) -> None:
        """A character with Alt is a key of the console: it is not typed. Tab completes."""
        if event.key.startswith("alt+"):
            event.prevent_default()
        elif event.key == "tab" and self._complete is not None and self.cursor_at_end:
            completed = self._complete(self.value)
            if completed not in ("", self.value):
                event.stop()
                event.prevent_default()
                self.value = completed
                self.cursor_position = len(completed)

    def on_paste(self, event: Paste) -> None:
        """Inserts one line of text, without a line break at its end; rejects several lines."""
        event.stop()
        event.prevent_default()
        text = event.text.removesuffix("\n").removesuffix("\r")
        if _UNTYPEABLE.search(text):
            self.app.bell()
            self.post_message(self.Rejected(NOT_PASTED))
            return
        self.replace(text, *self.selection)
