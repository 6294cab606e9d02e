"""Changes in Azure: the dialog before one, its steps, and the client secrets created in this session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    client_id: str = ""
    """The app or identity that is changed; empty while it is registered."""

    @property
    def running(self) -> str:
        """The running step; empty if none is."""
        return next((step.words for step in self.steps if step.phase is Phase.BUSY), "")

    @property
    def busy(self) -> bool:
        """Whether a step is running."""
        return any(step.phase is Phase.BUSY for step in self.steps)


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


@dataclass(frozen=True, slots=True)
class Field:
    """A text field of the dialog."""

    id: str
    label: str
    value: str = ""
    hint: str = ""
    mask: bool = False
    """The typed text is masked, except for the name of a file after @."""
    shown_by: str = ""
    """The ID of the switch that shows it when it is on; empty: it is always shown."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A row of the dialog that is on or off. Its value among the typed texts is `ON` or empty."""

    id: str
    key: str
    """The letter that turns it while the list has the focus."""
    turn_on: str
    """What the row says while it is off."""
    turn_off: str
    """What the row says while it is on."""
    short: str
    """The same for the line of keys, in both cases."""


ON = "on"
"""The value of a switch that is on."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The typed texts by field, the values of the switches, and the chosen action."""

    typed: Mapping[str, str]
    action: str


@dataclass(frozen=True, slots=True)
class ChangePrompt:
    """The content of the dialog, for the texts typed so far."""

    facts: tuple[tuple[str, str], ...]
    """Labels and their texts."""
    commands: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    """By command, the line above it that distinguishes it from the others."""
    one_of: bool = False
    """The commands are alternatives; else all of them are run, in their order."""
    heading: str = ""
    """Above the commands, in place of the usual heading."""
    actions: tuple[tuple[str, str], ...] = ()
    """What can be chosen: IDs and labels. Empty: read-only, or a typed text is not valid."""
    preselected: str = ""
    """The action that the cursor moves to when typed text changes it; empty: the cursor stays."""
    others: tuple[tuple[str, str], ...] = ()
    """What else can be chosen in the list, also read-only: IDs and labels."""
    note: str = ""
    """Why there is no action, or a warning."""
    then: str = ""
    """The result of the change; not shown if kvtui makes no change."""
    by_hand: str = ""
    """What to do about the result of the commands, which kvtui does not see; shown below them."""
