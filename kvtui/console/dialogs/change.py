"""Before something is changed in Azure: what, where, as whom; or, where kvtui may not, the commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from kvtui.console.provisioning.state import Answers, ChangePrompt, Field
from kvtui.console.text import Row, fit, row, shown, wrapped
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput
from kvtui.settings.catalogue import FROM_FILE

LABEL = 9


@dataclass(frozen=True, slots=True)
class ActionRow:
    """What can be chosen."""

    action: str


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command to copy."""

    command: str


class ChangeDialog(ModalScreen[Answers | None]):
    """Returns what was typed and chosen; None for Esc, which is always no."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "No"), ("y", "copy", "Copy")]

    def __init__(
        self,
        title: str,
        build: Callable[[Mapping[str, str]], ChangePrompt],
        fields: Sequence[Field] = (),
        *,
        read_only: bool = False,
    ) -> None:
        """`read_only`: there is nothing to choose, whatever is typed; the commands are what is shown."""
        super().__init__()
        self._read_only = read_only
        self._title = title
        self._build = build
        self._fields = tuple(fields)
        self._typed = {field.id: field.value for field in fields}
        self._prompt = build(self._typed)

    def compose(self) -> Iterable[Widget]:
        """The inputs, if any, above one list."""
        with Vertical(classes="dialog", id="change") as box:
            box.border_title = shown(self._title, 76)
            for field in self._fields:
                yield Static(shown(field.label), classes="field-label")
                yield LineInput(field.value, placeholder=field.hint, mask=field.mask, id=f"field-{field.id}")
            yield LineList(id="change-lines")

    def on_mount(self) -> None:
        """Typing comes first; where nothing is typed, the cursor is on what can be chosen."""
        self._show()
        inputs = self.query(LineInput)
        if inputs:
            inputs.first().focus()  # its text is selected: typing replaces it
        else:
            self.lines.focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The lower edge says what Enter does here."""
        self._show_keys()

    def _show_keys(self, words: str = "") -> None:
        self.query_one("#change").border_subtitle = words or self._keys()

    def _keys(self) -> str:
        if isinstance(self.focused, LineInput):
            more = "next field" if self._fields[-1].id != self._field(self.focused) else ""
            below = "⏎ goes to the lines below" if self._read_only or self._prompt.actions else ""
            does = "⏎ does it" if len(self._prompt.actions) == 1 else f"⏎ {more}" if more else below
            return "   ".join(filter(None, ["Esc: no", does, f"Tab: {more or 'the lines below'}"]))
        if not self._prompt.actions:
            return "Esc: close   ⏎ or y copies the command" if self._prompt.commands else "Esc: close"
        return "Esc: no   ⏎ does it" + ("   y copies the command" if self._prompt.commands else "")

    @staticmethod
    def _field(widget: Widget) -> str:
        """The id of the field that an input is for."""
        return (widget.id or "").removeprefix("field-")

    @property
    def lines(self) -> LineList:
        """What is asked, and the commands."""
        return self.query_one("#change-lines", LineList)

    def _show(self) -> None:
        self.lines.show_rows(self._rows)

    def _rows(self, width: int) -> list[Row]:
        prompt = self._prompt
        out: list[Row] = []
        then = (("then", prompt.then),) if prompt.then and (prompt.actions or not prompt.by_hand) else ()
        for label, words in (*prompt.facts, *then):
            first, *rest = wrapped(words, width, "plain", indent=LABEL)
            out += [Row(((fit(label, LABEL), "dim"), *first.parts[1:])), *rest]
        if prompt.note:
            out += [row(("", "plain")), *wrapped(prompt.note, width, "warn")]
        if prompt.actions:
            out.append(row(("", "plain")))
        for action, words in prompt.actions:
            out.append(row(("⏎ ", "todo"), (fit(words, max(10, width - 2)), "strong"), key=ActionRow(action)))
        if prompt.commands:
            by_hand = "Or by hand:" if prompt.actions else "The commands, for someone who may:"
            out += [row(("", "plain")), row((by_hand, "dim"))]
            out += wrapped(prompt.by_hand, width, "warn") if prompt.by_hand else []
        for command in prompt.commands:
            first, *rest = wrapped(command, width, "name", indent=2)
            out += [Row(first.parts, CommandRow(command)), *rest]
        return out

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is said follows what is typed."""
        event.stop()
        name = self._field(event.input)
        self._typed[name] = event.value
        masked = any(field.mask for field in self._fields if field.id == name)
        event.input.password = masked and not event.value.startswith(FROM_FILE)
        self._prompt = self._build(self._typed)
        self._show()
        self._show_keys()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter does it as soon as all is given; else it goes to the next field, or to what can be chosen."""
        event.stop()
        actions = self._prompt.actions
        if len(actions) == 1:
            self._answer(actions[0][0])
        elif self._field(event.input) != self._fields[-1].id or actions:
            self.focus_next()
        elif self._read_only:
            self.lines.focus()
        else:
            self.app.bell()  # the note says what will not do

    def _answer(self, action: str) -> None:
        self.dismiss(Answers(self._typed, action))

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on an action does it; on a command, copies it."""
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
        self._show_keys("The command was sent to your terminal's clipboard.")
