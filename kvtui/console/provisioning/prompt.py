"""What is asked before a change in Azure: plain data, so that the dialog is loaded only when it opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
