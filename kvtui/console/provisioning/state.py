"""The change in Azure that is made, and the client secrets that were made in this session."""

from __future__ import annotations

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
    key_id: str
    """By which the directory knows the new secret."""
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
