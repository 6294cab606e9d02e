"""The dialog of an import: a field for the source, then the preview, the progress and the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from kvtui.console.dialogs.keys import show_keys
from kvtui.console.importing import texts, view
from kvtui.console.importing.state import BUSY, ENDED, ImportView, Stage
from kvtui.console.text import shown, wrapped
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput
from kvtui.migration.items import SourceFormat

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys


@dataclass(frozen=True, slots=True)
class ImportWishes:
    """What the dialog asks its controller for."""

    read: Callable[[str, str], None]
    """A source and its format, which may be empty."""
    toggle: Callable[[int], None]
    toggle_all: Callable[[], None]
    compare: Callable[[], None]
    store: Callable[[], None]
    stop: Callable[[], None]
    command_of: Callable[[int], str]
    """The command that stores one entry by hand; it holds no value."""


class ImportDialog(ModalScreen[None]):
    """Shows an `ImportView`; everything that takes time is done by the controller."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "close", "Close"),
        ("space", "choose_entry", "Choose"),
        ("a", "toggle_all", "All or none"),
        ("v", "compare", "Compare values"),
        ("y", "copy", "Copy"),
    ]

    def __init__(self, wishes: ImportWishes, first: ImportView, files: Sequence[str]) -> None:
        super().__init__()
        self._wishes, self._view = wishes, first
        self._files = tuple(files)
        """What may be imported in the project, for the completion."""

    def compose(self) -> Iterable[Widget]:
        """The two fields; above the rows what they are about, below them the selected one in words."""
        with Vertical(classes="dialog", id="import") as box:
            box.border_title = texts.TITLE
            yield Static(shown(texts.FILE), classes="field-label")
            first = self._files[0] if self._files else ""
            yield LineInput(first, placeholder=texts.FILE_HINT, complete=self._completed, id="import-file")
            formats = ", ".join(SourceFormat)
            yield Static(shown(f"{texts.FORMAT} ({texts.FORMAT_HINT} {formats})"), classes="field-label")
            yield LineInput(complete=_completed_format, id="import-format")
            yield LineList(id="import-facts", cursor=False)
            yield LineList(id="import-lines", pointer=True)
            yield LineList(id="import-detail", cursor=False)

    def on_mount(self) -> None:
        """The focus is in the field of the source."""
        self.show(self._view)
        self.query_one("#import-file").focus()

    def _completed(self, typed: str) -> str:
        return next((name for name in self._files if typed and name.startswith(typed)), "")

    @property
    def _lines(self) -> LineList:
        return self.query_one("#import-lines", LineList)

    def show(self, held: ImportView) -> None:
        """Draws an import."""
        before, self._view = self._view, held
        if not self.query("#import-lines"):
            return  # not composed yet: it draws when it is
        naming = held.stage in (Stage.NAMING, Stage.READING)
        for widget in self.query("#import LineInput, #import .field-label"):
            widget.display = naming
            widget.disabled = held.stage is Stage.READING
        self.query_one("#import-facts", LineList).show_rows(lambda width: view.facts(held, width))
        lines = self._lines
        lines.display = bool(held.entries)
        lines.show(view.ImportRows(held))
        if held.stage is Stage.PREVIEW and before.stage is Stage.READING:
            lines.from_top()
            lines.focus()
        self.set_class(bool(held.entries), "-filled")
        self._show_detail()
        show_keys(self)

    def keys_now(self) -> Keys:
        """By the stage of the import and the row under the cursor."""
        stage = self._view.stage
        if stage is Stage.NAMING:
            return texts.NAMING_KEYS
        if stage in BUSY:
            return texts.BUSY_KEYS
        if stage in ENDED:
            return texts.ENDED_KEYS
        if not self._view.allow_changes:
            return texts.READ_ONLY_KEYS
        if self._lines.selected is view.ConfirmRow.STORE:
            return (*([texts.STORE] if self._view.chosen else []), *texts.PREVIEW_KEYS)
        return (texts.CHOOSE, *texts.PREVIEW_KEYS)

    def _number(self) -> int | None:
        """The number of the selected entry."""
        selected = self._lines.selected if self._view.entries else None
        return selected.number if isinstance(selected, view.EntryRow) else None

    def _show_detail(self) -> None:
        held, number = self._view, self._number()
        command = self._wishes.command_of(number) if number is not None and not held.allow_changes else ""
        below = self.query_one("#import-detail", LineList)
        below.show_rows(lambda width: view.detail(held, number, width, command) or wrapped("", width))

    @on(LineList.Moved)
    def _moved(self, event: LineList.Moved) -> None:
        if event.lines is self._lines:
            self._show_detail()
            show_keys(self)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a field reads the source."""
        event.stop()
        named = self.query_one("#import-file", LineInput).value.strip()
        if named:
            self._wishes.read(named, self.query_one("#import-format", LineInput).value.strip())

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on the confirm row stores; on an entry, it chooses."""
        event.stop()
        if event.key is view.ConfirmRow.STORE:
            if self._view.chosen:
                self._wishes.store()
        elif isinstance(event.key, view.EntryRow):
            self._toggle(event.key.number)

    def action_choose_entry(self) -> None:
        """Chooses the selected entry, or no longer."""
        number = self._number()
        if number is not None:
            self._toggle(number)

    def _toggle(self, number: int) -> None:
        if self._view.stage is Stage.PREVIEW and self._view.allow_changes:
            self._wishes.toggle(number)

    def action_toggle_all(self) -> None:
        """Chooses all that can be stored without another key, or none."""
        if self._view.stage is Stage.PREVIEW and self._view.allow_changes:
            self._wishes.toggle_all()

    def action_compare(self) -> None:
        """Compares the values of names that exist."""
        if self._view.stage is Stage.PREVIEW:
            self._wishes.compare()

    def action_copy(self) -> None:
        """Sends the command for the selected entry, else for all, to the terminal's clipboard."""
        number = self._number()
        if self._view.stage is Stage.PREVIEW and not self._view.allow_changes:
            command = self._wishes.command_of(number) if number is not None else ""
            self.app.copy_to_clipboard(command or self._view.command)
            show_keys(self, texts.COPIED)

    def action_close(self) -> None:
        """Esc stops what runs; else it closes the dialog."""
        if self._view.stage in BUSY:
            self._wishes.stop()
        else:
            self.dismiss(None)


def _completed_format(typed: str) -> str:
    return next((each for each in SourceFormat if typed and each.startswith(typed)), "")
