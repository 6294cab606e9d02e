"""Changes in Azure: their steps, and the client secrets created in this session."""

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
    """One step of a change in Azure."""

    words: str
    phase: Phase
    began: datetime
    seconds: int | None = None
    """Its duration, once it has ended."""
    waits: bool = False
    """It changes nothing."""


@dataclass(frozen=True, slots=True)
class Provisioning:
    """The running change, or the last one."""

    title: str = ""
    done: str = ""
    """What is shown in place of the title once all steps are done."""
    steps: tuple[Step, ...] = ()
    problem: Problem | None = None
    next: str = ""
    """What the user has to do next."""
    stopping: bool = False
    """The user asked to stop: the change ends after the running step."""
    client_id: str = ""
    """The app or identity that is changed; empty while it is registered."""

    @property
    def running(self) -> Step | None:
        """The running step."""
        return next((step for step in self.steps if step.phase is Phase.BUSY), None)

    @property
    def changing(self) -> str:
        """The running step, if it changes something in Azure; else empty."""
        return self.running.words if self.running and not self.running.waits else ""

    @property
    def busy(self) -> bool:
        """Whether a step is running."""
        return self.running is not None


@dataclass(frozen=True, slots=True)
class Rotation:
    """A new client secret of an app that has older ones: they are removed when nothing uses them."""

    client_id: str
    name: str
    """The name of the app."""
    written: bool = False
    """The new client secret is in the files."""


@dataclass(frozen=True, slots=True)
class MadeSecret:
    """A client secret created in this session. Its value exists only here until it is written."""

    client_id: str
    app: str
    """The name of the app."""
    key_id: str
    """The ID of the secret in the directory."""
    name: str
    value: SecretText
    proved: bool = False
    """The app has signed in with it."""
    written: bool = False
    """It is in the files, and was read back from them."""
    replaced: bool = False
    """A newer one of the same app was created later: it is needed only if it was written before."""
