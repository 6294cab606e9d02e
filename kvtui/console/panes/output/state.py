"""What would be written, and what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kvtui.app.next_steps import Ended
    from kvtui.core.problems import Problem
    from kvtui.outputs.model import Plan, PlannedFile, Removal, WriteResult
    from kvtui.outputs.undo import Written
    from kvtui.settings.model import Settings


@dataclass(frozen=True, slots=True)
class OutputState:
    """What would be written, and what was."""

    plan: Plan | None = None
    faults: tuple[str, ...] = ()
    view: str = ""
    """The name of the chosen view; empty, or no view's name: the first."""
    problem: Problem | None = None
    """Why nothing can be planned."""
    write_problem: Problem | None = None
    """Why the last write did not take place: what is planned was planned anew after it."""
    written: tuple[WriteResult, ...] = ()
    """The files that were written and read back the same."""
    removal: Removal | None = None
    """What is planned is to take ours out of `.env`; None: to write it."""
    left_out: tuple[str, ...] = ()
    """Names of files that differ from the settings because the user took ours out, or deleted them."""
    left_out_with: Settings | None = None
    """The settings with which that was done: with others they are to be written like every file."""
    differences: tuple[str, ...] | None = None
    """Differences found when reading back what is on disk; None: what is on disk is not what is planned."""
    warnings: tuple[str, ...] = ()
    """Parsers of `.env` that the target does not use and that other people's lines are in the way of."""
    undo: Mapping[Path, Written] = field(default_factory=dict, repr=False)
    """The files that were written from here: what an undo puts back."""
    undone: bool = False
    """The last write was an undo: nothing of kvtui's is there to be deployed."""
    ran: Mapping[str, Ended] = field(default_factory=dict)
    """How the next steps that were run from here ended, by their titles."""

    @property
    def pending(self) -> tuple[PlannedFile, ...]:
        """The files that the plan would change, but for those that the user left out."""
        files = self.plan.files if self.plan else ()
        return tuple(file for file in files if file.changed and file.path.name not in self.left_out)

    @property
    def to_write(self) -> tuple[PlannedFile, ...]:
        """What w writes: what is pending; where nothing is, what was left out."""
        files = self.plan.files if self.plan else ()
        return self.pending or tuple(file for file in files if file.changed)
