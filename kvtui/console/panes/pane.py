"""What all panes have: a title, a list, a prompt above it, an editor below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from kvtui.console.actions import PANES, TITLES, ActionId, for_pane
from kvtui.console.text import shown
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.actions import PaneId
    from kvtui.console.text import RowKey
    from kvtui.console.widgets.editor import Editor
    from kvtui.console.widgets.masked_input import LineInput


def hidden_list(name: str, *classes: str) -> LineList:
    """A list beside the pane's own, without a cursor, which is hidden until it has something to show."""
    lines = LineList(id=name, cursor=False)
    lines.add_class(*classes)
    lines.display = False
    return lines


class Pane(Vertical):
    """Shows a part of the state (`show` of each pane) and posts what the user requests, without deciding."""

    pane_id: ClassVar[PaneId]
    placeholder: ClassVar[str] = ""
    """The hint in the empty prompt above the list."""

    @dataclass
    class ActionRequested(Message):
        """A key of this pane, or Enter on a row."""

        pane: PaneId
        action: ActionId
        row: RowKey | None
        """The row for which the action is requested, by default the one under the cursor."""

    @dataclass
    class CursorMoved(Message):
        """Another row is under the cursor."""

        pane: PaneId
        row: RowKey | None

    @dataclass
    class Prompted(Message):
        """The text of the prompt changed or was submitted with Enter."""

        pane: PaneId
        text: str
        entered: bool

    def __init_subclass__(cls) -> None:
        cls.BINDINGS = bindings(cls.pane_id)  # before Textual merges them
        super().__init_subclass__()

    complete: Callable[[str], str] | None = None
    """What the text in the prompt may go on as, or nothing; None: it is not completed."""

    def __init__(self) -> None:
        super().__init__(id=self.pane_id, classes="pane -active" if self.pane_id == PANES[0] else "pane")
        self._label = ("", "")
        self.label()
        self.prompt: LineInput | None = None
        """The prompt, while it is open."""
        self._typed = ""
        """The last known text of the prompt: the text that it opens with does not count as typed."""
        self.editor: Editor | None = None
        """The editor, while it is open."""

    def compose(self) -> Iterable[Widget]:
        """The list. The prompt and the editor are mounted when they open."""
        yield LineList()

    def label(self, *, title: str = "", right: str = "") -> None:
        """Sets the title (by default the pane's own) and the text at the lower right of the border."""
        words = (title or TITLES[self.pane_id], right)
        if words != self._label:
            self._label = words
            self.border_title = shown(words[0], 60)
            self.border_subtitle = shown(words[1], 60)

    @property
    def lines(self) -> LineList:
        """The pane's main list, below the column headers if there are any."""
        return self.query(LineList).exclude(".header").first()

    @property
    def typing_prompt(self) -> bool:
        """Whether the prompt has the focus."""
        return self.prompt is not None and self.prompt.has_focus

    @property
    def typing(self) -> bool:
        """Whether the prompt or the editor has the focus."""
        return self.typing_prompt or (self.editor is not None and self.editor.has_focus_within)

    def enter(self) -> None:
        """Moves the focus to the editor if one is open, else to the list."""
        if self.editor is not None:
            self.editor.enter()
        else:
            self.screen.set_focus(self.lines)

    # The prompt above the list

    def on_descendant_focus(self) -> None:
        """Marks the selected row while the user types into the prompt or the editor."""
        self.lines.set_class(self.typing, "-prompted")

    def on_descendant_blur(self) -> None:
        """Marks the row no longer."""
        self.lines.set_class(self.typing, "-prompted")

    async def open_prompt(self, text: str) -> None:
        """Opens the prompt above the list with `text` and moves the focus to it."""
        if self.prompt is None:
            from kvtui.console.widgets.masked_input import LineInput

            self.prompt = LineInput(text, placeholder=self.placeholder, complete=self.complete, id="prompt")
            self._typed = text
            await self.mount(self.prompt, before=0)
        self.screen.set_focus(self.prompt)
        self.prompt.cursor_position = len(self.prompt.value)

    async def close_prompt(self) -> None:
        """Removes the prompt and moves the focus to the list."""
        prompt, self.prompt = self.prompt, None
        if prompt is not None:
            self.screen.set_focus(self.lines)
            await prompt.remove()

    @on(Input.Changed, "#prompt")
    def _prompt_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._typed:
            self._typed = event.value
            self.post_message(self.Prompted(self.pane_id, event.value, entered=False))

    @on(Input.Submitted, "#prompt")
    def _prompt_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.set_focus(self.lines)
        self.post_message(self.Prompted(self.pane_id, event.value, entered=True))

    # The editor below it

    async def edit(self, field: str, label: str, value: str, hint: str, *, mask: bool) -> None:
        """Opens the editor for one setting."""
        from kvtui.console.widgets.editor import Editor

        await self.close_editor()
        self.editor = Editor(field, label, value, hint, mask=mask)
        await self.mount(self.editor)

    async def close_editor(self) -> None:
        """Removes the editor and moves the focus to the list."""
        editor, self.editor = self.editor, None
        if editor is not None:
            self.screen.set_focus(self.lines)
            await editor.remove()

    # What the user requests

    def request(self, action: ActionId, row: RowKey | None) -> None:
        """Posts an action for a row."""
        self.post_message(self.ActionRequested(self.pane_id, action, row))

    def action_request(self, action: str) -> None:
        """Requests the action with that `ActionId` for the selected row: what the pane's keys call."""
        self.request(ActionId(action), self.lines.selected)

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        self.request(ActionId.CHOOSE, event.key)

    @on(LineList.Moved)
    def _moved(self, event: LineList.Moved) -> None:
        event.stop()
        if event.lines is self.lines:
            self.post_message(self.CursorMoved(self.pane_id, event.key))


def bindings(pane: PaneId) -> list[BindingType]:
    """The pane's keys, from the table of actions."""
    return [
        Binding(action.keys, f'request("{action.id}")', action.words, show=False)
        for action in for_pane(pane)
        if action.keys
    ]
