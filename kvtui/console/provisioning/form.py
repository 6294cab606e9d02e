"""The dialog before a change in Azure: its fields, its switches, and what it shows for what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    later: tuple[tuple[str, str, str], ...] = ()
    """What cannot be chosen yet: IDs, labels, and what to do first, a clause."""
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
