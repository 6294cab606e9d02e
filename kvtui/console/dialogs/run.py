"""A command, whole, before it runs: nothing is run that was not shown and agreed to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from kvtui.console.panes.output.view import tildify
from kvtui.console.text import shown

if TYPE_CHECKING:
    from kvtui.outputs.model import NextStep

LONGEST = 2000
"""Characters of a command; more than any of ours has."""


class RunDialog(ModalScreen[str]):
    """Returns the command to run; empty when the user leaves it (Esc)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter", "run", "Run it"),
        ("u", "run_instead", "Run the other form"),
        ("escape,q", "dismiss('')", "Leave it"),
    ]

    def __init__(self, step: NextStep, directory: Path) -> None:
        super().__init__()
        self._step, self._directory = step, directory

    def compose(self) -> Iterable[Widget]:
        """The command, its other form, where it runs, the keys."""
        step = self._step
        with Vertical(classes="dialog", id="run") as box:
            box.border_title = shown(step.title, 60)
            box.border_subtitle = "Enter runs it, Esc leaves it"
            yield Static(shown(f"$ {step.command}", LONGEST), classes="command")
            if step.note:
                yield Static(shown(step.note, LONGEST), classes="note")
            if step.instead:
                yield Static(shown("u runs this in its place, for what is there already:"), classes="note")
                yield Static(shown(f"$ {step.instead}", LONGEST), classes="command")
            yield Static(
                shown(
                    f"It runs in this terminal, in {tildify(self._directory)}. kvtui steps aside and comes "
                    "back when it has ended. Ctrl+C stops it.",
                    LONGEST,
                )
            )

    def action_run(self) -> None:
        """Enter."""
        self.dismiss(self._step.command)

    def action_run_instead(self) -> None:
        """The other form, where there is one."""
        if self._step.instead:
            self.dismiss(self._step.instead)
