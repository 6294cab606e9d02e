"""Before something is changed in Azure: what, where, as whom; or, where kvtui may not, the commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from kvtui.console.asking import Answers, Asking, Field
from kvtui.console.text import Row, fit, row, shown, wrapped
from kvtui.console.views.setup import FROM_FILE
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput

LABEL = 9


class ChangeDialog(ModalScreen[Answers | None]):
    """Returns what was typed and chosen; None for Esc, which is always no."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "No"), ("y", "copy", "Copy")]

    def __init__(
        self, title: str, build: Callable[[Mapping[str, str]], Asking], fields: Sequence[Field] = ()
    ) -> None:
        super().__init__()
        self._title = title
        self._build = build
        self._fields = tuple(fields)
        self._typed = {field.id: field.value for field in fields}
        self._asking = build(self._typed)

    def compose(self) -> Iterable[Widget]:
        """The inputs, if any, above one list."""
        with Vertical(classes="dialog", id="change") as box:
            box.border_title = shown(self._title, 76)
            box.border_subtitle = "Esc: no   ⏎ choose   y copy the command"
            for field in self._fields:
                yield Static(shown(field.label), classes="field-label")
                yield LineInput(field.value, placeholder=field.hint, mask=field.mask, id=f"field-{field.id}")
            yield LineList(id="change-lines")

    def on_mount(self) -> None:
        """Typing comes first; where nothing is typed, the cursor is on what can be chosen."""
        self._show()
        first = self.query(LineInput)
        if first:
            first.first().focus()
            first.first().cursor_position = len(first.first().value)
        else:
            self.lines.focus()

    @property
    def lines(self) -> LineList:
        """What is asked, and the commands."""
        return self.query_one("#change-lines", LineList)

    def _show(self) -> None:
        self.lines.show_rows(self._rows)

    def _rows(self, width: int) -> list[Row]:
        asking = self._asking
        out: list[Row] = []
        for label, words in asking.facts:
            first, *rest = wrapped(words, width, "plain", indent=LABEL)
            out += [Row(((fit(label, LABEL), "dim"), *first.parts[1:])), *rest]
        if asking.note:
            out += [row(("", "plain")), *wrapped(asking.note, width, "warn")]
        if asking.actions:
            out.append(row(("", "plain")))
        for action, words in asking.actions:
            out.append(row(("⏎ ", "todo"), (fit(words, max(10, width - 2)), "strong"), key=f"do:{action}"))
        if asking.commands:
            by_hand = "Or by hand:" if asking.actions else "The commands, for someone who may:"
            out += [row(("", "plain")), row((by_hand, "dim"))]
        for number, command in enumerate(asking.commands):
            first, *rest = wrapped(command, width, "name", indent=2)
            out += [Row(first.parts, f"command:{number}"), *rest]
        return out

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is said follows what is typed."""
        event.stop()
        name = (event.input.id or "").removeprefix("field-")
        self._typed[name] = event.value
        masked = any(field.mask for field in self._fields if field.id == name)
        event.input.password = masked and not event.value.startswith(FROM_FILE)
        self._asking = self._build(self._typed)
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next field, then to what can be chosen."""
        event.stop()
        self.focus_next()

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on an action does it; on a command, copies it."""
        event.stop()
        kind, _, what = event.key.partition(":")
        if kind == "do":
            self.dismiss({**self._typed, "do": what})
        else:
            self.action_copy()

    def action_copy(self) -> None:
        """Sends the command under the cursor, or the first one, to the terminal's clipboard."""
        kind, _, number = self.lines.selected.partition(":")
        if not self._asking.commands:
            return
        command = self._asking.commands[int(number) if kind == "command" else 0]
        self.app.copy_to_clipboard(command)
        self.notify("The command was sent to your terminal's clipboard.", markup=False)
