"""The dialog before a change in Azure: the facts, the fields, the actions and the `az` commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus, Key
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from kvtui.console.dialogs.keys import show_keys
from kvtui.console.provisioning.form import ON, Answers, ChangePrompt, Field, Switch
from kvtui.console.provisioning.texts import RESULT
from kvtui.console.text import Row, fit, row, shown, wrapped
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput
from kvtui.settings.catalogue import FROM_FILE

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys
    from kvtui.console.text import Role, RowKey

LABEL = 14
CANCEL, CONFIRM = ("Esc", "cancel"), ("Enter", "confirm")
NEXT_FIELD, TO_ACTION = "next field", "go to the list below"
TO_COMMAND, TO_COMMANDS = "go to the command", "go to the commands"
SCROLL = ("PgDn", "scroll")
SELECT = "select"
BESIDE_FROM = 3
"""From so many fields on, each is on one line with its label."""
ROWS_OF_FIELD, AROUND, LEAST_ROWS = 3, 4, 3
"""Rows of a field with its label above it; of the dialog's border and margin; the fewest of the list."""
COPY = "copy the command"
COPIED = "The command was sent to the terminal's clipboard."
NOT_YET = "Not possible yet: {}."
BY_HAND = "Or run {} yourself:"
FOR_SOMEONE = "For someone with the permission, {}:"
COMMAND, COMMANDS, ONE_OF = "the command", "all of these commands", "one of these commands"
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


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """The row of a switch."""

    switch: str


