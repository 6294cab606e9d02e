"""The two lines at the bottom: what was said last, and the keys that work where the user is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.binding import Binding

from kvtui.console.actions import fitting, footer
from kvtui.console.state import Said
from kvtui.console.text import Part, Role, wrapped

if TYPE_CHECKING:
    from textual.screen import Screen

Keys = tuple[tuple[str, str], ...]
ROLES: dict[str, Role] = {"information": "strong", "warning": "warn", "error": "bad"}
MOST_LINES = 4
"""Lines that a message may take."""
EDITOR: Keys = (("Enter", "save"), ("Esc", "cancel"), ("Alt+1-7", "panes"))
PROMPT: Keys = (("Enter", "to the list"), ("Esc", "clear"), ("Alt+1-7", "panes"))
KEY_PROMPT: Keys = (("Enter", "ask the vault"), ("Esc", "back"), ("Alt+1-7", "panes"))
ELSEWHERE: Keys = (("Enter", "choose"), ("Esc", "close"))
"""The keys of a screen that is not ours, such as the palette."""


def message(said: Said | None, width: int) -> list[tuple[tuple[Part, ...], tuple[Part, ...]]]:
    """What was said last, on as many lines as it needs; one empty line for nothing."""
    if said is None:
        return [((), ())]
    rows = wrapped(said.words, width - 2, ROLES[said.severity], indent=1)
    return [(row.parts, ()) for row in rows[:MOST_LINES]]


def keys(pane: str, *, typing: str, idle: frozenset[str]) -> Keys:
    """The keys of a pane; `typing` says whether its `prompt` or its `editor` has the focus."""
    if typing == "editor":
        return EDITOR
    if typing == "prompt":
        return KEY_PROMPT if pane == "lookup" else PROMPT
    return footer(pane, idle)


def dialog_keys(screen: Screen[Any], *, typing: bool) -> Keys:
    """The keys of a dialog; where something is typed into it, none that is a letter."""
    if not type(screen).__module__.startswith("kvtui"):
        return ELSEWHERE
    found: dict[str, tuple[str, str]] = {}
    for binding in Binding.make_bindings(screen.BINDINGS):
        key = {"escape": "Esc", "enter": "Enter"}.get(binding.key, binding.key)
        if not (typing and len(key) == 1):
            found.setdefault(binding.action, (key, binding.description.lower()))
    given = tuple(found.values())
    if "Enter" in dict(given) or screen.query("Static.large, #keys"):
        return given
    return (("Enter", "choose"), *given)


def line(shown: Keys, width: int) -> Sequence[Part]:
    """The footer, as it fits into `width` cells."""
    parts: list[Part] = []
    for key, words in fitting(shown, width):
        parts += [(f" {key} ", "name"), (f"{words} ", "dim")]
    return parts
