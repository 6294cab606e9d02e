"""The dialog before a command runs: it shows the whole command."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from kvtui.console.dialogs.keys import show_keys
from kvtui.console.panes.output.view import tildify
from kvtui.console.text import shown

if TYPE_CHECKING:
    from kvtui.console.status.texts import Keys
    from kvtui.outputs.model import NextStep

RUN, CANCEL = ("Enter", "run"), ("Esc", "cancel")
UPDATE, CREATE = ("u", "update instead of create"), ("u", "create instead of update")
LONGEST = 2000
"""Characters of a command that are shown; more than any command has."""


class RunDialog(ModalScreen[str]):
    """Returns the command to run; empty for Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter", "run", "Run"),
        ("u", "run_instead", "Update or create instead"),
        ("escape,q", "dismiss('')", "Cancel"),
    ]

    def __init__(self, step: NextStep, directory: Path) -> None:
        super().__init__()
        self._step, self._directory = step, directory

    def compose(self) -> Iterable[Widget]:
        """The command, the other command if there is one, and where it runs."""
        step = self._step
        with Vertical(classes="dialog", id="run") as box:
            box.border_title = shown(step.title, 60)
            yield Static(shown(f"$ {step.command}", LONGEST), classes="command")
            if step.note:
                yield Static(shown(step.note, LONGEST), classes="note")
            if step.instead:
                yield Static(shown(other(step)), classes="note")
                yield Static(shown(f"$ {step.instead}", LONGEST), classes="command")
            yield Static(shown(where(tildify(self._directory)), LONGEST))

    def on_mount(self) -> None:
        """Shows the keys."""
        show_keys(self)

    def keys_now(self) -> Keys:
        """`u` only where there is another command."""
        other = CREATE if self._step.updates else UPDATE
        return (RUN, other, CANCEL) if self._step.instead else (RUN, CANCEL)

    def action_run(self) -> None:
        """Runs the command."""
        self.dismiss(self._step.command)

    def action_run_instead(self) -> None:
        """Runs the other command, if there is one."""
        if self._step.instead:
            self.dismiss(self._step.instead)


def other(step: NextStep) -> str:
    """When the other command is the right one."""
    if step.updates:
        return "If the Deployment does not have the variables yet, press u to run this command instead:"
    return "If the Deployment has the variables already, press u to run this command instead:"


def where(directory: str) -> str:
    """Where the command runs."""
    return f"The command runs in this terminal, in {directory}. kvtui returns when it ends. Ctrl+C stops it."