class ChangeDialog(ModalScreen[Answers | None]):
    """Returns the typed texts and the chosen action; None for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)", "Cancel"),
        ("y", "copy", "Copy"),
        ("pageup", "scroll(-1)", "Scroll up"),  # while a field has the focus: the list has its own
        ("pagedown", "scroll(1)", "Scroll down"),
    ]

    def __init__(
        self,
        title: str,
        build: Callable[[Mapping[str, str]], ChangePrompt],
        fields: Sequence[Field] = (),
        switches: Sequence[tuple[Switch, str]] = (),
        *,
        focus: str = "",
        read_only: bool = False,
    ) -> None:
        """`switches` come with their values; `focus` is the field that gets the focus, if not the first.

        `read_only`: there are never actions, only the commands.
        """
        super().__init__()
        self._read_only, self._focus = read_only, focus
        self._title = title
        self._build = build
        self._fields = tuple(fields)
        self._switches = tuple(switch for switch, _ in switches)
        self._typed = {field.id: field.value for field in fields}
        self._typed |= {switch.id: value for switch, value in switches}
        self._prompt = build(self._typed)

    def compose(self) -> Iterable[Widget]:
        """The fields, above one list."""
        with Vertical(classes="dialog", id="change") as box:
            box.border_title = shown(self._title, 76)
            beside = len(self._fields) >= BESIDE_FROM
            box.set_class(beside, "-beside")
            for field in self._fields:
                masked = field.mask and not field.value.startswith(FROM_FILE)
                label = Static(shown(field.label), classes="field-label")
                text = LineInput(field.value, placeholder=field.hint, mask=masked, id=f"field-{field.id}")
                if beside:
                    yield Horizontal(label, text, classes="beside", id=f"beside-{field.id}")
                else:
                    yield label
                    yield text
            yield LineList(id="change-lines", pointer=True)

    def on_mount(self) -> None:
        """The focus is in a field, usually the first; without fields, on the list."""
        self._show_fields()
        self.lines.from_top(lambda key: not self._not_yet(key))
        self._show()
        inputs = self.query(LineInput)
        if self._focus:
            self.query_one(f"#field-{self._focus}").focus()
        elif inputs:
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
            confirms = isinstance(row, ActionRow) and row.action in dict(prompt.actions)
            enter = CONFIRM if confirms else ("Enter", COPY if isinstance(row, CommandRow) else SELECT)
            acts = row is not None and not self._not_yet(row)
            turns = [(switch.key, switch.short) for switch in self._switches]
            return (*([enter] if acts else []), *([copies] if prompt.commands else []), *turns, CANCEL)
        last = self._shown_fields()[-1].id == self._field(self.focused)
        choices = self._choices
        select = choices > 1 or (choices and not self._confirms)
        to_commands = TO_COMMANDS if len(prompt.commands) > 1 else TO_COMMAND if prompt.commands else ""
        to_list = TO_ACTION if select else to_commands
        after = to_list if last else NEXT_FIELD
        enter = CONFIRM if self._confirms else ("Enter", after)
        useless = not enter[1] or (last and not choices and not self._read_only)
        scroll = [SCROLL] if self.lines.max_scroll_y else []
        tab = [("Tab", after)] if after and (useless or after != enter[1]) else []
        return (*([] if useless else [enter]), *tab, *scroll, CANCEL)

    @staticmethod
    def _field(widget: Widget) -> str:
        """The ID of the field of an input."""
        return (widget.id or "").removeprefix("field-")

    @property
    def _choices(self) -> int:
        """How many rows of the list can be chosen, without the commands."""
        return len(self._prompt.actions) + len(self._prompt.others) + len(self._switches)

    def _not_yet(self, row: RowKey) -> str:
        """What to do before the action of a row can be chosen; empty if nothing, or for another row."""
        waits = (first for which, _, first in self._prompt.later if row == ActionRow(which))
        return next(waits, "")

    @property
    def _confirms(self) -> bool:
        """Whether Enter in a field confirms: there is one action, and there are few fields."""
        return len(self._prompt.actions) == 1 and len(self._fields) < BESIDE_FROM

    def _shown_fields(self) -> list[Field]:
        """The fields that are shown now."""
        return [field for field in self._fields if not field.shown_by or self._typed[field.shown_by]]

    def _show_fields(self) -> None:
        """Shows the fields of the switches that are on, and hides the others."""
        shown_now = {field.id for field in self._shown_fields()}
        for field in self._fields:
            for beside in self.query(f"#beside-{field.id}"):
                beside.display = field.id in shown_now
        self._limit_list()

    def _limit_list(self) -> None:
        """Limits the list to the rows below the fields, so that it has a scrollbar and is not cut."""
        shown_now = len(self._shown_fields())
        above = shown_now + 1 if len(self._fields) >= BESIDE_FROM else ROWS_OF_FIELD * len(self._fields)
        self.lines.styles.max_height = max(LEAST_ROWS, self.app.size.height * 9 // 10 - AROUND - above)

    def on_resize(self) -> None:
        """Limits the list again for the new size; whether the list scrolls is known once it is drawn."""
        self._limit_list()
        self.call_after_refresh(show_keys, self)

    def _words(self, switch: Switch) -> str:
        """What the row of a switch says."""
        return switch.turn_off if self._typed[switch.id] else switch.turn_on

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
        choices: list[tuple[ActionRow | SwitchRow, str, Role]] = [
            *((ActionRow(action), words, "strong") for action, words in prompt.actions),
            *((ActionRow(action), f"{words}: {first}", "dim") for action, words, first in prompt.later),
            *((ActionRow(other), words, "plain") for other, words in prompt.others),
            *((SwitchRow(switch.id), self._words(switch), "plain") for switch in self._switches),
        ]
        if choices:
            out.append(row(("", "plain")))
        for key, words, role in choices:
            first, *rest = wrapped(words, width, role, indent=len(INDENT))
            out += [Row(first.parts, key), *rest]
        if prompt.commands:
            out += [
                row(("", "plain")),
                row((prompt.heading or self._heading(), "dim")),
            ]
        for command in prompt.commands:
            if command in prompt.about:
                out += wrapped(prompt.about[command], width)
            first, *rest = wrapped(command, width, "name", indent=2)
            out += [Row(first.parts, CommandRow(command)), *rest]
        if prompt.commands and prompt.by_hand:
            out += wrapped(prompt.by_hand, width, "warn")
        return out

    def _heading(self) -> str:
        """Above the commands: whether they are alternatives."""
        prompt = self._prompt
        which = COMMAND if len(prompt.commands) == 1 else ONE_OF if prompt.one_of else COMMANDS
        return (FOR_SOMEONE if self._read_only else BY_HAND).format(which)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Updates the content for the typed text."""
        event.stop()
        name = self._field(event.input)
        self._typed[name] = event.value
        masked = any(field.mask for field in self._fields if field.id == name)
        event.input.password = masked and not event.value.startswith(FROM_FILE)
        before, self._prompt = self._prompt, self._build(self._typed)
        self._show()
        if self._prompt.preselected != before.preselected:
            self.lines.select(ActionRow(self._prompt.preselected))
        show_keys(self)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field: the only action of a short dialog, else the next field, else the list."""
        event.stop()
        actions = self._prompt.actions
        if self._confirms:
            self._answer(actions[0][0])
        elif self._field(event.input) != self._shown_fields()[-1].id or self._choices:
            self.focus_next()
        elif self._read_only and self._prompt.commands:
            self.lines.focus()
        else:
            self.app.bell()  # the note says what is not valid

    def _answer(self, action: str) -> None:
        self.dismiss(Answers(self._typed, action))

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on an action confirms it, or says what to do first; on a command, copies it."""
        event.stop()
        if first := self._not_yet(event.key):
            show_keys(self, NOT_YET.format(first))
        elif isinstance(event.key, ActionRow):
            self._answer(event.key.action)
        elif isinstance(event.key, SwitchRow):
            self._turn(event.key.switch)
        else:
            self.action_copy()

    def on_key(self, event: Key) -> None:
        """The letter of a switch, while the list has the focus."""
        turned = next((switch for switch in self._switches if switch.key == event.character), None)
        if turned is not None and not isinstance(self.focused, LineInput):
            event.stop()
            self._turn(turned.id)

    def _turn(self, switch: str) -> None:
        """Turns a switch on or off; the first field that it shows gets the focus."""
        self._typed[switch] = "" if self._typed[switch] else ON
        self._prompt = self._build(self._typed)
        self._show_fields()
        self._show()
        first = next((field for field in self._shown_fields() if field.shown_by == switch), None)
        if first is not None:
            self.query_one(f"#field-{first.id}").focus()
        show_keys(self)

    def action_scroll(self, pages: int) -> None:
        """Scrolls the list by pages, less one row; the cursor stays."""
        lines = self.lines
        lines.scroll_relative(y=pages * max(1, lines.size.height - 1), animate=False, immediate=True)

    def action_copy(self) -> None:
        """Sends the command under the cursor, or the first one, to the terminal's clipboard."""
        if not self._prompt.commands:
            return
        row = self.lines.selected
        self.app.copy_to_clipboard(row.command if isinstance(row, CommandRow) else self._prompt.commands[0])
        show_keys(self, COPIED)
