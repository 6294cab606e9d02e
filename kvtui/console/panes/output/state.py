"""The plan of pane 5, and what was written."""

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
    """The plan, and what was written."""

    plan: Plan | None = None
    errors: tuple[str, ...] = ()
    view: str = ""
    """The name of the selected tab; any other text: the first tab."""
    problem: Problem | None = None
    """Why nothing can be planned."""
    write_problem: Problem | None = None
    """Why the last write failed; the plan was made after it."""
    written: tuple[WriteResult, ...] = ()
    """The files that were written and verified."""
    removal: Removal | None = None
    """The removal that is planned; None: a write is planned."""
    left_out: tuple[str, ...] = ()
    """The names of files that differ from the settings because the user removed kvtui's lines or the file."""
    left_out_with: Settings | None = None
    """The settings at that time; with other settings these files are written again."""
    differences: tuple[str, ...] | None = None
    """The differences found when the files were read back; None: the plan is not written."""
    warnings: tuple[str, ...] = ()
    """Warnings about parsers of `.env` that the target does not use and that fail at other lines."""
    undo: Mapping[Path, Written] = field(default_factory=dict, repr=False)
    """The files before kvtui wrote them, for an undo."""
    undone: bool = False
    """The last write was an undo: there is nothing to deploy."""
    ran: Mapping[str, Ended] = field(default_factory=dict)
    """The results of the commands that were run in kvtui, by the titles of the steps."""

    @property
    def pending(self) -> tuple[PlannedFile, ...]:
        """The files that the plan changes, without those in `left_out`."""
        files = self.plan.files if self.plan else ()
        return tuple(file for file in files if file.changed and file.path.name not in self.left_out)

    @property
    def to_write(self) -> tuple[PlannedFile, ...]:
        """What w writes: the pending files, or without any those in `left_out`."""
        files = self.plan.files if self.plan else ()
        return self.pending or tuple(file for file in files if file.changed)
