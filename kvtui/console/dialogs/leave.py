"""Before kvtui ends: asks, and says which client secret is in no file and would be lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from kvtui.console.dialogs.keys import show_keys
from kvtui.console.provisioning.state import MadeSecret
from kvtui.console.provisioning.texts import REMOVE_SECRET
from kvtui.console.provisioning.view import losing
from kvtui.console.text import Row, row, wrapped
from kvtui.console.widgets.lines import LineList

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys
    from kvtui.core.secret_text import SecretText

QUIT_TITLE, STAY = "Quit kvtui?", "Stay"
LOSE_TITLE, REPLACED_TITLE = "Quit and lose a client secret?", "Quit and leave a replaced client secret?"
KEYS = (("Enter", "confirm"), ("Esc", "cancel"))
LOST = "Its value cannot be read again after kvtui ends."
REMOVE_LATER = "This command removes it:"
INDENT = "  "
STAY_AND_REMOVE = f"Stay, and remove it ({REMOVE_SECRET} in pane 2)"
QUIT = "Quit"


def cuts_off(step: str) -> str:
    """What becomes of a step that changes something in Azure."""
    return f"{step} has not ended. If you quit now, Azure may have made the change, or a part of the change."


def typed_only(app: str) -> str:
    """What is lost of a typed client secret."""
    return f"The client secret that you typed for {app} is not in any file yet. kvtui does not keep it."


def stay_and_write(app: str, *, chosen: bool) -> str:
    """The way to keep a client secret; `chosen`: the settings have it, so that `w` writes it."""
    if chosen:
        return f"Stay; then w writes the client secret of {app}"
    return f"Stay; choose {app} again in pane 2, then w writes its client secret"


def quit_without(number: int) -> str:
    """The way out that loses them."""
    return "Quit and lose it" if number == 1 else "Quit and lose them"


class Choice(Enum):
    """The two rows that can be chosen."""

    STAY = auto()
    QUIT = auto()


class LeaveDialog(ModalScreen[bool]):
    """Returns True if the user quits anyway."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(False)", "Cancel")]

    def __init__(
        self,
        unwritten: Sequence[MadeSecret],
        held: SecretText | None = None,
        typed_for: str = "",
        running: str = "",
    ) -> None:
        """`held` is the client secret of the settings, which `w` writes.

        `typed_for`: the app whose client secret was typed and is in no file; empty if there is none.
        `running`: the step of a change that quitting cuts off; empty if none runs.
        """
        super().__init__()
        self._held, self._typed_for, self._running_step = held, typed_for, running
        self._unwritten = tuple(unwritten)
        self._replaced = bool(unwritten) and not typed_for and all(made.replaced for made in self._unwritten)

    def compose(self) -> Iterable[Widget]:
        """What would be lost, and the two choices."""
        with Vertical(classes="dialog", id="leave") as box:
            box.border_title = (
                REPLACED_TITLE
                if self._replaced
                else LOSE_TITLE
                if self._unwritten or self._typed_for
                else QUIT_TITLE
            )
            yield LineList(id="leave-lines", pointer=True)

    def on_mount(self) -> None:
        """The cursor is on Stay, which loses nothing."""
        lines = self.query_one("#leave-lines", LineList)
        lines.show_rows(self._rows)
        lines.focus()
        show_keys(self)

    def keys_now(self) -> Keys:
        """The same for both choices."""
        return KEYS

    def _rows(self, width: int) -> list[Row]:
        out: list[Row] = []
        if self._running_step:
            out += [*wrapped(cuts_off(self._running_step), width, "warn"), row(("", "plain"))]
        for made in self._unwritten:
            what, command = losing(made)
            out += wrapped(what if made.replaced else f"{what} {LOST}", width, "warn")
            out += [*wrapped(REMOVE_LATER, width, "dim"), *wrapped(command, width, "name", indent=2)]
            out.append(row(("", "plain")))
        if self._typed_for:
            out += [*wrapped(typed_only(self._typed_for), width, "warn"), row(("", "plain"))]
        stay, leave = self._choices()
        first, *rest = wrapped(stay, width, "strong", indent=len(INDENT))
        out += [Row(first.parts, Choice.STAY), *rest]
        return [*out, row((INDENT, "todo"), (leave, "strong"), key=Choice.QUIT)]

    def _choices(self) -> tuple[str, str]:
        """The words of the two choices."""
        needed = [made for made in self._unwritten if not made.replaced]
        if self._typed_for:
            return stay_and_write(self._typed_for, chosen=True), quit_without(len(needed) + 1)
        if not needed:
            return STAY_AND_REMOVE if self._unwritten else STAY, QUIT
        chosen = next((made for made in needed if made.value == self._held), None)
        stay = stay_and_write((chosen or needed[-1]).app, chosen=chosen is not None)
        return stay, quit_without(len(needed))

    def on_line_list_chosen(self, event: LineList.Chosen) -> None:
        """Enter on one of the choices."""
        event.stop()
        self.dismiss(event.key is Choice.QUIT)
