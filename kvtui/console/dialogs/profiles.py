"""The dialog of the saved profiles: loads one, or saves the current settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import DescendantFocus, Key
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Static

from kvtui.console.dialogs.filtering import FilteredList, no_match
from kvtui.console.dialogs.keys import show_keys
from kvtui.console.remedies import words
from kvtui.console.text import Row, fit, row, shown, wrapped
from kvtui.console.type_ahead import TakesLetters
from kvtui.console.widgets.lines import LineList
from kvtui.console.widgets.masked_input import LineInput
from kvtui.core.problems import ProblemError

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys

TITLE = "Profiles"
SAVE_KEYS = (("Enter", "save"), ("Esc", "cancel"))
NAME, PROFILE = "Name", "profile"
LOAD, TYPE_NAME, CLOSE = ("Enter", "load"), ("Enter", "name the profile"), ("Esc", "close")
INTRODUCTION = (
    "A profile is a named set of settings, without secrets. To start kvtui with one: kvtui --profile NAME"
)
NO_PROFILES = "No profiles yet."
SAVE = "Save the current settings…"
NAME_HINT = "Letters, digits, dots and hyphens. Enter saves and replaces a profile of the same name."
NAME_EXAMPLE = "prod"


class ProfilesRow(Enum):
    """The other row that can be selected."""

    SAVE = auto()
    """Saves the current settings."""


@dataclass(frozen=True, slots=True)
class ProfileWish:
    """What the user chose."""

    name: str
    save: bool
    """Save the current settings under this name; else load the profile."""


class ProfilesDialog(TakesLetters, ModalScreen[ProfileWish | None]):
    """Returns the choice; None for Esc. Typed letters filter the names."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "close", "Close")]

    def __init__(self, profiles: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._profiles = profiles
        """Names with descriptions."""
        self._list = FilteredList(self._rows)

    def compose(self) -> Iterable[Widget]:
        """A list in a box; the input is mounted when a name is needed."""
        with Vertical(classes="dialog", id="profiles") as box:
            box.border_title = TITLE
            yield self._list

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Shows the keys of the name, or of the list."""
        show_keys(self)

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Shows the keys of the row under the cursor."""
        event.stop()
        show_keys(self)

    def keys_now(self) -> Keys:
        """Of the name while it is typed, else of the row under the cursor."""
        if self.query(LineInput):
            return SAVE_KEYS
        return self._list.keys(LOAD if isinstance(self._list.selected, str) else TYPE_NAME, CLOSE)

    def on_key(self, event: Key) -> None:
        """Typed letters filter the names, unless the input is open."""
        if not self.query(LineInput):
            self._list.takes(event)

    def _rows(self, width: int) -> list[Row]:
        typed = self._list.typed
        out = wrapped(INTRODUCTION, width, "dim")
        longest = min(30, max((len(name) for name, _ in self._profiles), default=0))
        out += [
            *typed.rows(),
            *(
                row((f"  {fit(name, longest)}  ", "name"), (about, "plain"), key=name)
                for name, about in self._profiles
                if typed.matches(name)
            ),
        ]
        if not self._profiles:
            out += wrapped(NO_PROFILES, width, "plain", indent=2)
        elif not any(typed.matches(name) for name, _ in self._profiles):
            out += wrapped(no_match(PROFILE, typed.text), width, "dim")
        out.append(row((f"  {SAVE}", "todo"), key=ProfilesRow.SAVE))
        return out

    async def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on a row."""
        event.stop()
        if isinstance(event.key, str):
            self.dismiss(ProfileWish(event.key, save=False))
        elif not self.query(LineInput):
            name = LineInput(placeholder=NAME_EXAMPLE)
            hint = Static(shown(NAME_HINT))
            hint.add_class("editor-hint")
            label = Static(NAME, classes="field-label")
            self._list.clear()
            box = self.query_one("#profiles")
            await box.mount(label, name, hint)
            name.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A name was typed."""
        event.stop()
        from kvtui.settings.store.profiles import profile_path

        name = event.value.strip()
        try:
            profile_path(name)
        except ProblemError as error:
            self.query_one(".editor-hint", Static).update(shown(words(error.problem.sentence())))
            return
        self.dismiss(ProfileWish(name, save=True))

    async def action_close(self) -> None:
        """Esc closes the input; without one, it closes the dialog."""
        if self.query(LineInput):
            await self.query("LineInput, .editor-hint, .field-label").remove()
            self._list.focus()
        else:
            self.dismiss(None)
