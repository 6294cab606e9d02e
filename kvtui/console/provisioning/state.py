"""What is asked before a change in Azure, the change that is made, and the client secrets that were made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kvtui.console.phase import Phase

if TYPE_CHECKING:
    from kvtui.core.problems import Problem
    from kvtui.core.secret_text import SecretText


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a change in Azure, as it is made or waited for."""

    words: str
    phase: Phase
    began: datetime
    seconds: int | None = None
    """How long it took, once it has ended."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """The change that is being made, or was made last."""

    title: str = ""
    steps: tuple[Step, ...] = ()
    problem: Problem | None = None
    next: str = ""
    """What is left to the user."""

    @property
    def busy(self) -> bool:
        """Whether a change is being made or waited for."""
        return any(step.phase is Phase.BUSY for step in self.steps)


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new client secret beside older ones, which go only when nothing deployed has them any more."""

    client_id: str
    name: str
    """The app's."""
    written: bool = False
    """The new secret is in the files."""


@dataclass(frozen=True, slots=True)
class MadeSecret:
    """A client secret that was made in this session: its value is nowhere but here until it is written."""

    client_id: str
    app: str
    """The app's name."""
    key_id: str
    """By which the directory knows the secret."""
    name: str
    value: SecretText
    proved: bool = False
    """Entra accepted it: the app signed in with it."""
    written: bool = False
    """It is in the files, and was read back."""
    replaced: bool = False
    """A newer one of the same app was made after it: nothing needs it unless it was written before."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is typed."""

    id: str
    label: str
    value: str = ""
    hint: str = ""
    mask: bool = False
    """A value that is not to be seen while it is typed; the name of a file, after @, is."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed, by field, and the action that was chosen."""

    typed: Mapping[str, str]
    action: str


@dataclass(frozen=True, slots=True)
class ChangePrompt:
    """What the dialog says for what is typed by now."""

    facts: tuple[tuple[str, str], ...]
    """`what`, `where`, `as`, and their words."""
    commands: tuple[str, ...] = ()
    actions: tuple[tuple[str, str], ...] = ()
    """What can be chosen: an id and its words. None: kvtui may not, or what is typed will not do."""
    note: str = ""
    """Why not, or what to know beforehand."""
    then: str = ""
    """What kvtui does with the outcome; not shown where kvtui makes no change."""
    by_hand: str = ""
    """What becomes of the commands' outcome, which kvtui does not see; shown above them."""
