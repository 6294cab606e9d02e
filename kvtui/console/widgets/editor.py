"""The editor at the bottom of a pane, for one setting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from kvtui.console.text import shown
from kvtui.console.widgets.masked_input import LineInput
from kvtui.settings.catalogue import FROM_FILE


class Editor(Vertical):
    """A label, an input, and below it a hint or an error. The footer shows its keys."""

    @dataclass
    class Saved(Message):
        """Enter was pressed: the text as typed."""

        field: str
        text: str

        def __repr__(self) -> str:
            return f"Saved({self.field})"

        def __rich_repr__(self) -> Iterable[tuple[str, str]]:
            """Only the field, because the text may be a secret."""
            yield "field", self.field

    def __init__(self, field: str, label: str, value: str, hint: str, *, mask: bool = False) -> None:
        super().__init__(classes="editor")
        self.field = field
        self._label, self._value, self._hint, self._mask = label, value, hint, mask

    def compose(self) -> Iterable[Widget]:
        """The label, the input and the hint below each other."""
        yield Static(shown(self._label), classes="editor-label")
        yield LineInput(self._value, mask=self._mask)
        yield Static(shown(self._hint), classes="editor-hint")

    def on_mount(self) -> None:
        """Moves the focus to the input."""
        self.enter()

    def enter(self) -> None:
        """Moves the focus to the input, with the cursor at the end."""
        field = self.query_one(LineInput)
        self.screen.set_focus(field)
        field.cursor_position = len(field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Shows the name of a file, also in a masked input: it is not a secret."""
        event.stop()
        event.input.password = self._mask and not event.value.startswith(FROM_FILE)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Posts `Saved`."""
        event.stop()
        self.post_message(self.Saved(self.field, event.value))

    def reject(self, why: str) -> None:
        """Shows an error instead of the hint; the text stays."""
        hint = self.query_one(".editor-hint", Static)
        hint.update(shown(why))
        hint.add_class("-wrong")
