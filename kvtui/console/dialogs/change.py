"""The dialog before a change in Azure: the facts, the fields, the actions and the `az` commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from kvtui.console.dialogs.keys import show_keys
from kvtui.console.provisioning.state import Answers, ChangePrompt, Field
from kvtui.console.provisioning.texts import RESULT
from kvtui.console.text import Row, fit, row, shown, wrapped
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput
from kvtui.settings.catalogue import FROM_FILE

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys

LABEL = 14
CANCEL, CONFIRM = ("Esc", "cancel"), ("Enter", "confirm")
NEXT_FIELD, TO_ACTION, TO_COMMAND = "next field", "select an action", "select a command"
COPY = "copy the command"
COPIED = "The command was sent to the terminal's clipboard."
BY_HAND = "Or run the commands yourself:"
FOR_SOMEONE = "Commands for someone with the permission:"
INDENT = "  "
"""Before an action; the selected one has the pointer there."""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """The row of an action."""

    action: str


@dataclass(frozen=True, slots=True)
class CommandRow:
    """The row of a command, which can be copied."""

    command: str


class ChangeDialog(ModalScreen[Answers | None]):
    """Returns the typed texts and the chosen action; None for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Cancel"), ("y", "copy", "Copy")]

    def __init__(
        self,
        title: str,
        build: Callable[[Mapping[str, str]], ChangePrompt],
        fields: Sequence[Field] = (),
        *,
        read_only: bool = False,
    ) -> None:
        """`read_only`: there are never actions, only the commands."""
        super().__init__()
        self._read_only = read_only
        self._title = title
        self._build = build
        self._fields = tuple(fields)
        self._typed = {field.id: field.value for field in fields}
        self._prompt = build(self._typed)

    def compose(self) -> Iterable[Widget]:
        """The fields, above one list."""
        with Vertical(classes="dialog", id="change") as box:
            box.border_title = shown(self._title, 76)
            for field in self._fields:
                yield Static(shown(field.label), classes="field-label")
                yield LineInput(field.value, placeholder=field.hint, mask=field.mask, id=f"field-{field.id}")
            yield LineList(id="change-lines", pointer=True)

    def on_mount(self) -> None:
        """The focus is in the first field; without fields, on the list."""
        self._show()
        inputs = self.query(LineInput)
        if inputs:
            inputs.first().focus()  # its text is selected, so typing replaces it
        else:
            self.lines.focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Shows the keys for the widget in focus."""
        show_keys(self)

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Shows the keys for the row under the cursor."""
        event.stop()
        show_keys(self)

    def keys_now(self) -> Keys:
        """The keys of the field in focus, or of the row under the cursor."""
        prompt = self._prompt
        if not isinstance(self.focused, LineInput):
            row, copies = self.lines.selected, ("y", COPY)
            enter = CONFIRM if isinstance(row, ActionRow) else ("Enter", COPY)
            return (*([enter] if row else []), *([copies] if prompt.commands else []), CANCEL)
        last = self._fields[-1].id == self._field(self.focused)
        to_list = TO_ACTION if len(prompt.actions) > 1 else TO_COMMAND if prompt.commands else ""
        after = to_list if last else NEXT_FIELD
        enter = CONFIRM if len(prompt.actions) == 1 else ("Enter", after)
        useless = not enter[1] or (last and not prompt.actions and not self._read_only)
        return (*([] if useless else [enter]), *([("Tab", after)] if after else []), CANCEL)

    @staticmethod
    def _field(widget: Widget) -> str:
        """The ID of the field of an input."""
        return (widget.id or "").removeprefix("field-")

    @property
    def lines(self) -> LineList:
        """The facts, the actions and the commands."""
        return self.query_one("#change-lines", LineList)

    def _show(self) -> None:
        self.lines.show_rows(self._rows)

    def _rows(self, width: int) -> list[Row]:
        prompt = self._prompt
        out: list[Row] = []
        then = ((RESULT, prompt.then),) if prompt.then and (prompt.actions or not prompt.by_hand) else ()
        for label, words in (*prompt.facts, *then):
            first, *rest = wrapped(words, width, "plain", indent=LABEL)
            out += [Row(((fit(label, LABEL), "dim"), *first.parts[1:])), *rest]
        if prompt.note:
            out += [row(("", "plain")), *wrapped(prompt.note, width, "warn")]
        if prompt.actions:
            out.append(row(("", "plain")))
        for action, words in prompt.actions:
            first, *rest = wrapped(words, width, "strong", indent=len(INDENT))
            out += [Row(first.parts, ActionRow(action)), *rest]
        if prompt.commands:
            out += [
                row(("", "plain")),
                row((prompt.heading or (FOR_SOMEONE if self._read_only else BY_HAND), "dim")),
            ]
        for command in prompt.commands:
            if command in prompt.about:
                out += wrapped(prompt.about[command], width)
            first, *rest = wrapped(command, width, "name", indent=2)
            out += [Row(first.parts, CommandRow(command)), *rest]
        if prompt.commands and prompt.by_hand:
            out += wrapped(prompt.by_hand, width, "warn")
        return out

    def on_input_changed(self, event: Input.Changed) -> None:
        """Updates the content for the typed text."""
        event.stop()
        name = self._field(event.input)
        self._typed[name] = event.value
        masked = any(field.mask for field in self._fields if field.id == name)
        event.input.password = masked and not event.value.startswith(FROM_FILE)
        self._prompt = self._build(self._typed)
        self._show()
        show_keys(self)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field: the only action, else the next field, else the list."""
        event.stop()
        actions = self._prompt.actions
        if len(actions) == 1:
            self._answer(actions[0][0])
        elif self._field(event.input) != self._fields[-1].id or actions:
            self.focus_next()
        elif self._read_only and self._prompt.commands:
            self.lines.focus()
        else:
            self.app.bell()  # the note says what is not valid

    def _answer(self, action: str) -> None:
        self.dismiss(Answers(self._typed, action))

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on an action confirms it; on a command, copies it."""
        event.stop()
        if isinstance(event.key, ActionRow):
            self._answer(event.key.action)
        else:
            self.action_copy()

    def action_copy(self) -> None:
        """Sends the command under the cursor, or the first one, to the terminal's clipboard."""
        if not self._prompt.commands:
            return
        row = self.lines.selected
        self.app.copy_to_clipboard(row.command if isinstance(row, CommandRow) else self._prompt.commands[0])
        show_keys(self, COPIED)
