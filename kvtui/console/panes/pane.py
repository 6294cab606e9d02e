"""What the six panes have in common: a title, a list, a prompt above it, an editor below it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from kvtui.console.actions import TITLES, for_pane
from kvtui.console.state import State
from kvtui.console.text import shown
from kvtui.console.widgets.editor import Editor
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput


class Pane(Vertical):
    """Shows a part of the state; posts what the user asks for; decides nothing."""

    pane_id: ClassVar[str] = ""
    placeholder: ClassVar[str] = ""
    """What the prompt above the list says while it is empty."""

    @dataclass
    class Asked(Message):
        """An action of this pane, with the key of the row under the cursor."""

        pane: str
        action: str
        key: str

    @dataclass
    class Prompted(Message):
        """The text of the prompt changed, or was entered."""

        pane: str
        text: str
        entered: bool

    def __init_subclass__(cls) -> None:
        cls.BINDINGS = bindings(cls.pane_id)  # before Textual merges them
        super().__init_subclass__()

    def __init__(self) -> None:
        super().__init__(id=self.pane_id, classes="pane")
        self.border_title = shown(TITLES[self.pane_id]).plain

    def compose(self) -> Iterable[Widget]:
        """The list; prompt and editor come when they are asked for."""
        yield LineList()

    def show(self, state: State) -> None:
        """Draws that state."""
        raise NotImplementedError

    @property
    def lines(self) -> LineList:
        """The pane's main list."""
        return self.query_one(LineList)

    def enter(self) -> None:
        """Takes the focus."""
        editor = self.editor
        (editor.query_one(LineInput) if editor else self.lines).focus()

    # The prompt above the list

    @property
    def prompt(self) -> LineInput | None:
        """The prompt, once it was opened."""
        found = self.query("#prompt")
        return found.first(LineInput) if found else None

    async def open_prompt(self, text: str) -> None:
        """Opens the prompt above the list, with that text, and puts the cursor into it."""
        prompt = self.prompt
        if prompt is None:
            prompt = LineInput(text, placeholder=self.placeholder, id="prompt")
            with prompt.prevent(Input.Changed):
                await self.mount(prompt, before=self.lines)
        prompt.focus()
        prompt.cursor_position = len(prompt.value)

    async def close_prompt(self) -> None:
        """Takes the prompt away and gives the focus back to the list."""
        prompt = self.prompt
        if prompt is not None:
            self.lines.focus()
            await prompt.remove()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Every keystroke in the prompt."""
        if event.input.id == "prompt":
            event.stop()
            self.post_message(self.Prompted(self.pane_id, event.value, entered=False))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the prompt."""
        if event.input.id == "prompt":
            event.stop()
            self.lines.focus()
            self.post_message(self.Prompted(self.pane_id, event.value, entered=True))

    # The editor below it

    @property
    def editor(self) -> Editor | None:
        """The open editor, if any."""
        found = self.query(Editor)
        return found.first() if found else None

    async def edit(self, field: str, label: str, value: str, hint: str, *, mask: bool) -> None:
        """Opens the editor for one setting."""
        await self.close_editor()
        await self.mount(Editor(field, label, value, hint, mask=mask))

    async def close_editor(self) -> None:
        """Takes the editor away; the focus goes back to the list."""
        editor = self.editor
        if editor is not None:
            self.lines.focus()
            await editor.remove()

    # What the user asks for

    def action_ask(self, action: str) -> None:
        """A key of this pane."""
        self.post_message(self.Asked(self.pane_id, action, self.lines.selected))

    def action_choose_here(self) -> None:
        """As Enter on the selected row."""
        self.lines.action_choose()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a row."""
        event.stop()
        self.post_message(self.Asked(self.pane_id, "choose", event.key))


def bindings(pane: str) -> list[BindingType]:
    """The pane's keys, from the table of actions."""
    return [
        Binding(action.keys, f'ask("{action.id}")', action.words, show=False)
        for action in for_pane(pane)
        if action.keys
    ]
