"""The two lines at the bottom: the notification, and the keys that work where the user is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from textual.binding import Binding

from kvtui.console.actions import ActionId, PaneId, fitting, footer, key_for
from kvtui.console.layout import LEAST as NEEDED
from kvtui.console.panes.output.view import idle_actions
from kvtui.console.text import fit
from kvtui.core.sanitize import sanitized

if TYPE_CHECKING:
    from textual.geometry import Size
    from textual.screen import Screen

    from kvtui.console.panes.pane import Pane
    from kvtui.console.state import Notification, State
    from kvtui.console.text import Role
    from kvtui.console.widgets.status_line import Line, StatusPart

Keys = tuple[tuple[str, str], ...]
ROLES: dict[str, Role] = {"information": "strong", "warning": "warn", "error": "bad"}
ALL = " ? shows all "
"""Stands at the right of a message that is shortened."""
LEAST = 3
"""What happened keeps at least this fraction (one third) of a shortened message."""
EDITOR: Keys = (("Enter", "save"), ("Esc", "cancel"), ("Alt+1-7", "panes"))
PROMPT: Keys = (("Enter", "to the list"), ("Esc", "clear"), ("Alt+1-7", "panes"))
KEY_PROMPT: Keys = (("Enter", "ask the vault"), ("Esc", "back"), ("Alt+1-7", "panes"))
ELSEWHERE: Keys = (("Enter", "choose"), ("Esc", "close"))
"""The keys of a screen that is not ours, such as the palette."""


def fits(shown: Notification, width: int) -> bool:
    """Whether a message fits on its line."""
    return cell_len(sanitized(shown.words, 4000)) <= width - 2


def message(shown: Notification | None, width: int) -> Line:
    """The notification on one line.

    Where it does not fit, what happened is shortened first, so that the remedy stays visible.
    """
    if shown is None:
        return (), ()
    role = ROLES[shown.severity]
    if fits(shown, width):
        return ((" " + sanitized(shown.words), role),), ()
    room = width - 2 - len(ALL)
    remedy = sanitized(shown.remedy, 4000)
    what = sanitized(shown.words, 4000).removesuffix(remedy).rstrip()
    head = _cut(what, max(room - cell_len(remedy) - 1, room // LEAST if remedy else room))
    tail = _cut(remedy, room - cell_len(head) - 1)
    return ((" " + " ".join(filter(None, (head, tail))), role),), ((ALL, "name"),)


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else fit(text, width)


def too_small(size: Size) -> tuple[Line, ...]:
    """What stands in place of the panes on a terminal that has no room for one."""
    words: tuple[tuple[str, Role], ...] = (
        ("Terminal too small", "strong"),
        (f"Now {size.width} x {size.height}", "plain"),
        (f"kvtui needs {NEEDED.width} x {NEEDED.height}", "plain"),
        ("Enlarge it, or q: quit", "plain"),
    )
    return tuple((((f" {text}", role),), ()) for text, role in words)


def keys(dialog: Screen[Any] | None, pane: Pane, state: State) -> Keys:
    """The keys that work where the user is: in a dialog, in what is typed, in a pane."""
    if dialog is not None:
        return _dialog_keys(dialog, typing=bool(dialog.query("LineInput")))
    if pane.editor is not None:
        return EDITOR
    if pane.typing_prompt:
        return KEY_PROMPT if pane.pane_id is PaneId.LOOKUP else PROMPT
    idle = idle_actions(state.output) if pane.pane_id is PaneId.OUTPUT else frozenset[ActionId]()
    return footer(pane.pane_id, idle)


def _dialog_keys(screen: Screen[Any], *, typing: bool) -> Keys:
    """The keys of a dialog; where something is typed into it, none that is a letter."""
    if not type(screen).__module__.startswith("kvtui"):
        return ELSEWHERE
    found: dict[str, tuple[str, str]] = {}
    for binding in Binding.make_bindings(screen.BINDINGS):
        key = {"escape": "Esc", "enter": "Enter"}.get(binding.key, binding.key)
        if not (typing and len(key) == 1):
            found.setdefault(binding.action, (key, binding.description.lower()))
    given = tuple(found.values())
    if "Enter" in dict(given) or screen.query("#keys"):
        return given
    return (("Enter", "choose"), *given)


def line(shown: Keys, pane: PaneId, width: int) -> Line:
    """The footer, as it fits into `width` cells; a click on a key of the pane presses it."""
    parts: list[StatusPart] = []
    for key, words in fitting(shown, width):
        press = key_for(key, pane)
        parts += [(f" {key} ", "name", press), (f"{words} ", "dim", press)]
    return parts, ()
